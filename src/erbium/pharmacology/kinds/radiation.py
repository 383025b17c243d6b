"""External radiation."""

from __future__ import annotations

from typing import ClassVar

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import Radiation
from erbium.model.modules.radiation import RADIATION_PENDING
from erbium.pharmacology.slots import Filling, Kind, Values


class RadiationKind(Kind):
    """Is delivered to the tumour in fractions."""

    name: ClassVar[str] = "radiation"
    slots: ClassVar[tuple[str, ...]] = ("radiation",)
    doses_go_to: ClassVar[str | None] = RADIATION_PENDING
    input: ClassVar[str | None] = "radiation_input"
    followed: ClassVar[str | None] = "radiation_dose_rate"

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return the effect of a gray, each of shape (count,)."""
        numbers = drug.pharmacology
        assert isinstance(numbers, Radiation)
        return {"RBE_radiation": filling.uncertain(drug, "RBE", numbers.RBE, "1")}
