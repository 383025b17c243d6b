"""The patient around the tumour: weight, albumin, Fc receptor genotype, effector cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.knowledge.schema.dose_text import amount
from erbium.knowledge.schema.number import Number
from erbium.knowledge.tables import load_numbers

_GENOTYPE = {"V/V": 2.0, "V/F": 1.0, "F/V": 1.0, "F/F": 0.0}


@dataclass(frozen=True)
class Host:
    """Covariates shared by all drugs of a patient, one value per twin, shape (count,).

    Attributes
    ----------
    weight, height, albumin
        kg, cm, g/dL.
    v_alleles
        Number of FCGR3A 158V alleles, 0 to 2.
    neutrophils
        In blood before treatment, 10^9 per litre.
    effector_cells
        NK cells and macrophages relative to a typical tumour.
    measured
        Names of the covariates that were given, not drawn.
    """

    weight: Array
    height: Array
    albumin: Array
    v_alleles: Array
    effector_cells: Array
    neutrophils: Array
    measured: frozenset[str]

    @property
    def body_surface(self) -> Array:
        """Body surface in m2 (Mosteller 1987, 10.1056/NEJM198710223171717)."""
        return np.sqrt(self.weight * self.height / 3600.0)

    def covariate(self, name: str) -> Array | None:
        """Return the values of a covariate named in a drug file, or None if it is not modelled."""
        known = {"weight": self.weight, "albumin": self.albumin, "height": self.height}
        return known.get(name)

    def size_of(self, dose: str) -> Array:
        """Return a dose such as "6 mg/kg" for each twin in mg (doses, cells or Gy), shape (count,)."""
        value, unit = amount(dose)
        per = unit.partition("/")[2]
        size = {"kg": self.weight, "m2": self.body_surface}.get(per, np.ones_like(self.weight))
        return np.asarray(value * size, dtype=float)

    @classmethod
    def draw(cls, twins: Twins, given: Mapping[str, float | str | None]) -> Host:
        """Return the covariates of the twins; what is not in `given` is drawn."""
        numbers = load_numbers("host/covariates")

        def value(name: str) -> Array:
            known = given.get(name)
            if known is not None:
                return np.full(twins.count, float(known))
            return spread(twins, f"host.{name}", numbers[name])

        genotype = given.get("fcgr3a")
        if genotype is not None:
            v_alleles = np.full(twins.count, _GENOTYPE[str(genotype)])
        else:
            v = numbers["fcgr3a_v_allele"].value
            u = twins.uniform("host.fcgr3a")
            v_alleles = (u < v * v) * 1.0 + (u < v * v + 2 * v * (1 - v)) * 1.0
        return cls(
            weight=value("weight"),
            height=value("height"),
            albumin=value("albumin"),
            v_alleles=np.asarray(v_alleles, dtype=float),
            effector_cells=value("effector_cells"),
            neutrophils=value("neutrophils"),
            measured=frozenset(name for name, known in given.items() if known is not None),
        )


def spread(twins: Twins, quantity: str, number: Number) -> Array:
    """Return log-normal values between patients with the number's 5th and 95th percentile."""
    from erbium.core.twins import Z95

    if number.low is None or number.high is None:
        return np.full(twins.count, number.value)
    z = twins.normal(quantity) / Z95
    return np.asarray(
        number.value * np.where(z < 0, number.value / number.low, number.high / number.value) ** z
    )
