"""Everything that claims ask for, measured in few batches, each condition once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import Lock

from erbium.claims.patients import read_patients
from erbium.claims.setup import PatientArm, Setup
from erbium.claims.typical import Typical
from erbium.core.errors import ErbiumError, SimulationError
from erbium.core.twins import Array
from erbium.experiment.batch import Batch
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition

#: A setup, what is read of it, and when (h; None for an endpoint of a course).
Wanted = tuple[Setup, str, float | None]
Progress = Callable[[float, str], None]


@dataclass
class Bench:
    """Measured values by setup, readout and time; what was measured once is kept.

    Attributes
    ----------
    members, seed
        Parameter draws, and their seed.
    cells
        Cells to use instead of those of `members` and `seed`.
    values
        One array of shape (members,) per item.
    failures
        Why a setup could not be simulated, by setup.
    typical
        The typical cells, for hops and signs.
    """

    members: int = 32
    seed: int = 1
    cells: Cells | None = None
    values: dict[Wanted, Array] = field(default_factory=dict)
    failures: dict[Setup, str] = field(default_factory=dict)
    typical: Typical = field(default_factory=Typical)

    def measure(self, wanted: Iterable[Wanted], progress: Progress | None = None) -> None:
        """Measure what is not known yet.

        Raises
        ------
        UnknownName, DataError
            A name that leads nowhere.
        """
        new = [
            item for item in dict.fromkeys(wanted) if item not in self.values and item[0] not in self.failures
        ]
        dishes: dict[Condition, list[Wanted]] = {}
        patients: dict[PatientArm, list[Wanted]] = {}
        for item in new:
            if isinstance(item[0], PatientArm):
                patients.setdefault(item[0], []).append(item)
            else:
                dishes.setdefault(item[0], []).append(item)
        report = _Shares(progress, cells=len(dishes), patients=len(patients))
        with ThreadPoolExecutor(1) as beside:
            # While Python prepares and reads the one, the kernel moves the other.
            cells = beside.submit(self._measure_dishes, dishes, partial(report, "cells"))
            self._read_patients(patients, partial(report, "patients"))
            cells.result()

    @cached_property
    def _batch(self) -> Batch:
        return Batch(culture_kernel(), self.cells or Cells.of(self.members, self.seed))

    def _measure_dishes(
        self, dishes: Mapping[Condition, list[Wanted]], progress: Callable[[float], None]
    ) -> None:
        groups: dict[tuple[float, ...], list[Condition]] = {}
        for condition, items in dishes.items():
            groups.setdefault(tuple(sorted({float(time or 0.0) for _, _, time in items})), []).append(
                condition
            )
        done = 0
        for times, conditions in groups.items():
            readouts = list(dict.fromkeys(item[1] for c in conditions for item in dishes[c]))
            start, width = done / len(dishes), len(conditions) / len(dishes)
            self._group(conditions, readouts, times, dishes, _stretch(progress, start, width))
            done += len(conditions)

    def _group(
        self,
        conditions: Sequence[Condition],
        readouts: Sequence[str],
        times: Sequence[float],
        dishes: Mapping[Condition, list[Wanted]],
        progress: Callable[[float], None],
    ) -> None:
        """Measure conditions read at the same times; where one fails, halve until it stands alone."""
        try:
            self._batch.progress = progress
            found = self._batch.read(conditions, readouts, times)
            self._batch.forget()
        except SimulationError as error:
            if len(conditions) == 1:
                self.failures[conditions[0]] = error.message
                return
            middle = len(conditions) // 2
            for part in (conditions[:middle], conditions[middle:]):
                self._group(part, readouts, times, dishes, progress)
            return
        for k, condition in enumerate(conditions):
            for item in dishes[condition]:
                position = times.index(float(item[2] or 0.0))
                self.values[item] = found[k, position, readouts.index(item[1])]

    def _read_patients(
        self, patients: Mapping[PatientArm, list[Wanted]], progress: Callable[[float], None]
    ) -> None:
        if not patients:
            return
        items = [(setup, name, time) for setup, own in patients.items() for _, name, time in own]
        try:
            found = read_patients(items, draws=max(self.members // 2, 1), seed=self.seed, progress=progress)
            for item, values in found.items():
                self.values[item] = values
        except ErbiumError as error:
            if len(patients) == 1:
                if not isinstance(error, SimulationError):
                    raise
                self.failures |= dict.fromkeys(patients, error.message)
                return
            setups = list(patients)
            for part in (setups[: len(setups) // 2], setups[len(setups) // 2 :]):
                self._read_patients({setup: patients[setup] for setup in part}, progress)


class _Shares:
    """Puts the progress of cells and of patients, which run beside each other, into one."""

    def __init__(self, progress: Progress | None, **weights: int) -> None:
        self._progress, self._lock = progress, Lock()
        self._weights = {what: weight for what, weight in weights.items() if weight}
        self._done = dict.fromkeys(self._weights, 0.0)

    def __call__(self, what: str, share: float) -> None:
        if self._progress is None or what not in self._weights:
            return
        with self._lock:
            self._done[what] = share
            done = sum(self._weights[name] * part for name, part in self._done.items())
            self._progress(done / sum(self._weights.values()), what)


def _stretch(progress: Callable[[float], None], start: float, width: float) -> Callable[[float], None]:
    return lambda share: progress(start + width * share)
