"""Parts of a prediction: the figure in each draw without the chance of who is in it, and that chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

#: Standard deviation of the logarithm of a median of exponential times, by the root of the events.
_MEDIAN = 1.0 / math.log(2.0)


def by_draw(patients: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the patients of each draw; empty for one draw, which says nothing of a spread."""
    if patients["draw"].nunique() < 2:
        return []
    return [part for _, part in patients.groupby("draw", sort=True)]


def without_chance(middle: float, draws: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Return the figure in each draw as it would be with endless patients, about the figure of all.

    Parameters
    ----------
    middle
        The figure of all draws together.
    draws
        The figure in each draw with its standard error. Its distance from the mean is shrunk so that the
        variance left is what sampling does not explain; nothing is left for fewer than two.
    """
    if len(draws) < 2:
        return ()
    values, errors = np.array(draws).T
    variance = float(values.var(ddof=1))
    own = max(variance - float(np.mean(errors**2)), 0.0)
    if own <= 0.0 or variance <= 0.0:
        return ()
    return tuple(float(value) for value in middle + (values - values.mean()) * math.sqrt(own / variance))


def ratio_error(events: tuple[float, float]) -> float:
    """Return the standard error of a log hazard ratio with so many events in the two arms."""
    return math.sqrt(sum(1.0 / max(count, 0.5) for count in events))


def share_error(share: float, n: int) -> float:
    """Return the standard error of a share of `n` patients; a share of 0 or 1 counts half a patient."""
    kept = min(max(share, 0.5 / n), 1.0 - 0.5 / n)
    return math.sqrt(kept * (1.0 - kept) / n)


def median_error(events: float) -> float:
    """Return the standard error of the logarithm of a median read from so many events."""
    return _MEDIAN / math.sqrt(max(events, 1.0))
