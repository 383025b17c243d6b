"""Scores: a constant has no skill over itself, a perfect prediction has all of it, and nothing is NaN."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from erbium.trial.scoring import (
    ComparisonRow,
    FigureRow,
    Mixture,
    SubgroupRow,
    constants,
    rows_of,
    score,
    scoreboard_markdown,
)
from erbium.trial.statistics import summarise
from tests import synthetic_trial

PUBLISHED = (0.62, 0.65, 0.8, 0.95, 0.5, 0.28, 0.71, 1.05)
GROUPS = ("antibody, 1", "ADC, 2", "TKI, 2", "TKI, 2", "ADC, 2", "ADC, 2", "antibody, 1", "antibody, 2")


def comparison(place: int, predicted: float | None, **changes: Any) -> ComparisonRow:
    hr = PUBLISHED[place]
    row = ComparisonRow(
        f"trial_{place}", "tested", "control", "PFS", False, GROUPS[place], hr, hr * 0.8, hr * 1.25,
        primary=True, predicted=predicted,
    )  # fmt: skip
    return dataclasses.replace(row, **changes)


def training() -> list[ComparisonRow]:
    return [comparison(place, None, in_sample=True, trial=f"known_{place}") for place in range(4)]


def test_a_constant_has_no_skill_over_itself() -> None:
    known = training()
    rows = [comparison(place, None) for place in range(8)]
    best = score([dataclasses.replace(r, predicted=1.0) for r in rows], training=known)
    name = best.totals["out_of_sample"]["log_hr_skill"]["best_constant"]
    copied = [dataclasses.replace(r, predicted=math.exp(constants(r, known)[name])) for r in rows]
    skill = score(copied, training=known).totals["out_of_sample"]["log_hr_skill"]
    assert skill["value"] == pytest.approx(0.0, abs=1e-12)
    assert skill["low"] <= 0.0
    assert skill["high"] <= 1e-12, "the best constant is chosen anew in each sample"


def test_a_perfect_prediction_has_all_skill_and_one_that_is_twice_as_far_has_less_than_none() -> None:
    known = training()
    rows = [comparison(place, PUBLISHED[place]) for place in range(8)]
    total = score(rows, training=known).totals["out_of_sample"]
    assert total["log_hr_skill"]["value"] == 1.0
    assert total["log_hr_spearman"] == pytest.approx(1.0)
    assert total["hr_inside_ci"] == {"fraction": 1.0, "count": 8, "of": 8}
    assert total["crps_skill"] > 0.3
    far = [dataclasses.replace(r, predicted=1.0 / r.published) for r in rows]
    assert score(far, training=known).totals["out_of_sample"]["log_hr_skill"]["value"] < 0.0


def test_the_constants() -> None:
    known = training()
    found = constants(comparison(2, None), known)
    assert found["mean of class and line"] == pytest.approx((math.log(0.8) + math.log(0.95)) / 2)
    assert found["median"] == pytest.approx(math.log((0.65 + 0.8) / 2))
    assert found["one"] == 0.0
    unknown = constants(comparison(7, None), known)
    assert unknown["mean of class and line"] == pytest.approx(np.mean(np.log(PUBLISHED[:4])))


def test_a_trial_left_out_is_not_among_its_own_constants() -> None:
    rows = [comparison(place, 0.7) for place in range(8)]
    alone = constants(rows[0], rows)
    assert alone["mean of class and line"] == pytest.approx(math.log(0.71))


def test_what_the_constants_score_is_printed() -> None:
    board = score([comparison(place, 0.7) for place in range(8)], training=training())
    ones = board.totals["out_of_sample"]["baselines"][2]
    assert ones["constant"] == "one"
    assert ones["log_hr_error"] == pytest.approx(np.abs(np.log(PUBLISHED)).mean())
    # 0.8 / 0.8 = 1 is not above its interval's upper end 1; 0.95 and 1.05 hold 1 too.
    assert ones["hr_inside_ci"]["count"] == sum(hr * 0.8 <= 1.0 <= hr * 1.25 for hr in PUBLISHED)
    assert ones["log_hr_spearman"] is None


def test_null_comparisons() -> None:
    wide, sure = {"low": 0.7, "high": 1.5}, {"low": 0.95, "high": 1.06}
    cases = [
        (comparison(3, 0.9, expected="none", **wide), True),
        (comparison(3, 0.6, expected="none", published=1.02, **sure), False),
        (comparison(7, 1.4, expected="inferior", **sure), True),
        (comparison(7, 0.6, expected="inferior", **sure), False),
    ]
    for row, right in cases:
        found = score([row], training=training()).totals["out_of_sample"]["null_comparisons_right"]
        assert found == {"fraction": float(right), "count": int(right), "of": 1}
    # Where the draws disagree by much, 1 lies inside.
    unsure = dataclasses.replace(cases[1][0], draws=(0.4, 0.6, 1.3))
    assert (
        score([unsure], training=training()).totals["out_of_sample"]["null_comparisons_right"]["count"] == 1
    )


def test_prognostic_and_survival_ratios_are_not_scored() -> None:
    rows = [
        comparison(0, 0.6),
        comparison(1, 0.1, prognostic=True),
        comparison(2, 0.1, endpoint="OS"),
        comparison(3, None),
    ]
    board = score(rows, training=training())
    assert board.totals["out_of_sample"]["hr_inside_ci"]["of"] == 1
    said = " ".join(board.warnings)
    assert "prognostic" in said
    assert "overall survival" in said
    assert "trial_3" in said


def test_figures_inside_published_or_exact_intervals() -> None:
    rows = [
        # Clopper and Pearson of 3 in 10: 6.7 to 65 %.
        FigureRow("a", "x", "ORR", False, "fraction", 0.3, n=10, predicted=0.64),
        FigureRow("a", "y", "ORR", False, "fraction", 0.3, n=10, predicted=0.66),
        FigureRow("a", "z", "ORR", False, "fraction", 0.3, 0.2, 0.4, n=10, predicted=0.5),
        FigureRow("a", "w", "ORR", False, "fraction", 0.3, predicted=0.3),
        FigureRow("a", "x", "median_PFS", False, "months", 10.0, predicted=12.9),
        FigureRow("a", "y", "median_PFS", False, "months", 10.0, predicted=13.1),
        FigureRow("a", "z", "median_PFS", False, "months", 10.0, not_reached=True),
        FigureRow("a", "w", "median_PFS", False, "months", 10.0),
    ]
    total = score(rows, training=training()).totals["out_of_sample"]
    assert (total["orr_inside_ci"]["count"], total["orr_inside_ci"]["of"]) == (1, 3)
    assert (total["median_pfs_within_30pct"]["count"], total["median_pfs_within_30pct"]["of"]) == (1, 3)


def test_subgroups_are_right_by_their_sign() -> None:
    rows = [
        SubgroupRow("a", "x", "y", "PFS", False, "ER positive", "ratio", 0.3, predicted)
        for predicted in (0.01, -0.4, None)
    ]
    assert score(rows, training=training()).totals["out_of_sample"]["subgroup_right"] == {
        "fraction": 0.5,
        "count": 1,
        "of": 2,
    }


def test_crps_of_a_normal_is_the_closed_form_and_of_points_the_energy() -> None:
    z = 0.8
    closed = 0.3 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi))
    assert Mixture((1.0,), 0.3).crps(1.0 + 0.3 * z) == pytest.approx(closed, rel=1e-9)
    assert Mixture((1.0,)).crps(1.7) == pytest.approx(0.7)
    assert Mixture((0.0, 1.0)).crps(0.5) == pytest.approx(0.5 - 0.25)


def test_intervals_cover_what_they_say_and_width_tells_the_wide_from_the_sharp() -> None:
    rng = np.random.default_rng(8)
    rows, wide = [], []
    for place in range(400):
        hr = math.exp(rng.normal(-0.4, 0.3))
        seen = hr * math.exp(rng.normal(0.0, 0.15))
        ends = {"low": seen * math.exp(-1.96 * 0.15), "high": seen * math.exp(1.96 * 0.15)}
        row = comparison(0, hr, trial=f"t{place}", published=seen, **ends)
        rows.append(row)
        wide.append(dataclasses.replace(row, draws=tuple(hr * np.exp(np.linspace(-2, 2, 9)))))
    sharp = score(rows, training=training()).totals["out_of_sample"]
    assert sharp["coverage_90"]["fraction"] == pytest.approx(0.9, abs=0.05)
    assert sharp["coverage_50"]["fraction"] == pytest.approx(0.5, abs=0.08)
    assert sharp["coverage_90"]["mean_width"] == pytest.approx(2 * 1.645 * 0.15, rel=0.01)
    loose = score(wide, training=training()).totals["out_of_sample"]
    assert loose["coverage_90"]["fraction"] == 1.0
    assert loose["coverage_90"]["mean_width"] > 3.0 * sharp["coverage_90"]["mean_width"]
    assert loose["crps_skill"] < sharp["crps_skill"]


def test_spearman_is_that_of_scipy() -> None:
    guesses = (0.5, 0.9, 0.7, 0.8, 0.6, 0.4, 0.75, 0.95)
    rows = [comparison(place, guess) for place, guess in enumerate(guesses)]
    total = score(rows, training=training()).totals["out_of_sample"]
    assert total["log_hr_spearman"] == pytest.approx(spearmanr(guesses, PUBLISHED).statistic)


def test_nothing_at_all_is_null_and_never_nan() -> None:
    board = score([]).json()
    text = json.dumps(board, allow_nan=False)
    assert json.loads(text)["totals"]["out_of_sample"]["log_hr_skill"]["value"] is None
    assert scoreboard_markdown(board)


def test_of_several_data_cuts_one_is_scored() -> None:
    source = {"source": "made up", "arm": "tested", "versus": "control", "endpoint": "PFS"}
    first = source | {"hazard_ratio": 0.5, "status": "verified"}
    ranged = source | {"hazard_ratio": 0.6, "low": 0.5, "high": 0.7, "status": "unverified"}
    checked = source | {"hazard_ratio": 0.7, "low": 0.6, "high": 0.8, "status": "verified"}
    trial = synthetic_trial.trial(published_ratio=[first, ranged, checked])
    summary = summarise(trial, synthetic_trial.patients(200))
    (row,) = rows_of(trial, summary, in_sample=True, group="any")
    assert isinstance(row, ComparisonRow)
    assert row.published == 0.7
    assert row.primary


def test_from_a_trial_to_its_page() -> None:
    source = {"source": "made up", "status": "unverified"}
    er = {"attribute": "er", "equals": True}
    other = {"attribute": "er", "equals": False}
    ratio = {"arm": "tested", "versus": "control", "endpoint": "PFS", **source}
    trial = synthetic_trial.trial(
        published=[
            {"arm": "control", "endpoint": "median_PFS", "value": 12.0, "unit": "months", **source},
            {"arm": "control", "endpoint": "ORR", "value": 70.0, "unit": "percent", "n": 400, **source},
        ],
        published_ratio=[
            ratio | {"hazard_ratio": 0.6, "low": 0.5, "high": 0.72},
            ratio | {"hazard_ratio": 0.8, "subgroup": er},
            ratio | {"hazard_ratio": 0.5, "subgroup": other},
            ratio | {"hazard_ratio": 0.7, "low": 0.6, "high": 0.9, "endpoint": "OS"},
        ],
    )
    summary = summarise(trial, synthetic_trial.patients(4000, er_ratio=1.6, draws=4, draw_sd=0.1))
    rows = rows_of(trial, summary, in_sample=False, group="antibody, 1")
    kinds = [type(row).__name__ for row in rows]
    assert kinds == ["ComparisonRow", "ComparisonRow", "FigureRow", "FigureRow", "SubgroupRow"]
    contrast = rows[-1]
    assert isinstance(contrast, SubgroupRow)
    assert contrast.published == pytest.approx(math.log(0.8 / 0.5))
    assert contrast.right
    first = rows[0]
    assert isinstance(first, ComparisonRow)
    assert first.primary
    assert len(first.draws) == 4
    board = score(rows, training=training()).json({"seed": 1, "knowledge_hash": "ab"})
    assert board["schema"] == "erbium.trial-scoreboard/1"
    json.dumps(board, allow_nan=False)
    page = scoreboard_markdown(board)
    assert "| made_up * | tested v control | PFS | out | 0.60 (0.50–0.72) |" in page
    assert "best constant" in page
