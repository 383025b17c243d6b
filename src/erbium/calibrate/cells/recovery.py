"""Recovery of known numbers from synthetic data of the real design and noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from erbium.calibrate.cells.errors_model import ErrorModel
from erbium.calibrate.cells.inversion import coverage, intervals
from erbium.calibrate.cells.smoother import Smoother
from erbium.core.twins import Array

#: Synthetic truths, each inverted by itself.
TRUTHS = 4
#: Coverage of 90 % intervals that passes.
WANTED = (0.80, 0.97)


@dataclass(frozen=True)
class Recovery:
    """Coverage of 90 % intervals.

    Attributes
    ----------
    overall
        Share of truths inside, over numbers and truths.
    by_truth
        The same for every truth.
    by_number
        The same for every number, shape (free,).
    shrinkage
        Posterior over prior standard deviation, shape (free,), mean over truths.
    """

    overall: float
    by_truth: tuple[float, ...]
    by_number: Array
    shrinkage: Array

    @property
    def passes(self) -> bool:
        """Whether the overall coverage is as wanted."""
        return WANTED[0] <= self.overall <= WANTED[1]


def recover(smoother: Smoother, z: Array, y: Array, count: int = TRUTHS) -> Recovery:
    """Return the coverage over `count` truths drawn from the prior.

    Parameters
    ----------
    z, y
        Prior ensemble, (members, free), and its predictions, (members, rows): the first step of every
        inversion, simulated once.
    """
    seed = smoother.seed + 1000
    truth = smoother.prior.draw(count, seed, "truth", centre=False)
    rest = smoother.prior.draw_rest(count, seed)
    clean = smoother.predict("recovery-truth", smoother.forward, truth, rest)
    errors = ErrorModel.of(smoother.forward.observations)
    data = clean + errors.draw(np.random.default_rng(seed), count)
    inside, shares, spreads = [], [], []
    for k in np.flatnonzero(np.isfinite(clean).all(axis=1)):
        kept = smoother.work.stage(f"recovery-{k}-end", partial(_inverted, smoother, int(k), data[k], z, y))
        low, high = intervals(kept["z"])
        inside.append((truth[k] >= low) & (truth[k] <= high))
        shares.append(coverage(truth[k], low, high))
        spreads.append(kept["z"].std(axis=0, ddof=1))
    return Recovery(float(np.mean(inside)), tuple(shares), np.mean(inside, axis=0), np.mean(spreads, axis=0))


def _inverted(smoother: Smoother, k: int, data: Array, z: Array, y: Array) -> dict[str, Array]:
    return {"z": smoother.invert(f"recovery-{k}", smoother.forward, data, z, y)[0]}
