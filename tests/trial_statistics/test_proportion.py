"""Shares of patients: Clopper and Pearson, chances, differences."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import binomtest

from erbium.trial.statistics import exact_interval, mean_chance, rate_difference, response_rate, share


def test_three_of_ten() -> None:
    # Clopper and Pearson 1934: 3 of 10 at 95 % is 6.67 to 65.25 %.
    assert exact_interval(3, 10) == pytest.approx((0.0667, 0.6525), abs=1e-4)


@pytest.mark.parametrize(("count", "n"), [(0, 7), (7, 7), (1, 300), (150, 402)])
def test_equals_scipy(count: int, n: int) -> None:
    interval = binomtest(count, n).proportion_ci(0.9, method="exact")
    assert exact_interval(count, n, 0.9) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_the_mean_of_certain_chances_is_their_share() -> None:
    chances = pd.Series([1.0] * 3 + [0.0] * 7)
    counted = share(chances == 1.0)
    expected = mean_chance(chances)
    assert (expected.value, expected.low, expected.high) == pytest.approx(
        (counted.value, counted.low, counted.high)
    )


def test_chances_between_count_in_part_and_unknown_ones_not_at_all() -> None:
    found = mean_chance(pd.Series([0.2, 0.6, float("nan")]))
    assert found.value == pytest.approx(0.4)
    assert found.n == 2


def test_nobody_is_null() -> None:
    found = share(pd.Series([], dtype=bool))
    assert found.value is None
    assert found.note
    assert found.json()["low"] is None


def test_response_counts_partial_ones_and_the_unassessed_as_none() -> None:
    table = pd.DataFrame({"response": ["CR", "PR", "SD", None], "benefit": [True, True, True, False]})
    assert response_rate(table, "orr").value == pytest.approx(0.5)
    assert response_rate(table, "cr").value == pytest.approx(0.25)
    assert response_rate(table, "cbr").value == pytest.approx(0.75)


def test_newcombe_of_his_own_example() -> None:
    # Newcombe 1998, example (a): 56/70 against 48/80, method 10 gives 0.0524 to 0.3339.
    one, other = (share(pd.Series([True] * hits + [False] * (n - hits))) for hits, n in ((56, 70), (48, 80)))
    found = rate_difference("ORR", "a", "b", one, other)
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
