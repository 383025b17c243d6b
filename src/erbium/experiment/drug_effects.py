"""Which drugs a mechanism hurts and helps, computed in an amplified cell with and without it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from erbium.core.errors import UnknownName
from erbium.core.twins import Array, Twins
from erbium.experiment.batch import Batch
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition, Exposure, Given
from erbium.experiment.growth import growth_inhibition, response_change
from erbium.experiment.names import VIABILITY
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.abundance import load_abundance
from erbium.knowledge.schema.dose_text import amount, hours
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.mechanism import Mechanism
from erbium.knowledge.tables import load_numbers
from erbium.model import build_network

Verdict = Literal["hurts", "helps", "no effect", "unsure"]
Place = Literal["dish", "tumour"]

#: Members of the parameter ensemble.
MEMBERS = 16
#: How long the drugs are on, h: short enough that no room runs out, which would mix with their effect.
HOURS = 72.0
#: A change of 1 + GR by less than this factor is none.
SAME = math.log(1.1)
#: Weight, kg, and body surface, m2, of the patient whose plasma the medium copies.
WEIGHT_KG, SURFACE_M2 = 70.0, 1.8


@dataclass(frozen=True)
class DrugEffect:
    """What a mechanism does to one drug.

    Attributes
    ----------
    drug, place
        The drug, and where: cells alone in a dish, or a piece of tumour with effector and immune cells.
    concentration_nM
        Nominal concentration in the medium, nM; None for what is given as a dose.
    dose
        The same with its unit, or the dose.
    without
        Natural logarithm of 1 + GR (growth-rate inhibition: 1 no effect, 0 no growth, below 0 killing)
        under the drug without the mechanism; median.
    difference, low, high
        The same with the mechanism, minus `without`: median, 5th and 95th percentile of the members.
        Above zero the mechanism hurts the drug. A mechanism that changes how fast cells divide without a
        drug moves GR and the number of cells left in different ways; only what both agree on counts: the
        smaller of the two, or nothing where they point apart.
    """

    drug: str
    place: Place
    concentration_nM: float | None
    dose: str
    without: float
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Hurts or helps; no effect within 10 %; unsure where the members disagree on the sign."""
        if abs(self.difference) < SAME:
            return "no effect"
        if self.low * self.high < 0.0:
            return "unsure"
        return "hurts" if self.difference > 0.0 else "helps"


def drug_effects(
    mechanism: Mechanism,
    knowledge: Knowledge,
    *,
    drugs: Sequence[Drug] | None = None,
    members: int = MEMBERS,
    seed: int = 1,
) -> tuple[DrugEffect, ...]:
    """Return what `mechanism` does to each drug, those it hurts most first.

    The cell is :func:`reference_cell`; each drug is there at :func:`usual_concentration` for three days
    (vaccines, cells and radiation are given once, at the usual dose), in a dish and in a piece of tumour
    with effector and immune cells, where antibodies and checkpoint drugs find what they need.

    Raises
    ------
    UnknownName
        The mechanism moves a parameter that the network does not have.
    """
    network = build_network(1)
    known = replace(knowledge, mechanisms={**knowledge.mechanisms, mechanism.id: mechanism})
    batch = Batch(culture_kernel(), Cells(Twins(seed, members, 1), known, network))
    for number, effect in enumerate(mechanism.effects):
        try:
            batch.cells.column(effect.parameter.split(".", 1)[1])
        except UnknownName as error:
            error.key = f"{mechanism.id}.effects[{number}].parameter"
            raise
    tried = tuple(load_knowledge().drugs.values()) if drugs is None else tuple(drugs)
    treatments = [usual_treatment(drug) for drug in tried]
    found: list[DrugEffect] = []
    places: tuple[Place, ...] = ("dish", "tumour")
    for place in places:
        plain = replace(reference_cell(), tumour=place == "tumour")
        lesion = replace(plain, mechanisms=((mechanism.id, usual_strength(mechanism)),))
        without, with_it = (_left(batch, cell, treatments, HOURS) for cell in (plain, lesion))
        alone = np.log1p(growth_inhibition(without[1:], without[0]))
        change = response_change(with_it[1:], with_it[0], without[1:], without[0])
        for treatment, before, moved in zip(treatments, alone, change, strict=True):
            low, middle, high = (float(x) for x in np.percentile(moved, (5.0, 50.0, 95.0)))
            found.append(
                DrugEffect(
                    treatment.drug,
                    place,
                    *_amount(treatment),
                    float(np.median(before)),
                    middle,
                    low,
                    high,
                )
            )
    return tuple(sorted(found, key=lambda effect: -effect.difference))


