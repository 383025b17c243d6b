"""What stands for the simulation between the designs: a quadratic per figure, by ridge regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array

#: A figure is described if its cross-validated R2 is at least this, or if it hardly moves.
LEAST_R2 = 0.3
#: Least share of the cross-validated error that is taken for misfit, and not for the chance of few patients.
LEAST_MISFIT = 0.25
_LINEAR = tuple(10.0 ** np.linspace(-2.0, 2.0, 7))
_QUADRATIC = (1.0, 5.0, 25.0, 1e6)
_GROUP_PENALTY = 0.5


@dataclass(frozen=True)
class Emulator:
    """A quadratic of the coordinates.

    Attributes
    ----------
    constant, linear, quadratic
        c, b of shape (k,), symmetric Q of shape (k, k): c + b z + z Q z.
    r2
        Share of the variance between designs that it describes, each design predicted from the others.
    error
        Cross-validated standard deviation of its error for one design.
    variance
        Variance of what it says at a point: misfit, and the chance of the patients of the library.
    spread
        Standard deviation of the figure over the designs.
    used
        Designs in which the figure could be read.
    """

    constant: float
    linear: Array
    quadratic: Array
    r2: float
    error: float
    variance: float
    spread: float
    used: int

    def at(self, z: Array) -> Array:
        """Return the figure at coordinates, shape (..., k)."""
        bent = np.einsum("...i,ij,...j->...", z, self.quadratic, z)
        return np.asarray(self.constant + z @ self.linear + bent)


def fit_emulator(
    z: Array,
    y: Array,
    groups: NDArray[np.int64],
    bends: NDArray[np.bool_],
    feels: NDArray[np.bool_],
    noise: float,
    weights: Array | None = None,
) -> Emulator:
    """Return the quadratic that predicts left-out designs best.

    Parameters
    ----------
    z, y
        Designs, shape (designs, k), and the figure in each, shape (designs,); NaN where it cannot be read.
    groups
        Group of patients of each design: each has an intercept of its own, and their mean is what is said.
    bends, feels
        Coordinates with squares and products, and those that the figure depends on at all, shape (k,).
    noise
        Variance by chance of the figure in one design.
    weights
        How much each design counts, shape (designs,); alike without.
    """
    kept = np.isfinite(y)
    w = np.ones(len(y))[kept] if weights is None else weights[kept]
    z, y, groups = z[kept], y[kept], groups[kept]
    k = z.shape[1]
    if len(y) < 4:
        return Emulator(np.nan, np.zeros(k), np.zeros((k, k)), 0.0, np.inf, np.inf, 0.0, len(y))
    lines = np.flatnonzero(feels)
    pairs = [(i, j) for i in lines for j in lines if i <= j and bends[i] and bends[j]]
    fixed = np.hstack([np.ones((len(y), 1)), _group_columns(groups)])
    square = float(np.mean(z[:, lines] ** 2)) if lines.size else 0.0
    products = (
        np.array([z[:, i] * z[:, j] - square * (i == j) for i, j in pairs]).reshape(len(pairs), len(y)).T
    )
    x = np.hstack([fixed, z[:, lines], products])
    sizes = (fixed.shape[1], len(lines), len(pairs))
    null, _, _ = _ridge(fixed, y, w, np.r_[1e-9, np.full(sizes[0] - 1, _GROUP_PENALTY)])
    best: tuple[float, Array, Array, float] | None = None
    for line in _LINEAR:
        for bend in _QUADRATIC:
            penalty = np.r_[1e-9, np.full(sizes[0] - 1, _GROUP_PENALTY), np.full(sizes[1], line),
                            np.full(sizes[2], line * bend)]  # fmt: skip
            left_out, beta, degrees = _ridge(x, y, w, penalty)
            score = float(np.average(left_out**2, weights=w))
            if best is None or score < best[0]:
                best = (score, left_out, beta, degrees)
    assert best is not None
    score, _, beta, degrees = best
    linear, quadratic = np.zeros(k), np.zeros((k, k))
    linear[lines] = beta[sizes[0] : sizes[0] + sizes[1]]
    constant = float(beta[0])
    for (i, j), value in zip(pairs, beta[sizes[0] + sizes[1] :], strict=True):
        quadratic[i, j] += 0.5 * value
        quadratic[j, i] += 0.5 * value
        constant -= square * float(value) if i == j else 0.0
    before = float(np.average(null**2, weights=w))
    misfit = max(score - noise, LEAST_MISFIT * score)
    chance = noise * (
        degrees * float(np.square(w).sum()) / float(w.sum()) ** 2 + 1.0 / len(np.unique(groups))
    )
    return Emulator(
        constant, linear, quadratic, 1.0 - score / before if before > 0.0 else 0.0, float(np.sqrt(score)),
        misfit + chance, float(np.std(y)), len(y),
    )  # fmt: skip


def _group_columns(groups: NDArray[np.int64]) -> Array:
    """Return one column per group but the last, so coded that the mean over the groups is the intercept."""
    names = np.unique(groups)
    columns = [(groups == name).astype(float) - (groups == names[-1]) for name in names[:-1]]
    return np.array(columns).reshape(len(names) - 1, len(groups)).T


def _ridge(x: Array, y: Array, w: Array, penalty: Array) -> tuple[Array, Array, float]:
    """Return errors of each row predicted from the others, coefficients, and degrees of freedom."""
    weighted = x * w[:, None]
    inverse = np.linalg.inv(x.T @ weighted + np.diag(penalty))
    beta = inverse @ (weighted.T @ y)
    leverage = np.clip(((x @ inverse) * weighted).sum(axis=1), 0.0, 0.999)
    return (y - x @ beta) / (1.0 - leverage), beta, float(leverage.sum())


@dataclass(frozen=True)
class Stack:
    """Several emulators at once, for many coordinates.

    Attributes
    ----------
    constant, linear, quadratic
        Shapes (rows,), (rows, k), (rows, k, k).
    variance
        Of the emulators, shape (rows,).
    """

    constant: Array
    linear: Array
    quadratic: Array
    variance: Array

    @classmethod
    def of(cls, emulators: Sequence[Emulator], k: int) -> Stack:
        """Return emulators of `k` coordinates as one."""
        rows = len(emulators)
        return cls(
            np.array([e.constant for e in emulators]),
            np.array([e.linear for e in emulators]).reshape(rows, k),
            np.array([e.quadratic for e in emulators]).reshape(rows, k, k),
            np.array([e.variance for e in emulators]),
        )

    def at(self, z: Array) -> Array:
        """Return the figures at coordinates (points, k), shape (points, rows)."""
        return self.with_slope(z)[0]

    def slope(self, z: Array) -> Array:
        """Return the derivatives, shape (points, rows, k)."""
        return self.with_slope(z)[1]

    def with_slope(self, z: Array) -> tuple[Array, Array]:
        """Return the figures and their derivatives."""
        rows, k, _ = self.quadratic.shape
        bent = (z @ self.quadratic.reshape(rows * k, k).T).reshape(len(z), rows, k)
        figures = self.constant + z @ self.linear.T + np.matmul(bent, z[:, :, None])[:, :, 0]
        return np.asarray(figures), np.asarray(self.linear + 2.0 * bent)

    def whitened(self, white: Array) -> Stack:
        """Return the emulators of whitened figures; `white` has shape (rows, rows)."""
        rows, k, _ = self.quadratic.shape
        quadratic = (white @ self.quadratic.reshape(rows, k * k)).reshape(rows, k, k)
        return Stack(white @ self.constant, white @ self.linear, quadratic, self.variance)
