"""PI3K inhibitors with their isoform profile."""

from __future__ import annotations

from typing import ClassVar

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import PI3KInhibitor
from erbium.pharmacology.slots import Filling, Kind, Values


class PI3KInhibitorKind(Kind):
    """Closes p110alpha and, if it reaches it, p110beta."""

    name: ClassVar[str] = "pi3k_inhibitor"
    slots: ClassVar[tuple[str, ...]] = ("pi3k_inhibitor",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return potencies on the isoforms; mutant and wild-type alpha differ by a fifth at most."""
        numbers = drug.pharmacology
        assert isinstance(numbers, PI3KInhibitor)
        alpha = filling.uncertain(drug, "IC50_p110a_wt", numbers.IC50_p110a_wt, "nM")
        return {
            "IC50_p110a": alpha,
            "IC50_p110b": alpha * numbers.IC50_p110b.value / numbers.IC50_p110a_wt.value,
        }

    def selects(self, drug: Drug) -> str:
        """Return the tolerance of the class."""
        return "pi3k_mtor_tolerance"
