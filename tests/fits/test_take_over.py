"""The shipped numbers are those of the committed joint fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from erbium.knowledge.ensemble import TUMOUR_NUMBERS
from erbium.knowledge.parameters import data_folder
from tests.fits.take_over import PAGES, Found, numbers_of, rewritten

ROWS = {
    page: numbers_of((PAGES / page).read_text(encoding="utf-8"))
    for page in ("population.md", "modalities.md")
}
EVERY = [pytest.param(page, row, id=row.name) for page, rows in ROWS.items() for row in rows]


def shipped(name: str) -> str:
    file, key = TUMOUR_NUMBERS.get(name, ("parameters/*", name))
    lines = [
        line
        for place in data_folder().glob(f"{file}.toml")
        for line in place.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"{key} = ")
    ]
    (line,) = lines
    return line


@pytest.mark.parametrize(("page", "row"), EVERY)
def test_the_shipped_line_is_what_the_report_says(page: str, row: Found) -> None:
    line = shipped(row.name)
    assert rewritten(line, row, page) == line


def test_the_table_is_read_whole() -> None:
    assert [len(rows) for rows in ROWS.values()] == [18, 1]
    assert {row.kind for row in ROWS["population.md"]} == {"fitted", "assumed"}


def test_a_number_that_the_fit_narrows_no_more_says_so_once() -> None:
    line = 'x = { value = 1.0, unit = "1/h", kind = "fitted", low = 0.5, high = 2.0, note = "what" }'
    found = Found("x", "2", "1", "4", "0.91", "assumed")
    once = rewritten(line, found, "population.md")
    assert 'kind = "assumed"' in once
    assert once.endswith('(SD left 0.91)" }')
    assert rewritten(once, found, "population.md") == once
    assert 'note = "what" }' in rewritten(once, replace(found, kind="fitted"), "population.md")
