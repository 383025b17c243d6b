"""The table of numbers, and what it counts."""

from __future__ import annotations

import pytest

from erbium.core.errors import UnknownName
from erbium.knowledge.parameters import load_parameters
from erbium.model.parameter_table import count_by_kind, parameter_rows


def test_every_number_is_a_row() -> None:
    rows = parameter_rows()
    modules = load_parameters()
    for module, numbers in modules.items():
        assert {row.name for row in rows if row.module == module} == set(numbers)
    assert {row.module for row in rows} > set(modules), "the tables of the tumour are missing"
    assert len({(row.module, row.name) for row in rows}) == len(rows)


def test_filters() -> None:
    module = parameter_rows(module="her_receptors")
    assert module
    assert {row.module for row in module} == {"her_receptors"}
    assert {row.kind for row in parameter_rows("measured")} == {"measured"}
    assert parameter_rows(fitted=True) == parameter_rows("fitted")
    assert parameter_rows("measured", fitted=True) == []


def test_a_row_is_json() -> None:
    row = parameter_rows(module="her_receptors")[0].json()
    assert list(row) == ["module", "name", "value", "unit", "kind", "source", "status", "low", "high", "note"]


def test_unknown_names() -> None:
    with pytest.raises(UnknownName, match="her_receptors"):
        parameter_rows(module="her_receptor")
    with pytest.raises(UnknownName, match="measured"):
        parameter_rows("mesured")


def test_counts() -> None:
    counts = count_by_kind()
    assert sum(counts.values()) == len(parameter_rows())
    assert counts["fitted"] == len(parameter_rows(fitted=True))
    assert sum(count_by_kind(drugs=True).values()) > 100
