"""The dishes of an ensemble: parameter tables of a line, settled, at its doubling time."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from erbium.calibrate.cells.design import load_design
from erbium.calibrate.cells.names import Dish, dish
from erbium.calibrate.cells.prior import Members
from erbium.core.twins import Array, Twins
from erbium.engine.backend import Pace
from erbium.engine.kernel import Kernel, kernel_for
from erbium.experiment import medium as media
from erbium.experiment.cells import Cells, parent_of
from erbium.experiment.condition import Condition, Exposure

#: A drug that comes in at once takes fine steps: a coarse one can jump to where the cell would not go.
STEPS_PER_DAY, PACE = 96, Pace(plain=1, most=96)


@functools.cache
def in_medium(drugs: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Return the parameters that drugs (id, nominal nM) in the medium set, and their typical values."""
    exposures = [Exposure(drug, nominal) for drug, nominal in drugs]
    found = media.changes(exposures, Twins(1, 1, 1))
    return tuple((name, float(values[0])) for name, values in found.get(0.0, []))


@dataclass(frozen=True)
class Plate:
    """One line in one medium, one dish per member, settled without drug.

    Attributes
    ----------
    table
        Network parameters, shape (members, parameters).
    states
        Drug-free states, shape (members, species); NaN where a member did not settle.
    """

    line: str
    table: Array
    states: Array

    @property
    def alive(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Members that settled."""
        return np.asarray(np.isfinite(self.states).all(axis=1))


class Bench:
    """Prepares plates for one ensemble."""

    def __init__(self, values: Members, place: Dish | None = None) -> None:
        self.values = values
        self.dish = place or dish()
        self.kernel: Kernel = kernel_for(self.dish.network, "f64")
        self.fast: Kernel = kernel_for(self.dish.network, "f32")
        self.cells = Cells.of(values.count, 1, fitted=False, given=values.numbers)
        self._plates: dict[tuple[str, str], Plate] = {}

    def column(self, name: str) -> int | None:
        """Return the column of a parameter, None where the network has none."""
        full = self.dish.parameter(name)
        return None if full is None else self.dish.network.parameter_index[full]

    def plate(self, line: str, medium: str) -> Plate:
        """Return the settled plate of a line in a medium."""
        key = (line, medium)
        if key not in self._plates:
            cell = Condition(line)
            table = self.cells.table(cell)
            full = self._settle(table)
            alive = np.asarray(np.isfinite(full).all(axis=1))
            if alive.any():
                pace = self.cells.pace(parent_of(cell), full[alive], table[alive])
                table[alive, self.cells.column("k_growth")] = pace
            for handle, level in load_design().media[medium].ligands.items():
                if (column := self.column(handle)) is not None:
                    table[:, column] = level.to("nM")
            for handle, number in load_design().media[medium].scales.items():
                if (column := self.column(handle)) is not None:
                    table[:, column] *= self.values.media.get(f"{medium}.{handle}", number.value)
            states = full if medium == "full" else self._settle(table)
            self._plates[key] = Plate(line, table, states)
        return self._plates[key]

    def drugged(self, table: Array, drugs: Sequence[tuple[str, float]]) -> Array:
        """Return a copy of the table with drugs (id, nominal nM) in the medium."""
        out = table.copy()
        for name, value in in_medium(tuple(drugs)):
            out[:, self.cells.column(name)] = value
        return out

    def follow(self, states: Array, table: Array, hours: float) -> Array:
        """Return the states after `hours`, fast: steps stretch from a quarter of an hour on. NaN if lost."""
        return self.fast.advance(
            states, table, 0.0, hours, steps_per_day=STEPS_PER_DAY, pace=PACE, lost="nan"
        ).states

    def _settle(self, table: Array) -> Array:
        return self.kernel.settle(table, unsettled="nan")
