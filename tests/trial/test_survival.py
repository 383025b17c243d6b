"""Overall survival: drawn after progression, the same for every treatment, cut at the follow-up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.tables import load_numbers
from erbium.trial.statistics import summarise
from erbium.trial.survival import LATEST_LINE, NUMBERS, SAID, TABLE, AfterProgression, overall_survival
from tests import synthetic_trial

EVEN = np.linspace(0.5 / 4000.0, 1.0 - 0.5 / 4000.0, 4000).astype(np.float64)
MODEL = AfterProgression(24.0, 0.5, 0.1)


def _patients(n: int = 3000, *, status: str = "positive", follow_up: float = 36.0) -> pd.DataFrame:
    table = synthetic_trial.patients(n, grid=2.0, follow_up=follow_up)
    return table.assign(lines_before=0, her2_status=status)


def _survival(
    table: pd.DataFrame, until: float = 48.0, *, setting: str = "metastatic", seed: int = 1
) -> pd.DataFrame:
    days = np.full(len(table), until * DAYS_PER_MONTH)
    return table.assign(**overall_survival(setting, table, days, seed, 0))


def test_a_share_dies_at_progression_and_half_of_the_others_within_the_median() -> None:
    months = MODEL.months(np.ones(len(EVEN), dtype=np.int64), EVEN)
    assert (months == 0.0).mean() == pytest.approx(0.1, abs=1e-3)
    assert np.median(months[months > 0.0]) == pytest.approx(24.0, rel=0.01)


def test_lines_shorten_survival_up_to_the_latest_with_a_curve() -> None:
    assert MODEL.median(np.array([1, 2, 3, 6])) == pytest.approx([24.0, 12.0, 6.0, 6.0])
    assert LATEST_LINE == 3


def test_nobody_dies_before_progression_or_after_the_follow_up() -> None:
    found = _survival(_patients())
    dead, alive = found[found["os_event"]], found[~found["os_event"]]
    assert len(dead) > 500
    assert dead["pfs_event"].all()
    assert (dead["os_months"] >= dead["pfs_months"]).all()
    assert (found["os_months"] <= 48.0 + 1e-9).all()
    assert np.allclose(alive["os_months"], 48.0)


def test_a_patient_has_the_same_survival_whatever_the_arm_and_however_the_work_is_split() -> None:
    table = _patients(200)
    whole = _survival(table)
    parts = [_survival(part) for part in (table.iloc[150:], table.iloc[:150])]
    assert pd.concat(parts).sort_index().equals(whole)
    assert _survival(table.assign(arm="another")).drop(columns="arm").equals(whole.drop(columns="arm"))
    assert not _survival(table, seed=2)["os_months"].equals(whole["os_months"])


def test_draw_0_has_the_fitted_numbers_and_the_others_lie_around_them() -> None:
    shipped = load_numbers(TABLE)
    first = AfterProgression.of(seed=5)
    assert (first.median_months, first.per_line, first.deaths) == tuple(
        shipped[name].value for name in NUMBERS
    )
    drawn = [AfterProgression.of(seed=5, draw=draw).median_months for draw in range(1, 60)]
    assert min(drawn) < first.median_months < max(drawn)
    assert 0.0 < AfterProgression.of(seed=5, draw=7).deaths < 1.0


@pytest.mark.parametrize(
    ("setting", "status"), [("adjuvant", "positive"), ("neoadjuvant", "positive"), ("metastatic", "low")]
)
def test_there_is_none_where_it_was_not_fitted(setting: str, status: str) -> None:
    found = _survival(_patients(20, status=status), setting=setting)
    assert found["os_months"].isna().all()
    assert not found["os_event"].any()


def test_it_is_marked_as_exploratory_and_crossover_is_told() -> None:
    arms = [
        {"name": "control", "regimen": "a", "crossover_to": "tested"},
        {"name": "tested", "regimen": "b"},
    ]
    trial = synthetic_trial.trial(arm=arms)
    summary = summarise(trial, _survival(_patients(900, follow_up=120.0), 120.0))
    body = summary.json()
    for arm in body["arms"]:
        assert arm["median_os"]["exploratory"] is True
        assert arm["median_os"]["value"] > arm["median_pfs"]["value"]
        assert arm["os_curve"]["exploratory"] is True
        assert "exploratory" not in arm["median_pfs"]
    marks = {ratio["endpoint"]: ratio["exploratory"] for ratio in body["hazard_ratios"]}
    assert marks == {"PFS": False, "OS": True}
    assert SAID in summary.warnings
    assert any('crossover of "control" to "tested" changes nothing' in text for text in summary.warnings)
    # A treatment that delays progression delays death, and by no more than that: the ratio is nearer to 1.
    ratios = {ratio.endpoint: ratio.hr or 0.0 for ratio in summary.ratios}
    assert ratios["PFS"] < ratios["OS"] < 1.0
