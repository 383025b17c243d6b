"""Endocrine drugs: degraders, modulators, aromatase inhibitors."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import Endocrine
from erbium.pharmacology.slots import Filling, Kind, Values

#: Extra ER turnover at full occupancy of a degrader, relative to basal turnover (assumed, 1 to 6).
DEGRADATION = 3.0
_NEVER_NM = 1e9


class EndocrineKind(Kind):
    """Blocks or degrades ER, or stops oestradiol synthesis."""

    name: ClassVar[str] = "endocrine"
    slots: ClassVar[tuple[str, ...]] = ("endocrine",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return the potency on ER or aromatase, and whether the receptor is degraded."""
        numbers = drug.pharmacology
        assert isinstance(numbers, Endocrine)
        count = filling.twins.count
        values: Values = {"IC50_ER": np.full(count, _NEVER_NM), "IC50_aromatase": np.full(count, _NEVER_NM)}
        for name in ("IC50_ER", "IC50_aromatase"):
            number = getattr(numbers, name)
            if number is not None:
                values[name] = filling.uncertain(drug, name, number, "nM")
        values["degradation_ER"] = np.full(count, DEGRADATION if numbers.mechanism == "serd" else 0.0)
        return values

    def selects(self, drug: Drug) -> str:
        """Return the tolerance of the class."""
        return "endocrine_tolerance"
