"""Order, ties and comparison, on hand-made scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erbium.advise.ranking import compare, order, standard_error, tied, ties
from erbium.core.twins import Twins
from erbium.tumour.endpoints import Endpoints

TWINS = Twins(1, 4, 3)


def score(*values: float, unit: str = "months") -> Endpoints:
    """Return endpoints with the given score of each twin (one number for all, or 12)."""
    found = np.full(12, values[0]) if len(values) == 1 else np.array(values)
    return Endpoints({}, found, "rmst", unit)


def test_tier_goes_before_benefit() -> None:
    assert order(["II", "I", "IV", "I"], [score(20.0), score(3.0), score(24.0), score(5.0)]) == [3, 1, 0, 2]


def test_equal_scores_keep_their_places() -> None:
    assert order(["I", "I", "I"], [score(5.0)] * 3) == [0, 1, 2]


def test_months_closer_than_trials_agree_are_a_tie() -> None:
    assert tied(score(10.0), score(10.0))
    assert tied(score(10.0), score(9.0))
    assert not tied(score(10.0), score(8.0))


def test_rates_within_five_points_are_a_tie() -> None:
    assert tied(score(0.50, unit="fraction"), score(0.54, unit="fraction"))
    assert not tied(score(0.50, unit="fraction"), score(0.56, unit="fraction"))


def test_few_noisy_twins_cannot_tell_regimens_apart() -> None:
    steady = score(*[10.0] * 12)
    noisy = score(*[2.0, 22.0] * 6)
    assert standard_error(steady.score, noisy.score) == pytest.approx(10.0 * np.sqrt(12 / 11) / np.sqrt(12))
    assert tied(steady, score(*(noisy.score + 3.0)))


def test_ties_stay_within_a_tier() -> None:
    scores = [score(10.0), score(9.5), score(10.0), score(2.0)]
    tiers = ["I", "I", "II", "II"]
    ranked = order(tiers, scores)
    assert ties(ranked, tiers, scores) == [[2], [1], [], []]


@given(st.lists(st.floats(min_value=0.0, max_value=24.0), min_size=1, max_size=8))
def test_ties_are_symmetric(means: list[float]) -> None:
    scores = [score(mean) for mean in means]
    tiers = ["I" if k % 2 else "II" for k in range(len(means))]
    ranked = order(tiers, scores)
    found = ties(ranked, tiers, scores)
    for rank, others in enumerate(found, start=1):
        assert rank not in others
        assert all(rank in found[other - 1] for other in others)


def test_a_regimen_against_itself() -> None:
    found = compare(score(5.0), score(5.0), TWINS)
    assert found.p_better == 0.5
    assert (found.difference.median, found.difference.low, found.difference.high) == (0.0, 0.0, 0.0)


def test_better_is_counted_over_parameter_draws() -> None:
    reference = score(5.0)
    # per draw +3, +1, 0 and -1: twins of a draw are averaged first
    option = score(8.0, 8.0, 8.0, 9.0, 5.0, 4.0, 5.0, 5.0, 5.0, 3.0, 5.0, 4.0)
    found = compare(option, reference, TWINS)
    assert found.p_better == pytest.approx(0.5 + 0.125)
    assert found.difference.median == pytest.approx(0.5)
    assert found.difference.unit == "months"
    back = compare(reference, option, TWINS)
    assert back.p_better == pytest.approx(1.0 - found.p_better)
    assert back.difference.median == pytest.approx(-0.5)
