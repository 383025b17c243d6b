"""A prediction as a distribution: equal parts of normals, one about the figure in each parameter draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Mixture:
    """Equal parts of normal distributions.

    Attributes
    ----------
    centres
        The figure in each parameter draw, on the scale on which it is scored.
    sd
        Standard deviation of each part: the chance of the published trial itself; 0 for none.
    """

    centres: tuple[float, ...]
    sd: float = 0.0

    def below(self, x: float) -> float:
        """Return the chance of a figure up to `x`; half of it where parts are points that equal `x`."""
        from scipy.special import ndtr

        away = x - np.array(self.centres)
        if self.sd <= 0.0:
            return float(np.where(away == 0.0, 0.5, away > 0.0).mean())
        return float(ndtr(away / self.sd).mean())

    def quantile(self, share: float) -> float:
        """Return the figure below which this share lies."""
        centres = np.array(self.centres)
        if self.sd <= 0.0:
            return float(np.quantile(centres, share))
        low, high = centres.min() - 8.0 * self.sd, centres.max() + 8.0 * self.sd
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.below(middle) < share else (low, middle)
        return float(0.5 * (low + high))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the central interval of this coverage."""
        return self.quantile(0.5 - level / 2.0), self.quantile(0.5 + level / 2.0)

    def covers(self, x: float, level: float) -> bool:
        """Whether `x` lies in the central interval."""
        low, high = self.interval(level)
        return low <= x <= high

    def crps(self, x: float) -> float:
        """Return the continuous ranked probability score of `x` (Grimit et al. 2006): the smaller the better.

        That of a single point is the absolute error.
        """
        centres = np.array(self.centres)
        apart = centres[:, None] - centres[None, :]
        spread = 0.5 * _expected(apart, np.sqrt(2.0) * self.sd).mean()
        return float(_expected(x - centres, self.sd).mean() - spread)


def _expected(mean: Array, sd: float) -> Array:
    """Return the expected size of a normal of this mean and standard deviation."""
    from scipy.special import ndtr

    if sd <= 0.0:
        return np.abs(mean)
    z = mean / sd
    return np.asarray(2.0 * sd * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) + mean * (2.0 * ndtr(z) - 1.0))
