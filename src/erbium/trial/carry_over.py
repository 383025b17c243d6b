"""From one treatment to the next in the same patients: states, and drugs that are still leaving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.knowledge.schema.regimen import Regimen
from erbium.pharmacology import prescribe
from erbium.pharmacology.slots import Filling
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
    parameters = arm.parameters.copy()
    free = tumour.parameters[rows]
    # A drug that is over keeps its kinetics while it leaves.
    over = (parameters == free) & (treated != free)
    parameters[over] = treated[over]
    now = states.copy()
    for column in _displaced(tumour, before, after):
        now[:, column] = 0.0
    return replace(arm, parameters=parameters, states=now)


def _displaced(tumour: Tumour, before: Regimen, after: Regimen) -> list[int]:
    """Return the states of drugs whose place another drug takes: what is left of them is dropped."""
    filling = Filling(tumour.twins, tumour.host, tumour.site)
    old, new = (prescribe(item, tumour.knowledge.drugs, filling).slots for item in (before, after))
    places = [slot for slot, drug in old.items() if new.get(slot, drug) != drug]
    index = tumour.network.species_index
    names = [f"{part}_{slot}" for slot in places for part in ("depot", "central", "peripheral", "site")]
    return [index[name] for name in names if name in index]
