"""What a kernel hands back, and what may happen during a cell course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from erbium.engine.backend import Effort, Floats


@dataclass(frozen=True)
class Advance:
    """States after an advance.

    Parameters
    ----------
    states
        End states, (patients, species).
    times_h
        Times of the record, h; empty without a record.
    record
        States at `times_h`, (times, patients, columns), or None. At a dose time this is the state
        before the dose.
    columns
        Names of the recorded species.
    effort
        How often the positivity guard acted.
    """

    states: Floats
    times_h: Floats
    record: Floats | None
    columns: tuple[str, ...]
    effort: Effort


@dataclass(frozen=True)
class CellCourse:
    """An in-vitro time course: states at `times_h`, (times, patients, species)."""

    times_h: Floats
    states: Floats


@dataclass(frozen=True)
class CellEvent:
    """A change at a time of a cell course.

    Parameters
    ----------
    time_h
        When, h.
    name
        A parameter, which is set to `values`, or a species, to which `values` are added.
    values
        One number or one per patient.
    """

    time_h: float
    name: str
    values: ArrayLike


@dataclass(frozen=True)
class Settled:
    """Drug-free states, with the patients whose two starts ended apart."""

    states: Floats
    ambiguous: NDArray[np.intp]
