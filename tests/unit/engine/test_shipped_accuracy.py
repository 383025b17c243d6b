"""Courses of the shipped network stay as near to the stiff reference as `erbium bench` promises."""

from __future__ import annotations

import pytest

from erbium.cli.bench_patients import bench_patients
from erbium.engine import accuracy
from erbium.engine.bench import CLONES, PATIENTS, SEED
from erbium.engine.kernel import STEPS_PER_DAY, Precision, kernel_for
from erbium.engine.stiff_reference import Reference


@pytest.mark.needs_compiler
@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_two_years_stay_within_two_percent(precision: Precision) -> None:
    case, reference = bench_patients(CLONES, PATIENTS, SEED), Reference.load()
    assert reference.volume.shape[1] == PATIENTS
    found = accuracy.course_error(kernel_for(case.network, precision), case, reference, STEPS_PER_DAY)
    assert found.json()["max_volume_error"] < 0.02, "after a change of the network: erbium bench --reference"
    assert found.progression_days < 1.0
    assert found.class_mismatches == 0
