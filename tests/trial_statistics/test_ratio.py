"""Hazard ratios, the log-rank test, crossing curves."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import logrank_test

from erbium.trial.statistics import hazard_ratio
from tests import synthetic_trial


def ratio_of(table: pd.DataFrame, *, stratified: bool = False) -> float:
    found = hazard_ratio(table, "tested", "control", stratified=stratified, full=False)
    assert found.hr is not None
    return found.hr


def test_exponential_arms_give_their_ratio_within_error() -> None:
    found = hazard_ratio(synthetic_trial.patients(4000), "tested", "control")
    assert found.hr is not None
    assert found.error is not None
    assert abs(math.log(found.hr / 0.6)) < 3.0 * found.error
    # Var of the log ratio is 1/d1 + 1/d0 (Schoenfeld), nearly.
    assert found.error == pytest.approx(math.sqrt(sum(1.0 / d for d in found.events)), rel=0.03)
    assert found.mean_difference is not None
    assert found.mean_difference > 0.0


def test_turned_round_it_is_the_reciprocal() -> None:
    table = synthetic_trial.patients(300, grid=2.07)
    other = hazard_ratio(table, "control", "tested")
    assert ratio_of(table) * (other.hr or 0.0) == pytest.approx(1.0, rel=1e-6)


def test_log_rank_equals_lifelines() -> None:
    table = synthetic_trial.patients(300, grid=2.07)
    one, other = (table[table["arm"] == name] for name in ("tested", "control"))
    expected = logrank_test(
        one["pfs_months"], other["pfs_months"], one["pfs_event"], other["pfs_event"]
    ).p_value
    assert hazard_ratio(table, "tested", "control").p == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("grid", [0.0, 2.07])
@pytest.mark.parametrize("stratified", [False, True])
def test_the_ratio_equals_that_of_lifelines(grid: float, stratified: bool) -> None:
    table = synthetic_trial.patients(300, grid=grid)
    ours, library = (
        hazard_ratio(table, "tested", "control", stratified=stratified, full=full) for full in (False, True)
    )
    assert library.proportional_p is not None, "the library was not asked"
    assert (ours.hr, ours.low, ours.high) == pytest.approx((library.hr, library.low, library.high), rel=1e-5)
    assert ours.stratified == stratified


def test_strata_keep_a_strong_prognostic_factor_from_diluting_the_ratio() -> None:
    rng, n = np.random.default_rng(6), 20_000
    arm, bad = np.arange(n) % 2, rng.random(n) < 0.5
    months = rng.exponential(1.0 / (0.05 * np.where(arm, 0.5, 1.0) * np.where(bad, 10.0, 1.0)))
    table = pd.DataFrame(
        {"arm": np.where(arm, "tested", "control"), "pfs_months": months, "pfs_event": True, "stratum": bad}
    )
    apart = ratio_of(table, stratified=True)
    assert apart == pytest.approx(0.5, rel=0.04)
    assert ratio_of(table) > apart + 0.03


def test_scans_in_a_grid_do_not_move_the_ratio_much() -> None:
    at_once, seen = (ratio_of(synthetic_trial.patients(4000, grid=grid)) for grid in (0.0, 2.07))
    assert math.log(seen / at_once) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.assign(pfs_event=False), "no event in either arm"),
        (lambda t: t.assign(pfs_event=t["pfs_event"] & (t["arm"] == "control")), 'no event in arm "tested"'),
        (lambda t: t[t["arm"] == "control"], 'no patient in arm "tested"'),
        (lambda t: t.assign(pfs_event=True, pfs_months=t["pfs_months"] + 99 * (t["arm"] > "d")), "before"),
    ],
)  # fmt: skip
def test_where_there_is_no_ratio_it_says_why(change: object, says: str) -> None:
    table = change(synthetic_trial.patients(100))  # type: ignore[operator]
    found = hazard_ratio(table, "tested", "control")
    assert found.hr is None
    assert found.json()["hr"] is None
    assert says in found.note


def test_crossing_curves_are_seen_and_proportional_ones_are_not() -> None:
    rng, n = np.random.default_rng(7), 1000
    # Weibull with the same median: early failures in one arm, late ones in the other.
    one, other = 10.0 * rng.weibull(0.5, n), 10.0 * rng.weibull(3.0, n)
    table = pd.DataFrame(
        {
            "arm": ["tested"] * n + ["control"] * n,
            "pfs_months": np.concatenate([one, other]).clip(max=30.0),
            "pfs_event": np.concatenate([one, other]) < 30.0,
        }
    )
    found = hazard_ratio(table, "tested", "control")
    assert found.crosses
    assert found.proportional_p is not None
    assert found.proportional_p < 1e-6
    fine = hazard_ratio(synthetic_trial.patients(2000), "tested", "control")
    assert not fine.crosses
    assert fine.proportional_p is not None
    assert fine.proportional_p > 0.01


def test_draws_of_very_different_hazards_do_not_flatten_the_ratio() -> None:
    slow, fast = (synthetic_trial.patients(4000, seed=seed, follow_up=200.0) for seed in (1, 2))
    fast = fast.assign(pfs_months=fast["pfs_months"] / 20.0)
    pooled = pd.concat([slow.assign(draw=0), fast.assign(draw=1)], ignore_index=True)
    found = hazard_ratio(pooled, "tested", "control", full=False)
    assert found.hr is not None
    assert found.error is not None
    assert not found.stratified
    assert abs(math.log(found.hr / 0.6)) < 3.0 * found.error
    flat = ratio_of(pooled.drop(columns="draw"))
    assert math.log(flat / 0.6) > 3.0 * found.error, "the draws do not differ enough to show it"
    both = hazard_ratio(pooled, "tested", "control", stratified=True, full=False)
    assert both.stratified
    assert abs(math.log((both.hr or 1.0) / 0.6)) < 3.0 * found.error
