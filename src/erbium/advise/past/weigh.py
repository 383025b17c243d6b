"""Weights of the twins by their likelihood, tempered until enough of them count; and the choice of twins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.advise.past.likelihood import Term, number
from erbium.core.chosen_twins import ChosenTwins
from erbium.core.twins import Array, Twins

_BISECTIONS = 40


@dataclass(frozen=True)
class Weights:
    """How much each twin of the pool counts.

    Attributes
    ----------
    values
        Weights that sum to 1, shape (pool,).
    ess, full_ess
        Effective number of twins, with tempering and without.
    power
        Power that the likelihood is raised to, at most 1.
    close
        Twins that repeat every observation, shape (pool,).
    reproduced
        Whether enough of the pool does.
    """

    values: Array
    ess: float
    full_ess: float
    power: float
    close: NDArray[np.bool_]
    reproduced: bool

    @property
    def widened(self) -> float:
        """Factor by which the errors of what was observed are widened."""
        return float(1.0 / np.sqrt(self.power)) if self.power > 0.0 else float("inf")


def ess_of(log_likelihood: Array, power: float) -> float:
    """Return the effective number of twins at a power of the likelihood."""
    w = _normalised(log_likelihood, power)
    return float(1.0 / np.square(w).sum())


def _normalised(log_likelihood: Array, power: float) -> Array:
    w = np.exp(power * (log_likelihood - log_likelihood.max()))
    return np.asarray(w / w.sum())


def weigh(terms: Sequence[Term], count: int) -> Weights:
    """Return the weights of `count` twins.

    The likelihood is raised to the largest power, at most 1, at which the effective number of twins
    reaches its smallest value and at least one twin comes close: all errors widen alike.
    """
    total = np.sum([term.log_likelihood for term in terms], axis=0) if terms else np.zeros(count)
    smallest = min(number("smallest_ess"), 0.5 * count)
    full = ess_of(total, 1.0)
    worst = np.min([term.log_likelihood for term in terms], axis=0) if terms else np.zeros(count)
    close = np.asarray(worst >= -number("close_deficit"))
    enough = float(close.mean()) >= number("fewest_close_share")
    # Where nobody comes close, errors are widened until the nearest twin does.
    power = 1.0 if close.any() else float(number("close_deficit") / -worst.max())
    if ess_of(total, power) < smallest:
        low, high = 0.0, power
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if ess_of(total, middle) >= smallest else (low, middle)
        power = low
    return Weights(_normalised(total, power), ess_of(total, power), full, power, close, enough)


def choose(pool: Twins, weights: Array, draws: int, twins: int) -> ChosenTwins:
    """Return `draws` parameter draws of `twins` each, chosen as often as the weights say.

    First draws are chosen by the weight of all their twins, then twins within each: in the mean every twin
    is chosen in proportion to its weight, and whoever counts for more than one place is there more often.
    """
    table = pool.per_draw(weights)
    chosen = []
    place = _systematic(table.sum(axis=1), draws)
    for row in np.unique(place):
        # All places of one draw are filled together, so that its twins are spread over them.
        times = int((place == row).sum())
        inside = _systematic(table[row], times * twins)
        chosen.append(row * pool.marker_draws + inside.reshape(twins, times).T)
    return ChosenTwins.of(pool, np.concatenate(chosen))


def _systematic(weights: Array, count: int) -> NDArray[np.int64]:
    """Return `count` indices, each as often as its weight, evenly spaced."""
    edges = np.cumsum(weights) / weights.sum()
    points = (np.arange(count) + 0.5) / count
    return np.asarray(np.searchsorted(edges, points).clip(0, len(weights) - 1), dtype=np.int64)


def quantiles(values: Array, weights: Array) -> tuple[float, float, float]:
    """Return weighted median, 5th and 95th percentile; infinite where they are beyond what was followed."""
    order = np.argsort(values)
    edges = np.cumsum(weights[order]) / weights.sum()
    at = np.searchsorted(edges, [0.5, 0.05, 0.95]).clip(0, len(values) - 1)
    median, low, high = values[order][at]
    return float(median), float(low), float(high)
