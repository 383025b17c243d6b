"""Backbone chemotherapy."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import Chemotherapy
from erbium.pharmacology.slots import Filling, Kind, Values

#: Which translation factor a mechanism of action uses.
GROUPS = {
    "tubulin": "tubulin",
    "antimetabolite": "antimetabolite",
    "platinum": "dna_damage",
    "anthracycline": "dna_damage",
    "top1": "dna_damage",
}
#: What the tolerance of each group is called.
TOLERANCE = {"tubulin": "antimitotic", "antimetabolite": "antimetabolite", "dna_damage": "dna_damage"}


class ChemotherapyKind(Kind):
    """Kills by free concentration over its half-effect; two may be given together."""

    name: ClassVar[str] = "chemotherapy"
    slots: ClassVar[tuple[str, ...]] = ("chemotherapy_1", "chemotherapy_2")

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return potency, steepness and the class whose translation factor applies."""
        numbers = drug.pharmacology
        assert isinstance(numbers, Chemotherapy)
        count = filling.twins.count
        return {
            f"EC50_{slot}": filling.uncertain(drug, "EC50", numbers.EC50, "nM"),
            f"hill_{slot}": np.full(count, numbers.hill.value),
            f"{slot}_{GROUPS[numbers.mechanism]}": np.ones(count),
        }

    def selects(self, drug: Drug) -> str:
        """Return the tolerance of the drug's class."""
        numbers = drug.pharmacology
        assert isinstance(numbers, Chemotherapy)
        return f"{TOLERANCE[GROUPS[numbers.mechanism]]}_tolerance"
