"""The scoreboard and comparisons from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trial_files import write

needs_compiler = pytest.mark.needs_compiler


def ask(erbium: Any, folder: Path, *more: object) -> Any:
    return erbium(
        "trial", "scoreboard", "--log", folder / "log.tsv", "--predictions", folder / "predictions", *more
    )


@needs_compiler
def test_a_scoring_run_is_logged_written_and_compared(erbium: Any, tmp_path: Path) -> None:
    file = write(tmp_path, name="planned")
    names = ("--trials", f"{file},vogel_2002", "--patients", 20, "--draws", 1)
    first = ask(erbium, tmp_path, *names, "--json", "-o", tmp_path / "board.md", "--out", tmp_path / "runs")
    assert first.exit_code == 0, first.output
    body = json.loads(first.stdout)
    assert body["run"] == 1
    assert "first scoring run" in first.stderr
    assert "about" in first.stderr
    assert (tmp_path / "board.md").read_text(encoding="utf-8").startswith("# Virtual trials")
    assert (tmp_path / "board.png").read_bytes().startswith(b"\x89PNG")
    (told,) = (tmp_path / "predictions").glob("*.json")
    assert json.loads(told.read_text(encoding="utf-8"))["hashes"]["parameters"] == body["parameters_hash"]
    second = ask(erbium, tmp_path, *names, "--out", tmp_path / "runs")
    assert second.exit_code == 0, second.output
    assert "parameters are those of run 1" in second.stderr
    assert "blocks were there already" in second.stderr
    assert len((tmp_path / "log.tsv").read_text(encoding="utf-8").splitlines()) == 3

    beside = erbium("trial", "compare", tmp_path / "runs" / "vogel_2002")
    assert beside.exit_code == 0, beside.output
    assert "published interval" in beside.stdout
    none = erbium("trial", "compare", tmp_path / "runs" / "planned")
    assert none.exit_code == 2
    assert "no published figures" in none.stderr
    both = erbium("trial", "compare", tmp_path / "runs" / "planned", file, "-n", 20, "--seed", 2, "--json")
    assert both.exit_code == 0, both.output
    body = json.loads(both.stdout)
    assert body["schema"] == "erbium.trial-compare/1"
    assert {gap["arm"] for gap in body["figures"]} == {"T-DM1", "T-DXd"}
    apart = erbium("trial", "compare", tmp_path / "runs" / "planned", tmp_path / "runs" / "vogel_2002")
    assert apart.exit_code == 2
    assert "no arm in common" in apart.stderr

    (tmp_path / "runs" / "planned" / "blocks" / "00000.json").unlink()
    broken = erbium("trial", "compare", tmp_path / "runs" / "planned")
    assert broken.exit_code == 2
    assert "not finished: 0 of 1 blocks" in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--trials", "cleopatre"), 'Did you mean "cleopatra"'),
        (("--trials", ","), "no trial is named"),
        (("--trials", "emilia", "--patients", 1, "--draws", 1), "left without patients"),
        (("--trials", "emilia", "-o", "board.txt"), 'suffix ".txt"'),
    ],
)
def test_wrong_input_is_one_message(
    erbium: Any, tmp_path: Path, arguments: tuple[object, ...], said: str
) -> None:
    result = ask(erbium, tmp_path, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "log.tsv").exists()


def test_a_log_of_something_else_is_not_touched(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "other.tsv"
    file.write_text("a\tb\n", encoding="utf-8")
    result = erbium("trial", "scoreboard", "--trials", "emilia", "--log", file)
    assert result.exit_code == 2
    assert "no log of scoring runs" in result.stderr
    assert file.read_text(encoding="utf-8") == "a\tb\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no/such/folder",), "there is no such folder"),
        (("cleopatre",), 'Did you mean "cleopatra"'),
        (("emilia", "emilia"), "both are the same"),
        (("missing.toml",), "does not exist"),
    ],
)
def test_what_cannot_be_compared_is_refused(erbium: Any, arguments: tuple[str, ...], said: str) -> None:
    result = erbium("trial", "compare", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_folder_of_something_else_is_named(erbium: Any, tmp_path: Path) -> None:
    result = erbium("trial", "compare", tmp_path)
    assert result.exit_code == 2
    assert "holds no run.json" in result.stderr
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    damaged = erbium("trial", "compare", tmp_path)
    assert damaged.exit_code == 2
    assert "run.json" in damaged.stderr
