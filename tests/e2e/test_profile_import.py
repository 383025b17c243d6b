"""`erbium profile import` and `export`, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT

EXAMPLES = ROOT / "examples" / "profiles_in"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
PIK3CA = ROOT / "examples" / "cases" / "her2_positive_pik3ca.toml"


def test_import_writes_a_valid_profile_and_lists_the_rest(erbium: Any, tmp_path: Path) -> None:
    out = tmp_path / "case.toml"
    ran = erbium("profile", "import", EXAMPLES / "phenopacket.json", "-o", out)
    assert ran.exit_code == 0, ran.output
    assert "HER2-positive" in ran.stdout
    assert "measurements[1]: Bilirubin.total" in ran.stdout
    assert "2+ of liver-1 (2024-05-03), not 3+ of core-1" in ran.stderr
    assert erbium("profile", "validate", out).exit_code == 0


def test_json(erbium: Any) -> None:
    ran = erbium("profile", "import", EXAMPLES / "ihc_wide.csv", "--json")
    answer = json.loads(ran.stdout)
    assert answer["schema"] == "erbium.profile_import/1"
    assert {"version", "seed", "knowledge_hash", "warnings", "columns", "failures"} <= set(answer)
    assert [entry["id"] for entry in answer["profiles"]] == ["case-11", "case-12", "case-13"]
    assert answer["columns"]["ER %"] == "receptors.er_percent"
    first = answer["profiles"][0]
    assert first["file"] is None
    assert first["chosen"][0] == {
        "field": "her2.ihc",
        "chosen": "2+ of liver-1 (2024-02-01)",
        "others": ["3+ of core-1 (2020-01-15)"],
        "why": "the newest; the other is kept in her2_history",
    }
    assert {"path", "what", "why", "count"} == set(first["not_mapped"][0])


def test_without_a_file_the_profile_is_shown(erbium: Any) -> None:
    ran = erbium("profile", "import", EXAMPLES / "plasma_snpeff.vcf")
    assert ran.exit_code == 0
    assert ran.stdout.startswith('schema = "erbium.profile/1"')


def test_several_patients_are_a_folder(erbium: Any, tmp_path: Path) -> None:
    ran = erbium("profile", "import", EXAMPLES / "ihc_wide.csv", "-o", tmp_path / "cases")
    assert ran.exit_code == 0, ran.output
    assert sorted(file.name for file in (tmp_path / "cases").iterdir()) == [
        "case-11.toml",
        "case-12.toml",
        "case-13.toml",
    ]
    refused = erbium("profile", "import", EXAMPLES / "ihc_wide.csv", "-o", tmp_path / "one.toml")
    assert refused.exit_code == 2
    assert "3 patients" in refused.stderr
    assert not (tmp_path / "one.toml").exists()
    one = erbium(
        "profile",
        "import",
        EXAMPLES / "ihc_wide.csv",
        "--sample",
        "case-12",
        "--id",
        "case-900",
        "-o",
        tmp_path / "one.toml",
    )
    assert one.exit_code == 0
    assert 'id = "case-900"' in (tmp_path / "one.toml").read_text(encoding="utf-8")


def test_merge(erbium: Any, tmp_path: Path) -> None:
    out = tmp_path / "case.toml"
    ran = erbium(
        "profile",
        "import",
        EXAMPLES / "tumour_normal_vep.vcf",
        "--sample",
        "TUMOUR",
        "--merge",
        PIK3CA,
        "-o",
        out,
        "--json",
    )
    assert ran.exit_code == 0, ran.output
    profile = json.loads(ran.stdout)["profiles"][0]["profile"]
    assert [variant["gene"] for variant in profile["variants"]] == ["PIK3CA", "TP53", "ERBB2", "PTEN"]
    assert profile["prior_therapies"]
    assert erbium("profile", "validate", out).exit_code == 0


def test_a_wrong_value_is_left_out_and_the_rest_is_written(erbium: Any, tmp_path: Path) -> None:
    file, out = tmp_path / "x.csv", tmp_path / "case.toml"
    file.write_text("case,HER2 IHC,ER %\ncase-1,3+,130\n", encoding="utf-8")
    ran = erbium("profile", "import", file, "-o", out)
    assert ran.exit_code == 4
    assert "row 2, ER %" in ran.stderr
    assert out.exists()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("x.json", '{"subject": ', "not JSON"),
        ("x.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "entities is refused"),
        (
            "x.vcf",
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
            "vep --input_file",
        ),
        ("x.csv", "a,b\n1,2\n", "no column is known"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_malformed_files(
    erbium: Any, tmp_path: Path, name: str, text: str, expected: str, as_json: bool
) -> None:
    file, out = tmp_path / name, tmp_path / "case.toml"
    file.write_text(text, encoding="utf-8")
    ran = erbium("profile", "import", file, "-o", out, *(["--json"] if as_json else []))
    assert ran.exit_code == 2
    assert expected in ran.stderr
    assert "Traceback" not in ran.output
    assert not out.exists()
    assert json.loads(ran.stdout)["error"]["file"] == str(file) if as_json else ran.stdout == ""


def test_no_identity_on_any_stream(erbium: Any, tmp_path: Path) -> None:
    for name in ("mcode_bundle.json", "ihc_wide.csv"):
        for options in ([], ["--json"]):
            ran = erbium("profile", "import", EXAMPLES / name, *options)
            assert ran.exit_code == 0
            for secret in ("Mustermann", "Erika", "Beispiel", "00417733", "1966-08-12", "1951-02-28"):
                assert secret not in ran.output + ran.stderr, (name, secret)


@pytest.mark.parametrize("form", ["phenopacket", "mcode"])
def test_export_and_back(erbium: Any, tmp_path: Path, form: str) -> None:
    out, back = tmp_path / "case.json", tmp_path / "back.toml"
    ran = erbium("profile", "export", PIK3CA, "--format", form, "-o", out, "--json")
    assert ran.exit_code == 0, ran.output
    answer = json.loads(ran.stdout)
    assert answer["schema"] == "erbium.profile_export/1"
    assert answer["not_carried"] == ["meta.note", "meta.source"]
    assert erbium("profile", "import", out, "-o", back).exit_code == 0
    shown = [json.loads(erbium("profile", "show", file, "--json").stdout) for file in (PIK3CA, back)]
    assert shown[0]["her2_status"] == shown[1]["her2_status"]


def test_export_to_another_format_is_refused(erbium: Any) -> None:
    ran = erbium("profile", "export", PIK3CA, "--format", "hl7")
    assert ran.exit_code == 2
    assert "phenopacket, mcode" in ran.stderr
