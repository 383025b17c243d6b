"""Coordinates that the published figures leave: the most probable ones, draws, and profiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.calibrate.population.coordinates import BOUND
from erbium.calibrate.population.emulator import Stack
from erbium.core.twins import Array

#: A number whose posterior SD is below this share of its prior SD is fitted.
FITTED = 0.7
#: A number whose profiled misfit changes by less than this over its prior is flat.
FLAT = 1.0
GRID = np.linspace(-BOUND, BOUND, 9)
_ITERATIONS = 25


@dataclass(frozen=True)
class Posterior:
    """What the figures say of the coordinates.

    Attributes
    ----------
    mode
        Most probable coordinates, shape (k,).
    draws
        Draws, shape (draws, k).
    prior_sd
        Standard deviation of the prior within its bounds.
    cost
        Half the sum of squared scaled residuals and coordinates at the mode.
    misfit
        Mean squared scaled residual at the mode.
    """

    mode: Array
    draws: Array
    prior_sd: float
    cost: float
    misfit: float

    @property
    def shrinkage(self) -> Array:
        """Posterior over prior standard deviation, shape (k,)."""
        return np.asarray(self.draws.std(axis=0) / self.prior_sd)

    @property
    def fitted(self) -> NDArray[np.bool_]:
        """Whether each number is fitted, shape (k,)."""
        return np.asarray(self.shrinkage < FITTED)


@dataclass(frozen=True)
class Target:
    """Figures on their scales, and how far emulated ones may lie from them.

    Attributes
    ----------
    stack
        Emulators of the rows.
    x, covariance
        Figures, shape (rows,), and covariance of chance, floors and emulators.
    """

    stack: Stack
    x: Array
    covariance: Array

    def whitener(self) -> Array:
        """Return W with W'W the inverse of the covariance."""
        return np.asarray(np.linalg.inv(np.linalg.cholesky(self.covariance)))


def solve(target: Target, draws: int, seed: int) -> Posterior:
    """Return the posterior.

    Draws are made by randomised maximum likelihood: each is the most probable point for figures and
    prior means that were shifted by chance. For a linear simulation that is exact.
    """
    k = target.stack.linear.shape[1]
    random = np.random.default_rng([seed, len(target.x), k])
    white = target.whitener()
    centre = np.clip(random.standard_normal((draws, k)), -BOUND, BOUND)
    root = np.linalg.cholesky(target.covariance)
    shifted = (target.x + random.standard_normal((draws, len(target.x))) @ root.T) @ white.T
    stack, x = target.stack.whitened(white), white @ target.x
    starts = np.vstack([np.zeros((1, k)), centre[: min(draws, 24)] * 0.5])
    no_shift = np.zeros_like(starts)
    modes = descend(stack, np.broadcast_to(x, (len(starts), len(x))), no_shift, starts)
    costs = _value(stack, x[None], no_shift, modes)
    mode = modes[int(np.argmin(costs))]
    # A start at the mode as well as at the shifted prior mean: the lower end counts.
    ends = [descend(stack, shifted, centre, start) for start in (centre, np.tile(mode, (draws, 1)))]
    values = [_value(stack, shifted, centre, z) for z in ends]
    found = np.where((values[0] <= values[1])[:, None], ends[0], ends[1])
    residual = stack.at(mode[None])[0] - x
    reference = np.clip(np.random.default_rng(0).standard_normal(100_000), -BOUND, BOUND).std()
    return Posterior(mode, found, float(reference), float(costs.min()), float(np.mean(residual**2)))


def descend(
    stack: Stack, x: Array, centre: Array, start: Array, held: NDArray[np.bool_] | None = None
) -> Array:
    """Return the most probable points of several problems, by damped Gauss-Newton steps within the bounds.

    Parameters
    ----------
    stack, x
        Emulators and figures, both whitened; figures of shape (problems, rows).
    centre
        Prior means, shape (problems, k); NaN for no prior.
    start
        Where to begin, shape (problems, k).
    held
        Coordinates that stay as they are, shape (problems, k).
    """
    z = np.clip(start, -BOUND, BOUND)
    k = z.shape[1]
    free = np.ones_like(z) if held is None else (~held).astype(float)
    prior = np.isfinite(centre).astype(float)
    middle = np.nan_to_num(centre)
    damping = np.full(len(z), 1.0)
    value = _value(stack, x, centre, z)
    for _ in range(_ITERATIONS):
        figures, slope = stack.with_slope(z)
        slope = slope * free[:, None, :]
        residual = figures - x
        gradient = np.matmul(residual[:, None, :], slope)[:, 0, :] + prior * (z - middle) * free
        # A coordinate on its bound that wants to leave is held there.
        outward = ((z >= BOUND) & (gradient < 0.0)) | ((z <= -BOUND) & (gradient > 0.0))
        moves = free * ~outward
        slope, gradient = slope * moves[:, None, :], gradient * moves
        normal = np.matmul(slope.transpose(0, 2, 1), slope)
        normal += np.eye(k) * (np.maximum(prior, 1e-6) + damping[:, None])[:, None, :]
        tried = np.clip(z - np.linalg.solve(normal, gradient[..., None])[..., 0], -BOUND, BOUND)
        new = _value(stack, x, centre, tried)
        better = new < value
        z = np.where(better[:, None], tried, z)
        value = np.where(better, new, value)
        damping = np.clip(np.where(better, damping / 4.0, damping * 5.0), 1e-6, 1e6)
    return z


def profiles(target: Target) -> Array:
    """Return by how much the misfit rises when a number is held, the others free, shape (k, grid).

    The prior of the number itself does not count; a misfit is minus twice a log likelihood.
    """
    k = target.stack.linear.shape[1]
    white = target.whitener()
    count = k * len(GRID)
    start, held, centre = np.zeros((count, k)), np.zeros((count, k), dtype=bool), np.zeros((count, k))
    for j in range(k):
        rows = slice(j * len(GRID), (j + 1) * len(GRID))
        start[rows, j], held[rows, j], centre[rows, j] = GRID, True, np.nan
    stack = target.stack.whitened(white)
    x = np.broadcast_to(target.x @ white.T, (count, len(target.x)))
    z = descend(stack, x, centre, start, held)
    value = 2.0 * _value(stack, x, centre, z).reshape(k, len(GRID))
    return np.asarray(value - value.min(axis=1, keepdims=True))


def _value(stack: Stack, x: Array, centre: Array, z: Array) -> Array:
    residual = stack.at(z) - x
    from_prior = np.nan_to_num(z - centre)
    return np.asarray(0.5 * (np.square(residual).sum(axis=1) + np.square(from_prior).sum(axis=1)))
