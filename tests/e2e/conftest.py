"""The command line, called in this process, and a valid profile to spoil."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from erbium.cli.app import app
from erbium.profile import example_text

Call = Callable[..., Result]


@pytest.fixture
def erbium() -> Call:
    """Call the command line with arguments; output and errors are kept apart."""

    def call(*arguments: object) -> Result:
        wide = {"COLUMNS": "200", "TERMINAL_WIDTH": "200", "ERBIUM_DEBUG": ""}
        return CliRunner().invoke(app, [str(argument) for argument in arguments], env=wide)

    return call


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A valid profile in a folder of its own."""
    file = tmp_path / "case.toml"
    file.write_text(example_text(), encoding="utf-8")
    return file
