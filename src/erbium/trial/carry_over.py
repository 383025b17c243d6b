"""From one treatment to the next in the same patients: states, and drugs that are still leaving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen
from erbium.model.network import Network
from erbium.pharmacology import Prescription, prescribe
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
    filling = Filling(tumour.twins, tumour.host, tumour.site)
    old, new = (prescribe(item, tumour.knowledge.drugs, filling) for item in (before, after))
    leaving = _leaving(old, new, tumour.knowledge.drugs, filling)
    columns = [
        at for name, at in tumour.network.parameter_index.items() if name.rsplit(".", 1)[-1] in leaving
    ]
    parameters[:, columns] = treated[:, columns]
    for column in _displaced(tumour.network, old, new):
        now[:, column] = 0.0
    return replace(arm, parameters=parameters, states=now)


def _leaving(old: Prescription, new: Prescription, drugs: Mapping[str, Drug], filling: Filling) -> set[str]:
    """Return the parameters of drugs that are over and whose place is free: they act while they leave."""
    found: set[str] = set()
    for slot, name in old.slots.items():
        if slot not in new.slots:
            drug = drugs[name]
            kind = kind_of(drug.drug_class)
            found |= {*kind.pharmacology(drug, slot, filling), f"slope_{slot}"}
            if kind.doses_go_to is None:
                found |= set(pharmacokinetics(drug, slot, filling))
    return found - set(new.values)


def _displaced(network: Network, old: Prescription, new: Prescription) -> list[int]:
    """Return the states of drugs whose place another drug takes: what is left of them is dropped."""
    places = [slot for slot, drug in old.slots.items() if new.slots.get(slot, drug) != drug]
    index = network.species_index
    names = [f"{part}_{slot}" for slot in places for part in ("depot", "central", "peripheral", "site")]
    return [index[name] for name in names if name in index]


def as_large(network: Network, states: Array, volume: Array) -> Array:
    """Return states with tumours of `volume` cm3, shape (n,), all clones and dying cells in proportion."""
    columns = [at for name, at in network.species_index.items() if name.endswith((".volume", ".dying"))]
    out = np.array(states, dtype=float)
    out[:, columns] *= (volume / out[:, columns].sum(axis=1))[:, None]
    return out
