"""The page of populations is that of the shipped populations."""

from __future__ import annotations

from pathlib import Path

from erbium.report.populations_page import populations_page

PAGE = Path(__file__).parents[2] / "docs" / "populations.md"
HOW = "renew it: python -m erbium.report.populations_page > docs/populations.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == populations_page(), HOW
