"""Many conditions at once: all cells of all draws settle, meet their drugs, and are read together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from erbium.core.errors import DataError, SimulationError
from erbium.core.twins import Array
from erbium.engine.backend import Control
from erbium.engine.course import CellEvent
from erbium.engine.kernel import Kernel
from erbium.experiment import medium, mixture
from erbium.experiment.cells import Cells, culture_kernel, parent_of
from erbium.experiment.condition import Condition
from erbium.experiment.names import NEIGHBOURS, VIABILITY, check_readouts, check_value, column, readout
from erbium.model.compose import clone_name

#: Error control of experiments: far below the 10 % that any comparison asks for.
CONTROL = Control(rtol=1e-4, atol=1e-7)
Progress = Callable[[float], None]
#: Cells that move together: enough to fill the lanes of all cores, few enough for memory and progress.
ROWS_AT_ONCE = 4096


def measure(
    conditions: Sequence[Condition],
    readouts: Sequence[str],
    times_h: Sequence[float],
    *,
    members: int = 32,
    seed: int = 1,
    progress: Progress | None = None,
    cells: Cells | None = None,
) -> Array:
    """Return readouts of cells in many conditions, shape (conditions, times, readouts, members).

    Member `i` has the same kinetic draw in every condition, so that differences are paired; member 0
    is the typical cell.

    Parameters
    ----------
    conditions
        What is done; equal ones are run once.
    readouts
        Names of readouts; `viability` is the number of living cells over that at time 0. What begins with
        ``neighbours.`` is read in the second population, NaN where a condition has none.
    times_h
        When they are read, h. Time 0 is the drug-free state; at a change, the state before it.
    progress
        Called with the share done.
    cells
        Cells to use instead of those of `members` and `seed`.

    Raises
    ------
    UnknownName
        No such readout, line, handle, mechanism or drug; names the nearest.
    SimulationError
        A cell has no drug-free state or cannot be followed; names condition and state.
    """
    return Batch(culture_kernel(), cells or Cells.of(members, seed), progress).read(
        conditions, readouts, times_h
    )


@dataclass
class Batch:
    """Moves the members of many conditions through one experiment.

    Parameters
    ----------
    kernel
        Double-precision kernel of a single clone.
    cells
        Writes the parameters of drug-free cells.
    progress
        Called with the share done.
    """

    kernel: Kernel
    cells: Cells
    progress: Progress | None = None

    def __post_init__(self) -> None:
        self._settled: dict[Condition, tuple[Array, Array]] = {}
        self._paces: dict[Condition, Array] = {}
        self._work, self._done = 1, 0

    @property
    def members(self) -> int:
        """Number of parameter draws."""
        return self.cells.twins.count

    def read(
        self, conditions: Sequence[Condition], readouts: Sequence[str], times_h: Sequence[float]
    ) -> Array:
        """Return readouts, shape (conditions, times, names, members)."""
        times = np.asarray(times_h, dtype=float)
        if not (np.isfinite(times).all() and (times >= 0.0).all()):
            raise DataError(f"times {list(times_h)}.", expected="finite times from 0 h on")
        check_readouts(self.kernel.network, readouts)
        unique = list(dict.fromkeys(conditions))
        changes = {condition: self.changes(condition, times) for condition in unique}
        drug_free = dict.fromkeys(condition.cell for condition in unique)
        self._work, self._done = 2 * len(drug_free) + 3 * len(unique), 0
        self.settle(drug_free)
        found: dict[Condition, Array] = {}
        groups: dict[tuple[object, ...], list[Condition]] = {}
        for condition in unique:
            alone = condition.neighbours is None
            groups.setdefault((alone, *changes[condition]), []).append(condition)
        for group in groups.values():
            for part in _parts(group, max(ROWS_AT_ONCE // self.members, 1)):
                values = self._follow(part, [changes[condition] for condition in part], times, readouts)
                found |= dict(zip(part, values, strict=True))
                self._advance(3 * len(part))
        if not conditions:
            return np.empty((0, len(times), len(readouts), self.members))
        return np.stack([found[condition] for condition in conditions])

    def changes(self, condition: Condition, times: Array) -> dict[float, list[medium.Change]]:
        """Return what changes when, h, up to the last time that is read."""
        end = float(times.max(initial=0.0))
        found = medium.changes(condition.exposures, self.cells.twins, condition.fcgr3a, condition.given)
        for name, value in condition.acute:
            check_value(self.kernel.network, name, value)
        acute = [(name, np.full(self.members, value)) for name, value in condition.acute]
        found = {0.0: [*acute, *found.pop(0.0, [])], **found}
        # What a condition sets or scales by name stays so, whatever number the drug brings.
        fixed = dict(condition.settings) | dict(condition.acute)
        factors = dict(condition.scale)
        found = {
            time: [
                (
                    name,
                    np.full(self.members, fixed[name]) if name in fixed else values * factors.get(name, 1.0),
                )
                for name, values in change
            ]
            for time, change in found.items()
        }
        for beside in condition.populations[1:]:
            # The medium is one; what a drug fills in a cell is filled in both populations.
            for time, change in self.changes(beside, times).items():
                found[time] += [
                    (clone_name(2, name), values)
                    for name, values in change
                    if clone_name(1, name) in self.kernel.network.parameter_index
                ]
        return {time: change for time, change in found.items() if time < end or time == 0.0}

    def settle(self, cells: Mapping[Condition, None]) -> None:
        """Find the drug-free states of cells, each once; their parents give the pace."""
        new = [cell for cell in cells if cell not in self._settled]
        populations = [one for cell in new for one in cell.populations]
        parents = [cell for cell in dict.fromkeys(map(parent_of, populations)) if cell not in self._paces]
        for part in _parts(parents, max(ROWS_AT_ONCE // self.members, 1)):
            tables = [self.cells.table(parent) for parent in part]
            for parent, table, states in zip(part, tables, self._settle(part, tables), strict=True):
                self._paces[parent] = self.cells.pace(parent, states, table)
        for alone in (True, False):
            kind = [cell for cell in new if (cell.neighbours is None) is alone]
            for part in _parts(kind, max(ROWS_AT_ONCE // self.members, 1)):
                tables = [self._table(cell) for cell in part]
                states = self._settle(part, tables)
                self._settled |= dict(zip(part, zip(tables, states, strict=True), strict=True))
                self._advance(2 * len(part))

    def forget(self) -> None:
        """Let go of the settled cells, which take much memory; the paces of their parents stay."""
        self._settled.clear()

    def drug_free(self, condition: Condition) -> tuple[Array, Array]:
        """Return parameters and settled states of a cell, each (members, ...)."""
        self.settle({condition.cell: None})
        return self._settled[condition.cell]

    def _table(self, cell: Condition) -> Array:
        """Return the drug-free parameters at the pace of the parents, (members, parameters)."""
        tables = []
        for one in cell.populations:
            table = self.cells.table(one)
            table[:, self.cells.column("k_growth")] = self._paces[parent_of(one)]
            tables.append(table)
        if cell.neighbours is None:
            return tables[0]
        return mixture.join(self.kernel.network, *tables, share=cell.neighbours.share)

    def _kernel(self, condition: Condition) -> Kernel:
        """Return the kernel of as many populations as a condition has."""
        return self.kernel if condition.neighbours is None else mixture.kernel_beside(self.kernel)

    def _settle(self, cells: Sequence[Condition], tables: Sequence[Array]) -> Array:
        with _naming(cells, self.members, "drug-free"):
            states = self._kernel(cells[0]).settle(np.concatenate(tables))
        return states.reshape(len(cells), self.members, -1)

    def _follow(
        self,
        group: Sequence[Condition],
        changes: Sequence[Mapping[float, list[medium.Change]]],
        times: Array,
        readouts: Sequence[str],
    ) -> Array:
        """Return readouts of conditions with the same event times, (conditions, times, readouts, members).

        All of them have neighbours, or none has.
        """
        kernel = self._kernel(group[0])
        settled = [self._settled[condition.cell] for condition in group]
        rest = np.concatenate([table for table, _ in settled])
        start = np.concatenate([states for _, states in settled])
        tables = [rest.copy()]
        moments = list(changes[0])
        events: list[CellEvent] = []
        for moment in moments:
            table = tables[-1] if moment == 0.0 else tables[-1].copy()
            touched: dict[str, int] = {}
            for k, own in enumerate(changes):
                for name, values in own[moment]:
                    touched[name] = column(kernel.network, name)
                    table[k * self.members : (k + 1) * self.members, touched[name]] = values
            if moment > 0.0:
                events += [
                    CellEvent(moment, kernel.network.parameters[place], table[:, place].copy())
                    for place in touched.values()
                ]
                tables.append(table)
        order = np.argsort(times, kind="stable")
        with _naming(group, self.members, "treated"):
            course = kernel.cell_course(start, tables[0], times[order], events, control=CONTROL)
        read = [k for k, name in enumerate(readouts) if kernel is not self.kernel or NEIGHBOURS not in name]
        names = {k: readout(kernel.network, readouts[k]) for k in read}
        out = np.full((len(times), len(readouts), len(start)), np.nan)
        later = [moment for moment in moments if moment > 0.0]
        for position, place in enumerate(order):
            table = rest if times[place] == 0.0 else tables[sum(moment < times[place] for moment in later)]
            found = kernel.compute_readouts(course.states[position], table, list(names.values()))
            for k, name in names.items():
                out[place, k] = found[name]
        for k in read:
            if readouts[k].removeprefix(NEIGHBOURS) == VIABILITY:
                out[:, k] /= start[:, kernel.network.species_index[names[k]]]
        return out.reshape(len(times), len(readouts), len(group), self.members).transpose(2, 0, 1, 3)

    def _advance(self, work: int) -> None:
        self._done += work
        if self.progress is not None:
            self.progress(self._done / self._work)


def _parts(items: Sequence[Condition], size: int) -> Iterator[Sequence[Condition]]:
    """Yield runs of at most `size` items of about equal length."""
    count = math.ceil(len(items) / size)
    for k in range(count):
        yield items[k * len(items) // count : (k + 1) * len(items) // count]


@contextmanager
def _naming(conditions: Sequence[Condition], members: int, state: str) -> Iterator[None]:
    """Say of which condition and member an error of the engine speaks."""
    try:
        yield
    except SimulationError as error:
        if error.patient is None:
            raise
        k, member = divmod(error.patient, members)
        what = error.message.split(":", 1)[-1] if ":" in error.message else error.message
        what = re.sub(r"^patient \d+( of \d+)? ", "it ", what.strip())
        raise SimulationError.of_patient(
            error.patient,
            f"{conditions[k]} ({state}, member {member}): {what}",
            expected=error.expected,
            hint=error.hint,
        ) from error
