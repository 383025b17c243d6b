"""Twins of one patient: parameter draws x marker draws, every draw keyed and stratified.

Twin ``d * marker_draws + m`` uses parameter draw ``d``. What all tumours share (kinetics,
translation factors) is drawn once per ``d``; what differs between patients (markers that were not
measured, pharmacokinetics, tumour growth) once per twin, stratified over the ``m`` of each ``d`` so
that few twins cover a distribution evenly.

:class:`KeptTwins` are twins of many patients: of candidates drawn in batches only some are kept, and
all share one draw of what is common to all tumours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

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

    @property
    def common_seed(self) -> int:
        """Seed of what all tumours share."""
        return self.seed

    @property
    def draw_numbers(self) -> NDArray[np.int64]:
        """Number of each parameter draw; number 0 is typical, shape (parameter_draws,)."""
        return np.arange(self.parameter_draws)

    @cached_property
    def draw(self) -> NDArray[np.int64]:
        """Parameter draw of each twin, shape (count,)."""
        return np.repeat(np.arange(self.parameter_draws), self.marker_draws)

    def shared_normal(self, quantity: str) -> Array:
        """Return a standard normal per parameter draw, repeated over its twins, shape (count,).

        The first draw is always 0: the typical value of everything is part of every ensemble.
        """
        values = seeds.normal(self.common_seed, self.draw_numbers, f"shared.{quantity}")
        values[self.draw_numbers == 0] = 0.0
        return np.repeat(values, self.marker_draws)

    def shared_split(self, quantity: str) -> Array:
        """Return a number in (0, 1) per parameter draw, evenly spread, shape (parameter_draws,)."""
        order = seeds.uniform(self.seed, self.draw_numbers, quantity).argsort().argsort()
        return np.asarray((order + 0.5) / self.parameter_draws, dtype=np.float64)

    def uniform(self, quantity: str) -> Array:
        """Return a number in (0, 1) per twin, stratified within each parameter draw, shape (count,)."""
        index = np.arange(self.count).reshape(self.parameter_draws, self.marker_draws)
        return _stratified(self.seed, index, quantity).reshape(-1)

    def normal(self, quantity: str) -> Array:
        """Return a standard normal per twin, stratified within each parameter draw, shape (count,)."""
        from scipy.special import ndtri  # late: half of what this module takes to load

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


@dataclass(frozen=True)
class Link:
    """Two quantities that go together between patients.

    Attributes
    ----------
    quantity, driver
        The linked quantity, and the one that it follows.
    r
        Correlation of their standard normals.
    """

    quantity: str
    driver: str
    r: float


@dataclass(frozen=True)
class KeptTwins(Twins):
    """One twin each of many patients: the kept ones of candidates drawn in batches.

    Candidate ``i`` has the same draws whichever candidates are kept, whatever the shared draw, and
    however the work is split: draws are stratified within its batch, which is candidates
    ``i // batch * batch`` and on.

    Parameters
    ----------
    seed
        Seed of what differs between patients.
    parameter_draws, marker_draws
        1, and the number of kept patients.
    keep
        Which candidates, ascending.
    batch
        Candidates per batch.
    shared_seed, shared_draw
        Which draw of what all tumours share; number 0 is typical.
    links
        Quantities that go together; each keeps its own distribution.
    """

    keep: tuple[int, ...] = ()
    batch: int = 1
    shared_seed: int = 1
    shared_draw: int = 0
    links: tuple[Link, ...] = ()

    @classmethod
    def of(
        cls,
        seed: int,
        keep: ArrayLike,
        *,
        batch: int,
        shared_seed: int,
        shared_draw: int = 0,
        links: tuple[Link, ...] = (),
    ) -> KeptTwins:
        """Return the twins of the candidates `keep`."""
        kept = tuple(int(i) for i in np.asarray(keep).reshape(-1))
        return cls(seed, 1, len(kept), kept, batch, shared_seed, shared_draw, links)

    @property
    def common_seed(self) -> int:
        """Seed of what all tumours share."""
        return self.shared_seed

    @property
    def draw_numbers(self) -> NDArray[np.int64]:
        """Number of the one shared draw, shape (1,)."""
        return np.array([self.shared_draw])

    def shared_split(self, quantity: str) -> Array:
        """Return a number in (0, 1) for the one shared draw, 0.5 for the typical one, shape (1,)."""
        if self.shared_draw == 0:
            return np.array([0.5])
        return seeds.uniform(self.shared_seed, self.draw_numbers, quantity)

    def uniform(self, quantity: str) -> Array:
        """Return a number in (0, 1) per patient, stratified over the candidates of its batch, (count,)."""
        index, row, column = self._places
        return np.asarray(self._of_batches(quantity, index)[row, column])

    @cached_property
    def _places(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Candidates of the batches that hold a kept one, (batches, batch), and where the kept ones are."""
        kept = np.array(self.keep, dtype=np.int64)
        numbers, row = np.unique(kept // self.batch, return_inverse=True)
        return numbers[:, None] * self.batch + np.arange(self.batch), row, kept % self.batch

    def _of_batches(self, quantity: str, index: NDArray[np.int64]) -> Array:
        """Return the draws of whole batches, each even over (0, 1), shape of `index`."""
        from scipy.special import ndtr, ndtri

        own = _stratified(self.seed, index, quantity)
        drivers = [link for link in self.links if link.quantity == quantity]
        if not drivers:
            return own
        left = 1.0 - sum(link.r**2 for link in drivers)
        latent = np.sqrt(max(left, 0.0)) * ndtri(own)
        for link in drivers:
            latent = latent + link.r * ndtri(self._of_batches(link.driver, index))
        if self.batch == 1:
            return np.asarray(ndtr(latent))
        rank = latent.argsort(axis=1).argsort(axis=1)
        return np.asarray((rank + own * self.batch % 1.0) / self.batch)


def _stratified(seed: int, index: NDArray[np.int64], quantity: str) -> Array:
    """Return numbers in (0, 1) of which each row has one in every stratum, shape of `index`."""
    rank = seeds.uniform(seed, index, f"order.{quantity}").argsort(axis=1).argsort(axis=1)
    within = seeds.uniform(seed, index, f"within.{quantity}")
    return np.asarray((rank + within) / index.shape[1])
