"""Ensemble smoother with multiple data assimilation (Emerick and Reynolds 2013).

Everything is in units in which errors are independent and of size 1, and prior coordinates are
standard normal. The update works in the space that the ensemble spans; a correlation between a
number and a direction of the data is damped by how far it exceeds what the finite ensemble gives
by chance (localisation), and spread is inflated a little after each step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from erbium.core.twins import Array

#: Variance of the predictions that the update keeps.
ENERGY = 0.999
#: Factor on the spread after each step.
INFLATION = 1.02


def schedule(steps: int) -> tuple[float, ...]:
    """Return the inflation of the error variance at each step: falling by half, inverses summing to 1."""
    weights = 2.0 ** np.arange(steps)
    return tuple(float(a) for a in weights.sum() / weights)


def update(
    z: Array, predicted: Array, data: Array, alpha: float, generator: np.random.Generator,
    *, inflation: float = INFLATION, localise: bool = True,
) -> Array:  # fmt: skip
    """Return the coordinates after one step.

    Parameters
    ----------
    z
        Coordinates, (members, free). Members whose prediction failed are drawn anew from the others.
    predicted, data
        Whitened predictions (members, rows) and data (rows,).
    alpha
        Inflation of the error variance in this step.
    """
    good = np.isfinite(predicted).all(axis=1)
    x, y = z[good], predicted[good]
    count = len(x)
    if count < 4:
        raise ValueError("fewer than four members could be simulated")
    a, b = x - x.mean(axis=0), y - y.mean(axis=0)
    u, s, vt = np.linalg.svd(b, full_matrices=False)
    share = np.cumsum(s**2) / max(float((s**2).sum()), 1e-300)
    keep = s > 1e-9 * max(float(s[0]), 1e-300)
    keep &= np.concatenate([[True], share[:-1] < ENERGY])
    u, s, vt = u[:, keep], s[keep], vt[keep]
    size = s / np.sqrt(count - 1)
    noise = generator.standard_normal((count, len(s)))
    noise -= noise.mean(axis=0)
    innovation = (data - y) @ vt.T + np.sqrt(alpha) * noise
    slope = a.T @ u
    gain = slope / np.sqrt(count - 1) * (size / (size**2 + alpha))
    if localise:
        r2 = (slope / np.maximum(np.linalg.norm(a, axis=0), 1e-12)[:, None]) ** 2
        gain *= r2 / (r2 + (1.0 - r2) ** 2 / (count - 1))
    moved = x + innovation @ gain.T
    mean = moved.mean(axis=0)
    moved = mean + inflation * (moved - mean)
    out = np.empty_like(z)
    out[good] = moved
    out[~good] = redraw(moved, int((~good).sum()), generator)
    return out


def redraw(members: Array, count: int, generator: np.random.Generator) -> Array:
    """Return new members between and around the given ones, (count, free)."""
    a, b = (members[generator.integers(0, len(members), count)] for _ in range(2))
    mean = members.mean(axis=0)
    return np.asarray(mean + ((a - mean) + (b - mean)) / np.sqrt(2.0))


def intervals(z: Array, level: float = 0.9) -> tuple[Array, Array]:
    """Return the ends of central intervals of the members, each of shape (free,)."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(z, [tail, 1.0 - tail], axis=0)
    return low, high


def coverage(truth: Array, low: Array, high: Array) -> float:
    """Return the share of true values inside their intervals."""
    return float(((truth >= low) & (truth <= high)).mean())


def mean_square(predicted: Array, data: Array) -> float:
    """Return the mean square of the whitened misfit over members and rows."""
    good = np.isfinite(predicted).all(axis=1)
    return float(((predicted[good] - data) ** 2).mean())


def stack(parts: Sequence[Array]) -> Array:
    """Return arrays one below the other."""
    return np.concatenate(list(parts), axis=0)
