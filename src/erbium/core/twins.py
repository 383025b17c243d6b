"""Twins of one patient: parameter draws x marker draws, every draw keyed and stratified.

Twin ``d * marker_draws + m`` uses parameter draw ``d``. What all tumours share (kinetics,
translation factors) is drawn once per ``d``; what differs between patients (markers that were not
measured, pharmacokinetics, tumour growth) once per twin, stratified over the ``m`` of each ``d`` so
that few twins cover a distribution evenly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from erbium.core import seeds

Array = NDArray[np.float64]
#: Distance from the median to the 95th percentile in standard deviations.
Z95 = 1.6448536269514722


@dataclass(frozen=True)
class Twins:
    """The draws of one run.

    Parameters
    ----------
    seed
        The user's seed.
    parameter_draws, marker_draws
        Numbers D and M; there are D x M twins.
    """

    seed: int
    parameter_draws: int
    marker_draws: int

    @property
    def count(self) -> int:
        """Number of twins."""
        return self.parameter_draws * self.marker_draws

    @cached_property
    def draw(self) -> NDArray[np.int64]:
        """Parameter draw of each twin, shape (count,)."""
        return np.repeat(np.arange(self.parameter_draws), self.marker_draws)

    def shared_normal(self, quantity: str) -> Array:
        """Return a standard normal per parameter draw, repeated over its twins, shape (count,).

        The first draw is always 0: the typical value of everything is part of every ensemble.
        """
        values = seeds.normal(self.seed, np.arange(self.parameter_draws), f"shared.{quantity}")
        values[0] = 0.0
        return np.repeat(values, self.marker_draws)

    def uniform(self, quantity: str) -> Array:
        """Return a number in (0, 1) per twin, stratified within each parameter draw, shape (count,)."""
        index = np.arange(self.count)
        order = seeds.uniform(self.seed, index, f"order.{quantity}").reshape(
            self.parameter_draws, self.marker_draws
        )
        rank = order.argsort(axis=1).argsort(axis=1)
        within = seeds.uniform(self.seed, index, f"within.{quantity}").reshape(rank.shape)
        return np.asarray(((rank + within) / self.marker_draws).reshape(-1))

    def normal(self, quantity: str) -> Array:
        """Return a standard normal per twin, stratified within each parameter draw, shape (count,)."""
        return np.asarray(ndtri(self.uniform(quantity)), dtype=np.float64)

    def between(self, quantity: str, cv: ArrayLike) -> Array:
        """Return log-normal factors of median 1 between patients, shape (count,).

        Parameters
        ----------
        cv
            Coefficient of variation, a fraction.
        """
        return np.exp(np.sqrt(np.log1p(np.square(cv))) * self.normal(quantity))

    def uncertain(
        self,
        quantity: str,
        value: float,
        low: float | None,
        high: float | None,
        *,
        common: str = "",
        share: float = 0.0,
        width: float = 1.0,
    ) -> Array:
        """Return a number known between `low` and `high` (5th, 95th percentile), shape (count,).

        Positive numbers vary on the log scale, others linearly; the two sides of `value` may differ
        in width, and no draw leaves the stated range by more than half its width again.

        Parameters
        ----------
        common, share
            Quantity whose draw makes up this share of the variance: numbers with a common quantity
            move together.
        width
            Share of the range that is taken.
        """
        if low is None or high is None or low == high:
            return np.full(self.count, value)
        drawn = self.shared_normal(quantity)
        if common and share > 0.0:
            drawn = np.sqrt(1.0 - share) * drawn + np.sqrt(share) * self.shared_normal(common)
        z = np.clip(drawn, -1.5 * Z95, 1.5 * Z95) / Z95 * width
        if low > 0 and value > 0:
            return np.asarray(value * np.where(z < 0, value / low, high / value) ** z)
        return np.asarray(np.clip(value + np.where(z < 0, value - low, high - value) * z, low, high))

    def quantiles(self, per_draw: ArrayLike) -> tuple[float, float, float]:
        """Return median, 5th and 95th percentile over the parameter draws."""
        values = np.asarray(per_draw, dtype=float)
        median, low, high = np.nanquantile(values, [0.5, 0.05, 0.95])
        return float(median), float(low), float(high)

    def per_draw(self, values: ArrayLike) -> Array:
        """Return a (count,) array as (parameter_draws, marker_draws)."""
        return np.asarray(values, dtype=float).reshape(self.parameter_draws, self.marker_draws)
