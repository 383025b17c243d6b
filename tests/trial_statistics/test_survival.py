"""Kaplan-Meier against a table made by hand, closed forms and another library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from scipy.stats import CensoredData, ecdf

from erbium.trial.statistics import curve

# Freireich's 6-MP arm, as every textbook has it.
MONTHS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
EVENTS = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_table_of_the_textbook() -> None:
    drawn = curve(MONTHS, EVENTS)
    table = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {month: round(drawn.at(month)[0], 3) for month in table} == table
    assert drawn.median().value == 23.0
    assert drawn.median().low == 13.0
    assert drawn.median().high is None
    assert drawn.at_risk([0, 6, 10, 20, 35.5]) == [21, 21, 15, 8, 0]


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_equals_lifelines_and_scipy(level: float) -> None:
    rng = np.random.default_rng(3)
    months, event = rng.exponential(9.0, 200).round(1), rng.random(200) < 0.7
    drawn = curve(months, event, level)
    fitter = KaplanMeierFitter(alpha=1.0 - level).fit(months, event)
    band = fitter.confidence_interval_.to_numpy()
    assert drawn.months == pytest.approx(fitter.event_table.index.to_numpy())
    assert drawn.risk == pytest.approx(fitter.event_table["at_risk"].to_numpy())
    inside = drawn.survival > 0.0
    assert drawn.low[inside] == pytest.approx(band[inside, 0], abs=1e-9)
    assert drawn.high[inside] == pytest.approx(band[inside, 1], abs=1e-9)
    other = ecdf(CensoredData(uncensored=months[event], right=months[~event])).sf
    assert drawn.survival == pytest.approx(np.asarray(other.evaluate(drawn.months)), abs=1e-9)
    assert drawn.median().value == fitter.median_survival_time_


def test_a_mean_without_censoring_is_the_mean() -> None:
    months = np.array([1.0, 2.0, 4.0, 9.0])
    found = curve(months, np.ones(4)).mean(9.0)
    assert found.value == pytest.approx(months.mean())
    # Greenwood's variance without censoring is the one of the sample, over n.
    assert curve(months, np.ones(4)).restricted_mean(9.0)[1] == pytest.approx(months.std() / math.sqrt(4))


def test_the_restricted_mean_of_an_exponential() -> None:
    rng = np.random.default_rng(4)
    true, lost = rng.exponential(10.0, 20_000), rng.uniform(0.0, 60.0, 20_000)
    value, error = curve(np.minimum(true, lost), true <= lost).restricted_mean(24.0)
    assert abs(value - 10.0 * (1.0 - math.exp(-2.4))) < 3.0 * error
    assert error < 0.1


def test_intervals_of_the_median_and_of_rates_cover() -> None:
    rng, hits, free = np.random.default_rng(5), 0, 0
    for _ in range(200):
        true = rng.exponential(10.0, 80)
        drawn = curve(np.minimum(true, 20.0), true <= 20.0)
        median, rate = drawn.median(), drawn.rate(12.0)
        hits += (median.low or 0.0) <= 10.0 * math.log(2.0) <= (median.high or math.inf)
        free += (rate.low or 0.0) <= math.exp(-1.2) <= (rate.high or 1.0)
    assert 0.90 <= hits / 200 <= 0.99
    assert 0.90 <= free / 200 <= 0.99


def test_a_median_that_is_not_reached_is_null_and_says_so() -> None:
    last = curve([1.0, 5.0, 9.0], [False, False, True]).median()
    assert (last.value, last.low, last.high, last.not_reached) == (9.0, 9.0, None, False)
    none = curve([1.0, 5.0, 9.0], [False, False, False]).median().json()
    assert none["value"] is None
    assert none["not_reached"] is True


def test_no_rate_beyond_the_follow_up() -> None:
    drawn = curve([3.0, 11.96, 11.96], [True, False, False])
    assert drawn.rate(12.0).value == pytest.approx(2.0 / 3.0)
    late = drawn.rate(24.0)
    assert late.value is None
    assert "12.0 months" in late.note


def test_nobody() -> None:
    drawn = curve([], [])
    assert drawn.n == 0
    assert drawn.median().value is None
    assert drawn.rate(12.0).value is None
