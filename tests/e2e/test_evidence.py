"""`erbium evidence` as a user calls it, with good and bad items of one's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

GOOD = """schema = "erbium.evidence/1"

[[items]]
id = "own_series"
claim = "Our own series saw few responses with this marker."
all_of = [{ marker = "MUC4_high" }]
drugs = ["Herceptin"]
effect = "resistance"
design = "cohort"
n = 31
source = "own series, 2024"
status = "unverified"
verification = "unverified"
"""
BAD = (
    GOOD
    + """
[[items]]
id = "wrong_marker"
claim = "Names a marker that nothing goes by."
all_of = [{ marker = "PTEN_loss" }]
drugs = ["trastuzumabb"]
effect = "resistence"
design = "cohort"
source = "own series, 2024"
status = "unverified"
colour = "red"
"""
)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An overlay with one good and one bad item."""
    folder = tmp_path / "mine"
    (folder / "evidence").mkdir(parents=True)
    (folder / "evidence" / "own.toml").write_text(BAD, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("command", "schema"),
    [
        ("search lapatinib", "search"),
        ("search --marker PTEN --drug trastuzumab --level B --setting metastatic", "search"),
        ("show civic:1385", "item"),
        ("conflicts", "conflicts"),
        ("conflicts p95", "conflicts"),
        ("stats", "stats"),
        ("export --format va-spec --drug neratinib", "export"),
        ("export --format civic --marker PIK3CA", "export"),
    ],
)
def test_json_and_screen(erbium: Any, command: str, schema: str) -> None:
    result = erbium("evidence", *command.split(), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["schema"] == f"erbium.evidence_{schema}/1"
    assert {"version", "seed", "knowledge_hash", "warnings"} <= found.keys()
    shown = erbium("evidence", *command.split())
    assert shown.exit_code == 0
    assert shown.stdout.strip()


def test_stats_count_by_source_and_level(erbium: Any) -> None:
    found = json.loads(erbium("evidence", "stats", "--json").stdout)
    rows = {row["source"]: row for row in found["by_source_and_level"]}
    assert set(rows) == {"civic", "claim", "curated", "trial"}
    assert rows["civic"]["all"] == 162
    assert sum(row["all"] for row in rows.values()) == found["items"]
    for row in rows.values():
        assert sum(row[level] for level in ("A1", "A2", "B", "C", "D", "E")) == row["all"]


def test_both_sides_are_shown(erbium: Any) -> None:
    text = erbium("evidence", "conflicts", "PTEN").stdout
    assert "civic:1385" in text
    assert "civic:1386" in text
    assert "the sides differ in" in text


def test_filters_narrow_and_nothing_found_is_said(erbium: Any) -> None:
    wide = json.loads(erbium("evidence", "search", "--marker", "PTEN", "--json").stdout)
    narrow = json.loads(erbium("evidence", "search", "--marker", "PTEN", "--level", "b", "--json").stdout)
    assert wide["found"] > narrow["found"] > 0
    assert {one["level"] for one in narrow["items"]} == {"B"}
    nothing = erbium("evidence", "search", "xyzzy")
    assert nothing.exit_code == 0
    assert "No item fits" in nothing.stdout


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("search --marker PIK3CAA", "Did you mean"),
        ("search --drug trastuzumabb", 'Did you mean "trastuzumab"'),
        ("search --level F", "one of A1"),
        ("search --setting metastatc", 'Did you mean "metastatic"'),
        ("show civic:99999999", "no item"),
        ("conflicts NOSUCHMARKER_XY", "no marker"),
        ("export --format xml", "one of tsv"),
        ("validate no_such_file.toml", "does not exist"),
    ],
)
def test_wrong_names_are_answered(erbium: Any, command: str, told: str) -> None:
    result = erbium("evidence", *command.split())
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "text", ['"', "'; DROP TABLE item; --", "NEAR(", "a AND", "*", "col:x", "\u00e9\u4e2d"]
)
def test_search_takes_any_text(erbium: Any, text: str) -> None:
    result = erbium("evidence", "search", "--json", "--", text)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["found"] >= 0


def test_the_good_part_of_an_overlay_is_kept_and_the_rest_is_told(erbium: Any, overlay: Path) -> None:
    result = erbium("evidence", "search", "--marker", "MUC4", "--overlay", overlay, "--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert "own_series" in {one["id"] for one in found["items"]}
    assert len(found["errors"]) == 2
    for told in ("own.toml", "items[1].effect", "items[1].colour"):
        assert told in result.stderr
    assert "Traceback" not in result.output


def test_validate_names_every_fault(erbium: Any, overlay: Path, tmp_path: Path) -> None:
    file = tmp_path / "good.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert erbium("evidence", "validate", file).exit_code == 0
    bad = erbium("evidence", "validate", overlay, "--json")
    assert bad.exit_code == 2
    found = json.loads(bad.stdout)
    assert not found["ok"]
    assert [one["id"] for one in found["items"]] == ["own_series"]
    names = BAD.replace('effect = "resistence"', 'effect = "resistance"').replace('colour = "red"\n', "")
    file.write_text(names, encoding="utf-8")
    told = erbium("evidence", "validate", file).stderr
    assert 'Did you mean "PTEN_lost"' in told
    assert 'Did you mean "trastuzumab"' in told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml [",
        "\x00",
        "items = [1]",
        "[[items]]\nid = 3",
        'schema = "erbium.evidence/1"',
        'schema = "erbium.evidence/1"\nitems = 3',
        'schema = "erbium.evidence/2"\n[[items]]\nid = "x"',
        GOOD + GOOD.partition("\n")[2],
    ],
)
def test_no_file_makes_a_traceback(erbium: Any, tmp_path: Path, text: str) -> None:
    file = tmp_path / "items.toml"
    file.write_text(text, encoding="utf-8")
    result = erbium("evidence", "validate", file)
    assert result.exit_code == 2
    assert "items.toml" in result.stderr
    assert "fault of Erbium" not in result.stderr


def test_export_writes_files(erbium: Any, tmp_path: Path) -> None:
    table = tmp_path / "items.tsv"
    assert erbium("evidence", "export", "--format", "civic", "--source", "civic", "-o", table).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8")), delimiter="\t"))
    assert len(rows) == 162
    assert len(rows[0]) == 25
    wrong = erbium("evidence", "export", "--format", "va-spec", "-o", tmp_path / "x.tsv")
    assert wrong.exit_code == 2
    assert not (tmp_path / "x.tsv").exists()
