"""Directions of comparisons: interval, floor, and readouts without a ratio."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.experiment.contrast import compare

BASE = np.array([1.0, 2.0, 4.0, 8.0])


@pytest.mark.parametrize(
    ("factor", "direction"),
    [(1.5, "up"), (0.5, "down"), (1.0, "unchanged"), (1.05, "unchanged"), (0.95, "unchanged")],
)
def test_paired_ratios_give_the_direction(factor: float, direction: str) -> None:
    found = compare(factor * BASE, BASE, 0.1)
    assert found["direction"] == direction
    assert found["ratio"] == pytest.approx(factor)


def test_an_interval_over_both_sides_is_unclear() -> None:
    assert compare(BASE * np.array([0.5, 0.9, 1.1, 2.0]), BASE, 0.1)["direction"] == "unclear"


def test_the_floor_decides_what_counts() -> None:
    assert compare(1.05 * BASE, BASE, 0.02)["direction"] == "up"
    assert compare(1.05 * BASE, BASE, 0.2)["direction"] == "unchanged"


def test_a_rate_that_changes_sign_has_a_direction_and_no_ratio() -> None:
    found = compare(np.array([-0.02, -0.01]), np.array([0.01, 0.02]), 0.1)
    assert found == {"ratio": None, "low": None, "high": None, "direction": "down"}
    assert compare(np.zeros(3), np.zeros(3), 0.1)["direction"] == "unchanged"
