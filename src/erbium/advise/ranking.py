"""Order and ties: evidence tier first, simulated benefit within it, and no order where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.tumour.endpoints import Endpoints, Interval

#: Standard deviation of the log median between near-identical published arms (facts, clinical
#: README section 2): medians closer than this are as good as the trials agree among themselves.
TRIAL_NOISE_LOG_SD = 0.15
#: A difference in a rate below this is a tie (a sixth of the trials' own spread of response rates).
TRIAL_NOISE_RATE = 0.05


@dataclass(frozen=True)
class Comparison:
    """A regimen against the reference on the same twins."""

    p_better: float
    difference: Interval


def compare(option: Endpoints, reference: Endpoints, twins: Twins) -> Comparison:
    """Return the paired difference in the leading endpoint, and how sure its sign is.

    The difference is averaged over the marker draws of each parameter draw; `p_better` counts
    parameter draws in which it is positive, half for a draw without difference.
    """
    per_draw = twins.per_draw(option.score - reference.score).mean(axis=1)
    median, low, high = twins.quantiles(per_draw)
    better = (per_draw > 1e-9).mean() + 0.5 * (np.abs(per_draw) <= 1e-9).mean()
    return Comparison(float(better), Interval(median, low, high, option.score_unit))


def standard_error(a: Array, b: Array) -> float:
    """Return the Monte-Carlo error of the mean paired difference."""
    return float(np.std(a - b, ddof=1) / np.sqrt(a.size)) if a.size > 1 else 0.0


def tied(a: Endpoints, b: Endpoints) -> bool:
    """Return whether two regimens cannot be told apart by simulation and trial noise."""
    difference = abs(float(a.score.mean() - b.score.mean()))
    error = 2.0 * standard_error(a.score, b.score)
    if a.score_unit == "months":
        top = max(float(a.score.mean()), float(b.score.mean()), 1e-9)
        floor = top * (1.0 - float(np.exp(-TRIAL_NOISE_LOG_SD)))
    else:
        floor = TRIAL_NOISE_RATE
    return difference <= max(error, floor)


def order(tiers: Sequence[str], scores: Sequence[Endpoints]) -> list[int]:
    """Return the indices in order of tier, then mean score, then position."""
    return sorted(range(len(tiers)), key=lambda i: (tiers[i], -float(scores[i].score.mean()), i))


def ties(ranked: Sequence[int], tiers: Sequence[str], scores: Sequence[Endpoints]) -> list[list[int]]:
    """Return for each rank (1-based position in `ranked`) the other ranks of its tier it ties with."""
    return [
        [
            position
            for position, j in enumerate(ranked, start=1)
            if j != i and tiers[j] == tiers[i] and tied(scores[i], scores[j])
        ]
        for i in ranked
    ]
