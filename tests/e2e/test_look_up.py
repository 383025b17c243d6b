"""Lists, records, schemas and exports: on the screen, as JSON and as files."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from erbium.profile import profile_from, read_profile

JSON_COMMANDS = [
    "drugs list", "drugs show trastuzumab", "drugs show T-DXd", "regimens list",
    "regimens show thp_docetaxel", "mechanisms list", "mechanisms show p95her2", "model show",
    "model show survival", "model readouts", "model parameters --fitted", "model export", "check",
    "kernel info",
]  # fmt: skip


@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_json_has_the_keys_of_the_contract(erbium: Any, command: str) -> None:
    result = erbium(*command.split(), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {"schema", "version", "seed", "knowledge_hash", "warnings"} <= found.keys()
    assert found["schema"].startswith("erbium.")


@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_the_screen_shows_something_readable(erbium: Any, command: str) -> None:
    result = erbium(*command.split())
    assert result.exit_code == 0
    assert result.stdout.strip()
    assert "Traceback" not in result.output


@pytest.mark.parametrize("kind", ["drugs", "regimens", "mechanisms"])
def test_every_record_can_be_shown(erbium: Any, kind: str) -> None:
    listed = json.loads(erbium(kind, "list", "--json").stdout)[kind]
    assert listed
    for item in listed:
        # What a mechanism does to every drug is computed, and has its own test.
        result = erbium(kind, "show", item["id"], *(["--no-drugs"] if kind == "mechanisms" else []))
        assert result.exit_code == 0, item["id"]
        assert item["name"] in result.stdout


def test_a_list_as_csv(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "new" / "drugs.csv"
    assert erbium("drugs", "list", "-o", file).exit_code == 0
    with file.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {"trastuzumab", "tucatinib"} <= {row["id"] for row in rows}


def test_a_combination_that_no_file_describes(erbium: Any) -> None:
    found = json.loads(erbium("regimens", "show", "everolimus + T-DM1", "--json").stdout)["regimen"]
    assert found["ad_hoc"]
    assert [item["drug"] for item in found["drugs"]] == ["everolimus", "trastuzumab_emtansine"]


@pytest.mark.parametrize("kind", ["profile", "regimen", "drug", "mechanism", "source"])
def test_schema(erbium: Any, kind: str) -> None:
    found = json.loads(erbium("schema", kind).stdout)
    assert found["$schema"].startswith("https://json-schema.org/")
    assert found["properties"]


def test_own_drug_over_the_shipped_ones(erbium: Any, tmp_path: Path) -> None:
    from erbium.knowledge.parameters import data_folder

    (tmp_path / "drugs").mkdir()
    text = (data_folder() / "drugs" / "trastuzumab.toml").read_text(encoding="utf-8")
    own = text.replace('id = "trastuzumab"', 'id = "ownumab"').replace(
        'name = "trastuzumab"', 'name = "ownumab"'
    )
    (tmp_path / "drugs" / "ownumab.toml").write_text(own, encoding="utf-8")
    result = erbium("drugs", "show", "ownumab", "--overlay", tmp_path)
    assert result.exit_code == 0, result.output
    assert erbium("drugs", "show", "ownumab").exit_code == 2
    result = erbium("drugs", "show", "ownumab", "--overlay", tmp_path, "-o", tmp_path / "own.html")
    assert result.exit_code == 2
    assert "comes from the overlay" in " ".join(result.output.split())


def test_new_profile_is_valid_and_never_overwrites(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert erbium("profile", "new", file).exit_code == 0
    assert erbium("profile", "validate", file).exit_code == 0
    file.write_text("# mine\n", encoding="utf-8")
    assert erbium("profile", "new", file).exit_code == 2
    assert file.read_text(encoding="utf-8") == "# mine\n"
    assert erbium("profile", "new", file, "--force").exit_code == 0
    assert profile_from(tomllib.loads(erbium("profile", "new").stdout)) == read_profile(file)


def test_profile_from_toml_to_json_and_back(erbium: Any, case: Path) -> None:
    as_json, back = case.with_suffix(".json"), case.with_name("back.toml")
    assert erbium("profile", "convert", case, "-o", as_json).exit_code == 0
    assert erbium("profile", "convert", as_json, "-o", back).exit_code == 0
    assert read_profile(case) == read_profile(as_json) == read_profile(back)


def test_several_profiles_some_wrong(erbium: Any, case: Path) -> None:
    wrong = case.with_name("wrong.toml")
    wrong.write_text('schema = "erbium.profile/1"\n[meta]\n', encoding="utf-8")
    result = erbium("profile", "validate", case, wrong, "--json")
    assert result.exit_code == 4
    assert [item["valid"] for item in json.loads(result.stdout)["files"]] == [True, False]


def test_study_to_profiles(erbium: Any, shared_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "profiles"
    result = erbium("profile", "convert", shared_data / "patients_msk2018", "-o", out, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == (4 if found["failures"] else 0)
    files = sorted(out.iterdir())
    assert len(files) == found["written"] > 100
    assert read_profile(files[0]).id
    assert [file.name for file in tmp_path.iterdir()] == ["profiles"]
    again = erbium("profile", "convert", shared_data / "patients_msk2018", "-o", out)
    assert again.exit_code == 2
    assert "not empty" in again.stderr


@pytest.mark.parametrize("suffix", ["graphml", "json", "cx2", "csv"])
def test_graph(erbium: Any, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"network.{suffix}"
    assert erbium("model", "graph", "-o", file).exit_code == 0
    assert "HER2" in file.read_text(encoding="utf-8")


def test_sbml(erbium: Any, tmp_path: Path) -> None:
    pytest.importorskip("libsbml")
    from erbium.formats.sbml import check_sbml

    file, text = tmp_path / "erbium.xml", tmp_path / "erbium.txt"
    assert erbium("model", "export", "--sbml", file, "--text", text).exit_code == 0
    assert not check_sbml(file.read_text(encoding="utf-8"))[0]
    assert text.read_text(encoding="utf-8").startswith("network of 1 clone")


def test_a_mechanism_tells_which_drugs_it_hurts(erbium: Any) -> None:
    found = json.loads(erbium("mechanisms", "show", "rb1_loss", "--json").stdout)["drugs"]
    by_drug = {row["drug"]: row for row in found if row["place"] == "dish"}
    assert by_drug["palbociclib"]["verdict"] == "hurts"
    assert by_drug["palbociclib"]["low"] > 0.0
    # Unlike a taxane, platinum kills without the cycle.
    assert by_drug["carboplatin"]["verdict"] == "no effect"
    assert [row["difference"] for row in found] == sorted((row["difference"] for row in found), reverse=True)
    shown = erbium("mechanisms", "show", "rb1_loss").stdout
    assert "palbociclib" in shown.split("no effect (within 10 %)")[0]
    assert (
        json.loads(erbium("mechanisms", "show", "rb1_loss", "--no-drugs", "--json").stdout)["drugs"] is None
    )


def test_the_list_of_drugs_says_what_each_rests_on(erbium: Any) -> None:
    rows = {item["id"]: item for item in json.loads(erbium("drugs", "list", "--json").stdout)["drugs"]}
    assert rows["trastuzumab"]["arms"] == "fitted"
    assert rows["trastuzumab_deruxtecan"]["arms"] == "fitted"
    assert rows["neratinib"]["arms"] == "predicted"
    assert rows["pertuzumab"]["arms"] == "predicted", "tested arms are predicted"
    assert rows["doxorubicin"]["arms"] == "predicted", "a fit of prognosis says nothing of it"
    assert rows["com701"] | {"pk": "assumed", "potency": "assumed", "arms": "none"} == rows["com701"]
    assert rows["pertuzumab"]["pk"] == "derived"


@pytest.mark.needs_compiler
def test_a_drug_has_a_page(erbium: Any, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "lapatinib.html"
    result = erbium("drugs", "show", "Tykerb", "-o", page)
    assert result.exit_code == 0, result.output
    text = page.read_text(encoding="utf-8")
    for words in ("<h1>lapatinib</h1>", "BT-474", "total concentration in plasma", "tyverb_label", "<svg"):
        assert words in text
    assert "http" not in re.sub(r"http://www.w3.org/\S+", "", text)


def test_a_page_goes_into_a_file_of_a_known_kind(erbium: Any, tmp_path: Path) -> None:
    result = erbium("drugs", "show", "lapatinib", "-o", tmp_path / "page.htm")
    assert result.exit_code == 2
    assert ".html" in result.output
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    result = erbium("drugs", "pages", tmp_path / "taken")
    assert result.exit_code == 2
    assert "not a folder" in result.output


def test_a_regimen_shows_the_published_rates(erbium: Any) -> None:
    shown = erbium("regimens", "show", "tucatinib_trastuzumab_capecitabine").stdout
    assert "HER2CLIMB (n 404)" in shown
    assert "no published rate known for capecitabine" in shown
    assert "Overlapping toxicity: diarrhoea: tucatinib, capecitabine" in shown
    assert "tukysa_safety:" in shown.split("Sources")[1]
    found = json.loads(erbium("regimens", "show", "alpelisib + T-DM1", "--json").stdout)["toxicity"]
    by_caution = {item["caution"]: item for item in found["rates"]}
    assert by_caution["hyperglycaemia"]["basis"] == "drug"
    assert by_caution["hyperglycaemia"]["arms"][0]["drug"] == "alpelisib"
    assert by_caution["thrombocytopenia"]["arms"][0]["trial"] == "EMILIA"
