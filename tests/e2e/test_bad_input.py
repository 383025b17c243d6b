"""A wrong input is one clear message and exit code 2, and nothing is left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

WRONG_PROFILES = {
    "key": ('ihc = {value = "3+"', 'ihk = {value = "3+"', ["her2.ihk", "ihc"]),
    "unit": ("weight_kg = 68", 'weight_kg = "68 furlong"', ["person.weight_kg"]),
    "unit of another kind": ("weight_kg = 68", 'weight_kg = "68 mL"', ["person.weight_kg"]),
    "residue that is not there": ('"p.H1047R"', '"p.K1047R"', ["variants", "1047"]),
    "impossible number": ("age = 54", "age = 540", ["person.age"]),
    "impossible percentage": ("er_percent = 10", "er_percent = 130", ["receptors.er_percent"]),
    "contradictory IHC": ('ihc = {value = "3+"', 'ihc = {value = "0"', ["her2.ihc"]),
    "contradictory ISH": ("ish_ratio = 5.2", "ish_ratio = 1.2", ["her2.ish_ratio", "5.2"]),
    "unknown score": ('ihc = {value = "3+"', 'ihc = {value = "4+"', ["her2.ihc", "3+"]),
    "unknown setting": ('setting = "metastatic"', 'setting = "metastatik"', [".setting", '"metastatic"']),
    "broken TOML": ("[person]", "[person", ["TOML"]),
}


def _failed(result: Any, *expected: str) -> None:
    assert result.exit_code == 2, result.output
    for text in expected:
        assert text in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", WRONG_PROFILES)
@pytest.mark.parametrize("command", ["profile validate", "advise"])
def test_wrong_profile(erbium: Any, case: Path, name: str, command: str) -> None:
    right, wrong, expected = WRONG_PROFILES[name]
    text = case.read_text(encoding="utf-8")
    assert right in text, "the example changed: choose another place to spoil"
    case.write_text(text.replace(right, wrong), encoding="utf-8")
    before = set(case.parent.iterdir())
    out = ["--out", case.parent / "report.html"] if command == "advise" else []
    result = erbium(*command.split(), case, *out)
    _failed(result, "case.toml", *expected)
    assert set(case.parent.iterdir()) == before


def test_everything_wrong_is_said_at_once(erbium: Any, case: Path) -> None:
    text = case.read_text(encoding="utf-8").replace("age = 54", "age = 540").replace("ki67 = 40", "ki76 = 40")
    case.write_text(text, encoding="utf-8")
    result = erbium("profile", "validate", case)
    _failed(result, "person.age", "receptors.ki76", '"ki67"')
    assert result.stderr.count("error: ") == 2


@pytest.mark.parametrize("command", ["advise", "simulate"])
def test_a_fault_that_shows_only_while_simulating_names_the_file(
    erbium: Any, case: Path, command: str
) -> None:
    text = case.read_text(encoding="utf-8")
    if command == "advise":
        right = 'regimen = "trastuzumab + pertuzumab + docetaxel"'
        assert right in text, "the example changed: choose another place to spoil"
        text = text.replace(right, 'regimen = "trastuzumab deruxtecann"')
        told, more = ("prior_therapies[0].regimen", '"trastuzumab deruxtecan"'), []
    else:
        text += '\n[[clones]]\nname = "other"\nfraction = 1.0\nmechanisms = ["pten_los"]\n'
        told, more = ("clones", '"pten_loss"'), ["--regimen", "T-DXd"]
    case.write_text(text, encoding="utf-8")
    _failed(erbium(command, case, *more), f"{case}, {told[0]}", told[1])


def test_error_as_json(erbium: Any, case: Path) -> None:
    text = case.read_text(encoding="utf-8").replace("ki67 = 40", "ki76 = 40")
    case.write_text(text, encoding="utf-8")
    result = erbium("advise", case, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert {"kind", "message", "file", "key", "expected", "nearest"} <= error.keys()
    assert error["file"] == str(case)
    assert error["key"] == "receptors.ki76"
    assert error["nearest"] == "ki67"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["drugs", "show", "trastuzumap"], ['"trastuzumap"', '"trastuzumab"']),
        (["regimens", "show", "trastuzumab + docetaxol"], ['"docetaxol"', '"docetaxel"']),
        (["mechanisms", "show", "pten_los"], ['"pten_los"', '"pten_loss"']),
        (["mechanisms", "list", "--group", "her22"], ["--group", '"her2"']),
        (["regimens", "list", "--setting", "metastatc"], ["--setting", '"metastatic"']),
        (["regimens", "list", "--drug", "lapatinip"], ['"lapatinib"']),
        (["schema", "profil"], ['"profile"']),
        (["model", "show", "survivall"], ['"survival"']),
        (["model", "parameters", "--kind", "assumd"], ['"assumed"']),
        (["model", "parameters", "--module", "ras_mapkk"], ['"ras_mapk"']),
        (["drugs", "list", "--overlay", "no/such"], ["--overlay", "does not exist"]),
        (["cohort", "no/such/folder"], ["no/such/folder"]),
        (["profile", "show", "no_such.toml"], ["no_such.toml", "does not exist"]),
        (["profile", "convert", "no_such.toml", "-o", "x.json"], ["no_such.toml"]),
        (["kernel", "build", "--precision", "f16"], ["--precision"]),
    ],
)  # fmt: skip
def test_unknown_name(
    erbium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    _failed(erbium(*arguments), *expected)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--regimen", "trastuzumap"], ["--regimen", '"trastuzumab"']),
        (["--horizon", "24"], ["--horizon"]),
        (["--horizon", "24 kg"], ["--horizon"]),
        (["--horizon", "-3 months"], ["--horizon"]),
        (["--twins", "many"], ["--twins", "auto"]),
        (["--twins", "0"], ["--twins"]),
        (["--backend", "nunpy"], ["--backend", '"numpy"']),
        (["--out", "report.htm"], ["report.htm", "--out", ".html"]),
        (["--out", "report"], ["--out", "no suffix"]),
        (["--out", "case.toml/report.html"], ["case.toml", "--out"]),
    ],
)
def test_wrong_option_of_advise(
    erbium: Any, case: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: list[str]
) -> None:
    monkeypatch.chdir(case.parent)
    _failed(erbium("advise", "case.toml", *arguments), *expected)
    assert [file.name for file in case.parent.iterdir()] == ["case.toml"]


def test_a_folder_is_no_profile(erbium: Any, tmp_path: Path) -> None:
    _failed(erbium("profile", "show", tmp_path), "is a folder")
    _failed(erbium("advise", tmp_path), "is a folder")


def test_a_folder_is_no_output(erbium: Any, case: Path) -> None:
    folder = case.parent / "there.json"
    folder.mkdir()
    _failed(erbium("drugs", "list", "--out", folder), "is a folder")


def test_a_binary_file_is_no_profile(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_bytes(b"\x89PNG\r\n\x00\xff")
    _failed(erbium("profile", "validate", file), "case.toml", "not text")


@pytest.mark.parametrize(
    "text",
    ["", "Hugo_Symbol\n", "\x00\x01\x02", "not a table"],
    ids=["empty", "one column", "binary", "prose"],
)
@pytest.mark.parametrize("command", [["profile", "convert"], ["cohort"]], ids=["convert", "cohort"])
def test_broken_study(erbium: Any, tmp_path: Path, text: str, command: list[str]) -> None:
    study = tmp_path / "study"
    study.mkdir()
    (study / "data_mutations.txt").write_text(text, encoding="utf-8")
    out = tmp_path / ("out" if command[0] == "profile" else "out.csv")
    _failed(erbium(*command, study, "--out", out), "data_mutations.txt")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["study"]


def test_usage_error_as_json(erbium: Any) -> None:
    result = erbium("drugs", "lst", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["kind"] == "usage"


@pytest.mark.parametrize(
    "arguments", [["advize"], ["advise"], ["drugs", "show", "x", "--jso"], ["simulate", "x.toml"]]
)
def test_usage_error(erbium: Any, arguments: list[str]) -> None:
    result = erbium(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
