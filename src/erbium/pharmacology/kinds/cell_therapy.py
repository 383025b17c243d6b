"""T cells with a receptor against HER2."""

from __future__ import annotations

from typing import ClassVar

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import CellTherapy
from erbium.model.modules.cell_therapy import CELLS_IN_BLOOD
from erbium.pharmacology.slots import Filling, Kind, Values


class CellTherapyKind(Kind):
    """Goes into blood, homes to the tumour, expands on HER2."""

    name: ClassVar[str] = "cell_therapy"
    slots: ClassVar[tuple[str, ...]] = ("cell_therapy",)
    doses_go_to: ClassVar[str | None] = CELLS_IN_BLOOD
    input: ClassVar[str | None] = "car_t_input"
    followed: ClassVar[str | None] = "car_t_infiltrate"

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return how the cells home and expand, each of shape (count,)."""
        numbers = drug.pharmacology
        assert isinstance(numbers, CellTherapy)
        return {
            "homing_car_t": filling.uncertain(drug, "homing", numbers.homing, "1/h"),
            "expansion_car_t": filling.uncertain(drug, "expansion", numbers.expansion, "1/h"),
        }
