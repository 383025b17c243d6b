"""A report of an earlier data cut stands beside simulated patients who were followed no longer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from erbium.trial.scoreboard.comparisons import comparison_entries
from erbium.trial.scoreboard.entry import About
from erbium.trial.statistics import followed_until, hazard_ratio, summarise
from erbium.trial.statistics.beside import figure_pairs, ratio_pairs
from tests import synthetic_trial
from tests.trial_scoreboard.published import figure, ratio


def crossing() -> pd.DataFrame:
    """Return patients whose treatment helps for nine months and harms later."""
    table = synthetic_trial.patients(2000, {"control": 1.0, "tested": 0.3}, follow_up=60.0)
    late = (table["arm"] == "tested") & (table["pfs_months"] > 9.0)
    return table.assign(pfs_months=table["pfs_months"].where(~late, 9.0 + (table["pfs_months"] - 9.0) / 8.0))


def test_no_event_is_seen_after_the_cut() -> None:
    table = synthetic_trial.patients(400)
    cut = followed_until(table, "12 months")
    early = (table["pfs_months"] <= 12.0).to_numpy()
    assert cut["pfs_months"].max() == pytest.approx(12.0, abs=0.02)
    assert not cut["pfs_event"][~early].any()
    assert cut[early]["pfs_event"].equals(table[early]["pfs_event"])
    known = cut["dor_months"].notna()
    assert known.any()
    assert (cut["dor_months"] <= 12.0 - cut["response_month"] + 1e-9)[known].all()
    assert not (cut["dor_event"] & ~cut["pfs_event"]).any()
    assert cut["response"].equals(table["response"])
    assert table["pfs_months"].max() > 12.0, "the patients themselves are left as they were"
    assert followed_until(table, None) is table


def test_each_report_is_held_against_its_own_cut() -> None:
    trial = synthetic_trial.trial(
        published_ratio=[ratio("PFS", 0.3, follow_up="9 months"), ratio("PFS", 0.7)],
        published=[figure(value=12.0, follow_up="9 months"), figure(value=12.0)],
    )
    patients = crossing()
    summary = summarise(trial, patients)
    early, late = (pair.simulated for pair in ratio_pairs(trial, summary))
    assert early is not None
    assert late is not None
    own = hazard_ratio(followed_until(patients, "9 months"), "tested", "control", full=False)
    assert early.hr == own.hr
    assert (late.hr or 0.0) > 1.5 * (early.hr or 1.0)
    cut, full = (pair.simulated for pair in figure_pairs(trial, summary))
    assert cut is not None
    assert full is not None
    assert cut.not_reached
    assert not full.not_reached


def test_the_scoreboard_reads_the_cut_of_the_report() -> None:
    trial = synthetic_trial.trial(
        year=2012,
        published_ratio=[ratio("PFS", 0.3, follow_up="9 months", year=2012), ratio("PFS", 0.7, year=2015)],
    )
    patients = crossing().assign(draw=np.arange(2000) // 2 % 4)

    class Study:
        regimens = (type("Regimen", (), {"drug_ids": ()})(),) * 2

        def __init__(self) -> None:
            self.trial = trial

    study: Any = Study()
    about = About(study, in_sample=False, fitted=False, why="")
    first, other = comparison_entries(about, patients, summarise(trial, patients))
    assert first.scored
    assert first.told["follow_up"] == "9 months"
    one, two = (float(getattr(entry.row, "predicted", 0.0)) for entry in (first, other))
    assert two > 1.5 * one
    assert first.told["simulated"]["events"] < other.told["simulated"]["events"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"published": [figure("ORR", 60.0, follow_up="9 months")]},
        {"published": [figure(follow_up="9 months", subgroup={"attribute": "er", "equals": True})]},
        {"published_ratio": [ratio("PFS", 0.6, follow_up="soon")]},
    ],
)
def test_a_follow_up_that_says_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        synthetic_trial.trial(**wrong)
