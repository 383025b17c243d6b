"""Specimens and earlier treatments as forms: read from the text, written into it."""

from __future__ import annotations

import tomllib

import pytest

pytest.importorskip("dash")

from erbium.knowledge.cases import case_files
from erbium.profile import profile_from_text
from erbium.web.case import example_text
from erbium.web.pages import entries

BASE = 'schema = "erbium.profile/1"\n# kept\n[meta]\nid = "x-1"\n'


@pytest.mark.parametrize("name", sorted(case_files()))
def test_forms_read_every_example_and_leave_it_alone(name: str) -> None:
    text = example_text(name)
    for one in entries.LISTS:
        for at, row in enumerate(entries.read(text)[one.key]):
            for part, value in zip(one.parts, row, strict=True):
                assert entries.write(text, one.key, at, part.key, value) == text


def test_an_entry_is_added_filled_and_taken_away() -> None:
    text = entries.add(entries.add(BASE, "prior_therapies"), "specimens")
    for part, value in (
        ("regimen", "trastuzumab emtansine"), ("line", 2.0), ("duration_months", 4.5),
        ("best_response", "PR"), ("reason_ended", "progression"),
    ):  # fmt: skip
        text = entries.write(text, "prior_therapies", 0, part, value)
    text = entries.write(text, "specimens", 0, "metastatic", entries.YES)
    assert "# kept" in text
    profile = profile_from_text(text)
    assert profile.prior_therapies[0].line == 2
    assert profile.prior_therapies[0].best_response.value == "PR"
    assert (profile.specimens[0].id, profile.specimens[0].metastatic) == ("s1", True)
    assert entries.read(text)["specimens"][0][4] == entries.YES
    first = entries.write(text, "specimens", 0, "line_before", 0.0)
    assert tomllib.loads(first)["specimens"][0]["line_before"] == 0
    cleared = entries.write(text, "prior_therapies", 0, "best_response", None)
    assert "best_response" not in tomllib.loads(cleared)["prior_therapies"][0]
    gone = entries.remove(entries.remove(text, "prior_therapies", 0), "specimens", 0)
    assert tomllib.loads(gone) == tomllib.loads(BASE)


def test_what_stands_in_a_line_is_kept_as_it_stands() -> None:
    text = BASE.replace(
        "[meta]", 'specimens = [{id = "a", tumour_percent = {value = 40, assay = "eye"}}]\n[meta]'
    )
    changed = entries.write(entries.add(text, "specimens"), "specimens", 0, "tumour_percent", 55.0)
    found = tomllib.loads(changed)["specimens"]
    assert found == [{"id": "a", "tumour_percent": {"value": 55.0, "assay": "eye"}}, {"id": "s1"}]


@pytest.mark.parametrize("text", ["not = [toml", "specimens = 3", "specimens = [1, 2]", ""])
def test_what_is_broken_stays_as_it_is(text: str) -> None:
    assert entries.write(text, "specimens", 0, "id", "b") == text
    assert entries.remove(text, "specimens", 0) == text
    assert entries.read(text)["specimens"] == []
