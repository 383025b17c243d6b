"""Progression and response classes read from weekly volumes."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.engine import accuracy
from erbium.engine.bench_case import Case
from erbium.engine.doses import DoseRule
from erbium.engine.kernel import kernel_for
from tests.networks import network

WEEKS = np.arange(30.0)[:, None]


def test_progression_is_interpolated_from_the_nadir() -> None:
    volume = np.hstack([np.exp(0.1 * WEEKS), np.exp(-0.1 * WEEKS)])
    days = accuracy.progression_days(volume)
    assert days[0] == pytest.approx(7 * np.log(accuracy.PROGRESSION) / 0.1, rel=1e-9)
    assert np.isinf(days[1])


def test_response_classes() -> None:
    shrinking, stable, growing = np.exp(-0.2 * WEEKS), np.ones_like(WEEKS), np.exp(0.3 * WEEKS)
    partial = np.maximum(shrinking, 0.2)
    assert accuracy.classes(np.hstack([shrinking, partial, stable, growing])).tolist() == [3, 2, 1, 0]


def test_conservation_and_equal_kernels() -> None:
    toy = network(
        {"A": 1.0, "B": 0.0}, {"k": 3.0, "d": 1.0}, [("A -> B", "k * A"), ("B -> A", "d * B")],
        readouts={"volume": "A"},
    )  # fmt: skip
    case = Case(toy, toy.defaults[None], [DoseRule("A", 0, 504, None, None, 9000)], np.ones((1, 1)), "volume")
    kernel = kernel_for(toy, "f64", "numpy")
    assert accuracy.kernel_difference(kernel, kernel, case) == 0
    if kernel_for(toy, "f64").backend.name == "c":
        assert accuracy.conservation_error(kernel_for(toy, "f64"), case) < 1e-9
