"""Specimens, earlier treatments, serial markers and clones as forms: read from the text, written into it."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

pytest.importorskip("dash")

from erbium.core.errors import DataErrors
from erbium.knowledge.cases import case_files
from erbium.profile import profile_from_text, to_toml
from erbium.web.case import example_text
from erbium.web.pages import entries
from erbium.web.pages.entry_forms import changed
from erbium.web.pages.entry_lists import BY_KEY, LISTS, YES, Part, Value, spoken

BASE = 'schema = "erbium.profile/1"\n# kept\n[meta]\nid = "x-1"\n'
FOLLOWED = BASE + (
    '[[prior_therapies]]\ndrugs = ["trastuzumab"]  # no name\ntoxicities = ["rash"]\n\n'
    '[[prior_therapies.markers]]\nmarker = "plasma HER2" # ELISA\nweek = 3\nbaseline = 40\nvalue = 12\n\n'
    '[prior_therapies.rebiopsy]\nher2_ihc = {value = "2+", assay = "4B5", status = "inferred"}\n'
    'found = [\n  "pten_loss", # by IHC\n  "no_such",\n]\n'
)
WRITTEN = ("file", "written anew")


def other(part: Part, value: Value) -> Value:
    """Return a value that a field may have and has not now."""
    if part.words:
        return next(word for word in part.words if word != value)
    if part.kind in ("number", "whole"):
        return 3.0 if value == 2 else 2.0
    return ["src_high"] if part.kind == "mechanisms" else "another"


def plain(text: str) -> Any:
    return tomllib.loads(text)


@pytest.mark.parametrize("name", sorted(case_files()))
def test_forms_read_every_example_and_leave_it_alone(name: str) -> None:
    text = example_text(name)
    for one in LISTS:
        for place, row in entries.read(text)[one.key].items():
            for part, value in zip(one.parts, row, strict=True):
                assert entries.write(text, one.key, place, part.key, value) == text


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("name", sorted(case_files()))
def test_a_changed_field_changes_nothing_else_and_goes_back(name: str, how: str) -> None:
    text = example_text(name) if how == "file" else to_toml(profile_from_text(example_text(name)))
    for one in LISTS:
        for place, row in entries.read(text)[one.key].items():
            for at, (part, value) in enumerate(zip(one.parts, row, strict=True)):
                new = other(part, value)
                edited = entries.write(text, one.key, place, part.key, new)
                found = entries.read(edited)
                assert found[one.key][place][at] == new
                found[one.key][place][at] = value
                assert found == entries.read(text)
                back = entries.write(edited, one.key, place, part.key, value)
                assert plain(back) == plain(text)
                assert [line for line in text.splitlines() if line.startswith("#")] == [
                    line for line in back.splitlines() if line.startswith("#")
                ]


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("name", sorted(case_files()))
def test_an_entry_added_and_taken_away_leaves_no_trace(name: str, how: str) -> None:
    text = example_text(name) if how == "file" else to_toml(profile_from_text(example_text(name)))
    for one in LISTS:
        for above in entries.read(text)[one.under] if one.under else [()]:
            there = [place for place in entries.read(text)[one.key] if place[:-1] == above]
            added = entries.add(text, one.key, above)
            if one.single and there:
                assert added == text
                continue
            assert len(entries.read(added)[one.key]) == len(entries.read(text)[one.key]) + 1
            assert plain(entries.remove(added, one.key, (*above, len(there)))) == plain(text)


def test_an_entry_is_added_filled_and_taken_away() -> None:
    text = entries.add(entries.add(BASE, "prior_therapies"), "specimens")
    for part, value in (
        ("regimen", "trastuzumab emtansine"), ("line", 2.0), ("duration_months", 4.5),
        ("best_response", "PR"), ("reason_ended", "progression"),
    ):  # fmt: skip
        text = entries.write(text, "prior_therapies", (0,), part, value)
    text = entries.write(text, "specimens", (0,), "metastatic", YES)
    assert "# kept" in text
    profile = profile_from_text(text)
    assert profile.prior_therapies[0].line == 2
    assert profile.prior_therapies[0].best_response.value == "PR"
    assert (profile.specimens[0].id, profile.specimens[0].metastatic) == ("s1", True)
    assert entries.read(text)["specimens"][0,][4] == YES
    first = entries.write(text, "specimens", (0,), "line_before", 0.0)
    assert plain(first)["specimens"][0]["line_before"] == 0
    cleared = entries.write(text, "prior_therapies", (0,), "best_response", None)
    assert "best_response" not in plain(cleared)["prior_therapies"][0]
    gone = entries.remove(entries.remove(text, "prior_therapies", (0,)), "specimens", (0,))
    assert plain(gone) == plain(BASE)


def test_clones_and_what_was_followed_are_added_and_read_by_the_profile() -> None:
    text = entries.add(entries.add(BASE, "clones"), "clones")
    for at, share in enumerate((0.7, 0.3)):
        text = entries.write(text, "clones", (at,), "fraction", share)
    text = entries.write(text, "clones", (1,), "her2_ihc", "1+")
    text = entries.write(text, "clones", (1,), "mechanisms", ["pten_loss", "p95her2_high"])
    text = entries.add(entries.add(text, "prior_therapies"), "prior_therapies")
    for at in range(2):
        text = entries.write(text, "prior_therapies", (at,), "regimen", "trastuzumab + docetaxel")
    text = entries.add(entries.add(text, "markers", (1,)), "rebiopsy", (1,))
    for part, value in (("marker", "Ki67"), ("week", 2.0), ("baseline", 45.0), ("value", 22.0)):
        text = entries.write(text, "markers", (1, 0), part, value)
    text = entries.write(text, "rebiopsy", (1, 0), "not_found", ["pten_loss"])
    text = entries.write(text, "prior_therapies", (1,), "line", 1.0)  # a key after the tables beneath it
    profile = profile_from_text(text)
    assert [(one.name, one.fraction) for one in profile.clones] == [("clone 1", 0.7), ("clone 2", 0.3)]
    assert profile.clones[1].mechanisms == ("pten_loss", "p95her2_high")
    assert profile.prior_therapies[0].markers == ()
    marker = profile.prior_therapies[1].markers[0]
    assert (marker.marker, marker.week, marker.baseline, marker.value) == ("Ki67", 2, 45, 22)
    rebiopsy = profile.prior_therapies[1].rebiopsy
    assert rebiopsy is not None
    assert rebiopsy.not_found == ("pten_loss",)
    assert profile.prior_therapies[1].line == 1
    assert all(above == "" for above, head in zip(text.split("\n"), text.split("\n")[1:], strict=False)
               if head.startswith("[["))  # fmt: skip
    assert list(entries.read(text)["markers"]) == [(1, 0)]
    text = entries.remove(text, "prior_therapies", (0,))
    assert list(entries.read(text)["markers"]) == [(0, 0)]
    text = entries.remove(entries.remove(text, "markers", (0, 0)), "rebiopsy", (0, 0))
    assert plain(text)["prior_therapies"] == [{"regimen": "trastuzumab + docetaxel", "line": 1}]


def test_other_spellings_are_understood_and_stay_until_they_are_changed() -> None:
    found = entries.read(FOLLOWED)
    assert found["markers"][0, 0] == ["serum_HER2", 3, 40, 12]
    assert entries.write(FOLLOWED, "markers", (0, 0), "marker", "serum_HER2") == FOLLOWED
    edited = entries.write(FOLLOWED, "markers", (0, 0), "value", 10.0)
    assert edited == FOLLOWED.replace("value = 12", "value = 10.0")


def test_what_the_forms_do_not_show_is_kept() -> None:
    cleared = entries.write(FOLLOWED, "rebiopsy", (0, 0), "her2_ihc", None)
    assert plain(cleared)["prior_therapies"][0]["rebiopsy"]["her2_ihc"] == {"assay": "4B5"}
    assert profile_from_text(cleared).prior_therapies[0].rebiopsy is not None
    again = entries.write(cleared, "rebiopsy", (0, 0), "her2_ihc", "1+")
    assert plain(again)["prior_therapies"][0]["rebiopsy"]["her2_ihc"] == {"assay": "4B5", "value": "1+"}
    more = entries.write(FOLLOWED, "rebiopsy", (0, 0), "found", ["pten_loss", "no_such", "src_high"])
    assert plain(more)["prior_therapies"][0]["rebiopsy"]["found"] == ["pten_loss", "no_such", "src_high"]
    assert '"pten_loss", # by IHC' in more
    fewer = entries.write(FOLLOWED, "rebiopsy", (0, 0), "found", ["pten_loss"])
    assert plain(fewer)["prior_therapies"][0]["rebiopsy"]["found"] == ["pten_loss"]
    therapy = plain(fewer)["prior_therapies"][0]
    assert (therapy["drugs"], therapy["toxicities"]) == (["trastuzumab"], ["rash"])
    assert "# no name" in fewer


def test_what_stands_in_a_line_is_kept_as_it_stands() -> None:
    text = BASE.replace(
        "[meta]", 'specimens = [{id = "a", tumour_percent = {value = 40, assay = "eye"}}]\n[meta]'
    )
    edited = entries.write(entries.add(text, "specimens"), "specimens", (0,), "tumour_percent", 55.0)
    found = plain(edited)["specimens"]
    assert found == [{"id": "a", "tumour_percent": {"value": 55.0, "assay": "eye"}}, {"id": "s1"}]
    text = BASE.replace("[meta]", 'prior_therapies = [{regimen = "a"}, {regimen = "b"}]\n[meta]')
    text = entries.add(entries.add(text, "markers", (1,)), "rebiopsy", (0,))
    text = entries.write(text, "markers", (1, 0), "week", 2.0)
    text = entries.write(text, "rebiopsy", (0, 0), "found", ["pten_loss"])
    assert plain(text)["prior_therapies"] == [
        {"regimen": "a", "rebiopsy": {"found": ["pten_loss"]}},
        {"regimen": "b", "markers": [{"week": 2.0}]},
    ]


@pytest.mark.parametrize("key", ["specimens", "clones", "prior_therapies"])
@pytest.mark.parametrize("text", ["not = [toml", "{key} = 3", "{key} = [1, 2]", "[{key}]\na = 1", ""])
def test_what_is_broken_stays_as_it_is(text: str, key: str) -> None:
    text = text.replace("{key}", key)
    first = BY_KEY[key].parts[0].key
    assert entries.write(text, key, (0,), first, "b") == text
    assert entries.remove(text, key, (0,)) == text
    assert entries.add(text, "markers", (0,)) == text
    assert entries.read(text)[key] == {}


def test_changes_that_wait_are_written_once_and_in_their_order() -> None:
    share = {"entry": "clones", "at": "0", "part": "fraction"}
    marker = {"entry-add": "markers", "in": "0"}
    waiting = [
        {"number": 4, "id": {"entry-add": "clones", "in": "top"}, "value": 1},
        {"number": 5, "id": share, "value": 0.4},
        {"number": 6, "id": share, "value": 0.6},
        {"number": 7, "id": marker, "value": 1},
        {"number": 8, "id": {"entry-remove": "markers", "at": "0-0"}, "value": 1},
    ]
    text = changed(FOLLOWED, waiting, 3)
    assert plain(text)["clones"] == [{"name": "clone 1", "fraction": 0.6}]
    assert plain(text)["prior_therapies"][0]["markers"] == [{}]
    assert changed(text, waiting, 8) == text
    assert changed(changed(FOLLOWED, waiting[:2], 3), waiting, 5) == text
    assert changed(FOLLOWED, None, None) == FOLLOWED


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("clones", "Clones of the tumour"),
        ("clones[1].fraction", "Clone 2: Share"),
        ("prior_therapies[0].markers[1].week", "Treatment 1, Marker 2: Week"),
        ("prior_therapies[0].markers[1]", "Treatment 1, Marker 2"),
        ("prior_therapies[2].rebiopsy.ki67", "Treatment 3, Second specimen: Ki-67"),
        ("prior_therapies[2].drugs", "Treatment 3"),
        ("her2.ihc", ""),
        ("markers[0].week", ""),
        (None, ""),
    ],
)
def test_a_fault_is_told_in_the_words_of_the_forms(key: str | None, words: str) -> None:
    assert spoken(key) == words


def test_what_a_new_entry_lacks_is_named_with_what_is_expected() -> None:
    text = entries.write(entries.add(FOLLOWED, "markers", (0,)), "markers", (0, 1), "marker", "Ki67")
    with pytest.raises(DataErrors) as caught:
        profile_from_text(entries.add(text, "clones"))
    found = {one.key: one.expected or "" for one in caught.value.errors}
    assert found["prior_therapies[0].markers[1].week"] == (
        'a value for "week": weeks after the start of the treatment'
    )
    assert found["clones[0].fraction"].startswith('a value for "fraction": share of the tumour, 0 to 1')
