"""Rapalogs and mTOR kinase inhibitors."""

from __future__ import annotations

from typing import ClassVar

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import MTORInhibitor
from erbium.pharmacology.slots import Filling, Kind, Values


class MTORInhibitorKind(Kind):
    """Closes mTORC1."""

    name: ClassVar[str] = "mtor_inhibitor"
    slots: ClassVar[tuple[str, ...]] = ("mtor_inhibitor",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return the potency on mTORC1."""
        numbers = drug.pharmacology
        assert isinstance(numbers, MTORInhibitor)
        return {"IC50_mTORC1": filling.uncertain(drug, "IC50_mTORC1", numbers.IC50_mTORC1, "nM")}

    def selects(self, drug: Drug) -> str:
        """Return the tolerance of the class."""
        return "pi3k_mtor_tolerance"
