"""Trials from the command line: JSON keeps its contract, folders are kept, wrong input is one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trial_files import write

needs_compiler = pytest.mark.needs_compiler


def test_the_shipped_trials_are_listed_and_shown(erbium: Any) -> None:
    listed = json.loads(erbium("trial", "list", "--json").stdout)
    assert listed["schema"] == "erbium.trial_list/1"
    assert "cleopatra" in {trial["id"] for trial in listed["trials"]}
    shown = erbium("trial", "show", "CLEOPATRA")
    assert shown.exit_code == 0
    assert "NCT00567190" in shown.stdout
    assert "0.62 (0.51–0.75)" in shown.stdout
    body = json.loads(erbium("trial", "show", "cleopatra", "--json").stdout)
    assert body["trial"]["schema"] == "erbium.trial/1"


def test_the_schema_is_printed(erbium: Any) -> None:
    found = json.loads(erbium("schema", "trial").stdout)
    assert {"arm", "design", "population"} <= set(found["properties"])


@needs_compiler
def test_the_new_trial_runs_as_it_stands(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert erbium("trial", "new", file).exit_code == 0
    assert erbium("trial", "new", file).exit_code == 2, "it is not written over"
    assert erbium("trial", "new", tmp_path / "My Trial.toml").exit_code == 2
    result = erbium("trial", "run", file, "--patients", 20)
    assert result.exit_code == 0, result.output
    assert "median PFS" in result.stdout


@needs_compiler
def test_a_run_is_kept_told_and_gone_on_with(erbium: Any, tmp_path: Path) -> None:
    arguments = (
        "trial",
        "run",
        write(tmp_path),
        "--patients",
        20,
        "--seed",
        5,
        "--json",
        "-o",
        tmp_path / "out",
    )
    first = erbium(*arguments)
    assert first.exit_code == 0, first.output
    body = json.loads(first.stdout)
    assert body["schema"] == "erbium.trial-run/1"
    assert body["seed"] == 5
    assert [arm["n"] for arm in body["arms"]] == [7, 13]
    assert json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8")) == body
    assert "<html" in (tmp_path / "out/report.html").read_text(encoding="utf-8")
    again = erbium(*arguments)
    assert again.stdout == first.stdout
    assert "1 of 1 blocks were there already" in again.stderr


def test_a_wrong_file_is_one_message_with_file_and_key(erbium: Any, tmp_path: Path) -> None:
    file = write(tmp_path, ('versus = "T-DM1"', 'versus = "TDM1"'))
    result = erbium("trial", "run", file, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["file"] == str(file)
    assert error["key"] == "comparison[0].versus"
    assert "Traceback" not in result.output


def test_too_few_patients_are_refused_before_any_work(erbium: Any, tmp_path: Path) -> None:
    result = erbium("trial", "run", write(tmp_path), "--patients", 1)
    assert result.exit_code == 2
    assert 'arm "T-DM1" is left without patients' in result.stderr


def test_a_missing_dask_says_how_to_install_it(erbium: Any, tmp_path: Path) -> None:
    try:
        import distributed  # noqa: F401
    except ImportError:
        result = erbium("trial", "run", write(tmp_path), "--patients", 6, "--dask", "tcp://127.0.0.1:1")
        assert result.exit_code == 2
        assert "pip install 'erbium[dask]'" in result.stderr
    else:
        pytest.skip("dask.distributed is installed here")
