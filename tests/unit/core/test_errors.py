"""Errors: one line that says what, where, what was expected, and what to do."""

from __future__ import annotations

import inspect

import pytest

from erbium.core import errors
from erbium.core.errors import (
    DataError,
    DataErrors,
    ErbiumError,
    MissingExtra,
    SimulationError,
    UnknownName,
    nearest,
)

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ErbiumError)]


def test_the_message_has_every_part() -> None:
    error = DataError(
        'unknown key "drugg".',
        file="a.toml",
        key="drugs[0]",
        expected="drug",
        nearest="drug",
        hint="see schema",
    )
    assert str(error) == (
        'a.toml, drugs[0]: unknown key "drugg". Expected drug. Did you mean "drug"? (see schema)'
    )


def test_the_message_without_a_place() -> None:
    assert str(ErbiumError("no.")) == "no."
    assert str(ErbiumError("no.", key="k")) == "k: no."


def test_the_json_contract() -> None:
    error = UnknownName.among("drug", "trastuzumb", ["trastuzumab", "lapatinib"], file="p.toml", key="drug")
    assert error.json() == {
        "kind": "unknown_name",
        "message": 'no drug "trastuzumb".',
        "file": "p.toml",
        "key": "drug",
        "expected": None,
        "nearest": "trastuzumab",
    }


def test_several_errors_come_together() -> None:
    several = DataErrors([DataError("one.", file="a"), DataError("two.", file="b")])
    assert str(several) == "a: one.\nb: two."
    assert several.json()["message"] == "one."
    assert [part["message"] for part in several.json()["all"]] == ["one.", "two."]


def test_a_missing_extra_gives_the_pip_line() -> None:
    error = MissingExtra.named("models", "python-libsbml", "SBML export")
    assert "pip install 'erbium[models]'" in str(error)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Lapatinb", "lapatinib"),
        ("LAPATINIB", "lapatinib"),
        ("zzzz", None),
        ("her2_recptors", "HER2_receptors"),
    ],
)
def test_nearest(name: str, found: str | None) -> None:
    assert nearest(name, ["lapatinib", "trastuzumab", "HER2_receptors"]) == found


def test_kinds_differ_and_exit_codes_are_those_of_the_contract() -> None:
    own = [kind for kind in KINDS if kind is not DataErrors]
    assert len({kind.kind for kind in own}) == len(own)
    assert {kind.exit_code for kind in KINDS if kind is not SimulationError} == {2}
    assert SimulationError.exit_code == 3


def test_the_tree_at_the_top_names_every_error() -> None:
    drawn = errors.__doc__ or ""
    assert all(kind.__name__ in drawn for kind in KINDS)
