"""Reaching stated shares: weights of a library of patients, and the chance with which a candidate is kept.

Weights are products of one factor per share (raking, iterative proportional fitting: Deming and Stephan
1940, 10.1214/aoms/1177731829), so that what goes together with an attribute moves with it. The effective
sample size is that of Kish 1965: (sum of weights)^2 / sum of squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.knowledge.schema.population import Share
from erbium.population.criteria import meets

if TYPE_CHECKING:
    import pandas as pd

#: Below this share of its patients a weighted library says little: a warning.
FEW_EFFECTIVE = 0.3
#: Fewer patients of a library than this on one side of a share: the data do not support it.
FEW_PATIENTS = 25
_ROUNDS, _CLOSE = 1000, 1e-9


@dataclass(frozen=True)
class Weights:
    """Weights of the patients of a library under which stated shares hold.

    Attributes
    ----------
    values
        One per patient, mean 1.
    factors
        For each share, the factor of those who do not meet it and of those who do; a patient's
        weight is the product.
    effective
        Effective sample size, in patients.
    warnings
        What the library does not support.
    """

    values: Array
    factors: tuple[tuple[float, float], ...]
    effective: float
    warnings: tuple[str, ...] = ()

    @property
    def effective_share(self) -> float:
        """Effective sample size over the size of the library."""
        return self.effective / len(self.values)


def weigh(table: pd.DataFrame, shares: Sequence[Share], *, population: str = "the population") -> Weights:
    """Return weights under which `shares` hold among the patients of `table`.

    Parameters
    ----------
    table
        Attributes, one row per patient.
    shares
        Shares to reach, all at once.
    population
        Named in messages.

    Raises
    ------
    DataError
        Nobody, or everybody, meets a criterion whose share is to be reached; or the shares
        contradict each other.
    """
    sides = [meets(share, table).astype(np.int64) for share in shares]
    warnings = []
    for number, (share, side) in enumerate(zip(shares, sides, strict=True)):
        met = int(side.sum())
        few = min(met, len(table) - met)
        if few == 0:
            raise DataError(
                f'"{share}" is met by {"nobody" if met == 0 else "everybody"} in {population}: '
                f"a share of {share.share.value:g} cannot be reached.",
                key=f"shares[{number}]",
                expected="an attribute that differs between its patients",
            )
        if few < FEW_PATIENTS:
            warnings.append(
                f'shares[{number}]: only {few} of {len(table)} patients are on one side of "{share}"; '
                "the data do not support this population"
            )
    factors = np.ones((len(sides), 2))
    values = np.ones(len(table))
    for _ in range(_ROUNDS):
        apart = []
        # Shares that contradict each other may drive weights to nothing: no number is close then.
        with np.errstate(all="ignore"):
            for k, (share, side) in enumerate(zip(shares, sides, strict=True)):
                now = np.float64(values[side == 1].sum() / values.sum())
                wanted = share.share.value
                apart.append(abs(now - wanted))
                move = np.array([(1.0 - wanted) / (1.0 - now), wanted / now])
                factors[k] *= move
                values = values * move[side]
        if np.isfinite(values).all() and max(apart, default=0.0) < _CLOSE:
            break
    else:
        told = ", ".join(f'"{share}" {share.share.value:g}' for share in shares)
        raise DataError(
            f"the shares of {population} contradict each other: {told}.",
            key="shares", expected="shares that can hold at the same time",
        )  # fmt: skip
    values = values / values.mean()
    effective = float(values.sum() ** 2 / np.square(values).sum())
    if effective < FEW_EFFECTIVE * len(table):
        warnings.append(
            f"the shares are far from what is known of {population}: {len(table)} of its patients, weighted, "
            f"are worth {effective:.0f}"
        )
    return Weights(values, tuple((float(a), float(b)) for a, b in factors), effective, tuple(warnings))


@dataclass(frozen=True)
class Acceptance:
    """Chance with which a candidate is kept, so that the kept ones have the stated shares.

    Attributes
    ----------
    shares, factors
        As in :class:`Weights`; the largest product of a pilot patient is a chance of 1.
    effective_share
        What a weighted patient of the underlying population would be worth.
    """

    shares: tuple[Share, ...] = ()
    factors: tuple[tuple[float, float], ...] = ()
    largest: float = 1.0
    effective_share: float = 1.0
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: pd.DataFrame, shares: tuple[Share, ...], population: str) -> Acceptance:
        """Return the chances that follow from a pilot of eligible patients.

        Raises
        ------
        DataError
            As in :func:`weigh`.
        """
        found = weigh(table, shares, population=population)
        largest = float(cls(shares, found.factors)._product(table).max())
        return cls(shares, found.factors, largest, found.effective_share, found.warnings)

    def chance(self, table: pd.DataFrame) -> Array:
        """Return the chance of each candidate, one per row."""
        return np.asarray(np.minimum(self._product(table) / self.largest, 1.0))

    def _product(self, table: pd.DataFrame) -> Array:
        values = np.ones(len(table))
        for share, factor in zip(self.shares, self.factors, strict=True):
            values = values * np.where(meets(share, table), factor[1], factor[0])
        return values
