"""Reference courses by a tight stiff solver (CVODE), computed once and kept with the package."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.core.errors import DataError, MissingExtra, SimulationError
from erbium.engine.backend import Floats
from erbium.engine.bench_case import CELL_PATIENTS, CELL_TIMES_H, COURSE_H, WEEKS, Case
from erbium.engine.blocks import aligned
from erbium.engine.c_kernel import CBackend
from erbium.engine.elementary import F64
from erbium.engine.kernel import kernel_for
from erbium.engine.never_there import never_there
from erbium.engine.readouts import compute
from erbium.engine.sparse import SparseLU
from erbium.engine.system import System

RTOL, ATOL = 1e-7, 1e-10
NOTHING = 1e-30  # far below ATOL; denormal numbers would take most of the time
REFERENCE = Path(__file__).parent / "reference" / "courses.npz"


@dataclass(frozen=True)
class Reference:
    """Reference courses of a case.

    Parameters
    ----------
    fingerprint, seed, date, clones
        Of the case, and when it was computed.
    volume
        cm3, (weeks + 1, patients).
    cell
        Readouts of an untreated tumour after its first doses, (times, patients, readouts).
    """

    fingerprint: str
    seed: int
    date: str
    clones: int
    volume: Floats
    cell: Floats

    def save(self, path: Path = REFERENCE) -> None:
        """Write the reference; nothing half-written is left behind."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(
            partial, fingerprint=self.fingerprint, seed=self.seed, date=self.date, clones=self.clones,
            volume=self.volume, cell=self.cell.astype(np.float32),
        )  # fmt: skip
        partial.replace(path)

    @classmethod
    def load(cls, path: Path = REFERENCE) -> Reference:
        """Read a reference."""
        if not path.exists():
            raise DataError("no reference courses.", file=path.name, hint="run: erbium bench --reference")
        with np.load(path, allow_pickle=False) as data:
            return cls(
                str(data["fingerprint"]), int(data["seed"]), str(data["date"]), int(data["clones"]),
                np.asarray(data["volume"], np.float64), np.asarray(data["cell"], np.float64),
            )  # fmt: skip

    def check(self, case: Case) -> None:
        """Refuse a reference of another network or other patients."""
        if case.fingerprint() != self.fingerprint:
            raise DataError(
                f"the reference courses of {self.date} belong to another network or other patients.",
                file=REFERENCE.name,
                expected=f"fingerprint {case.fingerprint()[:12]}, found {self.fingerprint[:12]}",
                hint="run: erbium bench --reference",
            )


def compute_reference(case: Case, seed: int, processes: int | None = None) -> Reference:
    """Return reference courses of `case`; takes minutes.

    Raises
    ------
    MissingExtra
        scikit-sundae is not installed.
    """
    try:
        import sksundae  # noqa: F401
    except ImportError as error:
        raise MissingExtra.named("bench", "scikit-sundae", "computing reference courses") from error
    kernel = kernel_for(case.network, "f64", "c", 1)
    backend = kernel.backend
    if not isinstance(backend, CBackend):
        raise SimulationError("reference courses need the C kernel.")
    system = System.of(case.network)
    start = kernel.settle(case.parameters, case.initial)
    visits: Floats = np.arange(WEEKS + 1) * np.float64(168.0)
    index = case.network.species_index
    columns = np.array([index[name] for name in case.volume_species])
    tasks = []
    for k, (x, p) in enumerate(zip(start, case.parameters, strict=True)):
        doses = [
            (time, index[rule.species], float(case.amounts[r, k]))
            for r, rule in enumerate(case.rules)
            for time in rule.times(0, COURSE_H)
            if case.amounts[r, k]
        ]
        tasks.append(_task(backend, system, x, p, tuple(doses), visits, columns))
    for k in range(min(CELL_PATIENTS, len(start))):
        first = tuple((0.0, index[name], float(amounts[k])) for name, amounts in case.first_doses())
        times = np.array([0.0, *CELL_TIMES_H])
        every = np.arange(len(index))
        tasks.append(_task(backend, system, start[k], case.parameters[k], first, times, every))
    with (
        _one_thread_each(),
        ProcessPoolExecutor(processes or os.cpu_count(), mp_context=get_context("spawn")) as pool,
    ):
        found = list(pool.map(_solve, tasks))
    courses, cells = found[: len(start)], found[len(start) :]
    volume = case.volumes(np.stack(courses, axis=1))
    cell_states = np.stack(cells, axis=1)[1:]
    readouts = compute(case.network, cell_states, case.parameters[: len(cells)])
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    cell = np.stack(list(readouts.values()), axis=-1) if readouts else np.zeros((*cell_states.shape[:2], 0))
    return Reference(case.fingerprint(), seed, today, case.network.clones, volume, cell)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Keep the linear algebra of the workers to one thread: its waiting threads would take their cores."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@dataclass(frozen=True)
