"""Every command says what it does, with an example, and answers at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from erbium.cli.app import app


def _commands(group: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    for name, command in getattr(group, "commands", {}).items():
        found += _commands(command, (*path, name))
    return found


PATHS = _commands(typer.main.get_command(app))
LEAVES = [path for path in PATHS if not any(other[: len(path)] == path and other != path for other in PATHS)]
SEEDED = [
    ("advise",),
    ("simulate",),
    ("cohort",),
    ("experiment", "run"),
    ("population", "sample"),
    ("claims", "check"),
    ("claims", "audit"),
]


def test_the_commands_of_the_contract_are_there() -> None:
    expected = {
        "advise", "simulate", "cohort", "combine", "check", "bench", "schema", "serve",
        "search network", "search nodes", "search score",
        "profile new", "profile validate", "profile show", "profile convert",
        "profile import", "profile export",
        "drugs list", "drugs show", "drugs pages",
        "regimens list", "regimens show", "mechanisms list", "mechanisms show",
        "model show", "model graph", "model readouts", "model parameters", "model export",
        "model handles", "experiment new", "experiment run",
        "population sample", "population list", "population show", "population new",
        "calibrate adjuvant", "calibrate backbone", "calibrate cells", "calibrate claims",
        "calibrate neutropenia", "calibrate pathological", "calibrate population", "calibrate survival",
        "kernel build", "kernel clear", "kernel info",
        "claims check", "claims audit", "claims held-out", "claims list", "claims validate",
        "evidence conflicts", "evidence export", "evidence search", "evidence show", "evidence stats",
        "evidence validate",
        "trial compare", "trial list", "trial new", "trial plan", "trial run", "trial scoreboard",
        "trial show",
    }  # fmt: skip
    assert {" ".join(path) for path in LEAVES} == expected


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_help_has_an_example_and_json(erbium: Any, path: tuple[str, ...]) -> None:
    result = erbium(*path, "--help")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "Example" in text
    assert f"erbium {' '.join(path)}" in text
    assert "--json" in text
    if path in SEEDED:
        assert "--seed" in text


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    source = Path(__file__).parents[2] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False
    )


def test_the_module_is_the_command_line() -> None:
    ran = _run("-m", "erbium", "--version")
    assert ran.returncode == 0
    assert ran.stdout.startswith("erbium ")


def test_help_loads_no_heavy_library() -> None:
    heavy = ("numpy", "scipy", "pandas", "matplotlib", "pint", "networkx", "pydantic", "jinja2")
    program = f"import sys, erbium.cli.app; print([name for name in {heavy} if name in sys.modules])"
    assert _run("-c", program).stdout.strip() == "[]", "import it inside the command that uses it"
