"""The page of readouts and handles is that of the network."""

from __future__ import annotations

from pathlib import Path

from erbium.report.handles_page import handles_page

PAGE = Path(__file__).parents[2] / "docs" / "readouts-and-handles.md"
HOW = "renew it: python -m erbium.report.handles_page > docs/readouts-and-handles.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == handles_page(), HOW
