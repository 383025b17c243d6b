"""A table is replaced, and nothing else."""

from __future__ import annotations

import pytest

from tests.pages import combinations, conjugates
from tests.pages.tables import DOCS, with_table

PAGE = "before\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nafter\n"


def test_rows_are_replaced_and_the_rest_stays() -> None:
    assert with_table(PAGE, "| a | b |", ["| 5 | 6 |"]) == PAGE.replace("| 1 | 2 |\n| 3 | 4 |", "| 5 | 6 |")


def test_a_table_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 tables"):
        with_table(PAGE, "| c |", [])


@pytest.mark.parametrize(
    ("page", "headers"),
    [("combinations.md", combinations.HEADERS), ("conjugates.md", conjugates.HEADERS)],
)
def test_every_table_that_is_renewed_stands_on_its_page(page: str, headers: tuple[str, ...]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for header in headers:
        assert with_table(text, header, ["| here |"]) != text
