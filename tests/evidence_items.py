"""Items of evidence and profiles for tests."""

from __future__ import annotations

from typing import Any

from erbium.evidence import EvidenceBase
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.evidence import EvidenceItem
from erbium.profile import Profile, profile_from

PIK3CA = {"all_of": [{"marker": "PIK3CA_mutated"}]}


def item(name: str = "own_item", **fields: Any) -> EvidenceItem:
    """Return an item on PIK3CA mutation and trastuzumab, read in an abstract, with `fields` in its place."""
    given: dict[str, Any] = {
        "id": name,
        "claim": "A marker and a treatment go together.",
        "drugs": ["trastuzumab"],
        "effect": "sensitivity",
        "design": "cohort",
        "source": f"a paper on {name}",
        "status": "secondary",
        **PIK3CA,
        **fields,
    }
    return EvidenceItem.model_validate(given)


def base_of(*items: EvidenceItem) -> EvidenceBase:
    """Return a base of these items alone."""
    return EvidenceBase({one.id: one for one in items}, load_knowledge().drugs)


def patient(**blocks: Any) -> Profile:
    """Return the profile of a HER2-positive metastatic tumour with further blocks."""
    start: dict[str, Any] = {
        "schema": "erbium.profile/1",
        "meta": {"id": "case-1"},
        "disease": {"setting": "metastatic", "line": 1},
        "her2": {"ihc": "3+"},
    }
    return profile_from(start | blocks)
