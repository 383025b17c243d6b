"""What the drugs of a regimen do to each other's clearance.

Pathways of clearance run side by side. With a share ``s`` of the clearance on an enzyme, and a drug
beside it that changes the AUC of a sensitive probe of that enzyme ``R``-fold, the enzyme clears
``1 / R`` of what it did and the drug's clearance becomes ``1 + sum of s * (1 / R - 1)`` of its own;
with one enzyme that is ``1 - s + s / R``. Several inhibitors of one enzyme do not add: the strongest
counts, and the strongest inducer beside it. A pair whose AUC was measured is taken as measured. Both
hold at usual doses, whatever the dose in the regimen.

Left out: transporters, an inhibitor's own inhibited metabolism, the change with time of dosing, and
that an oral probe shows more of the gut's enzymes than an infused drug meets. Factors come from the
values of the numbers, the same in every twin; their ranges are not drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.interactions import Enzyme

#: Change of exposure, up or down, within which regulators speak of no interaction (bioequivalence).
LITTLE = 1.25


@dataclass(frozen=True)
class Interaction:
    """The clearance of one drug among others.

    Attributes
    ----------
    drug, name
        Id and name of the drug whose clearance moves.
    factor
        Clearance among the others over its own, above 0.
    causes
        In words, which drug acts by what.
    """

    drug: str
    name: str
    factor: float
    causes: tuple[str, ...]

    @property
    def exposure(self) -> float:
        """AUC among the others over that without."""
        return 1.0 / self.factor

    @property
    def matters(self) -> bool:
        """Whether exposure leaves the bounds of bioequivalence."""
        return not 1.0 / LITTLE <= self.exposure <= LITTLE

    @property
    def text(self) -> str:
        """One line for a reader."""
        by = "; ".join(self.causes)
        return f"{self.name}: clearance {self.factor:.2g}-fold, exposure {self.exposure:.2g}-fold, by {by}"

    def json(self) -> dict[str, Any]:
        """Return the interaction as JSON-safe data."""
        return {
            "drug": self.drug,
            "clearance_factor": self.factor,
            "exposure_ratio": self.exposure,
            "causes": list(self.causes),
            "text": self.text,
        }


def find_interactions(ids: Iterable[str], drugs: Mapping[str, Drug]) -> tuple[Interaction, ...]:
    """Return the drugs among `ids` whose clearance the others move, in the order given."""
    together = [drugs[one] for one in ids]
    found = (_interaction(drug, [other for other in together if other is not drug]) for drug in together)
    return tuple(one for one in found if one.factor != 1.0)


def clearance_factors(ids: Iterable[str], drugs: Mapping[str, Drug]) -> dict[str, float]:
    """Return the factor on the clearance of each drug that the others move; the rest is left out."""
    return {one.drug: one.factor for one in find_interactions(ids, drugs)}


def partners(
    drug: Drug, drugs: Mapping[str, Drug]
) -> tuple[tuple[Interaction, ...], tuple[Interaction, ...]]:
    """Return what each other drug alone does to `drug`, and what `drug` does to each; only what matters."""
    pairs = [(drug.id, other) for other in drugs if other != drug.id]
    found = [one for pair in pairs for one in find_interactions(pair, drugs) if one.matters]
    return (
        tuple(one for one in found if one.drug == drug.id),
        tuple(one for one in found if one.drug != drug.id),
    )


def _interaction(drug: Drug, others: Sequence[Drug]) -> Interaction:
    """Return the interaction of `drug` with all of `others` at once; factor 1 where there is none."""
    facts = drug.interactions
    measured = [other for other in others if other.id in facts.measured]
    rest = [other for other in others if other.id not in facts.measured]
    factor, causes = 1.0, []
    for other in measured:
        ratio = facts.measured[other.id].to("1")
        if ratio != 1.0:
            factor /= ratio
            causes.append(f"{other.name} (measured)")
    moved = 0.0
    for enzyme, share in facts.share.items():
        activity, movers = _activity(enzyme, rest)
        if movers and share.value > 0.0:
            moved += share.to("1") * (activity - 1.0)
            causes.append(f"{' and '.join(movers)} ({enzyme})")
    return Interaction(drug.id, drug.name, factor * (1.0 + moved) if moved else factor, tuple(causes))


def _activity(enzyme: Enzyme, others: Sequence[Drug]) -> tuple[float, list[str]]:
    """Return what is left of `enzyme` beside `others`, over its own, and who moves it."""
    ratios = {
        other.name: other.interactions.probe_ratio[enzyme].to("1")
        for other in others
        if enzyme in other.interactions.probe_ratio
    }
    inhibitors = [name for name, ratio in ratios.items() if ratio > 1.0]
    inducers = [name for name, ratio in ratios.items() if ratio < 1.0]
    movers = []
    if inhibitors:
        movers.append(max(inhibitors, key=ratios.__getitem__))
    if inducers:
        movers.append(min(inducers, key=ratios.__getitem__))
    activity = 1.0
    for name in movers:
        activity /= ratios[name]
    return activity, movers