def reference_cell() -> Condition:
    """Return an amplified, ER-positive cell at the medians of the abundance tables."""
    tables = load_abundance()
    her2 = tables.her2.spread("3+").median
    settings = {
        "HER2_abundance": her2,
        "EGFR_abundance": tables.receptors.EGFR.median.value,
        "HER3_abundance": tables.receptors.HER3.median.value,
        "bypass_drive": float(tables.bypass.median(np.array(her2))),
        "ER_abundance": 1.0,
    }
    return Condition(settings=tuple(settings.items()))


def usual_strength(mechanism: Mechanism) -> float:
    """Return the marker value ``x`` at which a mechanism is tried: its median, or that of its marker."""
    if mechanism.prior is not None and mechanism.prior.x_median is not None:
        return mechanism.prior.x_median.value
    return next((marker.x for marker in mechanism.markers if not marker.graded), 1.0)


def usual_treatment(drug: Drug) -> Exposure | Given:
    """Return a drug at the concentration at which it is tried on cells, or its usual dose at time 0."""
    if drug.has_concentration:
        return Exposure(drug.id, usual_concentration(drug))
    return Given(drug.id, usual_dose(drug))


def usual_dose(drug: Drug) -> str:
    """Return one usual dose of what has no concentration, for the patient whose plasma the medium copies."""
    text = drug.default_schedule.dose
    value, unit = amount(text)
    given, _, per = unit.partition("/")
    return f"{value * {'kg': WEIGHT_KG, 'm2': SURFACE_M2}[per]:g} {given}" if per else text


def treated(cell: Condition, treatment: Exposure | Given) -> Condition:
    """Return a cell with one treatment."""
    if isinstance(treatment, Given):
        return replace(cell, given=(treatment,))
    return replace(cell, exposures=(treatment,))


def _amount(treatment: Exposure | Given) -> tuple[float | None, str]:
    if isinstance(treatment, Given):
        return None, treatment.dose
    return treatment.concentration_nM, f"{float(f'{treatment.concentration_nM:.3g}'):g} nM"


def usual_concentration(drug: Drug) -> float:
    """Return the nominal concentration in medium, nM, at which a drug is tried on cells.

    That of ``experiment/concentrations.toml``, or else the one with the free drug that a usual dose
    gives in plasma, averaged at steady state over the dosing interval or, where that is longer than
    three days, over its first three days after one dose (one compartment, linear).
    """
    usual = load_numbers("experiment/concentrations").get(drug.id)
    if usual is not None:
        return usual.to("nM")
    schedule = drug.default_schedule
    value, unit = amount(schedule.dose)
    dose_mg = value * {"mg/kg": WEIGHT_KG, "mg/m2": SURFACE_M2}.get(unit, 1.0)
    clearance = drug.kinetics.CL.to("L/h")
    volume = drug.kinetics.V1.to("L") + (drug.kinetics.V2.to("L") if drug.kinetics.V2 is not None else 0.0)
    interval = hours(schedule.every)
    span = min(interval, HOURS)
    share = 1.0 if interval <= span else -math.expm1(-clearance / volume * span)
    free = drug.free_concentration(dose_mg * share / (clearance * span))
    in_medium = drug.kinetics.medium_free_fraction
    return free / (in_medium.value if in_medium is not None else 1.0)


def _left(batch: Batch, cell: Condition, treatments: Sequence[Exposure | Given], until_h: float) -> Array:
    """Return cells left without a drug, then with each, relative to time 0, shape (1 + drugs, members)."""
    conditions = [cell, *(treated(cell, treatment) for treatment in treatments)]
    return batch.read(conditions, [VIABILITY], [until_h])[:, 0, 0, :]
