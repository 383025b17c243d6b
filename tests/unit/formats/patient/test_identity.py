"""Who the patient is stays in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError
from erbium.formats.patient import import_profiles
from erbium.formats.patient.identity import Identity, is_code
from erbium.profile import to_json

SECRETS = ("Mustermann", "Erika", "00417733", "1966-08-12", "12.08.1966", "19660812", "Lindenweg")


def everything(file: Path) -> str:
    """Return all that leaves an import, as one text."""
    try:
        intake = import_profiles(file)
    except DataError as error:
        return f"{error} {json.dumps(error.json())}".replace(str(file), "")
    found = []
    for entry in intake.imported:
        found += [
            to_json(entry.profile),
            str(entry.choices),
            str(entry.draft.notes),
            str(entry.draft.columns),
        ]
        found += [str(one.json()) for one in entry.draft.unmapped] + [
            str(error) for error in entry.draft.errors
        ]
    found += [f"{name} {error}" for name, error in intake.failures]
    return " ".join(found).replace(str(file), "")


def silent(file: Path) -> None:
    told = everything(file).casefold()
    assert not [secret for secret in SECRETS if secret.casefold() in told]


def test_fhir(tmp_path: Path, bundle: Any) -> None:
    code = {"coding": [{"system": "http://loinc.org", "code": "85319-2"}], "text": "HER2 of Erika Mustermann"}
    base = {"resourceType": "Observation", "status": "final"}
    resources = [
        {**base, "code": code, "valueString": "3+"},
        {**base, "code": code, "valueString": "Erika Mustermann"},
        {**base, "code": {"text": "Report MRN-00417733 for Mustermann"}, "valueString": "born 12.08.1966"},
        {**base, "code": {"text": "PTEN"}, "valueString": "MUSTERMANN", "method": {"text": "for Erika"}},
        {"resourceType": "Specimen", "id": "mustermann-1", "type": {"text": "core"}},
        {
            "resourceType": "Condition",
            "code": {"text": "breast cancer"},
            "stage": [{"summary": {"text": "Mustermann IV"}}],
        },
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": {"text": "x for Mustermann"},
        },
    ]
    document = bundle(
        *resources,
        id="erika.mustermann",
        name=[{"family": "Mustermann", "given": ["Erika"]}],
        birthDate="1966-08-12",
        identifier=[{"value": "MRN-00417733"}],
        address=[{"line": ["Lindenweg 4"]}],
        text={"div": "Erika Mustermann"},
    )
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    silent(file)


def test_phenopacket(tmp_path: Path) -> None:
    measurement = {"assay": {"id": "LOINC:85319-2"}, "value": {"ontologyClass": {"label": "3+"}}}
    strange = {"assay": {"label": "Mustermann's test"}, "value": {"ontologyClass": {"label": "Erika"}}}
    wrong = {"assay": {"id": "LOINC:85330-9"}, "value": {"ontologyClass": {"label": "Erika Mustermann"}}}
    subject = {
        "id": "Mustermann_Erika",
        "alternateIds": ["MRN-00417733"],
        "dateOfBirth": "1966-08-12T00:00:00Z",
    }
    document = {
        "id": "Erika 1966-08-12",
        "subject": subject,
        "measurements": [measurement, strange, wrong],
        "biosamples": [
            {"id": "MRN-00417733-A", "description": "Erika Mustermann", "measurements": [measurement]}
        ],
        "metaData": {"createdBy": "Erbium 9"},
    }
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    silent(file)


@pytest.mark.parametrize("patient", ["Erika Mustermann", "00417733", "mustermann"])
def test_table(tmp_path: Path, patient: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "Patient,Surname,First name,DOB,MRN,Address,HER2 IHC,ER %,PTEN\n"
        f"{patient},Mustermann,Erika,1966-08-12,00417733,Lindenweg 4,3+,Mustermann,00417733 Erika\n",
        encoding="utf-8",
    )
    silent(file)


def test_texts_are_scrubbed(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    long = "ductal carcinoma of no special type, grade to be told by MUSTERMANN"
    file.write_text(
        "Patient,Surname,First name,HER2 IHC,histology,HER2 clone,gene,variant\n"
        f'case-1,Mustermann,Erika,3+,"{long}",4B5 for Mustermann,Mustermann,Erika\n'
        "case-1,Mustermann,Erika,3+,,,Mustermann,wild type\n",
        encoding="utf-8",
    )
    silent(file)
    (imported,) = import_profiles(file).imported
    assert imported.profile.her2.antibody_clone == "4B5 for [withheld]"


def test_a_name_where_a_marker_belongs(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "Patient,Surname,marker,value\ncase-1,Mustermann,HER2 IHC,3+\n"
        "case-1,Mustermann,PTEN of Mustermann,x\n"
        "case-1,Mustermann,Mustermann PD-L1,5\n",
        encoding="utf-8",
    )
    silent(file)


def test_surnames_of_two_letters(tmp_path: Path, bundle: Any, read: Any) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "Patient,Surname,First name,HER2 IHC,histology,HER2 clone\nwu-12,Ng,Wu,3+,ductal (Wu Ng),NG 4B5\n",
        encoding="utf-8",
    )
    (imported,) = import_profiles(file).imported
    assert imported.profile.id == "case-001"
    assert imported.profile.disease.histology == "ductal ([withheld] [withheld])"
    code = {"coding": [{"system": "http://loinc.org", "code": "85319-2"}]}
    observation = {"resourceType": "Observation", "status": "final", "code": code, "valueString": "3+"}
    named = read(
        bundle({**observation, "method": {"text": "4B5 (Li)"}}, name=[{"family": "Li", "given": ["Na"]}])
    )
    assert named.profile.her2.ihc.assay == "4B5 ([withheld])"


def test_shifted_columns_quote_no_cell(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "case,HER2 IHC,ER %,PTEN,HER2 FISH\ncase-1,Erika,Mustermann,1966-08-12,00417733\n", encoding="utf-8"
    )
    silent(file)


@pytest.mark.parametrize("text", ["case-7", "P12", "TCGA-A2-A0T2", "sample-03", "example-1", "s2"])
def test_codes(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize(
    "text", ["jane.doe", "Doe1965", "00417733", "1966-08-12", "a b", "doe-12", "case", "../x1", ""]
)
def test_what_may_name_a_person(text: str) -> None:
    assert not is_code(text)


def test_words_of_the_field_are_left(tmp_path: Path) -> None:
    identity = Identity()
    identity.learn("Erika Mustermann", "1966-08-12")
    assert identity.scrub("ER of ERIKA, born 12.08.1966: 3+") == "ER of [withheld], born [withheld]: 3+"
    identity.learn("MG 12345")
    assert identity.scrub("440 mg") == "440 mg", "only names are learned to the second letter"
    assert identity.scrub("mustermann-biopsy") == "[withheld]"
