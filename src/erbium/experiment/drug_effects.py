"""Which drugs a mechanism hurts and helps, computed in an amplified cell with and without it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from erbium.core.errors import SimulationError, UnknownName
from erbium.core.twins import Array, Twins
from erbium.experiment.culture import CULTURE_CM3, Culture
from erbium.knowledge import Knowledge
from erbium.knowledge.abundance import load_abundance
from erbium.knowledge.schema.drug import Drug, FcBinder
from erbium.knowledge.schema.mechanism import Mechanism
from erbium.knowledge.schema.regimen import amount, hours
from erbium.knowledge.tables import load_numbers
from erbium.model.compose import clone_name

Verdict = Literal["hurts", "helps", "no effect", "unsure"]

#: Members of the parameter ensemble, and how long the drugs are on, h.
MEMBERS = 16
HOURS = 72.0
#: A change of the cells left by less than this factor is none.
SAME = math.log(1.1)
#: Weight, kg, and body surface, m2, of the patient whose plasma the medium copies.
WEIGHT_KG, SURFACE_M2 = 70.0, 1.8


@dataclass(frozen=True)
class DrugEffect:
    """What a mechanism does to one drug.

    Attributes
    ----------
    drug, effectors
        The drug, and whether effector cells were with the tumour cells.
    concentration_nM
        Nominal concentration in the medium, nM.
    without
        Natural logarithm of cells left with the drug over cells left without it, no mechanism; median.
    difference, low, high
        The same with the mechanism, minus `without`: median, 5th and 95th percentile of the members.
        Above zero more cells are left: the mechanism hurts the drug.
    """

    drug: str
    effectors: bool
    concentration_nM: float
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

    The cell is an amplified, ER-positive one at the medians of the abundance tables; each drug is in
    the medium for three days at :func:`usual_concentration`. Antibodies and conjugates with an active
    Fc part are tried once more with effector cells.

    Raises
    ------
    UnknownName
        The mechanism moves a parameter that the network does not have.
    """
    known = replace(knowledge, mechanisms={**knowledge.mechanisms, mechanism.id: mechanism})
    plain = reference_cell(known, members, seed)
    lesion = replace(plain, mechanisms=((mechanism.id, usual_strength(mechanism)),))
    _check_parameters(mechanism, plain)
    tried = tuple(knowledge.drugs.values()) if drugs is None else tuple(drugs)
    doses = {drug.id: usual_concentration(drug) for drug in tried}
    found: list[DrugEffect] = []
    for effectors in (False, True):
        mixed = [drug for drug in tried if not effectors or _has_fc(drug)]
        left = [_cells_left(cell, mixed, doses, effectors=effectors) for cell in (plain, lesion)]
        for number, drug in enumerate(mixed):
            difference = left[1][number] - left[0][number]
            low, middle, high = np.percentile(difference, (5.0, 50.0, 95.0))
            found.append(
                DrugEffect(
                    drug.id,
                    effectors,
                    doses[drug.id],
                    float(np.median(left[0][number])),
                    float(middle),
                    float(low),
                    float(high),
                )
            )
    return tuple(sorted(found, key=lambda effect: -effect.difference))


def reference_cell(knowledge: Knowledge, members: int = MEMBERS, seed: int = 1) -> Culture:
    """Return an amplified, ER-positive cell at the medians of the abundance tables."""
    tables = load_abundance()
    settings = {
        "HER2_abundance": tables.her2.spread("3+").median,
        "EGFR_abundance": tables.receptors.EGFR.median.value,
        "HER3_abundance": tables.receptors.HER3.median.value,
        "bypass_drive": tables.bypass.classes["her2_amplified"].median.value,
        "ER_abundance": 1.0,
    }
    return Culture(Twins(seed, members, 1), knowledge, settings)


def usual_strength(mechanism: Mechanism) -> float:
    """Return the marker value ``x`` at which a mechanism is tried: its median, or that of its marker."""
    if mechanism.prior is not None and mechanism.prior.x_median is not None:
        return mechanism.prior.x_median.value
    return next((marker.x for marker in mechanism.markers if not marker.graded), 1.0)


def usual_concentration(drug: Drug) -> float:
    """Return the nominal concentration in medium, nM, at which a drug is tried on cells.

    That of ``experiment/concentrations.toml``, or else the one with the free drug that a usual dose
    gives in plasma, averaged at steady state over the dosing interval or, where that is longer than
    the experiment, over its hours after one dose (one compartment, linear).
    """
    usual = load_numbers("experiment/concentrations").get(drug.id)
    if usual is not None:
        return usual.to("nM")
    schedule = drug.default_schedule
    value, unit = amount(schedule.dose)
    dose_mg = value * {"mg/kg": WEIGHT_KG, "mg/m2": SURFACE_M2}.get(unit, 1.0)
    clearance = drug.pk.CL.to("L/h")
    volume = drug.pk.V1.to("L") + (drug.pk.V2.to("L") if drug.pk.V2 is not None else 0.0)
    interval = hours(schedule.every)
    span = min(interval, HOURS)
    share = 1.0 if interval <= HOURS else -math.expm1(-clearance / volume * span)
    free = drug.free_concentration(dose_mg * share / (clearance * span))
    in_medium = drug.pk.medium_free_fraction
    return free / (in_medium.value if in_medium is not None else 1.0)


def _cells_left(cell: Culture, drugs: Sequence[Drug], doses: dict[str, float], *, effectors: bool) -> Array:
    """Return ln of cells left with each drug over cells left without, shape (drugs, members)."""
    kernel, members = cell.kernel, cell.twins.count
    cell = replace(cell, settings={**cell.settings, "effector_cells": float(effectors)})
    index = kernel.network.parameter_index
    rest = cell.parameters(drugs=False)
    states = kernel.settle(rest)
    tables = [rest]
    for drug in drugs:
        table = rest.copy()
        for name, values in cell.add(**{drug.id: doses[drug.id]}).medium.items():
            table[:, index[name] if name in index else index[clone_name(1, name)]] = values
        tables.append(table)
    stacked = np.concatenate(tables)
    course = kernel.cell_course(np.tile(states, (len(tables), 1)), stacked, [HOURS])
    volume = clone_name(1, "volume")
    left = kernel.compute_readouts(course.states[-1], stacked, [volume])[volume]
    if not (left > 0.0).all():
        raise SimulationError(
            f"no cells are left after {HOURS:g} h.", expected="a positive number of cells in every member"
        )
    logs = np.log(left / CULTURE_CM3).reshape(len(tables), members)
    return np.asarray(logs[1:] - logs[0])


def _has_fc(drug: Drug) -> bool:
    return isinstance(drug.pharmacology, FcBinder) and drug.pharmacology.fc_active


def _check_parameters(mechanism: Mechanism, cell: Culture) -> None:
    index = cell.kernel.network.parameter_index
    for number, effect in enumerate(mechanism.effects):
        name = effect.parameter.split(".", 1)[1]
        if name not in index and clone_name(1, name) not in index:
            raise UnknownName.among(
                "parameter of the network", name, index, key=f"{mechanism.id}.effects[{number}].parameter"
            )
