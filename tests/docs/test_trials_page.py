"""The page of trials is that of the files."""

from __future__ import annotations

from pathlib import Path

from erbium.report.trials_page import trials_page

PAGE = Path(__file__).parents[2] / "docs" / "trials.md"
HOW = "renew it: python -m erbium.report.trials_page > docs/trials.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == trials_page(), HOW
