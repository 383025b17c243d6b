"""The search as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.needs_compiler
def test_combine_on_the_screen_and_as_json(erbium: Any, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "sets.json"
    few = ["--drugs", "trastuzumab,tucatinib,capecitabine", "--draws", "2", "--explain", "1"]
    result = erbium("combine", case, "--given", "trastuzumab", *few, "-o", out)
    assert result.exit_code == 0, result.output
    assert "fewer living tumour cells than under trastuzumab" in result.stdout
    assert "Research software" in result.stdout
    body = json.loads(out.read_text(encoding="utf-8"))
    assert body["schema"] == "erbium.combine/1"
    assert any(one["synergy"]["dish"] for one in body["sets"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--drugs", "trastuzumba"], "trastuzumab"),
        (["--given", ","], "names nothing"),
        (["--targets", "all"], "kind of target"),
        (["--targets", "any", "--strength", "2"], "between 0 and 1"),
        (["--given", "lapatinib,tucatinib"], "the same place"),
        (["-o", "sets.xlsx"], "not known"),
    ],
)
def test_bad_options_leave_with_2(erbium: Any, case: Path, arguments: list[str], said: str) -> None:
    result = erbium("combine", case, *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_nodes_are_listed_and_a_wrong_folder_is_named(erbium: Any, tmp_path: Path) -> None:
    result = erbium("search", "nodes", "--json")
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["nodes"]) > 40
    result = erbium("search", "score", tmp_path)
    assert result.exit_code == 2
    assert "no table of measured combinations" in result.stderr
