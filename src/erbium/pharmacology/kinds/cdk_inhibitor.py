"""CDK4/6 inhibitors."""

from __future__ import annotations

from typing import ClassVar

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import CDKInhibitor
from erbium.pharmacology.slots import Filling, Kind, Values


class CDKInhibitorKind(Kind):
    """Closes cyclin D1-CDK4/6."""

    name: ClassVar[str] = "cdk_inhibitor"
    slots: ClassVar[tuple[str, ...]] = ("cdk_inhibitor",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return the potency on CDK4; the network does not tell CDK4 from CDK6."""
        numbers = drug.pharmacology
        assert isinstance(numbers, CDKInhibitor)
        return {"IC50_CDK46": filling.uncertain(drug, "IC50_CDK4", numbers.IC50_CDK4, "nM")}

    def selects(self, drug: Drug) -> str:
        """Return the tolerance of the class."""
        return "cdk_tolerance"
