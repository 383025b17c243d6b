"""The plan of a comparison: by hand, from simulated patients, and what cannot be planned."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.schema.trial import Comparison
from erbium.trial.planning import (
    Planned,
    Wanted,
    enrich,
    event_chance,
    events_needed,
    plan_by_hand,
    plan_comparison,
    power_of_rates,
    size_for_rates,
)
from erbium.trial.statistics import summarise
from tests import synthetic_trial

KNOWN = ["er", "her2_copies", "stratum"]
PAIR = Comparison(arm="tested", versus="control", primary=True)


def _plan(table: pd.DataFrame, wanted: Wanted = Wanted(), **trial: Any) -> Planned:  # noqa: B008
    made = synthetic_trial.trial(**trial)
    return plan_comparison(made, table, summarise(made, table), PAIR, wanted)


def test_by_hand_it_is_the_formula() -> None:
    wanted = Wanted(hazard_ratio=0.7, patients=200)
    found = plan_by_hand(wanted, control_median=10.0, follow_up=12.0, accrual=18.0)
    seen = [event_chance(10.0 / ratio, 12.0, accrual_months=18.0) for ratio in (0.7, 1.0)]
    assert found.needed["events"] == events_needed(0.7)
    assert found.needed["patients"] == pytest.approx(found.needed["events"] / (sum(seen) / 2), abs=1)
    assert found.at_size is not None
    assert found.at_size["power"] < 0.8
    powers = [row["power"] for row in found.powers]
    assert powers == sorted(powers)
    assert powers[2] == pytest.approx(0.8, abs=0.005)


def test_rates_by_hand() -> None:
    found = plan_by_hand(Wanted(patients=776), rates=(0.6, 0.5))
    assert found.needed["patients"] == size_for_rates(0.6, 0.5).patients
    assert found.at_size is not None
    assert found.at_size["power"] == pytest.approx(0.8, abs=0.01)
    assert power_of_rates(0.5, 0.5, 400) == 0.05


def test_simulated_patients_give_ratio_events_and_power() -> None:
    table = synthetic_trial.patients(4000)
    found = _plan(table, Wanted(patients=200))
    share = float(table["pfs_event"].mean())
    assert found.effect["hazard_ratio"] == pytest.approx(0.6, abs=0.06)
    assert found.effect["event_share"] == pytest.approx(share, abs=1e-9)
    assert found.needed["patients"] == pytest.approx(found.needed["events"] / share, abs=1)
    assert found.at_size is not None
    again = found.at_size["resampled"]
    assert again["power"] == pytest.approx(found.at_size["power"], abs=0.08)
    assert found.warnings == ()
    json.dumps(found.json(), allow_nan=False)


def test_a_given_ratio_takes_the_place_of_the_simulated_one() -> None:
    table = synthetic_trial.patients(4000)
    found = _plan(table, Wanted(hazard_ratio=0.6))
    tested = float(table.loc[table["arm"] == "tested", "pfs_event"].mean())
    # The events of the tested arm follow from those of the control: here its ratio is 0.6 as well.
    assert found.effect["event_shares"][0] == pytest.approx(tested, abs=0.03)
    assert found.needed["events"] == events_needed(0.6)


def test_doubt_is_told() -> None:
    alike = synthetic_trial.patients(400, {"control": 1.0, "tested": 0.97})
    assert any("is not clear" in text for text in _plan(alike).warnings)
    worse = synthetic_trial.patients(4000, {"control": 1.0, "tested": 1.5})
    assert any("does worse" in text for text in _plan(worse).warnings)
    few = synthetic_trial.patients(30)
    assert any("events of PFS in one simulated arm" in text for text in _plan(few).warnings)


def test_pathological_response_is_planned_as_two_rates() -> None:
    table = synthetic_trial.patients(800).assign(pfs_months=float("nan"), pfs_event=False)
    table["pcr_chance"] = table["arm"].map({"tested": 0.6, "control": 0.45})
    found = _plan(table, Wanted(patients=350), setting="neoadjuvant")
    assert found.needed == {"events": None, "patients": size_for_rates(0.6, 0.45).patients}
    assert found.at_size is not None
    assert found.at_size["resampled"]["power"] == pytest.approx(found.at_size["power"], abs=0.08)
    with pytest.raises(DataError, match="has no hazard ratio"):
        _plan(table, Wanted(hazard_ratio=0.7), setting="neoadjuvant")


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(power=1.2), "--power"),
        (Wanted(power=0.04), "--power"),
        (Wanted(alpha=0.0), "--alpha"),
        (Wanted(share=1.0), "--share"),
        (Wanted(patients=3), "--patients"),
        (Wanted(patients=10, share=0.05), "--patients"),
        (Wanted(hazard_ratio=1.0), "--hazard-ratio"),
        (Wanted(), "--hazard-ratio"),
    ],
)
def test_what_cannot_be_wanted_names_its_option(wanted: Wanted, key: str) -> None:
    with pytest.raises(DataError) as fault:
        plan_by_hand(wanted, event_share=0.5)
    assert fault.value.key == key


def test_no_event_is_no_plan() -> None:
    table = synthetic_trial.patients(80).assign(pfs_event=False)
    with pytest.raises(DataError, match="cannot be planned") as fault:
        _plan(table)
    assert fault.value.key == "--simulated"
    table.loc[table["arm"] == "control", "pfs_event"] = True
    with pytest.raises(DataError, match=r"cannot be planned|nobody of arm"):
        _plan(table, Wanted(hazard_ratio=0.7))
    with pytest.raises(DataError, match="no trial can be planned"):
        plan_by_hand(Wanted(hazard_ratio=0.7), event_share=0.0)


def test_selecting_by_a_number_and_by_yes_or_no() -> None:
    table = synthetic_trial.patients(1600, er_ratio=0.5)
    by_er = enrich(table, "er", PAIR, Wanted(), KNOWN)
    assert [row["selected"] for row in by_er["rows"]] == ["everyone", "yes", "no"]
    everyone, positive, negative = by_er["rows"]
    assert positive["hr"] < everyone["hr"] < negative["hr"]
    assert positive["screen"] > positive["randomise"]
    number = enrich(table.head(100), "her2_copies", PAIR, Wanted(), KNOWN)
    assert number["cut_off"]["p_corrected"] > 0.01
    assert number["rows"][0]["selected"] == "everyone"
    json.dumps([by_er, number], allow_nan=False)


def test_what_cannot_be_selected_by_is_told() -> None:
    table = synthetic_trial.patients(60)
    with pytest.raises(UnknownName, match="her2_copies"):
        enrich(table, "her2_copy", PAIR, Wanted(), KNOWN)
    with pytest.raises(DataError, match="is a word"):
        enrich(table, "stratum", PAIR, Wanted(), KNOWN)
    with pytest.raises(DataError, match="nobody has er"):
        enrich(table.assign(er=False), "er", PAIR, Wanted(), KNOWN)
    with pytest.raises(DataError, match="no cut-off"):
        enrich(table.assign(pfs_event=False), "her2_copies", PAIR, Wanted(), KNOWN)
