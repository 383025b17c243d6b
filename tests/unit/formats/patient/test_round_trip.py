"""A profile written for another program and read again is the same, but for what is listed as lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from erbium.formats.patient import import_profiles, to_mcode, to_phenopacket
from erbium.profile import Profile, as_data, profile_from, read_profile
from tests.architecture.source import ROOT

CASES = sorted((ROOT / "examples" / "cases").glob("*.toml"))
FORMATS = ("phenopacket", "mcode")

RICH: dict[str, Any] = {
    "meta": {"id": "case-7"},
    "person": {
        "age": 61,
        "sex": "female",
        "lvef": {"value": 55, "date": "2024-05"},
        "fcgr3a": "V/F",
        "germline": {"BRCA1": "wild type", "TP53": "not_tested"},
    },
    "disease": {
        "setting": "metastatic",
        "line": 3,
        "sites": ["liver", "brain"],
        "brain_metastases": "stable",
        "stage": "IV",
        "tnm": "T2N1M1",
        "grade": 3,
        "histology": "invasive lobular carcinoma",
    },
    "specimens": [
        {"id": "core-1", "site": "breast", "type": "core", "date": "2021", "metastatic": False},
        {"id": "liver_2", "site": "liver", "type": "excision", "date": "2024-04-30", "metastatic": True},
    ],
    "her2": {
        "status": "negative",
        "ihc": {"value": "1+", "assay": "4B5", "specimen": "liver_2", "date": "2024-05-02"},
        "p95_ratio": {"status": "not_tested", "specimen": "liver_2", "date": "2024-05-02"},
    },
    "her2_history": [
        {
            "ihc": {"value": "3+", "specimen": "core-1", "date": "2021-03-01"},
            "ish_ratio": {"value": 4.4, "specimen": "core-1", "date": "2021-03-01"},
        },
    ],
    "receptors": {"er_percent": {"value": 2.5, "status": "inferred"}, "ki67": 40},
    "protein": {"pten": "lost", "cyclin_d1": {"value": 180, "unit": "H-score", "assay": "SP4"}},
    "immune": {"pdl1": {"value": 5, "unit": "CPS", "assay": "22C3"}, "til": 10},
    "variants": [
        {
            "gene": "ERBB2",
            "protein": "p.L755S",
            "cdna": "c.2264T>C",
            "transcript": "NM_004448",
            "vaf": 0.125,
            "origin": "ctDNA",
            "zygosity": "heterozygous",
            "clonality": "subclonal",
            "effect": "activating",
            "classified_by": "laboratory",
            "specimen": "liver_2",
            "date": "2024-05-09",
        },
        {"gene": "TP53", "maf_class": "Splice_Site", "status": "inferred"},
    ],
    "copy_number": [{"gene": "CCND1", "copies": 7.5, "method": "panel"}, {"gene": "PTEN", "call": -2}],
    "sequencing": {
        "panel": "panel A",
        "genes": ["ERBB2", "TP53"],
        "copy_number_genes": ["CCND1"],
        "status": "inferred",
    },
    "prior_therapies": [
        {
            "regimen": "trastuzumab + pertuzumab + docetaxel",
            "setting": "metastatic",
            "line": 1,
            "start": "2022-02",
            "stop": "2023",
            "best_response": "PR",
            "reason_ended": "progression",
            "duration_months": 11.5,
            "toxicities": ["neuropathy"],
        },
        {
            "drugs": ["capecitabine", "lapatinib"],
            "start": "2023-06-01",
            "stop": "2024-03-01",
            "best_response": "SD",
        },
    ],
}


def again(profile: Profile, form: str, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the profile after writing and reading, as data, and what was listed as lost."""
    if form == "phenopacket":
        document, lost = to_phenopacket(profile, version="0", created="2024-06-01T00:00:00Z")
    else:
        document, lost = to_mcode(profile, created="2024-06-01T00:00:00Z")
    file = folder / "case.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    intake = import_profiles(file)
    assert intake.format == form
    (imported,) = intake.imported
    assert not imported.draft.errors
    assert not imported.draft.unmapped
    return comparable(as_data(imported.profile)), lost


def comparable(data: dict[str, Any]) -> dict[str, Any]:
    """Return a profile without where it comes from."""
    return {**data, "meta": {"id": data["meta"]["id"]}}


@pytest.mark.parametrize("form", FORMATS)
def test_every_field_that_is_not_listed_as_lost(form: str, tmp_path: Path) -> None:
    profile = profile_from(RICH)
    data, lost = again(profile, form, tmp_path)
    assert data == comparable(as_data(profile))
    assert not lost


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", ["brain_metastases", "her2_positive_pik3ca", "neoadjuvant_her2_positive"])
def test_shipped_cases(form: str, case: str, tmp_path: Path) -> None:
    profile = read_profile(next(file for file in CASES if file.stem == case))
    data, lost = again(profile, form, tmp_path)
    original = comparable(as_data(profile))
    for key in lost:
        original.pop(key, None)
    assert data == original
    assert all(key.startswith("meta.") or key == "clones" for key in lost)


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_lost_is_listed(form: str, tmp_path: Path) -> None:
    clones = [{"name": "a", "fraction": 0.5}, {"name": "b", "fraction": 0.5}]
    added = {"clones": clones, "preferences": {"region": "EMA"}, "extras": {"x": 1}}
    profile = profile_from({**RICH, **added, "protein": {"pten": {"value": "low", "source": "a report"}}})
    _, lost = again(profile, form, tmp_path)
    assert set(lost) >= {"clones", "preferences", "extras", "protein.pten.source"}
