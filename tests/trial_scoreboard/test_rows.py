"""Rows of the scoreboard: strict endpoints, one report a figure, and draws without the chance of patients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from erbium.trial.scoreboard.entry import About
from erbium.trial.scoreboard.figures import figure_entries, named
from erbium.trial.scoreboard.matching import first_report, flag, is_strict
from erbium.trial.scoreboard.predicted import ratio_error, share_error, without_chance
from erbium.trial.scoring import FigureRow
from erbium.trial.statistics import summarise
from tests import synthetic_trial
from tests.trial_scoreboard.published import figure, ratio


def test_time_to_progression_is_flagged_beside_pfs() -> None:
    trial = synthetic_trial.trial()
    assert flag(trial, "median_TTP") == "TTP was published, PFS is simulated"
    assert not is_strict(trial, "median_TTP")
    assert flag(trial, "PFS") == ""
    assert is_strict(trial, "PFS_12m")
    assert is_strict(trial, "ORR")
    assert is_strict(trial, "median_DOR")
    assert not is_strict(trial, "DFS")


def test_the_first_report_is_the_same_endpoint_with_an_interval_and_near_the_first_year() -> None:
    trial = synthetic_trial.trial(
        year=2012,
        published_ratio=[
            ratio("TTP", 0.5, low=0.4, high=0.7, year=2012),
            ratio("PFS", 0.6, year=2012),
            ratio("PFS", 0.7, low=0.6, high=0.8, year=2015),
            ratio("PFS", 0.8, low=0.7, high=0.9, year=2013),
        ],
    )
    best = first_report(trial, trial.published_ratio)
    assert best is not None
    assert best.hazard_ratio == 0.8
    assert first_report(trial, []) is None


def test_definitions_of_pcr_have_names_of_their_own() -> None:
    rows = synthetic_trial.trial(
        setting="neoadjuvant",
        published=[
            figure("pCR", 40.0, definition="in the breast: ypT0/is, nodes ignored"),
            figure("pCR", 35.0, definition="ypT0/is ypN0"),
            figure("pCR", 35.0),
        ],
    ).published
    assert [named(row) for row in rows] == ["pCR", "pCR (ypT0/is ypN0)", "pCR (definition not given)"]


def entries(*published: dict[str, Any], follow_up: float = 36.0) -> list[Any]:
    trial = synthetic_trial.trial(published=list(published))
    patients = synthetic_trial.patients(400, follow_up=follow_up)
    about = About(_Study(trial), in_sample=False, fitted=False, why="")  # type: ignore[arg-type]
    return figure_entries(about, patients, summarise(trial, patients))


class _Study:
    def __init__(self, trial: Any) -> None:
        self.trial = trial


def test_one_report_a_figure_is_scored_and_the_others_stand_beside() -> None:
    found = entries(
        figure(value=12.0, low=10.0, high=14.0, n=400, year=2012),
        figure(value=13.0, year=2014, definition="investigator assessment"),
        figure("median_TTP", 12.5, n=400),
        figure("median_OS", 40.0, n=400),
        figure("ORR", 60.0, n=400, subgroup={"attribute": "er", "equals": True}),
    )
    assert [(entry.row.endpoint, entry.scored) for entry in found] == [
        ("median_PFS", True), ("median_PFS", False), ("median_TTP", False), ("ORR", False),
    ]  # fmt: skip
    assert found[1].told["review"] == "investigator"
    assert "TTP was published" in found[2].told["flag"]


def test_a_median_beyond_the_simulated_follow_up_is_not_judged() -> None:
    (late,) = entries(figure(value=28.0, low=22.0, high=38.0), follow_up=4.0)
    assert isinstance(late.row, FigureRow)
    assert late.row.within(0.3) is None
    assert "follow-up is shorter" in late.told["flag"]
    (missed,) = entries(figure(value=3.0, low=2.0, high=3.5), follow_up=4.0)
    assert isinstance(missed.row, FigureRow)
    assert missed.row.within(0.3) is False, "the published median lies within the follow-up"


def test_draws_that_differ_by_chance_alone_have_no_spread() -> None:
    rng = np.random.default_rng(1)
    alike = [(float(value), 0.2) for value in rng.normal(0.0, 0.15, 12)]
    assert without_chance(0.0, alike) == ()
    assert without_chance(0.0, [(0.1, 0.2)]) == ()


def test_draws_keep_the_spread_that_chance_does_not_explain() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(0.0, math.hypot(0.3, 0.1), 4000)
    found = np.array(without_chance(-0.5, [(float(value), 0.1) for value in values]))
    assert found.mean() == pytest.approx(-0.5)
    assert found.std() == pytest.approx(0.3, abs=0.01)


def test_errors_of_published_sizes() -> None:
    assert ratio_error((100.0, 100.0)) == pytest.approx(math.sqrt(0.02))
    assert share_error(0.5, 100) == pytest.approx(0.05)
    assert share_error(0.0, 20) > 0.0
