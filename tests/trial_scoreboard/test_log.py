"""Hashes, the log of scoring runs, and predictions that wait for a result."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from erbium.core.errors import DataError
from erbium.knowledge.parameters import data_folder
from erbium.trial.scoreboard import Frozen, ScoringLog, write_predictions
from erbium.trial.scoreboard.frozen import RESULTS, parameters_hash
from erbium.trial.scoreboard.log import ADDED, COLUMNS

FROZEN = Frozen("p", "n", "k")


def test_parameters_change_the_hash_and_results_do_not(tmp_path: Path) -> None:
    for name in ("tumour", "trials", "drugs"):
        shutil.copytree(data_folder() / name, tmp_path / name)
    first = parameters_hash("network", tmp_path)
    assert parameters_hash("other network", tmp_path) != first
    trial = next((tmp_path / "trials").glob("*.toml"))
    trial.write_text(trial.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
    assert parameters_hash("network", tmp_path) == first
    drug = next((tmp_path / "drugs").glob("*.toml"))
    drug.write_text(drug.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
    assert parameters_hash("network", tmp_path) != first


def test_folders_of_results_exist() -> None:
    assert [name for name in RESULTS if not (data_folder() / name).is_dir()] == []


def test_runs_are_numbered_and_never_rewritten(tmp_path: Path) -> None:
    file = tmp_path / "docs" / "log.tsv"
    log = ScoringLog(file)
    assert "first scoring run" in log.changes(FROZEN)[0]
    row = {"date": "2026-01-02", "seed": 1, "skill": 0.123456, **FROZEN.json()}
    assert log.append(row) == 1
    first = file.read_text(encoding="utf-8")
    assert ScoringLog(file).append(row) == 2
    second = file.read_text(encoding="utf-8")
    assert second.startswith(first)
    header, *lines = second.splitlines()
    assert tuple(header.split("\t")) == COLUMNS
    assert dict(zip(COLUMNS, lines[0].split("\t"), strict=True))["skill"] == "0.1235"


def test_runs_of_before_a_column_was_added_keep_what_they_say(tmp_path: Path) -> None:
    file = tmp_path / "log.tsv"
    old = [name for name in COLUMNS if name not in ADDED]
    file.write_text("\t".join(old) + "\n" + "\t".join(["1"] * len(old)) + "\n", encoding="utf-8")
    assert ScoringLog(file).append({"earlier_lines": "simulated"}) == 2
    rows = [row["earlier_lines"] for row in ScoringLog(file).rows]
    assert rows == ["counted", "simulated"]


@pytest.mark.parametrize(
    ("frozen", "said"),
    [
        (FROZEN, "parameters are those of run 1"),
        (Frozen("other", "n", "k"), "parameters changed since run 1"),
        (Frozen("other", "other", "k"), "the network changed since run 1"),
        (Frozen("p", "n", "other"), "files of trials, results or texts changed"),
    ],
)
def test_a_change_since_the_last_run_is_said(tmp_path: Path, frozen: Frozen, said: str) -> None:
    log = ScoringLog(tmp_path / "log.tsv")
    log.append({"date": "2026-01-02", **FROZEN.json()})
    assert said in ScoringLog(tmp_path / "log.tsv").changes(frozen)[0]


def test_a_file_that_is_no_log_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text("a\tb\n1\t2\n", encoding="utf-8")
    with pytest.raises(DataError, match="no log of scoring runs"):
        ScoringLog(file)
    assert file.read_text(encoding="utf-8") == "a\tb\n1\t2\n"
    with pytest.raises(DataError, match="is a folder"):
        ScoringLog(tmp_path)


def board(value: float) -> Any:
    import datetime as dt

    setting = SimpleNamespace(
        date=dt.date(2026, 1, 2), seed=1, patients=20, draws=1, frozen=FROZEN,
    )  # fmt: skip
    waiting = [{"trial": "planned", "endpoint": "PFS", "value": value, "low": 0.4, "high": 0.9}]
    return SimpleNamespace(setting=setting, awaited=waiting)


def test_a_prediction_is_never_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "predictions"
    first = write_predictions(board(0.6), folder)
    assert first == folder / "2026-01-02.json"
    assert write_predictions(board(0.6), folder) == first, "the same predictions, the same file"
    second = write_predictions(board(0.7), folder)
    assert second == folder / "2026-01-02-2.json"
    told = json.loads((folder / "2026-01-02.json").read_text(encoding="utf-8"))
    assert told["predictions"][0]["value"] == 0.6
    assert told["hashes"] == {"parameters": "p", "network": "n", "knowledge": "k"}
    assert told["seed"] == 1


def test_nothing_is_written_where_nothing_is_awaited(tmp_path: Path) -> None:
    empty = board(0.6)
    empty.awaited = []
    assert write_predictions(empty, tmp_path / "predictions") is None
    assert not (tmp_path / "predictions").exists()
