"""Whether the shipped evidence is whole: every item reads, every claim and mechanism it names is there."""

from __future__ import annotations

from collections.abc import Iterator

from erbium.core.errors import ErbiumError
from erbium.evidence.base import load_evidence
from erbium.evidence.from_claims import KINDS, claim_rows
from erbium.knowledge import load_knowledge
from erbium.knowledge.evidence_tables import claim_readings, load_biomarkers, trial_readings
from erbium.knowledge.populations import load_populations


def faults() -> Iterator[str]:
    """Yield each thing that is wrong with the shipped evidence."""
    knowledge = load_knowledge()
    try:
        base = load_evidence(knowledge)
    except ErbiumError as error:
        yield str(error)
        return
    claims, readings = claim_rows(), claim_readings()
    placed = {*readings.read, *readings.left_out}
    for name in sorted(placed - set(claims)):
        yield f"evidence_reading/claims.toml, {name}: no such claim."
    for name in sorted({*readings.read} & {*readings.left_out}):
        yield f"evidence_reading/claims.toml, {name}: read and left out."
    for name, claim in claims.items():
        if claim["kind"] in KINDS and not claim.get("duplicate_of") and name not in placed:
            yield f"evidence_reading/claims.toml, {name}: neither read nor left out."
    populations, read = set(load_populations()), set(trial_readings().populations)
    for name in sorted(populations - read):
        yield f"evidence_reading/trials.toml, populations: {name} is missing; its trials give no items."
    for name in sorted(read - populations):
        yield f"evidence_reading/trials.toml, populations.{name}: no such population."
    for item in base.items.values():
        for mechanism in item.relates:
            if mechanism not in knowledge.mechanisms:
                yield f'{item.id}, relates: no mechanism "{mechanism}".'
    for name, marker in load_biomarkers().items():
        for place, shown in enumerate(marker.markers):
            if shown.reveal != "field" and not shown.gene:
                yield f"evidence_reading/markers.toml, {name}.markers[{place}]: names no gene."
