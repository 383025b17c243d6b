"""Inhibitors of single pathway targets, small molecules and antibodies."""

from __future__ import annotations

from typing import ClassVar

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import PathwayInhibitor
from erbium.pharmacology.slots import Filling, Kind, Values


class PathwayInhibitorKind(Kind):
    """Closes the targets it hits; two may be given together, on the same target or on others."""

    name: ClassVar[str] = "pathway_inhibitor"
    slots: ClassVar[tuple[str, ...]] = ("targeted_1", "targeted_2")

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return the potency on each target hit; targets not named stay out of reach."""
        numbers = drug.pharmacology
        assert isinstance(numbers, PathwayInhibitor)
        return {
            f"IC50_{target}_{slot}": filling.uncertain(drug, f"IC50_{target}", number, "nM")
            for target, number in numbers.potencies.items()
        }

    def selects(self, drug: Drug) -> str | None:
        """Return the tolerance of inhibitors of PI3K to mTOR for those of AKT, none for others."""
        numbers = drug.pharmacology
        assert isinstance(numbers, PathwayInhibitor)
        return "pi3k_mtor_tolerance" if {"AKT", "AKTPH"} & set(numbers.potencies) else None
