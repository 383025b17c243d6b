"""The quadratic that stands for the simulation."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.population.emulator import LEAST_R2, Emulator, Stack, fit_emulator

K = 5
EVERY = np.ones(K, dtype=bool)


def quadratic(z: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 + 0.8 * z[:, 0] - 0.5 * z[:, 1] + 0.3 * z[:, 0] * z[:, 1] - 0.2 * z[:, 2] ** 2)


@pytest.fixture
def z() -> np.ndarray:
    return np.random.default_rng(3).uniform(-2, 2, (64, K))


def fitted(z: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None, noise: float = 1e-6) -> Emulator:
    groups = np.zeros(len(y), dtype=np.int64) if groups is None else groups
    return fit_emulator(z, y, groups, EVERY, EVERY, noise)


def test_it_recovers_a_quadratic(z: np.ndarray) -> None:
    found = fitted(z, quadratic(z))
    new = np.random.default_rng(4).uniform(-2, 2, (200, K))
    assert found.r2 > 0.98
    assert np.abs(found.at(new) - quadratic(new)).max() < 0.1
    assert found.quadratic == pytest.approx(found.quadratic.T)


def test_its_error_is_that_of_new_points(z: np.ndarray) -> None:
    random = np.random.default_rng(5)
    found = fitted(z, quadratic(z) + random.normal(0, 0.5, len(z)), noise=0.25)
    assert found.error == pytest.approx(0.55, abs=0.2)
    new = random.uniform(-2, 2, (500, K))
    real = np.sqrt(np.mean((found.at(new) - quadratic(new)) ** 2))
    assert real < 2.0 * np.sqrt(found.variance)


def test_each_group_of_patients_has_its_own_level_and_their_mean_is_said(z: np.ndarray) -> None:
    groups = np.arange(len(z)) % 4
    shift = np.array([2.0, -1.0, -1.5, 0.5])
    found = fitted(z, quadratic(z) + shift[groups], groups)
    assert found.at(np.zeros((1, K)))[0] == pytest.approx(1.0, abs=0.15)
    assert found.r2 > 0.9


def test_noise_is_described_by_nothing(z: np.ndarray) -> None:
    found = fitted(z, np.random.default_rng(6).normal(size=len(z)), noise=1.0)
    assert found.r2 < LEAST_R2


def test_a_number_that_is_not_felt_has_no_slope(z: np.ndarray) -> None:
    feels = np.array([True, True, True, False, True])
    found = fit_emulator(z, quadratic(z) + 0.4 * z[:, 3], np.zeros(64, dtype=np.int64), feels, feels, 1e-6)
    assert found.linear[3] == 0.0
    assert not found.quadratic[3].any()


def test_designs_that_cannot_be_read_are_left(z: np.ndarray) -> None:
    y = quadratic(z)
    y[:10] = np.nan
    assert fitted(z, y).used == 54
    assert fitted(z, np.where(np.arange(64) < 3, y, np.nan)).r2 == 0.0


def test_a_stack_is_its_emulators(z: np.ndarray) -> None:
    one, other = fitted(z, quadratic(z)), fitted(z, np.cos(z[:, 0]))
    stack = Stack.of([one, other], K)
    assert stack.at(z) == pytest.approx(np.stack([one.at(z), other.at(z)], axis=1))
    step = 1e-6
    for k in range(K):
        moved = z + step * np.eye(K)[k]
        assert stack.slope(z)[:, :, k] == pytest.approx((stack.at(moved) - stack.at(z)) / step, abs=1e-4)


def test_designs_that_count_more_are_met_better(z: np.ndarray) -> None:
    y = np.sin(2.0 * z[:, 0])
    near = np.exp(-np.square(z[:, 0]))
    groups = np.zeros(len(z), dtype=np.int64)
    alike = fit_emulator(z, y, groups, EVERY, EVERY, 1e-6)
    local = fit_emulator(z, y, groups, EVERY, EVERY, 1e-6, near**4)
    new = np.zeros((9, K))
    new[:, 0] = np.linspace(-0.4, 0.4, 9)
    wanted = np.sin(2.0 * new[:, 0])
    assert np.abs(local.at(new) - wanted).mean() < 0.7 * np.abs(alike.at(new) - wanted).mean()
