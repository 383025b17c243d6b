"""References are kept with what they belong to, and a stale one is refused."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.engine import accuracy, stiff_reference
from erbium.engine.bench_case import WEEKS, Case
from erbium.engine.doses import DoseRule
from erbium.engine.kernel import kernel_for
from erbium.engine.stiff_reference import Reference, compute_reference
from tests.networks import receptor_network


def small_case(patients: int = 2) -> Case:
    toy = receptor_network()
    spread = np.random.default_rng(2).standard_normal((patients, len(toy.parameters)))
    rules = (DoseRule("Drug", 0, 504, None, None, 2000),)
    return Case(toy, toy.defaults * np.exp(0.1 * spread), rules, np.full((1, patients), 40.0), "volume")


def some_reference(case: Case) -> Reference:
    shape = (WEEKS + 1, len(case.parameters))
    return Reference(case.fingerprint(), 1, "2024-02-29", 1, np.ones(shape), np.ones((8, 1, 2)))


def test_round_trip(tmp_path: Path) -> None:
    case, path = small_case(), tmp_path / "courses.npz"
    some_reference(case).save(path)
    again = Reference.load(path)
    again.check(case)
    assert again.date == "2024-02-29"
    assert again.volume.shape == (WEEKS + 1, 2)
    assert [p.name for p in tmp_path.iterdir()] == ["courses.npz"]


def test_a_stale_or_missing_reference_is_refused(tmp_path: Path) -> None:
    case = small_case()
    reference = some_reference(case)
    changed = dataclasses.replace(case, parameters=case.parameters * 1.001)
    with pytest.raises(DataError, match="another network or other patients"):
        reference.check(changed)
    with pytest.raises(DataError, match="no reference courses"):
        Reference.load(tmp_path / "none.npz")


@pytest.mark.needs_compiler
@pytest.mark.skipif(not importlib.util.find_spec("sksundae"), reason="needs scikit-sundae")
def test_courses_and_cells_agree_with_cvode(monkeypatch: pytest.MonkeyPatch) -> None:
    case = small_case(1)
    monkeypatch.setattr(stiff_reference, "WEEKS", 4)
    monkeypatch.setattr(stiff_reference, "COURSE_H", 4 * 168.0)
    monkeypatch.setattr(accuracy, "WEEKS", 4)
    monkeypatch.setattr(accuracy, "COURSE_H", 4 * 168.0)
    reference = compute_reference(case, 1, processes=1)
    exact = kernel_for(case.network, "f64")
    for kernel in (exact, kernel_for(case.network, "f32")):
        found = accuracy.course_error(kernel, case, reference, 12)
        assert found.json()["max_volume_error"] < 0.02
        assert found.progression_days < 3
        assert found.class_mismatches == 0
    assert accuracy.cell_error(exact, case, reference) < 0.02
