"""The level of an item, by its design and how it was read, and the same in other schemes."""

from __future__ import annotations

from collections.abc import Mapping

from erbium.knowledge.evidence_tables import LEVELS, biomarker, level_rows
from erbium.knowledge.schema.evidence import SECOND_HAND, Design, EvidenceItem
from erbium.knowledge.schema.regimen import Level

#: A randomised comparison with fewer patients than this is not taken as well powered (a choice).
POWERED = 100
_BY_DESIGN: Mapping[Design, Level] = {
    "guideline": "A1",
    "randomised": "A2",
    "randomised_subgroup": "A2",
    "randomised_post_hoc": "B",
    "pooled": "B",
    "single_arm": "B",
    "cohort": "B",
    "clinical": "B",
    "case": "C",
    "animal": "D",
    "cell_line": "D",
    "biochemical": "D",
    "preclinical": "D",
    "statement": "E",
    "simulation": "E",
}


def lower(level: Level, steps: int = 1) -> Level:
    """Return the level some steps below, E at most."""
    return LEVELS[min(LEVELS.index(level) + steps, len(LEVELS) - 1)]


def weaker(one: Level, other: Level) -> Level:
    """Return the weaker of two levels."""
    return max(one, other, key=LEVELS.index)


def level_of(item: EvidenceItem) -> Level:
    """Return the level of an item.

    Design gives it. A small randomised comparison counts as B; what was read at second hand only, or not at
    all, counts one less; another tumour makes it C at best, a step of a chain D and an analogy E. A curator
    can lower it and never raise it.
    """
    level = "A1" if item.approved else _BY_DESIGN[item.design]
    if level == "A2" and item.n is not None and item.n < POWERED:
        level = "B"
    if item.verification in (*SECOND_HAND, "unverified") or item.status == "unverified":
        level = lower(level)
    limits: Mapping[str, Level] = {"other_tumour": "C", "indirect_step": "D", "by_analogy": "E"}
    if item.directness in limits:
        level = weaker(level, limits[item.directness])
    return weaker(level, item.lowered_to) if item.lowered_to is not None else level


def cross_walk(item: EvidenceItem) -> dict[str, str | None]:
    """Return the level of an item in other schemes; ESCAT is None for what is no change of the genome."""
    row = level_rows()[level_of(item)]
    genomic = bool(item.leaves) and all(biomarker(name).genomic for name in item.markers)
    return {
        "escat": row.escat if genomic else None,
        "amp_asco_cap": row.amp,
        "nct_dktk": row.nct_dktk,
        "civic": row.civic,
        "oncokb_like": row.oncokb,
    }
