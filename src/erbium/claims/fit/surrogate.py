"""Effects as linear functions of the logarithms of the numbers, and how far they then are from failing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from erbium.claims.fit.effects import Asked
from erbium.core.twins import Array

#: Ridge penalty, in members: most numbers do little to most effects.
RIDGE = 60.0
#: A slope counts from this many standard errors on: most numbers cannot act on most effects at all.
CLEAR = 3.0
#: Effects are kept within this many widths of their 90 % interval: a cell that dies out is no gradient.
WIDTHS = 2.0
#: How far from failing a condition must be before it stops pulling, and how softly it lets go.
SPARE, SOFTNESS = 0.012, 0.02


@dataclass(frozen=True)
class Surrogate:
    """Predicts how conditions move with the numbers.

    Attributes
    ----------
    slopes
        Shift of each effect per standard deviation of each number, (numbers, conditions).
    median, low, high
        Of the effects where the surrogate was made, (conditions,).
    sign, floor, weight
        As asked, (conditions,).
    """

    slopes: Array
    median: Array
    low: Array
    high: Array
    sign: Array
    floor: Array
    weight: Array

    @classmethod
    def of(cls, scores: Array, asked: Sequence[Asked]) -> Surrogate:
        """Return the ridge regression of effects on `scores`, standardised numbers (members, numbers)."""
        effects = np.stack([item.effects for item in asked], axis=1)
        median = np.median(effects, axis=0)
        low = np.array([np.quantile(item.effects, item.worst) for item in asked])
        high = np.array([np.quantile(item.effects, 1.0 - item.worst) for item in asked])
        width = WIDTHS * (high - low)
        effects = np.clip(effects, low - width, high + width)
        centred = scores - scores.mean(axis=0)
        left, singular, right = np.linalg.svd(centred, full_matrices=False)
        shrunk = singular / (singular**2 + RIDGE)
        kept = np.array([item.kept for item in asked])
        effects = effects - effects.mean(axis=0)
        slopes = right.T @ (shrunk[:, None] * (left.T @ effects))
        noise = (effects - centred @ slopes).std(axis=0) / np.sqrt(len(effects))
        slopes = np.where(np.abs(slopes) > CLEAR * noise, slopes, 0.0)
        return cls(
            slopes,
            median,
            # What is kept is kept in the middle: draws differ in it, and may.
            np.where(kept, median, low),
            np.where(kept, median, high),
            np.array([float(item.sign) for item in asked]),
            np.array([item.floor for item in asked]),
            np.array([item.weight for item in asked]),
        )

    def loss(self, shift: Array) -> tuple[float, Array]:
        """Return how many bounds are broken, softly, and its gradient.

        Parameters
        ----------
        shift
            Standard deviations by which each number moves, (numbers,).
        """
        moved = shift @ self.slopes
        directed = self.sign != 0.0
        worst = np.where(self.sign > 0.0, self.low + moved, -(self.high + moved))
        bounds = (
            # the median passes the floor, the interval excludes nothing
            (self.sign * (self.median + moved) - self.floor, self.sign, directed),
            (worst, self.sign, directed),
            # the whole interval stays within the floor
            (self.floor - self.high - moved, -np.ones_like(moved), ~directed),
            (self.floor + self.low + moved, np.ones_like(moved), ~directed),
        )
        total, slope = 0.0, np.zeros_like(moved)
        for spare, direction, applies in bounds:
            broken = 1.0 / (1.0 + np.exp(np.clip((spare - SPARE) / SOFTNESS, -50.0, 50.0)))
            total += float((self.weight * broken)[applies].sum())
            slope -= np.where(applies, self.weight * direction * broken * (1.0 - broken) / SOFTNESS, 0.0)
        return total, np.asarray(self.slopes @ slope)
