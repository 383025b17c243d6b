"""Drugs in the medium: which slot each takes, and what changes when."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from erbium.core.errors import DataError
from erbium.core.twins import Array, Twins
from erbium.experiment.condition import Exposure
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.schema.drug import Drug
from erbium.pharmacology import Host
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import Filling

#: A drug needs a body for its kinetics only; in a dish the numbers of this one are not used.
_BODY: dict[str, float | str | None] = {"weight": 70.0, "height": 165.0, "albumin": 4.0, "fcgr3a": "F/F"}
Change = tuple[str, Array]


def changes(exposures: Sequence[Exposure], twins: Twins) -> dict[float, list[Change]]:
    """Return what is set in the network at each time, h: parameter and values of shape (count,).

    Raises
    ------
    UnknownName
        No such drug.
    DataError
        Two drugs of one class need the same slot at the same time.
    """
    found: dict[float, list[Change]] = {}
    taken: dict[str, list[tuple[float, float, str]]] = {}
    for exposure in sorted(exposures, key=lambda item: item.start_h):
        drug = resolve_drug(exposure.drug, load_knowledge().drugs)
        slot = _free_slot(drug, exposure, taken)
        taken.setdefault(slot, []).append((exposure.start_h, exposure.stop_h, drug.id))
        concentration = np.full(twins.count, free_fraction(drug) * exposure.concentration_nM)
        start = found.setdefault(exposure.start_h, [])
        start += [*_potency(drug.id, slot, twins), (f"medium_{slot}", concentration)]
        if math.isfinite(exposure.stop_h):
            # A drug that follows in the same slot at this very time overwrites the wash-out.
            found.setdefault(exposure.stop_h, []).insert(0, (f"medium_{slot}", np.zeros(twins.count)))
    return dict(sorted(found.items()))


def free_fraction(drug: Drug) -> float:
    """Return the share of a nominal concentration that is free in medium."""
    number = drug.pk.medium_free_fraction
    return 1.0 if number is None else number.value


def _free_slot(drug: Drug, exposure: Exposure, taken: dict[str, list[tuple[float, float, str]]]) -> str:
    """Return a slot that no drug has used, else one that is not in use now; its own before others."""
    slots = kind_of(drug.drug_class).slot_for(drug)
    idle = [slot for slot in slots if all(stop <= exposure.start_h for _, stop, _ in taken.get(slot, ()))]
    own = [slot for slot in idle if any(name == drug.id for _, _, name in taken.get(slot, ()))]
    new = [slot for slot in idle if slot not in taken]
    if not idle:
        others = ", ".join(sorted({name for slot in slots for _, _, name in taken.get(slot, ())}))
        raise DataError(
            f"{drug.name} has no place beside {others}.",
            key=exposure.drug,
            expected=f"at most {len(slots)} of class {drug.drug_class} at the same time",
        )
    return (own or new or idle)[0]


@functools.lru_cache(maxsize=512)
def _potency(drug_id: str, slot: str, twins: Twins) -> tuple[Change, ...]:
    drug = load_knowledge().drugs[drug_id]
    values = kind_of(drug.drug_class).pharmacology(drug, slot, Filling(twins, Host.draw(twins, _BODY)))
    return tuple((name, np.asarray(array, dtype=float)) for name, array in values.items())
