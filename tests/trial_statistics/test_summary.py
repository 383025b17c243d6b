"""The summary of a trial: the contract, subgroups, draws, and what is said where there is nothing."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.trial.statistics import Summary, summarise
from tests import synthetic_trial

ER = {"attribute": "er", "equals": True}


def plain(summary: Summary) -> dict[str, Any]:
    """Return the JSON of a summary; fails on NaN."""
    loaded: dict[str, Any] = json.loads(json.dumps(summary.json(), allow_nan=False))
    return loaded


def test_the_contract() -> None:
    found = plain(summarise(synthetic_trial.trial(), synthetic_trial.patients(400, grid=2.07)))
    control, tested = found["arms"]
    assert [control["name"], tested["name"], control["n"]] == ["control", "tested", 200]
    for name in ("orr", "cr", "cbr", "median_pfs"):
        assert control[name]["low"] <= control[name]["value"] <= control[name]["high"], name
    for name in ("pcr", "median_os"):
        assert control[name]["value"] is None
        assert control[name]["low"] is None
    (ratio,) = found["hazard_ratios"]
    assert (ratio["endpoint"], ratio["arm"], ratio["versus"]) == ("PFS", "tested", "control")
    assert ratio["low"] < ratio["hr"] < ratio["high"] < 1.0
    assert any("9 weeks" in warning for warning in found["warnings"])


def test_pcr_in_the_neoadjuvant_setting() -> None:
    table = synthetic_trial.patients(200).assign(pfs_months=np.nan, pfs_event=False, response=None)
    table["pcr_chance"] = np.where(table["arm"] == "tested", 0.6, 0.4)
    found = plain(summarise(synthetic_trial.trial(setting="neoadjuvant"), table))
    assert [arm["pcr"]["value"] for arm in found["arms"]] == pytest.approx([0.4, 0.6])
    assert found["arms"][0]["median_pfs"]["value"] is None
    assert found["hazard_ratios"] == []
    (difference,) = [item for item in found["differences"] if item["endpoint"] == "pCR"]
    assert difference["difference"] == pytest.approx(0.2)


def test_an_effect_that_differs_between_subgroups_is_found() -> None:
    table = synthetic_trial.patients(6000, er_ratio=1.5)
    found = summarise(synthetic_trial.trial(), table, subgroups=[ER])
    (group,) = found.subgroups
    assert group.label == "ER positive"
    contrast = next(item for endpoint, _, _, item in group.interactions if endpoint == "PFS")
    assert contrast.value == pytest.approx(1.5, rel=0.15)
    assert contrast.low is not None
    assert contrast.low > 1.0
    none = summarise(synthetic_trial.trial(), synthetic_trial.patients(6000), subgroups=[ER]).subgroups[0]
    contrast = next(item for endpoint, _, _, item in none.interactions if endpoint == "PFS")
    assert (contrast.low or 9.0) < 1.0 < (contrast.high or 0.0)


def test_published_subgroups_are_formed_and_found_again() -> None:
    row = {"arm": "tested", "versus": "control", "endpoint": "PFS", "hazard_ratio": 0.5, "subgroup": ER}
    trial = synthetic_trial.trial(published_ratio=[row | {"source": "made up", "status": "unverified"}])
    found = summarise(trial, synthetic_trial.patients(200))
    group = found.subgroup(ER)
    assert group is not None
    assert group.n == int(synthetic_trial.patients(200)["er"].sum())


def test_empty_and_unknown_subgroups_are_told() -> None:
    wanted = [{"attribute": "her2_copies", "at_least": 1e6}, {"attribute": "er_", "equals": True}]
    found = summarise(synthetic_trial.trial(), synthetic_trial.patients(100), subgroups=wanted)
    said = "\n".join(found.warnings)
    assert '"ERBB2 copies ≥ 1e+06" has no patient' in said
    assert 'Did you mean "er"?' in said
    assert plain(found)["subgroups"][0]["hazard_ratios"] == []


def test_draws_give_a_spread_beside_the_interval_of_sampling() -> None:
    table = synthetic_trial.patients(20_000, draws=10, draw_sd=0.4)
    (ratio,) = summarise(synthetic_trial.trial(), table).ratios
    assert ratio.low is not None
    assert ratio.high is not None
    assert ratio.model_low is not None
    assert ratio.model_high is not None
    assert ratio.model_low < ratio.low < ratio.high < ratio.model_high
    true = np.exp(np.log(0.6) + synthetic_trial.shifts(10, 0.4))
    low, high = np.percentile(true, [5.0, 95.0])
    assert (ratio.model_low, ratio.model_high) == pytest.approx((low, high), rel=0.15)
    alone = summarise(synthetic_trial.trial(), synthetic_trial.patients(200)).ratios[0]
    assert alone.model_low is None


@pytest.mark.parametrize("names", [("control",), ("control", "tested"), ("control", "tested", "both")])
@pytest.mark.parametrize("n", [1, 3, 10])
def test_few_patients_and_any_number_of_arms_do_not_break(names: tuple[str, ...], n: int) -> None:
    table = synthetic_trial.patients(n, dict.fromkeys(names, 1.0))
    found = plain(summarise(synthetic_trial.trial(names), table, subgroups=[ER]))
    assert len(found["arms"]) == len(names)
    assert found["warnings"]


def test_no_event_at_all() -> None:
    table = synthetic_trial.patients(50).assign(pfs_event=False, dor_event=False)
    found = plain(summarise(synthetic_trial.trial(), table))
    assert found["arms"][0]["median_pfs"]["not_reached"] is True
    assert found["hazard_ratios"][0]["hr"] is None
    assert any("no event in either arm" in warning for warning in found["warnings"])


def test_wrong_tables_are_refused() -> None:
    table = synthetic_trial.patients(10)
    with pytest.raises(DataError, match="no patient"):
        summarise(synthetic_trial.trial(), table[:0])
    with pytest.raises(DataError, match="arm"):
        summarise(synthetic_trial.trial(), table.drop(columns="arm"))
    with pytest.raises(UnknownName, match='Did you mean "tested"'):
        summarise(synthetic_trial.trial(), table.replace({"arm": {"tested": "testd"}}))


def test_a_trial_without_the_follow_up_columns() -> None:
    table = pd.DataFrame({"arm": ["control", "tested"] * 5, "pcr_chance": 0.5})
    assert plain(summarise(synthetic_trial.trial(), table))["arms"][0]["orr"]["value"] is None
