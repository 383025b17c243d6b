"""Whether the shipped evidence is whole: every item reads, every claim and mechanism it names is there."""

from __future__ import annotations

from collections.abc import Iterator

from erbium.core.errors import ErbiumError
from erbium.evidence.base import EvidenceBase, load_evidence
from erbium.evidence.conflict import ALL_SETTINGS, conflicts
from erbium.evidence.from_claims import KINDS, claim_rows
from erbium.knowledge import Knowledge, load_knowledge
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
    yield from disputes_amiss(base, knowledge)
    for name, marker in load_biomarkers().items():
        for place, shown in enumerate(marker.markers):
            if shown.reveal != "field" and not shown.gene:
                yield f"evidence_reading/markers.toml, {name}.markers[{place}]: names no gene."


def disputes_amiss(base: EvidenceBase, knowledge: Knowledge) -> Iterator[str]:
    """Yield each mechanism whose dispute is not that of the evidence."""
    groups = {
        (group.marker, group.treatment): group
        for group in conflicts(base)
        if group.axis == "predictive" and group.setting == ALL_SETTINGS
    }
    for name, mechanism in knowledge.mechanisms.items():
        if (dispute := mechanism.dispute) is None:
            continue
        group = groups.get((dispute.marker, dispute.treatment))
        if group is None or not group.balance.contradicted:
            yield (
                f"mechanisms/{name}.toml, dispute: the evidence does not contradict itself on "
                f"{dispute.marker} under {dispute.treatment}; leave it out."
            )
            continue
        share = group.conflict / 2.0
        if abs(share - dispute.share.value) > 0.005:
            yield (
                f"mechanisms/{name}.toml, dispute.share: {dispute.share.value:g}; the evidence has "
                f"{share:.2f} against it: write that."
            )
