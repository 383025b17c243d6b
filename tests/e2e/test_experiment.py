"""Experiments from the command line: examples run, JSON keeps its contract, wrong input is one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "experiments").glob("*.toml"))
needs_compiler = pytest.mark.needs_compiler


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


@needs_compiler
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_runs_and_is_drawn(erbium: Any, tmp_path: Path, file: Path) -> None:
    plot = tmp_path / "plot.png"
    result = erbium("experiment", "run", file, "--members", 8, "--json", "-o", plot)
    assert result.exit_code == 0, result.output
    payload = json.loads(result.stdout)
    assert payload["schema"] == "erbium.experiment/1"
    assert payload["results"]
    assert {"arm", "readout", "time_h", "value", "low", "high", "unit"} == set(payload["results"][0])
    for row in payload["comparisons"]:
        assert {"name", "ratio", "low", "high", "direction"} <= set(row)
        assert row["direction"] in ("up", "down", "unchanged", "unclear")
    assert plot.read_bytes().startswith(b"\x89PNG")


@needs_compiler
def test_the_new_experiment_runs_as_it_stands(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert erbium("experiment", "new", file).exit_code == 0
    assert erbium("experiment", "new", file).exit_code == 2, "it is not written over"
    result = erbium("experiment", "run", file, "--members", 4, "-o", tmp_path / "numbers.csv")
    assert result.exit_code == 0, result.output
    for text in ("viability", "GR50", "Comparisons", "pten_lost_both"):
        assert text in result.stdout
    lines = (tmp_path / "numbers.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "arm,readout,time_h,value,low,high,unit"
    assert len(lines) > 90


@needs_compiler
def test_the_same_seed_gives_the_same_bytes(erbium: Any) -> None:
    texts = [
        erbium("experiment", "run", EXAMPLES[0], "--members", 4, "--json", "--seed", 3).stdout for _ in "ab"
    ]
    assert texts[0] == texts[1]


@needs_compiler
def test_a_patient_case_runs_in_a_dish_and_in_a_tumour(erbium: Any, tmp_path: Path, case: Path) -> None:
    file = case.parent / "experiment.toml"
    file.write_text(
        'readouts = ["viability", "pERK", "fc_kill_rate"]\ntimes = ["72 h"]\nbase.case = "case.toml"\n'
        "[arms.dish]\ndrugs = { trastuzumab = 100 }\n"
        "[arms.tumour]\ntumour = true\ndrugs = { trastuzumab = 100 }\n",
        encoding="utf-8",
    )
    result = erbium("experiment", "run", file, "--members", 4, "--json")
    assert result.exit_code == 0, result.output
    values = {(r["arm"], r["readout"]): r["value"] for r in json.loads(result.stdout)["results"]}
    assert values["dish", "fc_kill_rate"] == 0.0
    assert values["tumour", "fc_kill_rate"] > 0.0
    assert values["dish", "pERK"] > 0.0


def test_a_wrong_experiment_is_one_message_and_leaves_nothing(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('readouts = ["pERKK"]\ntimes = [1]\narms.a.line = "BT-474"\n', encoding="utf-8")
    result = erbium("experiment", "run", file, "-o", tmp_path / "plot.png")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert 'wrong.toml, readouts[0]: no readout "pERKK". Did you mean "pERK"?' in result.stderr
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("suffix", [".gif", ""])
def test_a_wrong_output_is_told_before_any_work(erbium: Any, tmp_path: Path, suffix: str) -> None:
    result = erbium("experiment", "run", EXAMPLES[0], "-o", tmp_path / f"plot{suffix}")
    assert result.exit_code == 2
    assert "suffix" in result.stderr


def test_the_schema_of_an_experiment(erbium: Any) -> None:
    schema = json.loads(erbium("schema", "experiment").stdout)
    assert {"arms", "readouts", "times", "comparisons", "dose_response", "matrix"} <= set(
        schema["properties"]
    )
    assert "set" in schema["$defs"]["Arm"]["properties"]


def test_readouts_and_handles_are_listed(erbium: Any) -> None:
    readouts = json.loads(erbium("model", "readouts", "--json").stdout)["readouts"]
    assert {"viability", "pERK"} <= {row["id"] for row in readouts}
    knobs = json.loads(erbium("model", "handles", "--json").stdout)["handles"]
    every = json.loads(erbium("model", "handles", "--all", "--json").stdout)["handles"]
    assert {"HER2_abundance", "PTEN_abundance"} <= {row["name"] for row in knobs}
    assert all(row["knob"] for row in knobs)
    assert len(every) > len(knobs)
    filled = {row["name"] for row in knobs if row["filled_by"] == "drug"}
    assert {"medium_tki", "KD_antibody_IV"} <= filled
    assert "PTEN_abundance" not in filled


def test_a_missing_file_is_called_missing(erbium: Any, tmp_path: Path) -> None:
    result = erbium("experiment", "run", tmp_path / "nowhere.toml")
    assert result.exit_code == 2
    assert "nowhere.toml: no such file or directory" in result.stderr
