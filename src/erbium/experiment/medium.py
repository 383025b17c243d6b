"""Drugs in the medium: which slot each takes, and what changes when."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from erbium.core.errors import DataError
from erbium.core.twins import Array, Twins
from erbium.experiment.condition import FCGR3A, Exposure, Given
from erbium.experiment.names import column
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.drug import Drug
from erbium.model import build_network
from erbium.pharmacology import Host
from erbium.pharmacology.prescription import per_state_unit
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import Filling, choose_slot

#: A drug needs a body for its kinetics only; in a dish the numbers of this one are not used.
_BODY: dict[str, float | str | None] = {"weight": 70.0, "height": 165.0, "albumin": 4.0}
Change = tuple[str, Array]
#: The handle that drugs which kill beyond their targets move together.
OFF_TARGET_DOSE = "off_target_dose"
#: How long a dose takes to come in, h.
PULSE_H = 0.1


def changes(
    exposures: Sequence[Exposure], twins: Twins, fcgr3a: str = FCGR3A, given: Sequence[Given] = ()
) -> dict[float, list[Change]]:
    """Return what is set in the network at each time, h: parameter and values of shape (count,).

    Raises
    ------
    UnknownName
        No such drug.
    DataError
        Two drugs of one class need the same slot at the same time; a concentration of what is given in
        doses, or the other way round.
    """
    found: dict[float, list[Change]] = {}
    taken: dict[str, list[tuple[float, Drug]]] = {}
    for exposure in sorted(exposures, key=lambda item: item.start_h):
        drug = resolve_drug(exposure.drug, load_knowledge().drugs)
        _check_form(drug, dissolved=True)
        slot = _free_slot(drug, exposure.start_h, taken)
        potency = _potency(drug.id, slot, twins, fcgr3a)
        before = {
            name for _, other in taken.get(slot, ()) for name in _potency(other.id, slot, twins, fcgr3a)
        }
        taken.setdefault(slot, []).append((exposure.stop_h, drug))
        concentration = np.full(twins.count, free_fraction(drug) * exposure.concentration_nM)
        found.setdefault(exposure.start_h, []).extend(
            [
                *((name, _default(name, twins)) for name in sorted(before - potency.keys())),
                *potency.items(),
                (f"medium_{slot}", concentration),
            ]
        )
        if math.isfinite(exposure.stop_h):
            # A drug that follows in the same slot at this very time overwrites the wash-out.
            found.setdefault(exposure.stop_h, []).insert(0, (f"medium_{slot}", np.zeros(twins.count)))
    for time, dose in _off_target_doses(exposures).items():
        found.setdefault(time, []).append((OFF_TARGET_DOSE, np.full(twins.count, dose)))
    _add_doses(found, given, twins, fcgr3a)
    return dict(sorted(found.items()))


def _add_doses(found: dict[float, list[Change]], given: Sequence[Given], twins: Twins, fcgr3a: str) -> None:
    """Add doses, each over :data:`PULSE_H`."""
    holders: dict[str, str] = {}
    for item in sorted(given, key=lambda item: item.at_h):
        drug = resolve_drug(item.drug, load_knowledge().drugs)
        _check_form(drug, dissolved=False)
        kind = kind_of(drug.drug_class)
        assert kind.input is not None
        slot = kind.slots[0]
        if holders.setdefault(slot, drug.id) != drug.id:
            choose_slot(drug, kind, {slot: holders[slot]}, "medium")
        size, per = drug.dose(item.dose)
        if per:
            raise DataError(
                f'{drug.name} at "{item.dose}": a dish has no size of a patient.',
                key=item.drug,
                expected=f"a dose in {drug.given_in}",
            )
        start = found.setdefault(item.at_h, [])
        if any(name == kind.input and values.any() for name, values in start):
            raise DataError(f"{drug.name} is given twice at {item.at_h:g} h.", key=item.drug)
        start += [*_potency(drug.id, slot, twins, fcgr3a).items()]
        start.append((kind.input, np.full(twins.count, size * per_state_unit(drug) / PULSE_H)))
        found.setdefault(item.at_h + PULSE_H, []).insert(0, (kind.input, np.zeros(twins.count)))


def _check_form(drug: Drug, *, dissolved: bool) -> None:
    """Check that a drug is given as what it is."""
    if drug.has_concentration is not dissolved:
        said = "a concentration" if dissolved else "a dose"
        raise DataError(
            f"{drug.name} is not given as {said}.",
            key=drug.id,
            expected=f'a dose such as "{drug.default_schedule.dose}"'
            if dissolved
            else 'a concentration such as "100 nM"',
        )


def _off_target_doses(exposures: Sequence[Exposure]) -> dict[float, float]:
    """Return the off-target dose of all drugs in the medium, nM, at each change.

    It is the nominal concentration, weighed by how much sooner the drug kills than a usual kinase inhibitor.
    """
    weights = [(e, _off_target_weight(resolve_drug(e.drug, load_knowledge().drugs))) for e in exposures]
    killing = [(e, weight) for e, weight in weights if weight > 0]
    times = {time for e, _ in killing for time in (e.start_h, e.stop_h)}
    return {
        time: sum(weight * e.concentration_nM for e, weight in killing if e.start_h <= time < e.stop_h)
        for time in times
        if math.isfinite(time)
    }


def _off_target_weight(drug: Drug) -> float:
    """Return how many times less of a drug than of a usual kinase inhibitor kills off its targets."""
    own = drug.pharmacology.EC50_off_target
    if own is not None:
        return load_parameters()["tumour_growth"]["EC50_off_target"].value / own.to("nM")
    return 1.0 if drug.pharmacology.inhibits_kinases else 0.0


def free_fraction(drug: Drug) -> float:
    """Return the share of a nominal concentration that is free in medium."""
    number = drug.kinetics.medium_free_fraction
    return 1.0 if number is None else number.value


def _free_slot(drug: Drug, start_h: float, taken: Mapping[str, Sequence[tuple[float, Drug]]]) -> str:
    """Return the drug's own slot, else one that no drug has used, else one that is not in use now."""
    kind = kind_of(drug.drug_class)
    slots = kind.slot_for(drug)
    busy = {slot: other.name for slot in slots for stop, other in taken.get(slot, ()) if stop > start_h}
    own = [slot for slot in slots if any(other.id == drug.id for _, other in taken.get(slot, ()))]
    for slot in (*own, *(slot for slot in slots if slot not in taken)):
        if slot not in busy:
            return slot
    return choose_slot(drug, kind, busy, "medium")


@functools.lru_cache(maxsize=512)
def _potency(drug_id: str, slot: str, twins: Twins, fcgr3a: str) -> Mapping[str, Array]:
    """Return the potencies of a drug in a slot, each of shape (count,)."""
    drug = load_knowledge().drugs[drug_id]
    values = kind_of(drug.drug_class).pharmacology(
        drug, slot, Filling(twins, Host.draw(twins, {**_BODY, "fcgr3a": fcgr3a}))
    )
    return {name: np.asarray(array, dtype=float) for name, array in values.items()}


def _default(name: str, twins: Twins) -> Array:
    """Return what a potency is where no drug fills it, shape (count,)."""
    network = build_network(1)
    return np.full(twins.count, network.defaults[column(network, name)])
