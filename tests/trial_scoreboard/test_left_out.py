"""Trials of the joint fit predicted without themselves: what replaces a row, and what is dropped."""

from __future__ import annotations

import math

import numpy as np
import pytest

from erbium.knowledge.left_out import LeftOutFigure, load_left_out
from erbium.knowledge.trials import load_trials
from erbium.trial.scoreboard.left_out import left_out_in_turn, spread
from erbium.trial.scoring import ComparisonRow, FigureRow, SubgroupRow
from erbium.trial.scoring.rows import Row

FIGURES = (
    LeftOutFigure(trial="a", arm="new", versus="old", statistic="HR", value=0.6, low=0.4, high=0.8),
    LeftOutFigure(trial="a", arm="new", statistic="ORR", value=40.0, low=30.0, high=60.0),
    LeftOutFigure(trial="a", arm="new", statistic="median_PFS", value=8.0, low=6.0, high=10.0),
)


def comparison(trial: str, endpoint: str = "PFS") -> ComparisonRow:
    return ComparisonRow(trial, "new", "old", endpoint, in_sample=True, group="g", published=0.5,
                         primary=True, predicted=0.9)  # fmt: skip


def test_rows_of_a_left_out_trial_take_what_the_fit_without_it_says() -> None:
    rows: list[Row] = [
        comparison("a"),
        FigureRow("a", "new", "ORR", True, "fraction", 0.5, predicted=0.9),
        FigureRow("a", "new", "median_TTP", True, "months", 9.0, not_reached=True),
    ]
    ratio, response, time = left_out_in_turn(rows, FIGURES)
    assert isinstance(ratio, ComparisonRow)
    assert isinstance(response, FigureRow)
    assert isinstance(time, FigureRow)
    assert not ratio.in_sample
    assert ratio.predicted == 0.6
    assert response.predicted == pytest.approx(0.4)
    assert max(response.draws) < 1.0
    assert time.predicted == 8.0
    assert not time.not_reached


def test_what_was_not_predicted_without_the_trial_is_dropped_and_other_trials_stay() -> None:
    kept: list[Row] = [comparison("b"), SubgroupRow("b", "new", "old", "PFS", False, "her2", "ratio", -0.1)]
    rows: list[Row] = [
        comparison("a", "CNS_PFS"),
        FigureRow("a", "old", "ORR", True, "fraction", 0.5),
        SubgroupRow("a", "new", "old", "PFS", True, "her2", "ratio", -0.1),
        *kept,
    ]
    assert left_out_in_turn(rows, FIGURES) == kept


def test_draws_have_the_stated_percentiles() -> None:
    logs = np.log(spread(FIGURES[0]))
    assert np.median(logs) == pytest.approx(math.log(0.6))
    assert math.log(0.4) < logs[0] < logs[-1] < math.log(0.8)


def test_the_shipped_predictions_are_of_trials_and_arms_that_exist() -> None:
    shipped = load_left_out()
    assert shipped is not None
    trials = load_trials()
    for item in shipped.left_out:
        assert item.arm in trials[item.trial].arm_names
        assert item.low <= item.value <= item.high
    assert sum(item.statistic == "HR" for item in shipped.left_out) >= 15
