"""The typical patient: every draw at its middle, so that simulations can be compared with published means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.pharmacology import Host


@dataclass(frozen=True)
class Typical(Twins):
    """Twins without variation between patients; the first parameter draw has none at all."""

    def normal(self, quantity: str) -> Array:
        return np.zeros(self.count)

    def uniform(self, quantity: str) -> Array:
        return np.full(self.count, 0.5)


def typical_host(
    *, weight: float = 66.0, albumin: float = 4.0, fcgr3a: str = "V/F", height: float = 162.0, count: int = 1
) -> Host:
    """Return a patient with the given covariates, weight in kg, albumin in g/dL, height in cm."""
    given: dict[str, float | str | None] = {
        "weight": weight,
        "albumin": albumin,
        "fcgr3a": fcgr3a,
        "height": height,
    }
    return Host.draw(Typical(1, 1, count), given)
