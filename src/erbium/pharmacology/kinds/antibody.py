"""Naked antibodies against HER2."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from erbium.core.twins import Array
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import Antibody
from erbium.pharmacology.fc import fc_affinity
from erbium.pharmacology.slots import Filling, Kind, Values


class AntibodyKind(Kind):
    """Blocks the epitope it binds, and brings its Fc part to effector cells."""

    name: ClassVar[str] = "antibody"
    slots: ClassVar[tuple[str, ...]] = ("antibody_IV", "antibody_II")

    def slot_for(self, drug: Drug) -> tuple[str, ...]:
        """Return the slot of the drug's epitope."""
        assert isinstance(drug.pharmacology, Antibody)
        return (f"antibody_{drug.pharmacology.epitope}",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return epitope affinity and Fc affinity."""
        numbers = drug.pharmacology
        assert isinstance(numbers, Antibody)
        fc: Array = fc_affinity(drug, filling) if numbers.fc_active else np.zeros(filling.twins.count)
        return {f"KD_{slot}": filling.uncertain(drug, "KD", numbers.KD, "nM"), f"fc_{slot}": fc}
