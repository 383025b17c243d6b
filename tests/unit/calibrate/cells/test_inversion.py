"""The smoother on a linear Gaussian problem whose posterior is known, and its intervals."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.cells.inversion import coverage, intervals, schedule, update
from erbium.calibrate.cells.map_restarts import climb

FREE, ROWS = 5, 30


def problem(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a design (rows, free), a truth (free,) and data (rows,) with errors of size 1."""
    generator = np.random.default_rng(seed)
    design = 0.4 * generator.standard_normal((ROWS, FREE))
    design[:, -1] = 0.0  # a number that the data do not see
    truth = generator.standard_normal(FREE)
    return design, truth, design @ truth + generator.standard_normal(ROWS)


def assimilate(design: np.ndarray, data: np.ndarray, members: int, seed: int, steps: int = 4) -> np.ndarray:
    generator = np.random.default_rng(seed)
    z = generator.standard_normal((members, FREE))
    for alpha in schedule(steps):
        z = update(z, z @ design.T, data, alpha, generator, inflation=1.0)
    return z


def exact(design: np.ndarray, data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    covariance = np.linalg.inv(design.T @ design + np.eye(FREE))
    return covariance @ design.T @ data, np.sqrt(np.diag(covariance))


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_the_schedule_uses_the_data_once(steps: int) -> None:
    alphas = schedule(steps)
    assert sum(1 / a for a in alphas) == pytest.approx(1.0)
    assert list(alphas) == sorted(alphas, reverse=True)


def test_many_members_give_the_exact_posterior() -> None:
    design, _, data = problem(3)
    mean, sd = exact(design, data)
    z = assimilate(design, data, 4000, 7)
    assert z.mean(axis=0) == pytest.approx(mean, abs=0.08)
    assert z.std(axis=0) == pytest.approx(sd, rel=0.08)


def test_what_the_data_do_not_see_keeps_its_prior() -> None:
    design, _, data = problem(4)
    z = assimilate(design, data, 200, 5)
    assert z[:, -1].std() == pytest.approx(1.0, abs=0.2)
    assert z[:, 0].std() < 0.7


def test_intervals_cover_the_truth() -> None:
    inside = []
    for seed in range(60):
        design, truth, data = problem(100 + seed)
        inside.append(coverage(truth, *intervals(assimilate(design, data, 200, seed))))
    assert 0.84 <= np.mean(inside) <= 0.96


def test_failed_members_are_drawn_anew_from_the_others() -> None:
    design, _, data = problem(5)
    generator = np.random.default_rng(1)
    z = generator.standard_normal((50, FREE))
    z[3] = 1e3
    y = z @ design.T
    y[3] = np.nan
    out = update(z, y, data, 1.0, generator)
    assert np.isfinite(out).all()
    assert np.abs(out[3]).max() < 10


def test_the_mode_of_a_linear_problem_is_its_mean() -> None:
    design, _, data = problem(6)
    mode = climb(np.full(FREE, 0.5), lambda z: z @ design.T, data, iterations=8)
    assert mode.z == pytest.approx(exact(design, data)[0], abs=0.02)
