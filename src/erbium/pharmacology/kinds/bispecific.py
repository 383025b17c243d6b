"""Bispecific antibodies with one arm on HER2."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import Bispecific
from erbium.pharmacology.fc import fc_affinity
from erbium.pharmacology.slots import Filling, Kind, Values


class BispecificKind(Kind):
    """Blocks the epitope of its first arm; the second arm blocks, clusters or brings T cells."""

    name: ClassVar[str] = "bispecific"
    slots: ClassVar[tuple[str, ...]] = ("antibody_IV", "antibody_II")

    def slot_for(self, drug: Drug) -> tuple[str, ...]:
        """Return the slot of the first arm's epitope."""
        assert isinstance(drug.pharmacology, Bispecific)
        return (f"antibody_{drug.pharmacology.epitope}",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return affinities of both arms, what the second one is, and Fc affinity."""
        numbers = drug.pharmacology
        assert isinstance(numbers, Bispecific)
        count = filling.twins.count
        active = np.full(count, 1.0 if numbers.fc_active else 0.0)
        fc = fc_affinity(drug, filling) * active
        values = {
            f"KD_{slot}": filling.uncertain(drug, "KD", numbers.KD, "nM"),
            f"fc_{slot}": fc,
        }
        if numbers.second_arm == "HER3":
            return values
        values |= {
            "KD_second_arm": filling.uncertain(drug, "second_arm_KD", numbers.second_arm_KD, "nM"),
            f"bispecific_{numbers.second_arm}": np.ones(count),
            "bispecific_Fc": active,
        }
        if numbers.second_arm == "HER2":
            # The part of the molecules that is counted on domain II has the same Fc.
            values |= {"fc_antibody_II": fc, "antibody_crosslinking": np.ones(count)}
        return values
