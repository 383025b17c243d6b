"""Evidence: items with source and level, searched, weighed against each other, matched to a patient."""

from erbium.evidence.base import EvidenceBase, load_evidence
from erbium.evidence.conflict import Group, conflicts
from erbium.evidence.database import EvidenceDatabase, Query
from erbium.evidence.level import cross_walk, level_of
from erbium.evidence.match import Finding, Patient, Weighing, weigh

__all__ = [
    "EvidenceBase",
    "EvidenceDatabase",
    "Finding",
    "Group",
    "Patient",
    "Query",
    "Weighing",
    "conflicts",
    "cross_walk",
    "level_of",
    "load_evidence",
    "weigh",
]
