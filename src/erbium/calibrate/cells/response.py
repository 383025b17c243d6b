"""From cell counts to what a drug assay reports."""

from __future__ import annotations

import numpy as np

from erbium.core.twins import Array

#: Counts below this share of the start are as good as none.
NOTHING = 1e-6
#: A control that doubles less often has stopped; a dish that outgrows its control by more is no assay.
LEAST_DOUBLINGS, MOST_GR = 0.1, 1.5


def gr_value(count: Array, control: Array) -> Array:
    """Return the growth-rate inhibition value of Hafner 2016.

    Parameters
    ----------
    count, control
        Living cells at the end over those at the start, with and without drug.

    Returns
    -------
    Array
        1 no effect (at most 1.5); between 0 and 1 partly static; 0 static; below 0 cells were lost
        (toxic), to -1.
    """
    grown = np.maximum(np.log2(np.maximum(control, NOTHING)), LEAST_DOUBLINGS)
    doublings = np.log2(np.maximum(count, NOTHING)) / grown
    return np.asarray(np.minimum(np.exp2(np.minimum(doublings, 2.0)) - 1.0, MOST_GR))


def split(gr: Array) -> tuple[Array, Array]:
    """Return the static part (0 to 1, growth lost) and the toxic part (0 to 1, cells lost)."""
    return np.clip(1.0 - gr, 0.0, 1.0), np.clip(-gr, 0.0, 1.0)


def area_over(curve: Array, log_doses: Array) -> Array:
    """Return the mean of 1 - curve over the log dose range; curves (..., doses)."""
    gap = 1.0 - curve
    steps = np.diff(log_doses)
    return np.asarray(((gap[..., 1:] + gap[..., :-1]) / 2.0 * steps).sum(axis=-1) / steps.sum())


def log10_crossing(curve: Array, log_doses: Array, level: float = 0.5, beyond: float = 0.5) -> Array:
    """Return log10 of the dose at which falling curves (..., doses) pass `level`, cut `beyond` the range.

    Outside the tested range the distance from the level stands for the distance in dose, so that the
    result goes on telling apart curves that do not reach it.
    """
    fall = np.minimum.accumulate(curve, axis=-1)
    below = fall <= level
    reached, first = below.any(axis=-1), below.argmax(axis=-1)
    k = np.clip(first, 1, len(log_doses) - 1)
    before = np.take_along_axis(fall, (k - 1)[..., None], -1)[..., 0]
    after = np.take_along_axis(fall, k[..., None], -1)[..., 0]
    share = np.clip((before - level) / np.maximum(before - after, 1e-9), 0.0, 1.0)
    inside = log_doses[k - 1] + share * (log_doses[k] - log_doses[k - 1])
    low = log_doses[0] - beyond * np.clip((level - fall[..., 0]) / level, 0.0, 1.0)
    high = log_doses[-1] + beyond * np.clip((fall[..., -1] - level) / (1.0 - level), 0.0, 1.0)
    found = np.where(first == 0, low, inside)
    return np.asarray(np.where(reached, found, high))
