"""The bench gives every promised figure."""

from __future__ import annotations

import json

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.engine.bench import bench
from erbium.engine.bench_case import Case
from erbium.engine.doses import DoseRule
from erbium.engine.stiff_reference import Reference
from tests.networks import receptor_network

pytestmark = pytest.mark.needs_compiler


def cases(clones: int, patients: int, seed: int) -> Case:
    assert clones
    toy = receptor_network()
    spread = np.random.default_rng(seed).standard_normal((patients, len(toy.parameters)))
    rules = (DoseRule("Drug", 0, 504, None, None, 2000),)
    return Case(toy, toy.defaults * np.exp(0.1 * spread), rules, np.full((1, patients), 40.0), "volume")


def test_all_figures_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Reference:
        raise DataError("no reference courses.")

    monkeypatch.setattr(Reference, "load", missing)
    out = bench(cases, clones=(1,), threads=(1,))
    assert json.loads(json.dumps(out)) == out
    assert [(c["precision"], c["threads"]) for c in out["courses_per_second"]] == [("f32", 1), ("f64", 1)]
    assert out["kernel_equal"]
    assert out["conservation_error"] < 1e-9
    assert out["max_volume_error"] is None
    assert "no reference" in out["reference_reason"]
    assert out["ratio_libroadrunner"] is None
    assert out["ratio_libroadrunner_reason"]


def test_a_stale_reference_stops_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    stale = Reference("0" * 64, 1, "2024-02-29", 2, np.ones((1, 1)), np.ones((1, 1, 1)))
    monkeypatch.setattr(Reference, "load", lambda: stale)
    with pytest.raises(DataError, match="another network"):
        bench(cases, clones=(1,), threads=(1,))
