"""The free numbers as standard normal coordinates, and designs of them that fill their priors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from erbium.calibrate.population.design import Design, ceiling_of
from erbium.core.twins import Z95, Array
from erbium.knowledge.ensemble import fitted_to_arms

#: No coordinate leaves this many standard deviations: beyond it nothing is simulated.
BOUND = 2.0
#: Columns of the sequence: designs keep their values when a number is added at the end.
_COLUMNS = 40


@dataclass(frozen=True)
class Coordinate:
    """A free number, or the share of patients with an attribute.

    Attributes
    ----------
    name, note
        The number, or the attribute, and what it stands for.
    kind
        number or share.
    value, low, high
        Median, 5th and 95th percentile of the prior.
    ceiling
        What it cannot exceed.
    shipped
        Its shipped value; NaN for a share, which is reached by weighting.
    """

    name: str
    kind: str
    value: float
    low: float
    high: float
    note: str = ""
    ceiling: float = np.inf
    shipped: float = np.nan

    def at(self, z: Array) -> Array:
        """Return the values at coordinates in standard deviations, of the same shape."""
        if self.kind == "share":
            middle, low, high = (np.log(x / (1.0 - x)) for x in (self.value, self.low, self.high))
            side = np.where(z < 0.0, middle - low, high - middle)
            return np.asarray(1.0 / (1.0 + np.exp(-(middle + side * z / Z95))))
        fold = np.where(z < 0.0, self.value / self.low, self.high / self.value)
        return np.asarray(np.minimum(self.value * fold ** (z / Z95), self.ceiling))

    def factor(self, z: Array) -> Array:
        """Return the values over the shipped one."""
        return self.at(z) / self.shipped


def coordinates(design: Design) -> tuple[Coordinate, ...]:
    """Return the coordinates of a design: numbers first, then shares."""
    values = fitted_to_arms()
    found = []
    for item in design.calibration.number:
        shipped = values[item.name]
        middle = item.prior or shipped
        found.append(
            Coordinate(
                item.name, "number", middle, middle / item.fold, middle * item.fold, item.note,
                ceiling_of(item.name), shipped,
            )
        )  # fmt: skip
    for one in design.calibration.share:
        share = one.share
        assert share.low is not None
        assert share.high is not None
        found.append(Coordinate(one.attribute, "share", share.value, share.low, share.high, share.note or ""))
    return tuple(found)


def designs(place: tuple[Coordinate, ...], count: int, seed: int) -> Array:
    """Return coordinates that fill the prior within its bounds, shape (count, coordinates).

    A scrambled Sobol sequence: a longer one begins with the shorter one.
    """
    power = max(int(np.ceil(np.log2(max(count, 2)))), 1)
    unit = qmc.Sobol(_COLUMNS, scramble=True, seed=seed).random_base2(power)[:count]
    numbers = sum(item.kind == "number" for item in place)
    shares = len(place) - numbers
    columns = [*range(numbers), *range(_COLUMNS - shares, _COLUMNS)]
    inside = ndtr(-BOUND) + unit[:, columns] * (ndtr(BOUND) - ndtr(-BOUND))
    return np.asarray(np.clip(ndtri(inside), -BOUND, BOUND))
