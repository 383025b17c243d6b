"""How much items weigh against each other, and how much they conflict.

Levels are tiers: a tier as a whole counts for a quarter of what one full item of the tier above counts for,
however many items it has, so that no number of cell lines outvotes one trial. Within the highest tier that is
there, items add up. One study counts once on a side.

Source: the rules are those of the evidence model (contradiction handling, a choice, not a measurement).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from erbium.knowledge.evidence_tables import LEVELS
from erbium.knowledge.schema.regimen import Level

#: From this conflict index on a claim is marked as contradicted.
THRESHOLD = 0.4
#: What a tier counts for beside the one above.
STEP = 0.25
#: Share of what speaks against from which on the level is one lower. At THRESHOLD it is THRESHOLD / 2.
AGAINST = THRESHOLD / 2.0


@dataclass(frozen=True)
class Vote:
    """One item on one side.

    Attributes
    ----------
    in_favour
        Side.
    level, quality
        Level of the item, and 1 to 5.
    study
        What tells one study from another.
    """

    in_favour: bool
    level: Level
    quality: int
    study: str

    @property
    def weight(self) -> float:
        """0.6 for the poorest to 1 for the best: more than all lower tiers together can weigh."""
        return 0.5 + 0.1 * self.quality


@dataclass(frozen=True)
class Balance:
    """What speaks for and against a claim, in units of one full item of the highest tier."""

    in_favour: float
    against: float

    @property
    def conflict(self) -> float:
        """1 - |for - against| / (for + against): 0 is agreement, 1 an even split."""
        total = self.in_favour + self.against
        return 1.0 - abs(self.in_favour - self.against) / total if total > 0.0 else 0.0

    @property
    def doubtful(self) -> bool:
        """Whether so much speaks against the claim that its level is one lower."""
        total = self.in_favour + self.against
        return total > 0.0 and self.against / total >= AGAINST - 1e-12

    @property
    def contradicted(self) -> bool:
        """Whether both sides are strong enough for the mark X."""
        return self.conflict >= THRESHOLD - 1e-12


def balance(votes: Iterable[Vote]) -> Balance:
    """Return the weights of the two sides."""
    tiers: dict[Level, dict[bool, dict[str, float]]] = {}
    for vote in votes:
        side = tiers.setdefault(vote.level, {True: {}, False: {}})[vote.in_favour]
        side[vote.study] = max(side.get(vote.study, 0.0), vote.weight)
    if not tiers:
        return Balance(0.0, 0.0)
    top = min(LEVELS.index(level) for level in tiers)
    sums = {True: 0.0, False: 0.0}
    for level, sides in tiers.items():
        depth = LEVELS.index(level) - top
        totals = {side: sum(studies.values()) for side, studies in sides.items()}
        whole = totals[True] + totals[False]
        scale = STEP**depth * (1.0 if depth == 0 else min(1.0, 1.0 / whole))
        for favourable, total in totals.items():
            sums[favourable] += scale * total
    return Balance(sums[True], sums[False])
