"""What figures say of the numbers: known truths are found again, and what is not seen stays open."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.population.coordinates import BOUND
from erbium.calibrate.population.emulator import Stack
from erbium.calibrate.population.posterior import FITTED, FLAT, Posterior, Target, profiles, solve

K, ROWS = 5, 24


def stack_of(seed: int, bend: float = 0.1) -> Stack:
    """Emulators of rows that feel all numbers but the last."""
    random = np.random.default_rng(seed)
    linear = random.normal(0, 0.5, (ROWS, K))
    bent = random.normal(0, bend, (ROWS, K, K))
    linear[:, -1] = 0.0
    bent[:, -1, :] = bent[:, :, -1] = 0.0
    return Stack(random.normal(size=ROWS), linear, 0.5 * (bent + bent.transpose(0, 2, 1)), np.zeros(ROWS))


def synthetic(seed: int, bend: float = 0.1) -> tuple[Target, np.ndarray]:
    random = np.random.default_rng(seed + 1000)
    stack = stack_of(seed, bend)
    truth = np.clip(random.standard_normal(K), -BOUND, BOUND)
    root = np.diag(random.uniform(0.3, 0.8, ROWS))
    root[1:, 0] = 0.2
    covariance = root @ root.T
    x = stack.at(truth[None])[0] + root @ random.standard_normal(ROWS)
    return Target(stack, x, covariance), truth


@pytest.fixture(scope="module")
def solved() -> list[tuple[Posterior, np.ndarray]]:
    found = []
    for seed in range(16):
        target, truth = synthetic(seed)
        found.append((solve(target, 200, seed), truth))
    return found


def test_intervals_of_90_per_cent_hold_the_truth(solved: list[tuple[Posterior, np.ndarray]]) -> None:
    held = []
    for posterior, truth in solved:
        low, high = np.quantile(posterior.draws, [0.05, 0.95], axis=0)
        held += ((low <= truth) & (truth <= high)).tolist()
    assert 0.80 <= np.mean(held) <= 0.98


def test_numbers_that_are_seen_are_fitted_and_the_other_is_not(
    solved: list[tuple[Posterior, np.ndarray]],
) -> None:
    shrinkage = np.array([posterior.shrinkage for posterior, _ in solved])
    assert (shrinkage[:, :-1].mean(axis=0) < FITTED).all()
    assert shrinkage[:, -1].mean() == pytest.approx(1.0, abs=0.06)


def test_the_mode_is_near_the_truth(solved: list[tuple[Posterior, np.ndarray]]) -> None:
    errors = np.array([(posterior.mode - truth)[:-1] for posterior, truth in solved])
    assert np.sqrt(np.mean(errors**2)) < 0.5


def test_a_linear_simulation_is_solved_exactly() -> None:
    target, _ = synthetic(3, bend=0.0)
    # No bound is near: a strongly informed problem around 0.
    target = Target(target.stack, target.stack.constant, target.covariance)
    found = solve(target, 2000, 1)
    inverse = np.linalg.inv(target.covariance)
    exact = np.linalg.inv(target.stack.linear.T @ inverse @ target.stack.linear + np.eye(K))
    assert found.mode == pytest.approx(np.zeros(K), abs=1e-4)
    assert np.cov(found.draws.T)[:-1, :-1] == pytest.approx(exact[:-1, :-1], abs=0.03)


def test_profiles_are_flat_where_nothing_is_seen() -> None:
    target, truth = synthetic(2)
    found = profiles(target)
    assert found[-1].max() < 1e-6 < FLAT
    assert (found[:-1].max(axis=1) > FLAT).all()
    assert (found.min(axis=1) == 0.0).all()
    assert len(truth) == len(found)


def test_the_same_seed_gives_the_same_draws() -> None:
    target, _ = synthetic(1)
    assert (solve(target, 40, 5).draws == solve(target, 40, 5).draws).all()
    assert np.abs(solve(target, 40, 5).draws).max() <= BOUND
