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
from erbium.experiment.condition import Condition, Exposure, Given
from erbium.experiment.drug_effects import HOURS, MEMBERS, treated, usual_concentration, usual_dose
from erbium.experiment.growth import growth_inhibition
from erbium.experiment.names import VIABILITY
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.schema.dose_text import amount, hours
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug
from erbium.model import build_network
from erbium.pharmacology.registry import kind_of
from erbium.profile import profile_from
from erbium.tumour import Tumour

#: An amplified, PIK3CA-mutant line that most HER2 drugs were tried on.
LINE = "BT-474"
#: Concentrations from a three-thousandth to thirty times the usual one, three a decade;
#: doses from a tenth to ten.
FOLDS = (1.0 / 3000.0, 30.0, 3)
FOLDS_OF_DOSES = (0.1, 10.0, 6)
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
    doses, unit
        Nominal concentrations in the medium, nM, or doses in their unit, shape (doses,).
    usual
        The one at which mechanisms are tried.
    gr
        Growth-rate inhibition after 72 h by place (``dish``, ``tumour``), each (doses, members).
    days
        Times after the first dose, shape (times,).
    course, followed, course_unit
        Total concentration in plasma at the default schedule, nM, shape (times, twins); what has none is
        followed by another readout.
    """

    drug: Drug
    line: str
    hours: float
    doses: Array
    unit: str
    usual: float
    gr: Mapping[str, Array]
    days: Array
    course: Array
    followed: str
    course_unit: str

    def json(self) -> dict[str, Any]:
        """Return medians with their 5th and 95th percentile."""
        return {
            "line": self.line,
            "hours": self.hours,
            "doses": self.doses.tolist(),
            "unit": self.unit,
            "usual": self.usual,
            "gr": {place: _band(values) for place, values in self.gr.items()},
            "time_days": self.days.tolist(),
            "course": _band(self.course),
            "followed": self.followed,
            "course_unit": self.course_unit,
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
    usual, unit = _usual(drug)
    below, above, per_decade = FOLDS if drug.has_concentration else FOLDS_OF_DOSES
    steps = round(np.log10(above / below) * per_decade)
    doses = usual * np.geomspace(below, above, steps + 1)
    days, levels, followed, course_unit = course_in_patients(drug, known, twins=twins, seed=seed)
    return DrugPortrait(
        drug=drug,
        line=resolve_cell_line(line).name,
        hours=HOURS,
        doses=doses,
        unit=unit,
        usual=usual,
        gr=dose_response(drug, known, doses, line=line, members=members, seed=seed),
        days=days,
        course=levels,
        followed=followed,
        course_unit=course_unit,
    )


def _usual(drug: Drug) -> tuple[float, str]:
    """Return the concentration at which a drug is tried, nM, or its usual dose, and the unit."""
    if drug.has_concentration:
        return usual_concentration(drug), "nM"
    value, unit = amount(usual_dose(drug))
    return value, unit


def dose_response(
    drug: Drug, knowledge: Knowledge, doses: Array, *, line: str, members: int, seed: int
) -> dict[str, Array]:
    """Return growth-rate inhibition after 72 h by place, (doses, members); doses in nM, or in their unit."""
    batch = Batch(culture_kernel(), Cells(Twins(seed, members, 1), knowledge, build_network(1)))
    treatments: list[Exposure | Given] = [
        Exposure(drug.id, float(dose))
        if drug.has_concentration
        else Given(drug.id, f"{dose:.6g} {drug.given_in}")
        for dose in doses
    ]
    found: dict[str, Array] = {}
    for place in ("dish", "tumour"):
        cell = Condition(line, tumour=place == "tumour")
        wells = [cell, *(treated(cell, treatment) for treatment in treatments)]
        left = batch.read(wells, [VIABILITY], [HOURS])[:, 0, 0, :]
        found[place] = growth_inhibition(left[1:], left[0])
    return found


def course_in_patients(
    drug: Drug, knowledge: Knowledge, *, twins: int, seed: int
) -> tuple[Array, Array, str, str]:
    """Return days, what is followed at the default schedule (times, twins), its readout and unit.

    That is the total concentration in plasma, nM, or what a vaccine, cells or radiation leave in the patient.
    """
    schedule = drug.default_schedule
    regimen = Regimen(
        id=drug.id, name=drug.name, drugs=(RegimenDrug(drug=drug.id, **schedule.model_dump()),), ad_hoc=True
    )
    profile = profile_from(_PATIENT)
    tumour = replace(
        Tumour.from_profile(profile, seed=seed, parameter_draws=twins, marker_draws=1), knowledge=knowledge
    )
    arm = tumour.arm(regimen)
    kind = kind_of(drug.drug_class)
    if kind.followed is None:
        name, span = f"plasma_{kind.slot_for(drug)[0]}", INTERVALS * hours(schedule.every) / HOURS_PER_DAY
    else:
        name, span = kind.followed, 2.0 * (schedule.end_h or 0.0) / HOURS_PER_DAY
    span = max(np.ceil(span), FEWEST_DAYS)
    every = HOURS_PER_DAY / RECORDS_PER_DAY
    out = tumour.kernel.advance(
        arm.states, arm.parameters, 0.0, span * HOURS_PER_DAY, arm.rules, arm.amounts, every
    )
    assert out.record is not None
    levels = tumour.kernel.compute_readouts(out.record, arm.parameters, [name])[name]
    return out.times_h / HOURS_PER_DAY, levels, name, tumour.network.readout_units[name]


def _band(values: Array) -> dict[str, list[float]]:
    low, median, high = np.nanquantile(values, (0.05, 0.5, 0.95), axis=1)
    return {"median": median.tolist(), "low": low.tolist(), "high": high.tolist()}
