"""Growth-rate inhibition and half points, against curves whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.experiment.growth import growth_inhibition, half_point, metrics


def test_gr_is_one_without_effect_zero_without_growth_and_negative_with_killing() -> None:
    untreated = np.array([4.0, 4.0, 4.0])
    gr = growth_inhibition(np.array([4.0, 1.0, 0.5]), untreated)
    assert gr == pytest.approx([1.0, 0.0, 2.0**-0.5 - 1.0])


def test_gr_does_not_depend_on_the_time_of_a_constant_rate() -> None:
    rate, slowed = np.log(2.0) / 40.0, np.log(2.0) / 80.0
    values = [growth_inhibition(np.exp([slowed * t]), np.exp([rate * t]))[0] for t in (48.0, 72.0, 96.0)]
    assert values == pytest.approx([values[0]] * 3)


def test_cells_that_do_not_grow_have_no_gr() -> None:
    assert np.isnan(growth_inhibition(np.array([0.5]), np.array([1.0]))).all()


def test_the_half_point_of_a_hill_curve_is_its_midpoint() -> None:
    doses = np.geomspace(1.0, 1e4, 41)
    curve = 1.0 / (1.0 + doses / 123.0)
    assert half_point(doses, curve[:, None])[0] == pytest.approx(123.0, rel=0.01)


def test_a_half_that_is_not_reached_is_infinite() -> None:
    doses = np.array([1.0, 10.0])
    flat, low = half_point(doses, np.array([[0.9, 0.4], [0.8, 0.3]]))
    assert flat == np.inf
    assert low == 1.0


def test_the_area_of_a_full_block_at_all_doses_is_one() -> None:
    doses = np.array([1.0, 10.0, 100.0])
    found = metrics(doses, np.ones((3, 1)), np.array([4.0]))
    assert found["GR_AOC"][0] == pytest.approx(1.0)
    assert found["GR_max"][0] == pytest.approx(0.0)
    assert found["E_max"][0] == pytest.approx(0.25)
