"""The whole inversion of one table: forward runs and updates, step by step, resumable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from erbium.calibrate.cells.errors_model import ErrorModel
from erbium.calibrate.cells.forward import Forward
from erbium.calibrate.cells.inversion import mean_square, schedule, update
from erbium.calibrate.cells.prior import BOUND, Members, Prior, members
from erbium.calibrate.cells.work import Work
from erbium.core.twins import Array

#: Members simulated at once, so that a long run can be followed and resumed.
CHUNK = 200
#: Called with what is being done and the share of it that is done.
Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Smoother:
    """Inverts tables of observations with one prior and one set of rest draws.

    Attributes
    ----------
    forward
        Laboratory of all observations.
    rest
        Coordinates of what stays at its prior, (members, rest).
    """

    prior: Prior
    forward: Forward
    rest: Array
    seed: int
    steps: int
    work: Work
    report: Report

    def predict(self, label: str, forward: Forward, z: Array, rest: Array | None = None) -> Array:
        """Return predictions (members, rows) of coordinates (members, free), in kept chunks."""
        at_rest = self.rest[: len(z)] if rest is None else rest
        parts = []
        for first in range(0, len(z), CHUNK):
            part = slice(first, first + CHUNK)
            values = members(self.prior, z[part], at_rest[part])
            done, total = first / len(z), min(CHUNK, len(z) - first) / len(z)
            found = self.work.stage(
                f"{label}-{first}", partial(self._simulated, label, forward, values, done, total)
            )
            parts.append(found["y"])
        return np.concatenate(parts)

    def _simulated(
        self, label: str, forward: Forward, values: Members, done: float, total: float
    ) -> dict[str, Array]:
        """Return predictions of a chunk that is `total` of the work and begins at `done` of it."""
        return {"y": forward(values, lambda share: self.report(label, done + total * share))}

    def invert(
        self, label: str, forward: Forward, data: Array, z: Array, first: Array | None = None
    ) -> tuple[Array, list[float]]:
        """Return posterior coordinates and the mean square misfit before each step.

        Parameters
        ----------
        forward
            Laboratory of the rows to learn from.
        data
            Their values, (rows,).
        z
            Prior coordinates, (members, free).
        first
            Predictions of the prior for these rows, if they were simulated already.
        """
        errors = ErrorModel.of(forward.observations)
        white = errors.whitener()
        target = white(data[None])[0]
        course: list[float] = []
        for step, alpha in enumerate(schedule(self.steps)):
            y = first if step == 0 and first is not None else self.predict(f"{label}-{step}", forward, z)
            generator = np.random.default_rng([self.seed, step, len(data)])
            whitened = white(y)
            course.append(mean_square(whitened, target))
            z = np.clip(update(z, whitened, target, alpha, generator), -BOUND, BOUND)
        return z, course
