"""The covariance of what separates near-identical arms, and model from arm, beside chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from erbium.calibrate.population.observed import Row, scale_of_time
from erbium.calibrate.population.statistic import scale_of
from erbium.core.twins import Array
from erbium.knowledge.schema.calibration import Discrepancy, Floor


def floor_covariance(rows: Sequence[Row], discrepancy: Discrepancy) -> Array:
    """Return the covariance of the discrepancies of figures, shape (rows, rows).

    Each trial stretches the times of all its arms by one factor, and each arm its own by another; rates
    of response move likewise on the logit. Figures of one arm and kind so move together: reading a curve
    at more times does not make it count more.
    """
    kinds = [scale_of(row.statistic).kind for row in rows]
    slope = np.array([scale_of_time(row.statistic, row.x) for row in rows])
    found = np.zeros((len(rows), len(rows)))
    for kind in dict.fromkeys(kinds):
        floor: Floor = getattr(discrepancy, kind)
        same_kind = np.array([k == kind for k in kinds])
        both = np.outer(same_kind, same_kind)
        trials = np.array([row.trial for row in rows])
        arms = np.array([row.arm for row in rows])
        same_trial, same_arm = trials[:, None] == trials[None], arms[:, None] == arms[None]
        found += both * (floor.trial.value**2 * same_trial + floor.arm.value**2 * same_arm)
    return found * np.outer(slope, slope)


def floor_sd(row: Row, discrepancy: Discrepancy) -> float:
    """Return the standard deviation of the discrepancy of one figure."""
    return float(np.sqrt(floor_covariance([row], discrepancy)[0, 0]))
