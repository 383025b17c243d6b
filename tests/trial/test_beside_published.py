"""Published figures beside simulated ones in the JSON of a run."""

from __future__ import annotations

from typing import Any

from erbium.trial.result import TrialRun
from erbium.trial.statistics import summarise
from tests import synthetic_trial
from tests.trial_scoreboard.published import figure, ratio


def beside(**published: Any) -> list[dict[str, Any]]:
    trial, patients = synthetic_trial.trial(**published), synthetic_trial.patients(400)
    study: Any = type("Study", (), {"trial": trial})()
    run = TrialRun(study, {}, patients, patients, summarise(trial, patients))
    return run.beside_published()


def test_a_ratio_of_the_length_of_response_has_no_simulated_one() -> None:
    pfs, dor = beside(published_ratio=[ratio("PFS", 0.6), ratio("DOR", 0.7)])
    assert 0.4 < pfs["simulated"]["value"] < 0.8
    assert dor["endpoint"] == "DOR_HR"
    assert dor["simulated"] is None


def test_shares_are_in_the_unit_of_the_published_figure() -> None:
    share, other, group = beside(
        published=[
            figure("ORR", 60.0),
            figure("SD", 30.0),
            figure("ORR", 60.0, subgroup={"attribute": "er", "equals": True}),
        ]
    )
    assert all(10.0 < row["simulated"]["value"] < 100.0 for row in (share, other, group))
    assert share["simulated"]["value"] != group["simulated"]["value"]
