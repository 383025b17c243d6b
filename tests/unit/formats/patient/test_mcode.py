"""FHIR bundles: partial ones are read, each value keeps its specimen, XML is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError, DataErrors
from erbium.formats.patient import import_profiles

LOINC = "http://loinc.org"


def observed(code: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        **more,
    }


def answer(code: str) -> dict[str, Any]:
    return {"valueCodeableConcept": {"coding": [{"system": LOINC, "code": code}]}}


def component(code: str, text: str) -> dict[str, Any]:
    return {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueCodeableConcept": {"text": text}}


def quantity(value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "code": unit, **more}}


def test_the_example(examples: Path) -> None:
    (imported,) = import_profiles(examples / "mcode_bundle.json").imported
    profile = imported.profile
    assert profile.her2.ihc.value == "2+"
    assert profile.her2.ish_ratio.value == 1.4
    assert profile.her2_history[0].ihc.value == "3+"
    assert profile.receptors.pr.status == "not_tested"
    assert profile.person.age.value == 57
    assert profile.person.age.status == "inferred"
    assert profile.person.weight_kg.value == pytest.approx(70.31, abs=0.01)
    assert profile.variants[0].vaf == 0.18
    assert profile.gene_state("PIK3CA") == "wild type"
    assert profile.prior_therapies[0].drugs == ("trastuzumab", "paclitaxel")
    assert profile.prior_therapies[0].reason_ended == "progression"
    assert profile.disease.sites == ("liver",)
    assert not imported.draft.errors


def test_a_reflex_ish_without_a_specimen_belongs_to_its_ihc(read: Any, bundle: Any) -> None:
    ihc = observed("85319-2", effectiveDateTime="2024-03-01", **answer("LA11842-4"))
    ish = observed("49683-6", effectiveDateTime="2024-03-12", **quantity(2.9, "1"))
    old = observed("85319-2", effectiveDateTime="2020-03-01", **answer("LA11841-6"))
    profile = read(bundle(ish, old, ihc)).profile
    assert (profile.her2.ihc.value, profile.her2.ish_ratio.value) == ("2+", 2.9)
    assert profile.her2_history[0].ihc.value == "1+"


def test_words_where_a_score_belongs_say_no_more_than_they_do(read: Any, bundle: Any) -> None:
    negative = read(bundle(observed("85319-2", **answer("LA6577-6")))).profile
    assert negative.her2.ihc.status == "unknown"
    assert negative.her2.status == "negative"
    positive = read(bundle(observed("85319-2", **answer("LA6576-8")))).profile
    assert (positive.her2.ihc.value, positive.her2.ihc.status) == ("3+", "inferred")


@pytest.mark.parametrize("reason", ["not-performed", "not-asked"])
def test_absent_results_are_not_tested(read: Any, bundle: Any, reason: str) -> None:
    absent = observed("85337-4", dataAbsentReason={"coding": [{"code": reason}]})
    profile = read(bundle(absent, observed("85330-9", **quantity(20, "%")))).profile
    assert profile.receptors.er.status == "not_tested"


def test_results_entered_in_error_are_not_read(read: Any, bundle: Any) -> None:
    wrong = {**observed("85319-2", **answer("LA11843-2")), "status": "entered-in-error"}
    imported = read(bundle(wrong, observed("85330-9", **quantity(20, "%"))))
    assert not imported.profile.her2.ihc.known
    assert imported.draft.unmapped[0].why == "status entered-in-error"


def test_a_limit_is_inferred_and_lies_below_it(read: Any, bundle: Any) -> None:
    profile = read(bundle(observed("85329-1", **quantity(1, "%", comparator="<")))).profile
    assert profile.receptors.er_percent.value == 0.5
    assert profile.receptors.er_percent.status == "inferred"


def test_indeterminate_variants_are_neither_present_nor_absent(read: Any, bundle: Any) -> None:
    indeterminate = observed(
        "69548-6",
        valueCodeableConcept={"text": "Indeterminate"},
        component=[component("48018-6", "PIK3CA"), component("48005-3", "p.His1047Arg")],
    )
    profile = read(bundle(indeterminate, observed("85330-9", **quantity(20, "%")))).profile
    assert profile.gene_state("PIK3CA") == "not tested"


def test_a_newer_absence_beats_an_older_variant(read: Any, bundle: Any) -> None:
    parts = [component("48018-6", "PIK3CA"), component("48005-3", "p.His1047Arg")]
    present = observed("69548-6", effectiveDateTime="2020-01-01", component=parts, **answer("LA9633-4"))
    absent = observed("69548-6", effectiveDateTime="2024-01-01", component=parts, **answer("LA9634-2"))
    imported = read(bundle(absent, present))
    assert not imported.profile.variants
    assert imported.choices[0].chosen == "absent"


def test_drugs_not_given_are_no_treatment(read: Any, bundle: Any) -> None:
    drug = {
        "resourceType": "MedicationRequest",
        "status": "cancelled",
        "medicationCodeableConcept": {"text": "lapatinib"},
    }
    imported = read(bundle(drug, observed("85330-9", **quantity(20, "%"))))
    assert not imported.profile.prior_therapies
    assert "not given" in imported.draft.unmapped[0].why


def test_genes_beyond_the_most_that_are_taken_are_told(read: Any, bundle: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("erbium.formats.patient.mcode_observations.MAX_GENES", 2)
    named = [component("48018-6", name) for name in ("PIK3CA", "PTEN", "TP53")]
    imported = read(bundle(observed("53041-0", component=named)))
    assert imported.profile.sequencing.genes == ("PIK3CA", "PTEN")
    assert "3 genes are named, the first 2 are taken" in [entry.why for entry in imported.draft.unmapped]


def test_unread_keys_are_listed_with_their_place(read: Any, bundle: Any) -> None:
    given = observed("85330-9", bodyStructure={}, **quantity(20, "%"))
    imported = read(bundle(given))
    assert [entry.path for entry in imported.draft.unmapped] == ["entry[1].resource.bodyStructure"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Bundle xmlns='http://hl7.org/fhir'/>", "XML is not read"),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><Bundle>&b;</Bundle>", "entities is refused"),
        ('{"resourceType": "Patient"}', '"Patient" resource'),
        ('{"resourceType": "Bundle"}', "no list of entries"),
        ('{"resourceType": "Bundle", "entry": [', "not JSON"),
        ('{"resourceType": "Bundle", "resourceType": "Bundle"}', "twice"),
        ('{"resourceType": "Bundle", "total": NaN}', "NaN"),
    ],
)
def test_malformed(read: Any, text: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read(text)


def test_two_patients_are_kept_apart(tmp_path: Path, bundle: Any) -> None:
    import json

    both = bundle(observed("85319-2", subject={"reference": "Patient/p1"}, **answer("LA11843-2")))
    second = observed("85319-2", subject={"reference": "Patient/p2"}, **answer("LA11841-6"))
    both["entry"] += [{"resource": {"resourceType": "Patient", "id": "p2"}}, {"resource": second}]
    file = tmp_path / "both.json"
    file.write_text(json.dumps(both), encoding="utf-8")
    found = {entry.profile.id: entry.profile.her2.ihc.value for entry in import_profiles(file).imported}
    assert found == {"p1": "3+", "p2": "1+"}


def test_the_place_of_a_wrong_value(read: Any, bundle: Any) -> None:
    with pytest.raises(DataErrors, match=r"entry\[1\].resource"):
        read(bundle(observed("85330-9", **quantity(120, "%"))))


def drug(text: str, kind: str = "MedicationStatement", **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "status": "active", "medicationCodeableConcept": {"text": text}, **more}


@pytest.mark.parametrize(
    "more", [{"intent": "proposal"}, {"intent": "plan"}, {"intent": "option"}, {"doNotPerform": True}]
)
def test_what_is_only_planned_was_not_given(read: Any, bundle: Any, more: dict[str, Any]) -> None:
    planned = drug("lapatinib", "MedicationRequest", **more)
    ordered = drug("tucatinib", "MedicationRequest", intent="order")
    imported = read(bundle(planned, ordered, observed("85330-9", **quantity(20, "%"))))
    assert [therapy.drugs for therapy in imported.profile.prior_therapies] == [("tucatinib",)]
    (listed,) = imported.draft.unmapped
    assert (listed.what, "not given" in listed.why) == ("lapatinib", True)


def test_a_drug_that_is_not_known_in_full_is_listed(read: Any, bundle: Any) -> None:
    known = drug("trastuzumab deruxtecan 100 MG Injection", effectivePeriod={"start": "2023-01-01"})
    unknown = drug("Trastuzumab biosimilar study vs placebo")
    several = drug("trastuzumab deruxtecan")
    several["medicationCodeableConcept"]["coding"] = [{"display": "trastuzumab"}]
    imported = read(bundle(known, unknown, several))
    assert [therapy.drugs for therapy in imported.profile.prior_therapies] == [("trastuzumab_deruxtecan",)]
    assert {entry.what for entry in imported.draft.unmapped} == {
        "Trastuzumab biosimilar study vs placebo",
        "trastuzumab / trastuzumab deruxtecan",
    }


def test_a_denied_reason_is_listed(read: Any, bundle: Any) -> None:
    reason = [{"text": "completed without progression"}]
    imported = read(bundle({**drug("lapatinib"), "status": "completed", "statusReason": reason}))
    assert imported.profile.prior_therapies[0].reason_ended is None
    assert [entry.what for entry in imported.draft.unmapped] == ["completed without progression"]


def scores(tmp_path: Path, *entries: dict[str, Any]) -> dict[str, str | None]:
    import json

    file = tmp_path / "bundle.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "entry": list(entries)}), encoding="utf-8")
    found = import_profiles(file)
    return {entry.profile.id: entry.profile.her2.ihc.value for entry in found.imported}


def ihc(code: str, reference: str | None = None, **subject: Any) -> dict[str, Any]:
    named = {"reference": reference} if reference else subject
    return {"resource": observed("85319-2", subject=named, **answer(code))}


@pytest.mark.parametrize("with_patient", [False, True])
def test_patients_without_a_patient_resource_are_kept_apart(tmp_path: Path, with_patient: bool) -> None:
    person = [{"resource": {"resourceType": "Patient", "id": "p1"}}] if with_patient else []
    found = scores(tmp_path, *person, ihc("LA11843-2", "Patient/p1"), ihc("LA11841-6", "Patient/p2"))
    assert found == {"p1": "3+", "p2": "1+"}


def test_subjects_known_by_number_or_name_alone_are_kept_apart(tmp_path: Path) -> None:
    by_number = ihc("LA11843-2", identifier={"value": "1"}), ihc("LA11841-6", identifier={"value": "2"})
    by_name = ihc("LA11843-2", display="Jane Doe"), ihc("LA11841-6", display="Joan Doe")
    for pair in (by_number, by_name):
        found = scores(tmp_path, *pair)
        assert found == {"case-001": "3+", "case-002": "1+"}


def test_absolute_relative_and_urn_references_are_one_patient(tmp_path: Path) -> None:
    uuid = "0b3e1c1e-6d5f-4a53-9d0a-2f2f6a1f0c11"
    for spellings in (
        ("Patient/p1", "https://example.org/fhir/Patient/p1", "urn:example:p1", "Patient/p1/_history/2"),
        (f"urn:uuid:{uuid}", f"Patient/{uuid}", f"urn:uuid:{uuid.upper()}"),
    ):
        found = scores(tmp_path, *(ihc("LA11843-2", spelling) for spelling in spellings))
        assert list(found.values()) == ["3+"]
    person = {"fullUrl": f"urn:uuid:{uuid}", "resource": {"resourceType": "Patient", "id": "p1"}}
    assert scores(tmp_path, person, ihc("LA11843-2", f"urn:uuid:{uuid}"), ihc("LA11843-2", "Patient/p1")) == {
        "p1": "3+"
    }


def test_one_id_of_two_patients_is_refused(tmp_path: Path) -> None:
    both = [
        {"resource": {"resourceType": "Patient", "id": "p1", "gender": gender}}
        for gender in ("male", "female")
    ]
    with pytest.raises(DataError, match="several patients"):
        scores(tmp_path, *both)
    with pytest.raises(DataError, match="two servers"):
        scores(tmp_path, *(ihc("LA11843-2", f"https://{name}.org/fhir/Patient/p1") for name in ("a", "b")))


def test_a_result_of_nobody_is_listed(tmp_path: Path, read: Any) -> None:
    import json

    entries = [
        ihc("LA11843-2", "Patient/p1"),
        ihc("LA11841-6", "Patient/p2"),
        ihc("LA11842-4"),
        ihc("LA11842-4", "Group/g"),
    ]
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "entry": entries}), encoding="utf-8")
    first, second = import_profiles(file).imported
    assert {entry.why for entry in first.draft.unmapped} == {
        "no subject, and the bundle has several patients",
        "its subject is no patient",
    }
    assert any("2 resources" in note for note in second.draft.notes)
