"""Phenopackets: specimens in time, codes, what is wrong and what has no place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError, DataErrors
from erbium.formats.patient import import_profiles


def packet(*measurements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "subject": {"id": "case-1"},
        "measurements": list(measurements),
        "metaData": {},
        **more,
    }


def measured(code: str, value: Any, **more: Any) -> dict[str, Any]:
    kind = (
        {"quantity": {"value": value}}
        if isinstance(value, int | float)
        else {"ontologyClass": {"label": value}}
    )
    return {"assay": {"id": code, "label": "a test"}, "value": kind, **more}


def sample(name: str, when: dict[str, Any], *measurements: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "timeOfCollection": when, "measurements": list(measurements)}


def test_the_example(examples: Path) -> None:
    (imported,) = import_profiles(examples / "phenopacket.json").imported
    profile = imported.profile
    assert profile.id == "example-1"
    assert profile.her2.ihc.value == "2+"
    assert profile.her2.ihc.specimen == "liver-1"
    assert profile.her2_history[0].ihc.value == "3+"
    assert profile.her2.p95_ratio.status == "not_tested"
    assert profile.disease.setting == "metastatic"
    assert profile.variants[0].vaf == 0.27
    assert profile.prior_therapies[0].reason_ended == "progression"
    assert {choice.field for choice in imported.choices} == {
        "her2.ihc",
        "her2.ish_ratio",
        "receptors.er_percent",
    }
    assert {entry.what for entry in imported.draft.unmapped} == {"Bilirubin.total", "ramipril"}
    assert not imported.draft.errors


def test_the_specimen_asked_for_counts(examples: Path) -> None:
    (imported,) = import_profiles(examples / "phenopacket.json", sample="core-1").imported
    assert imported.profile.her2.ihc.value == "3+"
    assert imported.profile.receptors.er_percent.value == 80
    assert "asked for" in str(imported.choices[0])


def test_snake_case_is_read(read: Any) -> None:
    sampled = {
        "id": "core-1",
        "time_of_collection": {"timestamp": "2024-01-02T00:00:00Z"},
        "measurements": [measured("LOINC:85319-2", "3+")],
    }
    imported = read({"id": "x", "subject": {"id": "case-1"}, "biosamples": [sampled], "meta_data": {}})
    assert imported.profile.her2.ihc.date == "2024-01-02"


def test_ages_tell_which_specimen_is_newer(read: Any) -> None:
    old = sample("core-1", {"age": {"iso8601duration": "P50Y"}}, measured("LOINC:85319-2", "3+"))
    new = sample("core-2", {"age": {"iso8601duration": "P52Y3M"}}, measured("LOINC:85319-2", "1+"))
    for order in ([old, new], [new, old]):
        imported = read(packet(biosamples=order))
        assert imported.profile.her2.ihc.value == "1+"


def test_undated_specimens_that_disagree_are_said_to_be_undecided(read: Any) -> None:
    samples = [
        {"id": name, "measurements": [measured("LOINC:85330-9", value)]}
        for name, value in (("core-1", 10), ("core-2", 60))
    ]
    imported = read(packet(biosamples=samples))
    assert imported.profile.receptors.ki67.value == 60
    assert "nothing tells which is newer" in str(imported.choices[0])


@pytest.mark.parametrize("word", ["not tested", "Not done", "not_tested"])
def test_not_tested_is_not_negative(read: Any, word: str) -> None:
    imported = read(
        packet(
            measured("LOINC:85337-4", word),
            measured("LOINC:85319-2", word),
            measured("erbium:protein.pten", word),
            measured("LOINC:85330-9", 20),
        )
    )
    profile = imported.profile
    assert profile.receptors.er.status == "not_tested"
    assert profile.her2.ihc.status == "not_tested"
    assert profile.her2.status is None
    assert profile.protein.pten.status == "not_tested"


@pytest.mark.parametrize("word", ["unknown", "pending", "indeterminate", ""])
def test_no_result_is_no_value(read: Any, word: str) -> None:
    imported = read(packet(measured("LOINC:85337-4", word), measured("LOINC:85330-9", 20)))
    assert imported.profile.receptors.er.status == "unknown"


def test_a_result_without_value_is_unknown(read: Any) -> None:
    empty = {"assay": {"id": "LOINC:85319-2"}}
    imported = read(packet(empty, measured("LOINC:85330-9", 20)))
    assert imported.profile.her2.ihc.status == "unknown"
    assert imported.draft.unmapped[0].path == "measurements[0]"


def test_a_later_test_not_done_keeps_the_earlier_result(read: Any) -> None:
    old = sample("core-1", {"timestamp": "2020-01-01T00:00:00Z"}, measured("LOINC:85329-1", 80))
    new = sample("core-2", {"timestamp": "2024-01-01T00:00:00Z"}, measured("LOINC:85329-1", "not tested"))
    imported = read(packet(biosamples=[old, new]))
    assert imported.profile.receptors.er_percent.value == 80
    assert any("not tested in the newest" in note for note in imported.draft.notes)


def test_a_wrong_value_is_left_out_with_its_place(read: Any) -> None:
    imported = read(packet(measured("LOINC:85329-1", 150), measured("LOINC:85330-9", 20)))
    assert not imported.profile.receptors.er_percent.known
    assert imported.profile.receptors.ki67.value == 20
    (error,) = imported.draft.errors
    assert error.key == "measurements[0]"
    assert "at most 100" in str(error)


def test_a_residue_that_is_not_there_is_an_error(read: Any) -> None:
    descriptor = {
        "geneContext": {"symbol": "ERBB2"},
        "expressions": [{"syntax": "hgvs.p", "value": "p.Arg755Ser"}],
    }
    found = [{"variantInterpretation": {"variationDescriptor": descriptor}}]
    interpretation = {"diagnosis": {"genomicInterpretations": found}}
    imported = read(packet(measured("LOINC:85330-9", 20), interpretations=[interpretation]))
    assert not imported.profile.variants
    assert "755" in str(imported.draft.errors[0])


def test_contradicting_counts_are_refused_with_their_place(read: Any) -> None:
    with pytest.raises(DataErrors, match=r"measurements\[0\].*contradicts"):
        read(
            packet(
                measured("LOINC:49683-6", 1.2), measured("LOINC:74860-8", 13), measured("LOINC:74861-6", 2.5)
            )
        )


def test_a_part_of_another_form_is_an_error_and_the_rest_is_kept(read: Any) -> None:
    imported = read(packet({"assay": [], "value": 3}, measured("LOINC:85330-9", 20)))
    assert imported.profile.receptors.ki67.value == 20
    assert all(error.key and error.key.startswith("measurements[0]") for error in imported.draft.errors)


def test_nothing_to_use_is_an_error(read: Any) -> None:
    with pytest.raises(DataError, match="nothing in this Phenopacket"):
        read({"id": "x", "metaData": {}, "phenotypicFeatures": [{"type": {"label": "fatigue"}}]})


def test_a_cohort_is_several_patients(tmp_path: Path) -> None:
    import json

    members = [packet(measured("LOINC:85319-2", score)) for score in ("1+", "3+")]
    members[1]["subject"] = {"id": "case-2"}
    file = tmp_path / "cohort.json"
    file.write_text(json.dumps({"id": "c", "members": members}), encoding="utf-8")
    found = import_profiles(file).imported
    assert [entry.profile.id for entry in found] == ["case-1", "case-2"]
    (one,) = import_profiles(file, sample="case-2").imported
    assert one.profile.her2.ihc.value == "3+"


def test_a_cohort_of_too_many_members_is_refused_and_not_cut(read: Any) -> None:
    members = [packet(measured("LOINC:85319-2", "1+"))] * 1001
    with pytest.raises(DataError, match="more than 1000 patients") as caught:
        read({"id": "c", "members": members})
    assert caught.value.key == "members"


def test_what_is_beyond_the_list_is_counted(read: Any) -> None:
    many = [{"assay": {"label": f"test {number}"}} for number in range(700)]
    imported = read(packet(measured("LOINC:85330-9", 20), *many))
    assert len(imported.draft.unmapped) == 501
    assert sum(entry.count for entry in imported.draft.unmapped) == 700
