"""Every error becomes a message and an exit code."""

from __future__ import annotations

import json

import pytest
import typer

from erbium.cli.failure import reporting
from erbium.core.errors import DataError, DataErrors, ErbiumError, SimulationError


def _exit_code(error: BaseException, *, as_json: bool = False) -> int:
    with pytest.raises(typer.Exit) as caught, reporting(as_json=as_json):
        raise error
    return caught.value.exit_code


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (DataError("wrong.", file="a.toml", key="b.c", expected="d"), 2, "a.toml, b.c: wrong. Expected d."),
        (SimulationError("patient 3 did not settle."), 3, "patient 3"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("division by zero"), 3, "fault of Erbium"),
        (PermissionError(13, "Permission denied", "x.toml"), 2, "x.toml: permission denied."),
    ],
    ids=["data", "simulation", "interrupt", "bug", "system"],
)  # fmt: skip
def test_message_and_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, text: str
) -> None:
    assert _exit_code(error) == code
    shown = capsys.readouterr()
    assert text in shown.err
    assert not shown.out
    assert "Traceback" not in shown.err


def test_json_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    errors = DataErrors([DataError("one.", key="a"), DataError("two.", key="b")])
    assert _exit_code(errors, as_json=True) == 2
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"error"}
    assert [error["key"] for error in found["error"]["all"]] == ["a", "b"]


def test_a_fault_shows_where_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERBIUM_DEBUG", "1")
    assert _exit_code(ZeroDivisionError("division by zero")) == 3
    assert "Traceback" in capsys.readouterr().err


def test_typer_keeps_its_own_exits() -> None:
    with pytest.raises(typer.Exit) as caught, reporting(as_json=False):
        raise typer.Exit(4)
    assert caught.value.exit_code == 4
    with pytest.raises(typer.BadParameter), reporting(as_json=False):
        raise typer.BadParameter("no")


def test_every_error_of_the_tree_has_a_code() -> None:
    kinds = [ErbiumError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        assert kind.exit_code in (2, 3)
