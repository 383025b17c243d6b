"""HER kinase inhibitors, reversible and covalent."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import TKI
from erbium.pharmacology.slots import Filling, Kind, Values


class TKIKind(Kind):
    """Closes HER2 and EGFR kinases; a covalent inhibitor also alkylates HER2 until it is replaced."""

    name: ClassVar[str] = "tki"
    slots: ClassVar[tuple[str, ...]] = ("tki",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return kinase affinities, alkylation constants and the conformation the drug needs."""
        numbers = drug.pharmacology
        assert isinstance(numbers, TKI)
        count = filling.twins.count
        ki = filling.uncertain(drug, "Ki_HER2", numbers.Ki_HER2, "nM")
        conformation = numbers.inactive_conformation
        kinact = numbers.kinact
        return {
            f"Ki_HER2_{slot}": ki,
            # One affinity draw per drug: selectivity between the kinases is better known than level.
            f"Ki_EGFR_{slot}": ki * numbers.Ki_EGFR.value / numbers.Ki_HER2.value,
            f"Ki_HER4_{slot}": ki * numbers.Ki_HER4.value / numbers.Ki_HER2.value,
            f"kinact_{slot}": np.zeros(count)
            if kinact is None
            else filling.uncertain(drug, "kinact", kinact, "1/h"),
            f"inactive_dependence_{slot}": np.full(count, 1.0)
            if conformation is None
            else filling.uncertain(drug, "inactive_conformation", conformation, "1"),
        }
