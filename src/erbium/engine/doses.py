"""Doses in the form of rules, and their events on the step grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.core.errors import DataError, UnknownName

_CLOSE = 1e-6  # hours: what counts as the same time


@dataclass(frozen=True, slots=True)
class DoseRule:
    """Doses at ``start_h + k * cycle_h + j * every_h`` while ``j * every_h < on_h``, before `stop_h`.

    Parameters
    ----------
    species
        State that a dose is added to.
    start_h
        Time of the first dose, h.
    every_h
        Interval between doses, h.
    cycle_h
        Length of a cycle with a pause, h; None when dosing has no pauses.
    on_h
        Part of each cycle in which doses are given, h; None for the whole cycle.
    stop_h
        No dose at or after this time, h.
    """

    species: str
    start_h: float
    every_h: float
    cycle_h: float | None
    on_h: float | None
    stop_h: float

    def times(self, t0_h: float, t1_h: float) -> list[float]:
        """Return the dose times in [t0_h, t1_h), h."""
        end = min(t1_h, self.stop_h)
        if not self.every_h > 0 or (self.cycle_h is not None and not self.cycle_h > 0):
            raise DataError(
                f"dose rule of {self.species}: interval {self.every_h} h, cycle {self.cycle_h} h.",
                expected="positive hours",
            )
        if self.cycle_h is None and self.on_h is not None:
            end = min(end, self.start_h + self.on_h)
        cycle = self.cycle_h if self.cycle_h is not None else math.inf
        on = min(self.on_h if self.on_h is not None else cycle, cycle)
        if math.isinf(end):
            raise DataError(f"dose rule of {self.species} has no end.", expected="a finite time span")
        out: list[float] = []
        first = 0 if math.isinf(cycle) else max(0, math.floor((t0_h - self.start_h) / cycle))
        k = first
        while True:
            begin = self.start_h if math.isinf(cycle) else self.start_h + k * cycle
            if begin >= end - _CLOSE:
                return out
            j = max(0, math.ceil((t0_h - begin - _CLOSE) / self.every_h))
            while j * self.every_h < on - _CLOSE and begin + j * self.every_h < end - _CLOSE:
                out.append(begin + j * self.every_h)
                j += 1
            if math.isinf(cycle):
                return out
            k += 1


@dataclass(frozen=True)
class Schedule:
    """Dose events on the step grid, in the order in which they happen."""

    step: NDArray[np.int32]
    species: NDArray[np.int32]
    rule: NDArray[np.int32]


def schedule(
    rules: Sequence[DoseRule], index: dict[str, int], t0_h: float, t1_h: float, step_h: float
) -> Schedule:
    """Return the events of `rules` in [t0_h, t1_h) for steps of `step_h` hours.

    Raises
    ------
    UnknownName
        A rule doses a species that the network has not.
    DataError
        A dose falls between two steps.
    """
    events: list[tuple[int, int, int]] = []
    for number, rule in enumerate(rules):
        if rule.species not in index:
            raise UnknownName.among("species", rule.species, index)
        what, species = f"dose of {rule.species}", index[rule.species]
        events += [(whole_steps(t - t0_h, step_h, what), number, species) for t in rule.times(t0_h, t1_h)]
    events.sort()
    table = np.array(events, np.int32).reshape(-1, 3)
    step, order, dosed = (np.ascontiguousarray(table[:, column]) for column in range(3))
    return Schedule(step=step, species=dosed, rule=order)


def whole_steps(span_h: float, step_h: float, what: str) -> int:
    """Return `span_h` as a number of steps."""
    steps = round(span_h / step_h)
    if steps < 0 or abs(steps * step_h - span_h) > _CLOSE * max(1.0, abs(span_h) * 1e-3):
        raise DataError(
            f"{what}: {span_h:g} h is not a whole number of steps of {step_h:g} h.",
            expected=f"a multiple of {step_h:g} h",
            hint="shift the time onto the grid or take more steps a day",
        )
    return steps