class _Task:
    library: Path
    lu: SparseLU
    start: Floats
    parameters: Floats
    doses: tuple[tuple[float, int, float], ...]
    times: Floats
    columns: NDArray[np.intp]
    absent: NDArray[np.bool_]


def _task(
    backend: CBackend,
    system: System,
    start: Floats,
    parameters: Floats,
    doses: tuple[tuple[float, int, float], ...],
    times: Floats,
    columns: NDArray[np.intp],
) -> _Task:
    absent = never_there(system, start, parameters, {species for _, species, _ in doses})
    return _Task(backend.library, backend.lu, start, parameters, doses, times, columns, absent)


def _solve(task: _Task) -> Floats:
    """Return the columns at the times, before doses at the same time; restart after every dose.

    What is given to nobody stays at nothing: cells that multiply would grow out of the solver's rounding.
    """
    patient = _OnePatient(task)
    solver = _solver(patient)
    y = task.start.copy()
    stops = sorted({*task.times.tolist(), *(time for time, _, _ in task.doses if time <= task.times[-1])})
    doses = {t: list(group) for t, group in itertools.groupby(sorted(task.doses), key=lambda dose: dose[0])}
    out = []
    for now, then in itertools.zip_longest(stops, stops[1:]):
        if now in task.times:
            out.append(y[task.columns])
        for _, species, amount in doses.get(now, ()):
            y[species] += amount
        if then is not None:
            done = solver.solve(np.array([now, then]), y)
            if not done.success:
                raise SimulationError(f"CVODE stopped between {now:g} and {then:g} h: {done.message}")
            y = np.where(task.absent | (np.abs(done.y[-1]) < NOTHING), 0.0, done.y[-1])
    return np.array(out)


class _OnePatient:
    """Right-hand side and Jacobian of one patient from the compiled kernel, in all lanes alike."""

    def __init__(self, task: _Task) -> None:
        backend = self.backend = CBackend(task.library, F64, task.lu, 1)  # keeps the workspace alive
        lanes, size = backend.lanes, task.lu.size
        self.function, self.memory = backend.raw_derivative, backend.workspace()
        self.x, self.f = aligned((size, lanes), np.float64), aligned((size, lanes), np.float64)
        self.p, self.m = (
            aligned((len(task.parameters), lanes), np.float64),
            aligned((task.lu.nonzeros, lanes), np.float64),
        )
        self.p[...] = task.parameters[:, None]
        entries = sorted(task.lu.positions, key=lambda at: (at[1], at[0]))
        self.order = np.array([task.lu.positions[at] for at in entries])
        self.diagonal = np.array([float(i == j) for i, j in entries])
        self.pattern = np.zeros((size, size))
        for at in entries:
            self.pattern[at] = 1

    def rhs(self, _: float, y: Floats, out: Floats) -> None:
        self._call(y, None)
        out[:] = self.f[:, 0]

    def jacobian(self, _: float, y: Floats, __: Floats, out: Floats) -> None:
        self._call(y, self.m.ctypes.data)
        out[:] = self.m[self.order, 0] - self.diagonal

    def _call(self, y: Floats, matrix: int | None) -> None:
        self.x[...] = np.where(np.abs(y) < NOTHING, 0.0, y)[:, None]
        self.function(self.x.ctypes.data, self.p.ctypes.data, self.f.ctypes.data, matrix, self.memory)


def _solver(patient: _OnePatient) -> Any:
    from sksundae.cvode import CVODE

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the pattern is wanted although a Jacobian is given
        return CVODE(
            patient.rhs,
            jacfn=patient.jacobian,
            sparsity=patient.pattern,
            linsolver="sparse",
            method="BDF",
            rtol=RTOL,
            atol=ATOL,
            max_num_steps=200_000,
        )
