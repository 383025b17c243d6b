"""Figures read from simulated patients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erbium.calibrate.population.statistic import (
    half_interval,
    log_ratio,
    read_statistic,
    scale_of,
    weights_for,
)


def patients(months: np.ndarray, horizon: float = 36.0, response: np.ndarray | None = None) -> pd.DataFrame:
    event = months <= horizon
    n = len(months)
    code = np.full(n, 1) if response is None else response
    return pd.DataFrame(
        {
            "months": np.minimum(months, horizon),
            "progressed": event,
            "response": code,
            "benefit": code >= 2,
            "response_month": np.where(code >= 2, 2.0, np.nan),
        }
    )


def value(name: str, table: pd.DataFrame, weights: np.ndarray | None = None) -> float:
    w = np.ones(len(table)) if weights is None else weights
    return float(scale_of(name).back(np.array(read_statistic(name, table, w, 36.0))))


def test_rates_and_times_of_a_constant_hazard() -> None:
    times = np.random.default_rng(1).exponential(10.0 / np.log(2.0), 4000)
    code = np.arange(4000) % 4
    table = patients(times, response=code)
    assert value("median_PFS", table) == pytest.approx(10.0, rel=0.06)
    assert value("PFS_12m", table) == pytest.approx(100 * 0.5**1.2, abs=2.5)
    assert value("PFS_36m", table) == pytest.approx(100 * 0.5**3.6, abs=2.0)
    assert value("ORR", table) == pytest.approx(50.0, abs=0.1)
    assert value("CR", table) == pytest.approx(25.0, abs=0.1)
    assert value("PD", table) == pytest.approx(25.0, abs=0.1)


def test_a_median_beyond_the_horizon_is_that_of_a_constant_hazard() -> None:
    times = np.random.default_rng(2).exponential(60.0 / np.log(2.0), 4000)
    assert value("median_PFS", patients(times)) == pytest.approx(60.0, rel=0.1)


def seen_at(visits: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the scan at which each progression is found; what is found at none comes after the horizon."""
    return np.append(visits, 99.0)[np.searchsorted(visits, times)]


@pytest.mark.parametrize(("every", "size"), [(1.4, 24), (2.1, 24), (2.1, 200)])
def test_a_median_is_that_of_a_curve_that_steps_at_scans(every: float, size: int) -> None:
    random = np.random.default_rng(4)
    visits = np.arange(1, int(36.0 / every) + 1) * every
    found, published = [], []
    for true in random.uniform(3.0 * every, 8.0 * every, 300):
        scans = seen_at(visits, random.exponential(true / np.log(2.0), size))
        x = read_statistic("median_PFS", patients(scans), np.ones(size), 36.0, visits.tolist())
        found.append(np.exp(x))
        published.append(np.sort(seen_at(visits, random.exponential(true / np.log(2.0), 400)))[199])
    # Without the half interval this is off by half an interval.
    assert np.mean(found) - np.mean(published) == pytest.approx(0.0, abs=0.25 * every)


def test_a_median_moves_evenly_and_not_from_scan_to_scan() -> None:
    visits = np.arange(1, 18) * 2.1
    quantiles = -np.log(1.0 - (np.arange(400) + 0.5) / 400) / np.log(2.0)
    true = np.linspace(8.0, 12.0, 41)
    found = np.exp(
        [
            read_statistic(
                "median_PFS", patients(seen_at(visits, m * quantiles)), np.ones(400), 36.0, visits.tolist()
            )
            for m in true
        ]
    )
    assert (np.diff(found) > 0.0).all()
    assert np.diff(found).max() < 0.3
    assert np.mean(found - true) == pytest.approx(1.05, abs=0.15)


def test_half_an_interval_is_that_of_the_scans_around_a_time() -> None:
    visits = (2.0, 4.0, 8.0)
    assert [half_interval(m, visits) for m in (1.0, 3.0, 4.0, 5.0, 50.0)] == [1.0, 1.0, 1.0, 2.0, 2.0]
    assert half_interval(3.0, ()) == 0.0


def test_a_duration_of_response_is_read_between_scans_too() -> None:
    visits = np.arange(1, 24) * 1.38
    first, lasted = np.arange(20) % 10, np.array([2] * 5 + [3] * 10 + [8] * 5)
    table = patients(visits[first + lasted], response=np.full(20, 2)).assign(response_month=visits[first])
    table = table.astype({"months": np.float32, "response_month": np.float32})
    # Three quarters go on after 2 intervals and one quarter after 3, each 3 with a rounding of its own.
    bare = np.exp(read_statistic("median_DOR", table, np.ones(20), 36.0))
    found = np.exp(read_statistic("median_DOR", table, np.ones(20), 36.0, visits.tolist()))
    assert bare == pytest.approx(2.5 * 1.38, abs=0.01)
    assert found == pytest.approx(3.0 * 1.38, abs=0.01)


def test_no_rate_is_infinite_and_no_median_rests_on_three_responders() -> None:
    table = patients(np.full(10, 5.0), response=np.array([2, 2, 2] + [1] * 7))
    assert np.isfinite(read_statistic("CR", table, np.ones(10), 36.0))
    assert np.isnan(read_statistic("median_DOR", table, np.ones(10), 36.0))


def test_weights_reach_a_share() -> None:
    marks = pd.DataFrame({"p95": [True] * 20 + [False] * 80, "er": [True] * 100})
    found = weights_for(marks, [("p95", 0.5), ("er", 0.3)], {"p95": 0.2, "er": 1.0})
    assert (found * marks["p95"]).sum() / found.sum() == pytest.approx(0.5)
    table = patients(np.full(100, 5.0), response=np.where(marks["p95"], 1, 2))
    assert value("ORR", table, found) == pytest.approx(50.0, abs=0.5)


def test_the_hazard_ratio_is_that_of_cox() -> None:
    from lifelines import CoxPHFitter

    random = np.random.default_rng(3)
    one = patients(np.ceil(random.exponential(20.0, 150)), 24.0)
    other = patients(np.ceil(random.exponential(9.0, 150)), 24.0)
    both = pd.concat([one.assign(x=1), other.assign(x=0)])[["months", "progressed", "x"]]
    wanted = float(CoxPHFitter().fit(both, "months", "progressed").params_["x"])
    found = log_ratio(one, other, (np.ones(150), np.ones(150)), 24.0)
    # Breslow's ties lean to no difference against Efron's, a little.
    assert found == pytest.approx(wanted, abs=0.08)
    assert np.isnan(log_ratio(one.assign(progressed=False), other, (np.ones(150), np.ones(150)), 24.0))
