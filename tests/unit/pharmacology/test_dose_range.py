"""Doses beside those that were studied warn and widen clearance; all others change nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from erbium.core.twins import Z95, Twins
from erbium.knowledge.catalogue import load_drugs, load_regimens
from erbium.knowledge.schema.pharmacokinetics import PK, StudiedDoses
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug, Schedule
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology import Host, Prescription, prescribe
from erbium.pharmacology.dose_range import DoseRange, dose_range, target_path_share
from erbium.pharmacology.slots import Filling, pharmacokinetics

DRUGS, REGIMENS = load_drugs(), load_regimens()
TWINS = Twins(1, 8, 50)
HOST = Host.draw(TWINS, {})
PER_DOUBLING = load_numbers("host/dose_range")["clearance_fold_per_doubling"].value
LARGEST = load_numbers("host/dose_range")["largest_clearance_fold"].value


def at(dose: str, drug: str = "trastuzumab_emtansine", **keys: Any) -> DoseRange:
    return dose_range(Schedule(dose=dose, every="3 weeks", **keys), DRUGS[drug], HOST)


def given(dose: str) -> Prescription:
    item = RegimenDrug(drug="trastuzumab_emtansine", dose=dose, every="3 weeks")
    return prescribe(Regimen(id="x", name="x", drugs=(item,)), DRUGS, Filling(TWINS, HOST))


def spread(values: np.ndarray) -> float:
    return float(np.log(values).std())


def test_no_shipped_dose_is_outside() -> None:
    for regimen in REGIMENS.values():
        for item in regimen.drugs:
            assert dose_range(item, DRUGS[item.drug], HOST) == DoseRange(item.drug, 1.0, ()), regimen.id
    for drug in DRUGS.values():
        if not drug.has_concentration:
            continue
        assert not dose_range(drug.default_schedule, drug, HOST).warnings, drug.id


def test_inside_the_range_nothing_changes() -> None:
    slot = "adc"
    for dose in ("2.4 mg/kg", "3.6 mg/kg", "4.8 mg/kg"):
        found = given(dose)
        plain = pharmacokinetics(
            DRUGS["trastuzumab_emtansine"], next(iter(found.slots)), Filling(TWINS, HOST)
        )
        assert found.warnings == ()
        assert not found.values[f"Vmax_{slot}"].any()
        del plain[f"Vmax_{slot}"]
        assert all(np.array_equal(found.values[name], value) for name, value in plain.items()), slot


def test_below_the_range_the_target_takes_the_conjugate_away_as_well() -> None:
    drug = DRUGS["trastuzumab_emtansine"]

    def share(dose: str) -> float:
        return target_path_share(Schedule(dose=dose, every="3 weeks"), drug, HOST)

    assert [share(dose) for dose in ("3.6 mg/kg", "2.4 mg/kg", "1.2 mg/kg", "0.3 mg/kg")] == [
        0.0,
        0.0,
        1.0,
        1.0,
    ]
    assert share("1.7 mg/kg") == pytest.approx(math.log(2.4 / 1.7) / math.log(2.0))
    whole = drug.kinetics.values()["Vmax"]
    assert given("1.2 mg/kg").values["Vmax_adc"] == pytest.approx(whole)
    assert given("1.7 mg/kg").values["Vmax_adc"] == pytest.approx(whole * share("1.7 mg/kg"))


def test_a_drug_without_such_a_path_keeps_its_saturable_clearance_at_every_dose() -> None:
    low = Schedule(dose="0.1 mg/kg", every="3 weeks")
    assert target_path_share(low, DRUGS["trastuzumab"], HOST) == 1.0


@pytest.mark.parametrize("whole_at", ["3 mg/kg", "2.4 mg/kg", "100 mg"])
def test_a_path_that_is_whole_inside_the_range_is_refused(whole_at: str) -> None:
    kinetics = DRUGS["trastuzumab_emtansine"].kinetics.model_dump(exclude_none=True)
    kinetics["target_path"]["whole_at"] = whole_at
    with pytest.raises(ValidationError, match="whole_at"):
        PK.model_validate(kinetics)


@pytest.mark.parametrize(
    ("dose", "doublings", "said"),
    [
        ("1.2 mg/kg", 1.0, "2 times below the lowest studied (2.4 mg/kg)"),
        ("0.3 mg/kg", 3.0, "8 times below the lowest studied (2.4 mg/kg)"),
        ("9.6 mg/kg", 1.0, "2 times above the highest studied (4.8 mg/kg)"),
    ],
)
def test_clearance_widens_with_the_distance(dose: str, doublings: float, said: str) -> None:
    found = at(dose)
    assert found.clearance_fold == pytest.approx(PER_DOUBLING**doublings)
    assert said in found.warnings[0]
    clearance = found.widened(np.ones(TWINS.count), TWINS)
    assert spread(clearance) == pytest.approx(doublings * math.log(PER_DOUBLING) / Z95, rel=0.05)
    assert float(np.median(clearance)) == pytest.approx(1.0, rel=0.03)


def test_no_dose_widens_without_end() -> None:
    assert at("0.0001 mg/kg").clearance_fold == LARGEST
    assert np.isfinite(at("1 ug/kg").widened(np.ones(TWINS.count), TWINS)).all()


def test_the_prescription_carries_both() -> None:
    usual, low = given("3.6 mg/kg"), given("0.6 mg/kg")
    name = next(name for name in usual.values if name.startswith("CL_"))
    assert spread(low.values[name]) > 1.5 * spread(usual.values[name])
    assert len(low.warnings) == 1
    others = [key for key in usual.values if key not in (name, name.replace("CL_", "Vmax_"))]
    assert all(np.array_equal(usual.values[key], low.values[key]) for key in others)


def test_a_drug_without_a_range_is_held_against_its_usual_doses() -> None:
    assert not at("120 mg", "neratinib").warnings
    assert not at("480 mg", "neratinib").warnings
    assert "6 times below the lowest usual (240 mg)" in at("40 mg", "neratinib").warnings[0]
    assert at("960 mg", "neratinib").clearance_fold == pytest.approx(PER_DOUBLING)


def test_the_first_dose_counts_too() -> None:
    assert "16 mg/kg" in at("6 mg/kg", "trastuzumab", loading="16 mg/kg").warnings[0]


def test_other_units_are_compared_for_the_median_twin() -> None:
    weight = float(np.median(HOST.weight))
    assert not at(f"{3.6 * weight:.0f} mg").warnings
    assert at(f"{1.2 * weight:.4f} mg").clearance_fold == pytest.approx(PER_DOUBLING, rel=1e-3)


def test_a_long_infusion_is_said_to_be_simulated_at_once() -> None:
    assert not at("3.6 mg/kg", infusion="90 minutes").warnings
    assert "46 hours" in at("3.6 mg/kg", infusion="46 hours").warnings[0]


@pytest.mark.parametrize(("low", "high"), [("4 mg/kg", "2 mg/kg"), ("2 mg/kg", "400 mg"), ("0 mg", "2 mg")])
def test_a_wrong_range_is_refused(low: str, high: str) -> None:
    with pytest.raises(ValidationError):
        StudiedDoses(low=low, high=high, source="lu_2014", status="verified")
