"""From one treatment to the next in the same patients: states, and drugs that are still leaving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.knowledge.schema.regimen import Regimen
from erbium.pharmacology import prescribe
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import Filling, pharmacokinetics
from erbium.tumour import Arm, Tumour


def continued(regimen: Regimen, before: Regimen) -> Regimen:
    """Return a regimen without loading doses of drugs that were given just before."""
    known = set(before.drug_ids)
    drugs = tuple(
        item.model_copy(update={"loading": None}) if item.drug in known else item for item in regimen.drugs
    )
    return regimen.model_copy(update={"drugs": drugs})


def carried_over(
    tumour: Tumour, before: Regimen, after: Regimen, rows: NDArray[np.intp], states: Array, treated: Array
) -> Arm:
    """Return the arm that gives `after` to some twins that have just had `before`.

    Parameters
    ----------
    rows
        Which twins.
    states, treated
        Their states now, and their parameters under `before`, one row each.
    """
    arm = tumour.arm(after).of(rows)
    parameters, now = arm.parameters.copy(), states.copy()
    leaving = _leaving(tumour, before, after)
    columns = [
        at for name, at in tumour.network.parameter_index.items() if name.rsplit(".", 1)[-1] in leaving
    ]
    parameters[:, columns] = treated[:, columns]
    for column in _displaced(tumour, before, after):
        now[:, column] = 0.0
    return replace(arm, parameters=parameters, states=now)


def _leaving(tumour: Tumour, before: Regimen, after: Regimen) -> set[str]:
    """Return the parameters of drugs that are over and whose place is free: they act while they leave."""
    filling = Filling(tumour.twins, tumour.host, tumour.site)
    old, new = (prescribe(item, tumour.knowledge.drugs, filling) for item in (before, after))
    found: set[str] = set()
    for slot, name in old.slots.items():
        if slot not in new.slots:
            drug = tumour.knowledge.drugs[name]
            kind = kind_of(drug.drug_class)
            found |= {*kind.pharmacology(drug, slot, filling), f"slope_{slot}"}
            if kind.doses_go_to is None:
                found |= set(pharmacokinetics(drug, slot, filling))
    return found - set(new.values)


def _displaced(tumour: Tumour, before: Regimen, after: Regimen) -> list[int]:
    """Return the states of drugs whose place another drug takes: what is left of them is dropped."""
    filling = Filling(tumour.twins, tumour.host, tumour.site)
    old, new = (prescribe(item, tumour.knowledge.drugs, filling).slots for item in (before, after))
    places = [slot for slot, drug in old.items() if new.get(slot, drug) != drug]
    index = tumour.network.species_index
    names = [f"{part}_{slot}" for slot in places for part in ("depot", "central", "peripheral", "site")]
    return [index[name] for name in names if name in index]
