"""A regimen made concrete for a patient: filled slots, dose rules and amounts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from erbium.core.twins import Array
from erbium.engine.doses import DoseRule
from erbium.knowledge.schema.dose_text import hours
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug
from erbium.model.modules.drug_exposure import DEPOT
from erbium.pharmacology.dose_range import dose_range, target_path_share
from erbium.pharmacology.host import Host
from erbium.pharmacology.interactions import clearance_factors
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import Filling, Values, choose_slot, into_plasma, pharmacokinetics

_ONCE_H = 1e9


@dataclass(frozen=True)
class Prescription:
    """What a regimen does to the parameters and when it doses.

    Attributes
    ----------
    regimen
        The regimen.
    values
        Patient-level parameters, each of shape (count,).
    rules, amounts
        Dose rules and, per rule, the amount of each twin in mg, doses, millions of cells or Gy,
        shape (rules, count).
    drugs
        Per rule, the drug it gives.
    held
        Per rule, whether low neutrophils hold its doses: the drug holds their precursors back.
    slots
        Which drug took which slot.
    warnings
        What must be said of the doses.
    """

    regimen: Regimen
    values: Values
    rules: tuple[DoseRule, ...]
    amounts: Array
    drugs: tuple[str, ...] = ()
    held: tuple[bool, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def prescribe(regimen: Regimen, drugs: Mapping[str, Drug], filling: Filling) -> Prescription:
    """Return the prescription of `regimen` for the twins of `filling`.

    The clearance of a drug is that beside the others of the regimen, from the first dose to the last.

    Raises
    ------
    DataError
        Two drugs of the regimen need the same slot, for example two antibodies on one epitope.
    """
    values: Values = {
        "effector_cells": filling.host.effector_cells,
        "neutrophil_baseline": filling.host.neutrophils,
    }
    held: list[bool] = []
    given: list[str] = []
    rules: list[DoseRule] = []
    amounts: list[Array] = []
    taken: dict[str, str] = {}
    factors = clearance_factors(regimen.drug_ids, drugs)
    warnings: list[str] = []
    for item in regimen.drugs:
        drug = drugs[item.drug]
        kind = kind_of(drug.drug_class)
        names = {place: drugs[other].name for place, other in taken.items()}
        slot = choose_slot(drug, kind, names, f"regimen {regimen.name}")
        taken[slot] = drug.id
        if kind.doses_go_to is None:
            values |= pharmacokinetics(drug, slot, filling)
            if drug.kinetics.target_path is not None:
                share = target_path_share(item, drug, filling.host)
                values[f"Vmax_{slot}"] = values[f"Vmax_{slot}"] * share
            studied = dose_range(item, drug, filling.host)
            values[f"CL_{slot}"] = studied.widened(values[f"CL_{slot}"], filling.twins)
            warnings += studied.warnings
            if drug.id in factors:
                values[f"CL_{slot}"] = values[f"CL_{slot}"] * factors[drug.id]
        values |= kind.pharmacology(drug, slot, filling) | _myelosuppression(drug, slot, filling)
        for rule, dose in dose_rules(item, kind.doses_go_to or _entry(drug, slot)):
            rules.append(rule)
            given.append(drug.id)
            held.append(drug.pharmacology.myelosuppression is not None)
            amounts.append(_given(drug, dose, filling.host))
    table = np.array(amounts) if amounts else np.zeros((0, filling.twins.count))
    return Prescription(
        regimen, values, tuple(rules), table, tuple(given), tuple(held), taken, tuple(warnings)
    )


def dose_rules(item: RegimenDrug, species: str) -> list[tuple[DoseRule, str]]:
    """Return the rules of one drug with the dose text each gives: loading, repeats, single extra days."""
    start, every = hours(item.starts), hours(item.every)
    stop = item.end_h if item.end_h is not None else math.inf
    cycle = hours(item.cycle) if item.cycle else None
    on = item.days_on * 24.0 if item.days_on is not None else None
    found: list[tuple[DoseRule, str]] = []
    if item.loading:
        found.append((_once(species, start), item.loading))
        if cycle is not None and on is not None:
            # The rest of the first cycle; the pauses of the later ones are counted from the loading dose.
            first = DoseRule(species, start + every, every, None, None, min(stop, start + on))
            found.append((first, item.dose))
            start += cycle
        else:
            start += every
    regular = DoseRule(species, start, every, cycle, on, stop)
    found.append((regular, item.dose))
    for day in item.extra_days:
        time = hours(item.starts) + (day - 1) * 24.0
        if time < stop:
            found.append((_once(species, time), item.dose))
    return found


def _once(species: str, time_h: float) -> DoseRule:
    return DoseRule(species, time_h, _ONCE_H, None, None, time_h + 1.0)


def _myelosuppression(drug: Drug, slot: str, filling: Filling) -> Values:
    """Return how much of the division of neutrophil precursors a drug takes per nM in plasma."""
    number = drug.pharmacology.myelosuppression
    if number is None:
        return {}
    slope = filling.uncertain(drug, "myelosuppression", number, "1/nM")
    if number.iiv_cv:
        slope = slope * filling.twins.between(f"{drug.id}.myelosuppression", number.iiv_cv)
    return {f"slope_{slot}": slope}


def _entry(drug: Drug, slot: str) -> str:
    """Return the state a dose enters; a small molecule infused is absorbed, if there is a depot."""
    return f"depot_{slot}" if slot in DEPOT and not into_plasma(drug) else f"central_{slot}"


def _given(drug: Drug, dose: str, host: Host) -> Array:
    """Return a dose of each twin in the unit of the state it enters: mg, doses, millions of cells, Gy."""
    drug.dose(dose)
    return host.size_of(dose) * per_state_unit(drug)


def per_state_unit(drug: Drug) -> float:
    """Return one unit of a dose in the unit of the state it enters: cells are counted in millions."""
    return 1e-6 if drug.given_in == "cells" else 1.0
