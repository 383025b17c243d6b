"""A few maximum a posteriori fits from scattered starts: a cross-check of the ensemble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from erbium.calibrate.cells.prior import BOUND
from erbium.core.twins import Array

#: Step of the difference quotients, in prior standard deviations.
STEP = 0.25


@dataclass(frozen=True)
class Mode:
    """Where one restart ended: coordinates and minus log posterior (up to a constant)."""

    z: Array
    cost: float


def climb(start: Array, whitened: Callable[[Array], Array], data: Array, *, iterations: int = 4) -> Mode:
    """Return the mode that damped Gauss-Newton steps reach from `start`.

    Parameters
    ----------
    whitened
        Whitened predictions (members, rows) of coordinates (members, free).
    """
    z, damping = start.copy(), 1.0
    size = len(z)
    for _ in range(iterations):
        batch = np.vstack([z, z + STEP * np.eye(size) * np.where(z > 0, -1.0, 1.0)[:, None]])
        found = whitened(batch)
        if not np.isfinite(found[0]).all():
            return Mode(z, np.inf)
        slope = (found[1:] - found[0]) / np.diag(batch[1:] - z)[:, None]
        slope[~np.isfinite(slope).all(axis=1)] = 0.0
        gradient = slope @ (found[0] - data) + z
        trials = []
        for factor in (0.1, 1.0, 10.0, 100.0):
            normal = slope @ slope.T + np.eye(size) * (1.0 + damping * factor)
            trials.append(np.clip(z - np.linalg.solve(normal, gradient), -BOUND, BOUND))
        candidates = np.vstack([z, *trials])
        costs = posterior(candidates, whitened(candidates), data)
        best = int(np.nanargmin(costs))
        if best == 0:
            damping *= 100.0
            continue
        z, damping = candidates[best], damping * (0.1, 1.0, 10.0, 100.0)[best - 1]
    cost = posterior(z[None], whitened(z[None]), data)[0]
    return Mode(z, float(cost))


def posterior(z: Array, predicted: Array, data: Array) -> Array:
    """Return minus log posterior of every member, (members,); NaN where the prediction failed."""
    return np.asarray(0.5 * ((predicted - data) ** 2).sum(axis=1) + 0.5 * (z**2).sum(axis=1))
