"""Antibody-drug conjugates."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import ADC
from erbium.pharmacology.fc import fc_affinity
from erbium.pharmacology.slots import Filling, Kind, Values


class ADCKind(Kind):
    """Binds as its antibody, and carries payload into the cell."""

    name: ClassVar[str] = "adc"
    slots: ClassVar[tuple[str, ...]] = ("adc",)

    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return affinity, Fc affinity, DAR, linker, and the payload's transport and potency."""
        numbers = drug.pharmacology
        assert isinstance(numbers, ADC)
        count = filling.twins.count
        values = {
            f"KD_{slot}": filling.uncertain(drug, "KD", numbers.KD, "nM"),
            "fc_adc": fc_affinity(drug, filling) if numbers.fc_active else np.zeros(count),
            f"DAR_{slot}": np.full(count, numbers.DAR.value),
            "k_influx_payload": filling.uncertain(drug, "payload_influx", numbers.payload_influx, "1/h"),
            "k_efflux_payload": filling.uncertain(drug, "payload_efflux", numbers.payload_efflux, "1/h"),
            "payload_pumped": filling.uncertain(drug, "payload_pumped", numbers.payload_pumped, "1"),
            "EC50_payload": filling.uncertain(drug, "payload_EC50", numbers.payload_EC50, "nM"),
            "linker_cleavable": np.full(count, float(numbers.linker == "cleavable")),
            "payload_is_genotoxic": np.full(count, 0.0 if numbers.payload_class == "tubulin" else 1.0),
            "payload_alkylates": np.full(count, 1.0 if numbers.payload_class == "dna_alkylator" else 0.0),
        }
        if numbers.biparatopic:
            # The part of the molecules that is counted on domain II has the same Fc.
            values |= {
                "biparatopic_adc": np.ones(count),
                "antibody_crosslinking": np.ones(count),
                "fc_antibody_II": values["fc_adc"],
            }
        return values

    def selects(self, drug: Drug) -> str:
        """Return the tolerance of the payload's class."""
        numbers = drug.pharmacology
        assert isinstance(numbers, ADC)
        return f"{'tubulin' if numbers.payload_class == 'tubulin' else 'genotoxic'}_payload_tolerance"
