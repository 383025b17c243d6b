"""A marker changes a drug when numbers and growth-rate inhibition say so alike."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.experiment.growth import response_change

HOURS = 72.0


def left(growth: float) -> np.ndarray:
    """Return cells left of a culture with a net growth rate per hour."""
    return np.array([np.exp(growth * HOURS)])


def test_a_drug_that_halves_division_alike_is_unchanged_by_faster_division() -> None:
    change = response_change(left(0.01), left(0.02), left(0.005), left(0.01))
    assert change == pytest.approx(0.0)


def test_a_drug_that_kills_at_one_rate_is_unchanged_by_faster_division() -> None:
    change = response_change(left(0.02 - 0.008), left(0.02), left(0.01 - 0.008), left(0.01))
    assert change == pytest.approx(0.0)


def test_a_resistant_cell_is_found_whatever_its_pace() -> None:
    for pace in (0.005, 0.01, 0.02):
        assert response_change(left(0.9 * pace), left(pace), left(0.2 * 0.01), left(0.01))[0] > 0.1


def test_the_change_is_no_larger_than_either_measure() -> None:
    change = response_change(left(0.015), left(0.02), left(0.002), left(0.01))
    number = np.log(left(0.015) / left(0.02)) - np.log(left(0.002) / left(0.01))
    inhibition = np.log(2.0) * (0.015 / 0.02 - 0.002 / 0.01)
    assert change == pytest.approx(min(number[0], inhibition))


def test_without_growing_controls_there_is_no_answer() -> None:
    assert np.isnan(response_change(left(0.01), left(0.0), left(0.01), left(0.02)))[0]
