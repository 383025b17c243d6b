"""Regimens made concrete: dose times, amounts, slots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.core.twins import Twins
from erbium.knowledge.catalogue import load_drugs, load_regimens, resolve_regimen
from erbium.knowledge.schema.dose_text import amount
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug
from erbium.model import build_network
from erbium.pharmacology import Host, Prescription, prescribe
from erbium.pharmacology.prescription import dose_rules
from erbium.pharmacology.slots import Filling
from tests.typical import Typical, typical_host

DRUGS = load_drugs()
REGIMENS = load_regimens()
DAY, WEEK, YEAR = 24.0, 168.0, 52 * 168.0
PARAMETERS = build_network(1).parameter_index


def typical(regimen: str | Regimen, **host: Any) -> Prescription:
    chosen = resolve_regimen(regimen, REGIMENS, DRUGS) if isinstance(regimen, str) else regimen
    return prescribe(chosen, DRUGS, Filling(Typical(1, 1, 1), typical_host(**host)))


def times(item: RegimenDrug, horizon_h: float = YEAR) -> list[float]:
    rules = dose_rules(item, "central")
    return sorted(time for rule, _ in rules for time in rule.times(0.0, horizon_h))


def drug(**schedule: Any) -> RegimenDrug:
    return RegimenDrug.model_validate({"drug": "trastuzumab", "dose": "6 mg/kg", **schedule})


@pytest.mark.parametrize("name", sorted(REGIMENS))
def test_every_regimen_prescribes(name: str) -> None:
    twins = Twins(1, 3, 2)
    found = prescribe(REGIMENS[name], DRUGS, Filling(twins, Host.draw(twins, {})))
    assert set(found.slots.values()) == set(REGIMENS[name].drug_ids)
    assert found.amounts.shape == (len(found.rules), twins.count)
    assert (found.amounts > 0.0).all()
    for key, values in found.values.items():
        assert key in PARAMETERS or f"c1.{key}" in PARAMETERS, key
        assert values.shape == (twins.count,)
        assert np.isfinite(values).all(), key
        assert (values >= 0.0).all(), key
    for key in ("CL", "V1", "molar", "unbound"):
        assert all((found.values[f"{key}_{slot}"] > 0.0).all() for slot in found.slots)
    species = build_network(1).species_index
    assert all(rule.species in species for rule in found.rules)


@pytest.mark.parametrize("name", sorted(REGIMENS))
def test_doses_fall_where_the_file_says(name: str) -> None:
    for item in REGIMENS[name].drugs:
        assert times(item) == pytest.approx(item.times_h(YEAR))


@pytest.mark.parametrize("name", sorted(DRUGS))
def test_default_schedules_prescribe_alone(name: str) -> None:
    found = typical(name)
    assert found.slots
    assert all(rule.times(0.0, YEAR) for rule in found.rules)


def test_an_unfilled_second_compartment_takes_nothing() -> None:
    defaults = dict(zip(build_network(1).parameters, build_network(1).defaults, strict=True))
    assert all(value == 0.0 for name, value in defaults.items() if name.startswith(("Q_", "Vmax_")))


def test_two_antibodies_on_one_epitope() -> None:
    with pytest.raises(DataError, match="margetuximab and trastuzumab cannot be simulated together") as found:
        typical("trastuzumab + margetuximab")
    assert found.value.expected == "at most 1 drug(s) of this kind (antibody)"
    assert "regimen" in str(found.value.key)


def test_two_antibodies_on_two_epitopes() -> None:
    assert dict(typical("trastuzumab_pertuzumab").slots) == {
        "antibody_IV": "trastuzumab",
        "antibody_II": "pertuzumab",
    }


@pytest.mark.parametrize(
    "names",
    ["trastuzumab emtansine + trastuzumab deruxtecan", "lapatinib + neratinib", "letrozole + fulvestrant"],
)
def test_two_drugs_for_one_slot(names: str) -> None:
    with pytest.raises(DataError, match="cannot be simulated together"):
        typical(names)


def test_two_cytotoxics_but_not_three() -> None:
    found = typical("docetaxel + carboplatin")
    assert set(found.slots) == {"chemotherapy_1", "chemotherapy_2"}
    with pytest.raises(DataError, match="at most 2") as caught:
        typical("docetaxel + carboplatin + vinorelbine")
    assert "vinorelbine" in caught.value.message


def test_the_loading_dose_is_given_once_and_first() -> None:
    found = typical("trastuzumab", weight=70.0)
    events = sorted(
        (time, mg)
        for rule, (mg,) in zip(found.rules, found.amounts, strict=True)
        for time in rule.times(0.0, 10 * WEEK)
    )
    assert [time / WEEK for time, _ in events] == pytest.approx([0, 3, 6, 9])
    assert [mg for _, mg in events] == pytest.approx([560.0, 420.0, 420.0, 420.0])


def test_extra_days_are_single_doses() -> None:
    days = [time / DAY + 1 for time in times(drug(every="4 weeks", extra_days=[15]), 13 * WEEK)]
    assert days == pytest.approx([1, 15, 29, 57, 85])


def test_extra_days_are_given_beside_the_others() -> None:
    monthly = drug(every="4 weeks", extra_days=[15, 40], until="26 weeks")
    assert times(monthly) == pytest.approx(monthly.times_h(YEAR))
    assert {14.0, 39.0} <= {time / DAY for time in times(monthly)}


@pytest.mark.parametrize("loading", [None, "8 mg/kg"])
def test_a_first_dose_does_not_move_the_pauses(loading: str | None) -> None:
    pulsed = drug(every="12 hours", days_on=14, cycle="3 weeks", loading=loading, cycles=3)
    assert times(pulsed) == pytest.approx(pulsed.times_h(YEAR))
    assert len(times(pulsed)) == 3 * 28


def test_cycles_end() -> None:
    assert len(times(drug(every="3 weeks", cycles=6))) == 6
    assert len(times(drug(every="3 weeks", loading="8 mg/kg", cycles=6))) == 6
    assert max(times(drug(every="3 weeks", until="16 weeks"))) == 15 * WEEK
    # cycles count the period of days on and off, not the doses
    weekly = drug(every="1 week", days_on=15, cycle="4 weeks", cycles=2)
    assert [time / WEEK for time in times(weekly)] == pytest.approx([0, 1, 2, 4, 5, 6])


def test_a_pause_of_each_cycle_is_kept() -> None:
    twice_a_day = drug(every="12 hours", days_on=14, cycle="3 weeks")
    found = times(twice_a_day, 6 * WEEK)
    assert len(found) == 56
    assert not [time for time in found if time % (3 * WEEK) >= 14 * DAY]


def test_a_late_start_moves_everything() -> None:
    late = drug(every="3 weeks", loading="8 mg/kg", starts="7 days", extra_days=[8], cycles=3)
    assert [time / DAY for time in times(late)] == pytest.approx([7, 14, 28, 49])


@pytest.mark.parametrize(
    ("dose", "expected"),
    [("420 mg", 420.0), ("6 mg/kg", 480.0), ("75 mg/m2", 75.0 * 1.8856), ("1 g", 1000.0), ("500 ug", 0.5)],
)
def test_amounts(dose: str, expected: float) -> None:
    regimen = Regimen(id="x", name="x", drugs=(RegimenDrug(drug="trastuzumab", dose=dose, every="3 weeks"),))
    found = typical(regimen, weight=80.0, height=160.0)
    assert found.amounts == pytest.approx(np.array([[expected]]), rel=1e-4)
    assert amount(dose)[0] > 0.0


def test_each_twin_gets_its_own_amount() -> None:
    twins = Twins(1, 2, 5)
    host = Host.draw(twins, {})
    found = prescribe(REGIMENS["tdm1"], DRUGS, Filling(twins, host))
    assert found.amounts[0] == pytest.approx(3.6 * host.weight)
    assert len(set(found.amounts[0])) == twins.count


def test_effector_cells_come_from_the_patient() -> None:
    host = typical_host()
    assert typical("trastuzumab").values["effector_cells"] == pytest.approx(host.effector_cells)
