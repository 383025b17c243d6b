"""Wrong drugs and regimens on the command line: one message, exit code 2, nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FEW = ["--twins", "2", "--until", "2 months"]
FILES = {
    "dose": ('dose = "6 mg/kg"', "dose = 6", ["drugs[0].dose", "6 has no unit", '"6 mg/kg"']),
    "other class": ('dose = "6 mg/kg"', 'dose = "2 Gy"', ["drugs[0].dose", "not given in Gy", "dose in mg"]),
    "drug": ('"trastuzumab"', '"trastuzumap"', ["drugs[0].drug", '"trastuzumap"', '"trastuzumab"']),
    "key": ('every = "3 weeks"', 'every = "3 weeks", untill = "9 weeks"', ["drugs[0].untill", '"until"']),
    "overlap": ('every = "3 weeks"', 'every = "3 weeks", infusion = "4 weeks"', ["drugs[0].infusion"]),
    "extra day": ('every = "3 weeks"', 'every = "3 weeks", extra_days = [1]', ["drugs[0].extra_days"]),
    "start": ('every = "3 weeks"', 'every = "3 weeks", starts = "9 weeks", until = "6 weeks"', ["starts"]),
    "twice": (
        "},\n]",
        '},\n  {drug = "Herceptin", dose = "2 mg/kg", every = "1 week"},\n]',
        ["drugs[1].drug", "Herceptin", "same molecule", "trastuzumab"],
    ),
    "id": ('id = "mine"', 'id = "tdxd"', ["id"]),
    "broken": ("drugs = [", "drugs = ", ["not a TOML file"]),
}


def regimen(folder: Path, drug: str = "trastuzumab", dose: str = "6 mg/kg") -> Path:
    """Write a right regimen of one drug."""
    file = folder / "mine.toml"
    file.write_text(
        f'id = "mine"\nname = "mine"\n'
        f'drugs = [\n  {{drug = "{drug}", dose = "{dose}", every = "3 weeks"}},\n]\n',
        encoding="utf-8",
    )
    return file


def one_message(result: Any, *expected: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stderr.count("error: ") == 1, result.stderr
    for text in expected:
        assert text in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


def spoil(case: Path, right: str, wrong: str) -> Path:
    text = case.read_text(encoding="utf-8")
    assert right in text, "the example changed: choose another place to spoil"
    case.write_text(text.replace(right, wrong), encoding="utf-8")
    return case


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["simulate", "advise", "regimens show", "overlay"])
def test_a_wrong_regimen_file(erbium: Any, case: Path, tmp_path: Path, name: str, how: str) -> None:
    right, wrong, expected = FILES[name]
    folder = tmp_path / "own" / "regimens"
    folder.mkdir(parents=True)
    file = spoil(regimen(folder), right, wrong)
    out = tmp_path / "out.json"
    if how == "overlay":
        result = erbium("regimens", "list", "--overlay", folder.parent, "-o", out)
    elif how == "regimens show":
        result = erbium("regimens", "show", file, "-o", out)
    else:
        result = erbium(how, case, "--regimen", file, "-o", out)
    one_message(result, "mine.toml", *expected)
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trastuzumap", ['"trastuzumap"', '"trastuzumab"']),
        ("trastuzumab + docetaxol", ['"docetaxol"', '"docetaxel"']),
        ("trastuzumab + Herceptin", ["same molecule", "named twice"]),
        ("trastuzumab 6 mg/kg", ["holds a dose", "regimen file"]),
        ("trastuzumab + margetuximab", ["margetuximab", "same place"]),
        ("none.toml", ["none.toml", "does not exist"]),
        ("", ["no regimen"]),
    ],
)
def test_a_wrong_name(erbium: Any, case: Path, name: str, expected: list[str]) -> None:
    out = case.with_name("course.csv")
    result = erbium("simulate", case, "--regimen", name, *FEW, "-o", out)
    one_message(result, *expected)
    assert not out.exists()


def test_what_the_profile_rules_out_needs_force(erbium: Any, case: Path) -> None:
    spoil(case, "lvef = {value = 62", "lvef = {value = 35")
    out = case.with_name("course.json")
    refused = erbium("simulate", case, "-r", "tdxd", *FEW, "-o", out)
    one_message(refused, "--regimen", "trastuzumab deruxtecan is ruled out", "LVEF is 35 %", "--force")
    assert not out.exists()
    as_json = json.loads(erbium("simulate", case, "-r", "tdxd", *FEW, "--json").stdout)["error"]
    assert as_json["kind"] == "contraindicated"
    assert [item["rule"] for item in as_json["reasons"]] == ["cardiac"]


@pytest.mark.needs_compiler
def test_force_is_written_into_the_answer(erbium: Any, case: Path) -> None:
    spoil(case, "lvef = {value = 62", "lvef = {value = 35")
    result = erbium("simulate", case, "-r", "tdxd", *FEW, "--force", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["schema"] == "erbium.simulate/1"
    assert [item["rule"] for item in found["forced"]] == ["cardiac"]
    assert found["forced"][0]["reason"].startswith("LVEF is 35 %")
    assert "was forced" in found["warnings"][0]
    assert "was forced" in result.stderr


@pytest.mark.needs_compiler
def test_a_dose_outside_what_was_studied_warns(erbium: Any, case: Path, tmp_path: Path) -> None:
    file = regimen(tmp_path, "T-DM1", "0.6 mg/kg")
    result = erbium("simulate", case, "-r", file, *FEW, "--json")
    assert result.exit_code == 0, result.output
    said = "4 times below the lowest studied (2.4 mg/kg)"
    assert any(said in text for text in json.loads(result.stdout)["warnings"])
    assert said in result.stderr
    usual = json.loads(erbium("simulate", case, "-r", "tdm1", *FEW, "--json").stdout)
    assert not [text for text in usual["warnings"] if "studied" in text]


@pytest.mark.needs_compiler
def test_advice_says_a_dose_outside_too(erbium: Any, case: Path, tmp_path: Path) -> None:
    file = regimen(tmp_path, "T-DM1", "0.6 mg/kg")
    options = ["--twins", "2", "--horizon", "2 months", "--explain", "0", "--json"]
    found = json.loads(erbium("advise", case, "-r", file, *options).stdout)
    assert any("mine: trastuzumab emtansine at 0.6 mg/kg" in text for text in found["warnings"])


@pytest.mark.parametrize(
    ("drugs", "expected"),
    [
        ("trastuzumap = 100", ['"trastuzumap"', '"trastuzumab"']),
        ('trastuzumab = "100"', ["arms.a.drugs.trastuzumab.concentration", "no unit"]),
        ('trastuzumab = "6 mg/kg"', ["arms.a.drugs.trastuzumab.concentration", "nM"]),
        ("trastuzumab = -5", ["negative"]),
        ("trastuzumab = 100, Herceptin = 50", ["trastuzumab is given twice", "each drug once"]),
        ("trastuzumab = [{concentration = 9, stop = 48}, {concentration = 5, start = 24}]", ["given twice"]),
        ("trastuzumab = 100, margetuximab = 100", ["margetuximab", "same place"]),
    ],
)
def test_a_wrong_drug_in_an_experiment(erbium: Any, tmp_path: Path, drugs: str, expected: list[str]) -> None:
    file = tmp_path / "x.toml"
    file.write_text(
        'name = "x"\nreadouts = ["viability"]\ntimes = [72]\n[base]\nline = "bt474"\n[arms.none]\n[arms.a]\n'
        f"drugs = {{ {drugs} }}\n",
        encoding="utf-8",
    )
    one_message(erbium("experiment", "run", file, "-o", tmp_path / "x.csv"), "x.toml", "arms.a", *expected)
    assert [item.name for item in tmp_path.iterdir()] == ["x.toml"]
