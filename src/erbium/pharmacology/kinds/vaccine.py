"""Vaccines against HER2."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import Vaccine
from erbium.model.modules.vaccination import VACCINE_SITE
from erbium.pharmacology.slots import Filling, Kind, Values


class VaccineKind(Kind):
    """Primes T cells from the site of injection."""

    name: ClassVar[str] = "vaccine"
    slots: ClassVar[tuple[str, ...]] = ("vaccine",)
    doses_go_to: ClassVar[str | None] = VACCINE_SITE
    input: ClassVar[str | None] = "vaccine_input"
    followed: ClassVar[str | None] = "vaccine_T_cells"

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return what its doses prime, each of shape (count,)."""
        numbers = drug.pharmacology
        assert isinstance(numbers, Vaccine)
        return {
            "immunogenicity_vaccine": filling.uncertain(drug, "immunogenicity", numbers.immunogenicity, "1"),
            "adjuvant_gm_csf": np.full(filling.twins.count, 1.0 if numbers.gm_csf else 0.0),
        }
