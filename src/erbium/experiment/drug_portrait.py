"""What a drug does alone: to a line over doses, in a dish and in a piece of tumour; its level in patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.core.units import HOURS_PER_DAY
from erbium.experiment.batch import Batch
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition, Exposure
from erbium.experiment.drug_effects import HOURS, MEMBERS, usual_concentration
from erbium.experiment.growth import growth_inhibition
from erbium.experiment.names import VIABILITY
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug, hours
from erbium.model import build_network
from erbium.pharmacology.registry import kind_of
from erbium.profile import profile_from
from erbium.tumour import Tumour

#: An amplified, PIK3CA-mutant line that most HER2 drugs were tried on.
LINE = "BT-474"
#: Doses from a three-thousandth to thirty times the usual concentration, three a decade.
BELOW, ABOVE, PER_DECADE = 1.0 / 3000.0, 30.0, 3
TWINS = 32
#: Dosing intervals shown, and the fewest days.
INTERVALS, FEWEST_DAYS = 3, 7.0
RECORDS_PER_DAY = 6
#: HER2-positive metastatic disease of which nothing else is known.
_PATIENT = {
    "schema": "erbium.profile/1",
    "meta": {"id": "unselected"},
    "her2": {"status": "positive"},
    "disease": {"setting": "metastatic", "line": 1},
}


@dataclass(frozen=True)
class DrugPortrait:
    """A drug alone.

    Attributes
    ----------
    doses_nM
        Nominal concentrations in the medium, nM, shape (doses,).
    usual_nM
        The one at which mechanisms are tried.
    gr
        Growth-rate inhibition after 72 h by place (``dish``, ``tumour``), each (doses, members).
    days
        Times after the first dose, shape (times,).
    plasma_nM
        Total concentration in plasma at the default schedule, nM, shape (times, twins).
    """

    drug: Drug
    line: str
    hours: float
    doses_nM: Array
    usual_nM: float
    gr: Mapping[str, Array]
    days: Array
    plasma_nM: Array

    def json(self) -> dict[str, Any]:
        """Return medians with their 5th and 95th percentile."""
        return {
            "line": self.line,
            "hours": self.hours,
            "doses_nM": self.doses_nM.tolist(),
            "usual_nM": self.usual_nM,
            "gr": {place: _band(values) for place, values in self.gr.items()},
            "time_days": self.days.tolist(),
            "plasma_nM": _band(self.plasma_nM),
        }


def drug_portrait(
    drug: Drug,
    knowledge: Knowledge | None = None,
    *,
    line: str = LINE,
    members: int = MEMBERS,
    twins: int = TWINS,
    seed: int = 1,
) -> DrugPortrait:
    """Return what `drug` does alone to `line` over doses, and its level in plasma.

    Parameters
    ----------
    members
        Parameter draws of the dose-response.
    twins
        Patients of the concentration-time curve.

    Raises
    ------
    UnknownName
        No such line.
    SimulationError
        A cell or patient cannot be followed.
    """
    known = knowledge or load_knowledge()
    usual = usual_concentration(drug)
    steps = round(np.log10(ABOVE / BELOW) * PER_DECADE)
    doses = usual * np.geomspace(BELOW, ABOVE, steps + 1)
    days, plasma = plasma_course(drug, known, twins=twins, seed=seed)
    return DrugPortrait(
        drug=drug,
        line=resolve_cell_line(line).name,
        hours=HOURS,
        doses_nM=doses,
        usual_nM=usual,
        gr=dose_response(drug, known, doses, line=line, members=members, seed=seed),
        days=days,
        plasma_nM=plasma,
    )


def dose_response(
    drug: Drug, knowledge: Knowledge, doses_nM: Array, *, line: str, members: int, seed: int
) -> dict[str, Array]:
    """Return growth-rate inhibition after 72 h by place, (doses, members)."""
    batch = Batch(culture_kernel(), Cells(Twins(seed, members, 1), knowledge, build_network(1)))
    found: dict[str, Array] = {}
    for place in ("dish", "tumour"):
        cell = Condition(line, tumour=place == "tumour")
        wells = [cell, *(replace(cell, exposures=(Exposure(drug.id, float(dose)),)) for dose in doses_nM)]
        left = batch.read(wells, [VIABILITY], [HOURS])[:, 0, 0, :]
        found[place] = growth_inhibition(left[1:], left[0])
    return found


def plasma_course(drug: Drug, knowledge: Knowledge, *, twins: int, seed: int) -> tuple[Array, Array]:
    """Return days, and total plasma concentration, nM, (times, twins), at the default schedule."""
    schedule = drug.default_schedule
    regimen = Regimen(
        id=drug.id, name=drug.name, drugs=(RegimenDrug(drug=drug.id, **schedule.model_dump()),), ad_hoc=True
    )
    profile = profile_from(_PATIENT)
    tumour = replace(
        Tumour.from_profile(profile, seed=seed, parameter_draws=twins, marker_draws=1), knowledge=knowledge
    )
    arm = tumour.arm(regimen)
    span = max(np.ceil(INTERVALS * hours(schedule.every) / HOURS_PER_DAY), FEWEST_DAYS)
    every = HOURS_PER_DAY / RECORDS_PER_DAY
    out = tumour.kernel.advance(
        arm.states, arm.parameters, 0.0, span * HOURS_PER_DAY, arm.rules, arm.amounts, every
    )
    assert out.record is not None
    name = f"plasma_{kind_of(drug.drug_class).slot_for(drug)[0]}"
    levels = tumour.kernel.compute_readouts(out.record, arm.parameters, [name])[name]
    return out.times_h / HOURS_PER_DAY, levels


def _band(values: Array) -> dict[str, list[float]]:
    low, median, high = np.nanquantile(values, (0.05, 0.5, 0.95), axis=1)
    return {"median": median.tolist(), "low": low.tolist(), "high": high.tolist()}
