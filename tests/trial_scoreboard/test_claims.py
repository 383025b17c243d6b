"""Claims that are numbers of trials: each is placed, and judged by the exact interval of its patients."""

from __future__ import annotations

from typing import Any

import pytest
from scipy.stats import binomtest, chi2

from erbium.knowledge.claims import load_claims
from erbium.knowledge.schema.scored_claim import ScoredNumber
from erbium.trial.scoreboard.check import ScoredClaimsArePlaced
from erbium.trial.scoreboard.claims import ClaimScore, _interval, load_scored_claims, score_claims, set_aside
from erbium.trial.statistics import summarise
from tests import synthetic_trial


def test_every_number_is_scored_or_set_aside_with_a_reason() -> None:
    assert list(ScoredClaimsArePlaced().issues()) == []
    placed = {item.claim for item in load_scored_claims().number} | {item["claim"] for item in set_aside()}
    wanted = {name for name, filed in load_claims().items() if filed.claim.trial_number}
    assert placed == wanted


def test_the_interval_of_a_rate_is_the_exact_one() -> None:
    low, high, how = _interval(0.281, 57, "fraction")
    exact = binomtest(16, 57).proportion_ci(0.95, "exact")
    assert low == pytest.approx(exact.low)
    assert high == pytest.approx(exact.high)
    assert "Clopper" in how


def test_the_interval_of_a_median_is_that_of_exponential_times() -> None:
    low, high, _ = _interval(6.8, 57, "months")
    assert low == pytest.approx(2 * 57 * 6.8 / chi2.ppf(0.975, 114))
    assert high == pytest.approx(2 * 57 * 6.8 / chi2.ppf(0.025, 114))
    assert _interval(6.8, None, "months")[:2] == (None, None)


def score(simulated: float | None, **number: Any) -> bool | None:
    given = ScoredNumber(claim="S1-001", published="ORR", trial="any", arm="any", endpoint="ORR", **number)
    return ClaimScore(
        given, "a claim", "fraction", 0.6, 0.5, 0.7, 100, "from n", simulated, "out_of_sample"
    ).right


def test_a_number_is_right_inside_its_interval_or_beyond_its_bound() -> None:
    assert score(0.55) is True
    assert score(0.75) is False
    assert score(None) is None
    assert score(0.75, bound="above") is True
    assert score(0.55, bound="above") is False
    assert score(0.55, bound="below") is True


def test_a_trial_without_claims_has_no_scores() -> None:
    trial, patients = synthetic_trial.trial(), synthetic_trial.patients(100)
    assert score_claims(trial, patients, summarise(trial, patients), "out_of_sample") == []


def test_a_complement_counts_the_patients_without_the_outcome() -> None:
    trial = synthetic_trial.trial(("trastuzumab",), id="vogel_2002", comparison=[])
    patients = synthetic_trial.patients(200, {"trastuzumab": 1.0})
    rate = float(patients["response"].isin(["CR", "PR"]).mean())
    scores = {item.number.claim: item for item in score_claims(
        trial, patients, summarise(trial, patients), "in_sample")}  # fmt: skip
    assert scores["S1-102"].simulated == pytest.approx(1.0 - rate)
    assert scores["S2-057"].simulated == pytest.approx(rate)
    assert scores["S1-102"].side == "in_sample"
