"""Two runs side by side, and a run beside the published figures, with a verdict in words."""

from __future__ import annotations

import math
from typing import Any

import pytest

from erbium.core.errors import DataError
from erbium.trial.compare import Run, compare
from erbium.trial.statistics import summarise
from erbium.trial.verdict import tally, verdicts
from tests import synthetic_trial
from tests.trial_scoreboard.published import figure, ratio


def run(name: str, seed: int = 1, **changes: Any) -> Run:
    ratios = changes.pop("ratios", None)
    trial = synthetic_trial.trial(tuple(ratios) if ratios else ("control", "tested"))
    patients = synthetic_trial.patients(2000, ratios, seed=seed, **changes)
    return Run(name, summarise(trial, patients), patients, {"seed": seed, "population_hash": "same"})


def test_the_same_arm_twice_shows_no_clear_difference() -> None:
    found = compare(run("first"), run("second", seed=2))
    assert found.arms == (("control", "control"), ("tested", "tested"))
    clear = [gap for gap in found.figures if gap.words.startswith(("higher", "lower"))]
    assert len(clear) <= 2, "of many figures at 95 %, a few differ by chance"
    (gap,) = found.ratios
    assert gap.low is not None
    assert gap.high is not None
    assert gap.low < 1.0 < gap.high


def test_a_better_arm_is_seen_in_ratios_figures_and_between_the_runs() -> None:
    found = compare(run("first"), run("second", seed=2, ratios={"control": 1.0, "tested": 0.4}))
    (gap,) = found.ratios
    assert gap.value == pytest.approx(2.0 / 3.0, rel=0.2)
    assert gap.words == "lower in the second"
    between = {arm: ratio for arm, _, ratio in found.between}
    assert between["tested"].hr == pytest.approx(2.0 / 3.0, rel=0.2)
    assert between["control"].hr == pytest.approx(1.0, rel=0.2)
    median = next(gap for gap in found.figures if (gap.arm, gap.figure) == ("tested", "median_pfs"))
    assert median.value is not None
    assert median.value > 5.0
    body = found.json()
    assert body["schema"] == "erbium.trial-compare/1"
    assert "second_over_first" in body["hazard_ratios"][0]


def test_arms_of_other_names_are_matched_by_place_and_that_is_said() -> None:
    found = compare(run("first"), run("second", ratios={"placebo": 1.0, "drug": 0.6}))
    assert found.arms == (("control", "placebo"), ("tested", "drug"))
    assert "matched by their place" in found.warnings[0]
    assert any("the same patients" in text for text in found.warnings)


def test_runs_without_an_arm_in_common_are_refused() -> None:
    with pytest.raises(DataError, match="no arm in common"):
        compare(run("first"), run("second", ratios={"a": 1.0, "b": 1.0, "c": 1.0}))


def words(**published: Any) -> str:
    trial = synthetic_trial.trial(**published)
    patients = synthetic_trial.patients(2000)
    (found,) = verdicts(trial, summarise(trial, patients))
    return found.words


def test_verdicts_say_where_the_simulated_figure_lies() -> None:
    median = math.log(2.0) / synthetic_trial.HAZARD
    assert (
        words(published=[figure(value=median, low=median - 1.5, high=median + 1.5)])
        == "inside the published interval"
    )
    assert words(published=[figure(value=3.0, low=2.0, high=4.0)]) == "clearly above the published interval"
    assert words(published=[figure(value=40.0, low=35.0, high=50.0)]).startswith("clearly below")
    edge = words(published=[figure(value=median - 2.0, low=median - 3.0, high=median - 0.4)])
    assert edge == "above the published interval, but the intervals overlap"
    assert words(published=[figure(value=median)]) == "no interval is published; within 30 %"
    far = words(published=[figure(value=2.0 * median)])
    assert far.startswith("no interval is published; ")
    assert far.endswith(" % lower")
    assert "not" in words(published=[figure("median_OS", 40.0)])
    assert words(published_ratio=[ratio("PFS", 0.6, low=0.5, high=0.75)]) == "inside the published interval"


def test_the_tally_counts_what_can_be_judged() -> None:
    trial = synthetic_trial.trial(
        published=[figure(value=3.0, low=2.0, high=4.0), figure("median_OS", 40.0)],
        published_ratio=[ratio("PFS", 0.6, low=0.45, high=0.8)],
    )
    patients = synthetic_trial.patients(2000)
    assert tally(verdicts(trial, summarise(trial, patients))).startswith("1 of 2 ")
    # Overall survival is exploratory and is not counted.
    dead = patients.assign(os_months=patients["pfs_months"] + 1.0, os_event=patients["pfs_event"])
    told = tally(verdicts(trial, summarise(trial, dead)))
    assert told == tally(verdicts(trial, summarise(trial, patients)))
    assert tally([]).startswith("no published figure")
