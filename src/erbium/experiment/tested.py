"""Concentrations above those at which a drug was ever tested on cells."""

from __future__ import annotations

from collections.abc import Iterator

from erbium.experiment.protocol import Protocol
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology.slots import PROTEIN_G_PER_MOL


def highest_tested(drug: Drug) -> tuple[float, bool]:
    """Return the highest concentration tested in nM, and whether it is that of this very drug."""
    numbers = load_numbers("experiment/tested")
    if drug.id in numbers:
        return numbers[drug.id].to("nM"), True
    kind = "protein" if drug.molecular_weight > PROTEIN_G_PER_MOL else "small_molecule"
    return numbers[kind].to("nM"), False


def untested(protocol: Protocol) -> list[str]:
    """Return a warning for each drug of a protocol that goes beyond what was tested."""
    drugs = load_knowledge().drugs
    highest: dict[str, float] = {}
    for name, concentration in _concentrations(protocol):
        drug = resolve_drug(name, drugs).id
        highest[drug] = max(highest.get(drug, 0.0), concentration)
    found = []
    for name, concentration in highest.items():
        limit, own = highest_tested(drugs[name])
        if concentration > limit * (1.0 + 1e-9):
            beyond = "the highest tested" if own else "what such drugs are tested at"
            found.append(
                f"{drugs[name].name} at {concentration:g} nM is above {beyond} ({limit:g} nM): "
                "read the result as an extrapolation"
            )
    return found


def _concentrations(protocol: Protocol) -> Iterator[tuple[str, float]]:
    for arm in protocol.arms.values():
        for exposure in arm.exposures:
            yield exposure.drug, exposure.concentration_nM
    if protocol.series is not None:
        yield protocol.series.drug, max(protocol.series.concentrations)
    if protocol.matrix is not None:
        for drug, concentrations in zip(protocol.matrix.drugs, protocol.matrix.concentrations, strict=True):
            yield drug, max(concentrations)
