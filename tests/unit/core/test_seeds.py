"""Random numbers by key: independent of order, batch size and machine."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core import seeds


def test_values_are_fixed_for_ever() -> None:
    # A published result names its seed: these numbers may not change.
    assert seeds.uniform(1, [0, 1, 2], "PTEN.loss") == pytest.approx(FIRST, rel=0, abs=1e-15)


FIRST = [0.41485459615708514, 0.7572577194197674, 0.08835543750710301]


def test_a_batch_is_its_parts() -> None:
    whole = seeds.normal(7, np.arange(100), "CL")
    parts = np.concatenate([seeds.normal(7, np.arange(60, 100), "CL"), seeds.normal(7, np.arange(60), "CL")])
    assert np.array_equal(whole, np.roll(parts, 60))


def test_seed_quantity_and_index_all_matter() -> None:
    first = seeds.uniform(1, np.arange(50), "a")
    for other in (seeds.uniform(2, np.arange(50), "a"), seeds.uniform(1, np.arange(50), "b")):
        assert not np.any(first == other)
    assert len(set(first.tolist())) == 50


def test_any_shape() -> None:
    index = np.arange(6).reshape(2, 3)
    assert seeds.uniform(3, index, "q").shape == (2, 3)
    assert seeds.uniform(3, 4, "q").shape == ()


def test_uniform_is_uniform_and_open() -> None:
    draws = seeds.uniform(5, np.arange(100_000), "u")
    assert 0 < draws.min() < 1e-3
    assert 1 - 1e-3 < draws.max() < 1
    counts = np.histogram(draws, bins=20, range=(0, 1))[0]
    assert float(((counts - 5000) ** 2 / 5000).sum()) < 45  # chi-squared, 19 degrees: 0.999 quantile 43.8


def test_normal_is_standard() -> None:
    draws = seeds.normal(5, np.arange(100_000), "n")
    assert draws.mean() == pytest.approx(0, abs=0.02)
    assert draws.std() == pytest.approx(1, abs=0.02)


def test_quantities_are_uncorrelated() -> None:
    a, b = (seeds.normal(5, np.arange(100_000), name) for name in ("a", "b"))
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(0, abs=0.02)
    assert np.corrcoef(a[1:], a[:-1])[0, 1] == pytest.approx(0, abs=0.02)


def test_log_normal_has_median_one_and_the_given_cv() -> None:
    draws = seeds.log_normal(5, np.arange(200_000), "CL", 0.4)
    assert np.median(draws) == pytest.approx(1, abs=0.01)
    assert draws.std() / draws.mean() == pytest.approx(0.4, abs=0.01)
    assert np.all(seeds.log_normal(5, np.arange(10), "CL", 0.0) == 1.0)
