"""Reading a profile: short and long values, and every mistake with its key and nearest match."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError, DataErrors
from erbium.profile import (
    Profile,
    as_data,
    example_text,
    explain,
    profile_from,
    profile_json_schema,
    read_profile,
    to_json,
    to_toml,
)


def build(**blocks: Any) -> Profile:
    return profile_from({"schema": "erbium.profile/1", "meta": {"id": "case-1"}, **blocks})


def errors_of(**blocks: Any) -> dict[str, DataError]:
    with pytest.raises(DataErrors) as caught:
        build(**blocks)
    return {str(error.key): error for error in caught.value.errors if isinstance(error, DataError)}


def only(**blocks: Any) -> DataError:
    found = errors_of(**blocks)
    assert len(found) == 1, found
    return next(iter(found.values()))


def test_the_example_reads_and_survives_a_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text(example_text(), encoding="utf-8")
    profile = read_profile(path)
    assert profile.prior_therapies[0].name == "trastuzumab + pertuzumab + docetaxel"
    for name, text in (("again.toml", to_toml(profile)), ("again.json", to_json(profile))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert read_profile(tmp_path / name) == profile
    assert explain(profile).warnings == ()


def test_short_and_long_values() -> None:
    profile = build(
        receptors={
            "ki67": 40,
            "er_percent": {"value": 90, "assay": "SP1", "date": "2024-03"},
            "pr_percent": "0%",
        },
        protein={"pten": "loss", "rb": 120, "p27": "not_tested"},
        person={"weight_kg": "150 lb", "height_cm": "1.65 m", "albumin_g_L": {"value": 4.1, "unit": "g/dL"}},
    )
    assert (profile.receptors.ki67.value, profile.receptors.ki67.status) == (40, "measured")
    assert profile.receptors.er_percent.date == "2024-03"
    assert profile.receptors.pr_percent.value == 0
    assert (profile.protein.pten.value, profile.protein.rb.value) == ("lost", 120)
    assert profile.protein.p27.status == "not_tested"
    assert profile.protein.egfr.status == "unknown"
    assert profile.person.weight_kg.value == pytest.approx(68.04, abs=0.01)
    assert profile.person.height_cm.value == pytest.approx(165)
    assert profile.person.albumin_g_L.value == pytest.approx(41)


@pytest.mark.parametrize(
    ("blocks", "key", "part", "near"),
    [
        ({"her2": {"ihcc": "3+"}}, "her2.ihcc", 'no key "ihcc"', "ihc"),
        ({"receptor": {}}, "receptor", 'no key "receptor"', "receptors"),
        ({"her2": {"ihc": {"valu": "3+"}}}, "her2.ihc.valu", 'no key "valu"', "value"),
        ({"her2": {"ihc": "4+"}}, "her2.ihc", '"4+" is not an IHC score', "3+"),
        ({"her2": {"ish_ratio": -1.0}}, "her2.ish_ratio", "-1 is out of range", "0"),
        ({"her2": {"ihc_percent": 140}}, "her2.ihc_percent", "140 is out of range", "100"),
        ({"receptors": {"ki67": True}}, "receptors.ki67", "true is not a number", None),
        ({"receptors": {"ki67": "forty"}}, "receptors.ki67", '"forty" is not a number', None),
        ({"receptors": {"ki67": float("nan")}}, "receptors.ki67", "nan", None),
        ({"person": {"weight_kg": "68 mg/L"}}, "person.weight_kg", "cannot be converted to kg", None),
        ({"person": {"weight_kg": "68 wibble"}}, "person.weight_kg", "unknown unit", None),
        ({"person": {"fcgr3a": "V/X"}}, "person.fcgr3a", "FCGR3A", "V/V"),
        ({"person": {"ecog": 7}}, "person.ecog", "7 is out of range", "4"),
        ({"disease": {"setting": "metastatik"}}, "disease.setting", "not a known setting", "metastatic"),
        ({"disease": {"line": 0}}, "disease.line", "0 is out of range", "1"),
        ({"disease": {"sites": ["livr"]}}, "disease.sites[0]", "not a known site", "liver"),
        ({"protein": {"pten": "losst"}}, "protein.pten", "not a known protein level", "lost"),
        ({"protein": {"pten": -3}}, "protein.pten", "not a protein level", "0"),
        (
            {"variants": [{"gene": "ERBB2", "protein": "p.L755S", "vaf": 35}]},
            "variants[0].vaf",
            "35 is out",
            "0.35",
        ),
        ({"variants": [{"gene": "ERBB2", "protein": "p.K735E"}]}, "variants[0].protein", "735", "p.K753E"),
        (
            {"variants": [{"gene": "HER2", "protein": "p.H1047R"}]},
            "variants[0].protein",
            "1047",
            "PIK3CA p.H1047R",
        ),
        ({"variants": [{"protein": "p.L755S"}]}, "variants[0].gene", '"gene" is missing', None),
        ({"variants": [{"gene": "ERBB2"}]}, "variants[0]", "without a change", None),
        ({"variants": [{"gene": "ERBB2; drop"}]}, "variants[0].gene", "not a gene symbol", None),
        ({"copy_number": [{"gene": "CCND1"}]}, "copy_number[0]", "no copy number for CCND1", None),
        ({"copy_number": [{"gene": "CCND1", "call": 1.2}]}, "copy_number[0].call", "call 1.2", "1"),
        (
            {"copy_number": [{"gene": "PTEN", "call": -2, "copies": 4}]},
            "copy_number[0].call",
            "contradicts",
            None,
        ),
        ({"immune": {"pdl1": 10}}, "immune.pdl1", "without its assay", None),
        ({"her2": {"ihc": {"status": "measured"}}}, "her2.ihc", "without a value", None),
        (
            {"her2": {"ihc": {"value": "3+", "status": "not_tested"}}},
            "her2.ihc",
            'with status "not_tested"',
            None,
        ),
        ({"her2": {"ihc": {"value": "3+", "date": "3/4/24"}}}, "her2.ihc.date", "is not a date", None),
        ({"schema": "erbium.profile/9"}, "schema", "not a schema", "erbium.profile/1"),
        ({"prior_therapies": [{"line": 1}]}, "prior_therapies[0]", "without a name", None),
        (
            {"prior_therapies": [{"regimen": "THP", "best_response": "good"}]},
            "prior_therapies[0].best_response",
            "good",
            None,
        ),
    ],
)
def test_one_mistake_one_message(blocks: dict[str, Any], key: str, part: str, near: str | None) -> None:
    error = only(**blocks)
    assert error.key == key
    assert part in error.message
    assert error.expected
    assert error.nearest == near or near is None


@pytest.mark.parametrize(
    "name",
    [
        "Jane Doe",
        "Doe, Jane",
        "Jane_Doe",
        "1234567",
        "943-476-5919",
        "MRN 1234567",
        "1960-05-12",
        "a b",
        "",
        "x@y.z",
    ],
)
def test_ids_that_may_name_a_person(name: str) -> None:
    with pytest.raises(DataErrors) as caught:
        profile_from({"meta": {"id": name}})
    assert caught.value.key == "meta.id"
    assert "pseudonym" in str(caught.value.expected)


@pytest.mark.parametrize(
    "name", ["case-001", "BT-474", "P-0000041-T01-IM3", "HCC1954", "TCGA-A1-A0SB-01", "SK-BR-3"]
)
def test_pseudonyms(name: str) -> None:
    assert profile_from({"meta": {"id": name}}).id == name


def test_all_mistakes_are_reported_at_once() -> None:
    found = errors_of(
        her2={"ihc": "4+", "ihcc": 1},
        disease={"line": 0},
        variants=[
            {"gene": "ERBB2", "protein": "p.L755S", "vaf": 35},
            {"gene": "ERBB2", "protein": "p.K735E"},
            {"gene": "ERBB2", "protein": "p.H1047R"},
        ],
        clones=[{"name": "a", "fraction": 0.5}],
    )
    assert set(found) == {
        "her2.ihc",
        "her2.ihcc",
        "disease.line",
        "variants[0].vaf",
        "variants[1].protein",
        "variants[2].protein",
        "clones",
    }


@pytest.mark.parametrize(
    ("marker", "value", "expected"),
    [("ctDNA fraction", 22.0, "a fraction from 0 to 1"), ("Ki-67", 140.0, "percent of cells, 0 to 100")],
)
def test_a_serial_marker_that_is_a_share_is_no_more_than_all(
    marker: str, value: float, expected: str
) -> None:
    reading = {"marker": marker, "week": 6, "value": 0.2, "baseline": value}
    error = only(prior_therapies=[{"regimen": "THP", "markers": [reading]}])
    assert error.key == "prior_therapies[0].markers[0]"
    assert f"a baseline of {value:g}" in str(error)
    assert error.expected == expected


def test_a_file_with_a_mistake_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text('[meta]\nid = "case-1"\n[her2]\nihc = "4+"\n', encoding="utf-8")
    with pytest.raises(DataErrors) as caught:
        read_profile(path)
    assert caught.value.file == str(path)
    assert str(caught.value).startswith(f"{path}, her2.ihc: ")


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("a.toml", "[meta\n", "not TOML"),
        ("a.json", "{", "not JSON"),
        ("a.json", "[]", "a profile is a table"),
        ("a.yaml", "meta:\n  id: x\n", "not TOML"),
        ("a.toml", "", '"meta" is missing'),
    ],
)
def test_files_that_are_no_profile(tmp_path: Path, name: str, text: str, part: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataErrors) as caught:
        read_profile(path)
    assert part in str(caught.value)


def test_files_that_are_not_there_or_not_text(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00\x80")
    for path, part in (
        (tmp_path / "no.toml", "does not exist"),
        (tmp_path, "folder"),
        (tmp_path / "binary.toml", "not text"),
    ):
        with pytest.raises(DataErrors, match=part):
            read_profile(path)


def test_extras_are_kept() -> None:
    profile = build(extras={"site code": {"x": 1}})
    assert profile.extras == {"site code": {"x": 1}}
    assert profile_from(json.loads(to_json(profile))) == profile


def test_unknown_is_left_out() -> None:
    assert as_data(build()) == {"schema": "erbium.profile/1", "meta": {"id": "case-1"}}


def test_json_schema() -> None:
    schema = profile_json_schema()
    assert schema["$id"] == "erbium.profile/1"
    assert schema["additionalProperties"] is False
    assert "schema" in schema["properties"]
    assert not [name for name in schema["$defs"] if "Annotated" in name]
    text = json.dumps(schema)
    assert all(f'"{name}"' in text for name in ("p95_ratio", "not_tested", "fcgr3a"))
