"""The kernel of a network: what the layers above call to move patients through time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from erbium.core.errors import DataError, SimulationError, UnknownName
from erbium.engine import build, readouts
from erbium.engine.backend import Backend, Control, Effort, Floats, Pace, Settling
from erbium.engine.c_kernel import CBackend
from erbium.engine.c_source import kernel_text
from erbium.engine.course import Advance, CellCourse, CellEvent, Settled
from erbium.engine.doses import DoseRule, schedule, whole_steps
from erbium.engine.elementary import FORMATS
from erbium.engine.inputs import check_finite, inputs, matrix
from erbium.engine.second_start import second_start
from erbium.engine.system import System
from erbium.model.network import Network

Precision = Literal["f32", "f64"]
BackendName = Literal["auto", "c", "numpy"]
STEPS_PER_DAY = 12
NO_COMPILER = "no C compiler was found: the NumPy kernel is used, which is many times slower"


@dataclass
class Kernel:
    """Moves many patients of one network through time.

    All arrays are patient-major: states (patients, species), parameters (patients, parameters).
    A patient's numbers depend neither on neighbours nor on the number of threads.
    """

    network: Network
    precision: Precision
    backend: Backend
    warnings: list[str] = field(default_factory=list)
    _exact: Kernel | None = None

    def advance(
        self,
        states: ArrayLike,
        parameters: ArrayLike,
        t0_h: float,
        t1_h: float,
        rules: Sequence[DoseRule] = (),
        amounts: ArrayLike | None = None,
        record_h: float | None = None,
        *,
        record_species: Sequence[str] | None = None,
        steps_per_day: int = STEPS_PER_DAY,
        pace: Pace | None = None,
        lost: Literal["raise", "nan"] = "raise",
    ) -> Advance:
        """Advance patients from `t0_h` to `t1_h` in steps that stretch where little happens.

        Parameters
        ----------
        states, parameters
            (patients, species) and (patients, parameters).
        t0_h, t1_h
            Start and end, h; both on the step grid of `t0_h`.
        rules, amounts
            Dose rules and what one dose of each adds, (rules, patients) or (rules,).
            A dose at `t0_h` is given, one at `t1_h` is left to the next advance.
        record_h
            Interval of the record, h, from `t0_h` on; None for no record.
        record_species
            Species to record; all when None.
        steps_per_day
            Steps of the grid per 24 h; doses and records lie on it.
        pace
            How far steps stretch; `UNIFORM` for one step after the other of the grid.
        lost
            What to do with a patient whose state is not finite any more: raise, or return NaN for it.

        Raises
        ------
        DataError
            A dose or a bound lies off the step grid, or an array has the wrong shape.
        SimulationError
            A state is not finite; names patient and state.
        """
        x, p = inputs(self.network, states, parameters)
        step_h = 24.0 / steps_per_day
        steps = whole_steps(t1_h - t0_h, step_h, "span of the advance")
        every = 0 if record_h is None else whole_steps(record_h, step_h, "record interval")
        if record_h is not None and every < 1:
            raise DataError(
                f"record interval of {record_h} h.", expected=f"a positive multiple of {step_h:g} h"
            )
        dose = np.zeros((len(rules), len(x))) if amounts is None else np.asarray(amounts, np.float64)
        if dose.ndim == 1:
            dose = np.repeat(dose[:, None], len(x), axis=1)
        if dose.shape != (len(rules), len(x)):
            raise DataError(f"amounts of shape {dose.shape}.", expected=f"shape {(len(rules), len(x))}")
        names = tuple(self.network.species if record_species is None else record_species)
        columns = np.array([self._species(name) for name in names], np.int32)
        events = schedule(rules, self.network.species_index, t0_h, t1_h, step_h)
        amount_by_patient = np.ascontiguousarray(dose.T) if len(rules) else np.zeros((len(x), 1))
        if len(x) == 0:
            record = None if record_h is None else np.zeros((steps // every + 1, 0, len(names)))
            return Advance(x, self._times(t0_h, record_h, steps, every), record, names, Effort())
        # Patients with as many doses take about as many steps: side by side none waits for another.
        doses = (amount_by_patient != 0) @ np.bincount(events.rule, minlength=amount_by_patient.shape[1])
        order = np.argsort(doses, kind="stable") if np.ptp(doses) else slice(None)
        x, p, amount_by_patient = x[order], p[order], amount_by_patient[order]
        out, record, effort = self.backend.advance(
            x, p, amount_by_patient, events, step_h, steps, every, columns, pace or Pace()
        )
        if not isinstance(order, slice):
            back = np.argsort(order)
            out, record = out[back], None if record is None else record[back]
        if lost == "raise":
            check_finite(self.network, out, f"after {t1_h:g} h")
        else:
            gone = ~np.isfinite(out).all(axis=1)
            out[gone] = np.nan
            if record is not None:
                record[gone] = np.nan
        moved = None if record is None else np.ascontiguousarray(np.moveaxis(record, 1, 0))
        return Advance(out, self._times(t0_h, record_h, steps, every), moved, names, effort)

    def settle(
        self,
        parameters: ArrayLike,
        initial: ArrayLike | None = None,
        *,
        starts: int = 1,
        unsettled: Literal["raise", "nan"] = "raise",
        how: Settling | None = None,
    ) -> Floats:
        """Return the drug-free steady state of the settling species, (patients, species).

        Species that do not settle keep their start. Computed in f64 at any precision.

        Parameters
        ----------
        parameters
            (patients, parameters).
        initial
            Start states; by default the initial expressions of the network.
        starts
            2 also settles from a second start; see :meth:`settle_from_two`.
        unsettled
            What to do with a patient that does not settle: raise, or return NaN for that patient.

        Raises
        ------
        SimulationError
            A patient does not settle; names patient and state.
        """
        if starts == 2:
            return self.settle_from_two(parameters, initial).states
        if self.precision != "f64":
            return self.exact().settle(parameters, initial, unsettled=unsettled, how=how)
        p = matrix(parameters, len(self.network.parameters), "parameters")
        x = (
            self.initial_states(p)
            if initial is None
            else matrix(initial, len(self.network.species), "states")
        )
        x, p = inputs(self.network, x, p)
        if len(x) == 0:
            return x
        frozen = np.flatnonzero(~np.array(self.network.settles, bool)).astype(np.int32)
        out, done = self.backend.settle(x, p, frozen, how or Settling())
        if unsettled == "nan":
            out[~done] = np.nan
            return out
        if not done.all():
            patient = int(np.flatnonzero(~done)[0])
            rate = self.backend.derivative(out[patient : patient + 1], p[patient : patient + 1])[0]
            rate[frozen] = 0.0
            worst = int(
                np.argmax(np.where(np.isfinite(rate), np.abs(rate) / (np.abs(out[patient]) + 1e-6), np.inf))
            )
            raise SimulationError.of_patient(
                patient,
                f"patient {patient} of {len(x)} does not settle: {self.network.species[worst]} is "
                f"{out[patient, worst]:.4g} and still moves by {rate[worst]:.3g} per hour.",
                expected="a drug-free steady state",
                hint="the network may accumulate or oscillate at these parameters",
            )
        check_finite(self.network, out, "after settling")
        return out

    def settle_from_two(self, parameters: ArrayLike, initial: ArrayLike | None = None) -> Settled:
        """Settle from the given start and from one that spreads the amounts; report who differs.

        Both starts have the same conserved totals.
        """
        p = matrix(parameters, len(self.network.parameters), "parameters")
        start = (
            self.initial_states(p)
            if initial is None
            else matrix(initial, len(self.network.species), "states")
        )
        first = self.settle(p, start)
        second = self.settle(p, second_start(self.network, start))
        scale = np.maximum(np.abs(first), 1e-3 * np.abs(first).max(axis=1, keepdims=True))
        apart = (np.abs(first - second) > 1e-3 * np.maximum(scale, 1e-9)).any(axis=1)
        return Settled(first, np.flatnonzero(apart))

    def cell_course(
        self,
        states: ArrayLike,
        parameters: ArrayLike,
        times_h: ArrayLike,
        events: Sequence[CellEvent | tuple[float, str, ArrayLike]] = (),
        *,
        control: Control | None = None,
    ) -> CellCourse:
        """Follow cells over minutes to days with error-controlled steps, in f64.

        Parameters
        ----------
        states, parameters
            (patients, species) and (patients, parameters) at time 0.
        times_h
            Output times, h, ascending, from 0 on; at an event time the state before the event.
        events
            Changes ``(time, name, values)``: a parameter is set, a species is added to.

        Raises
        ------
        SimulationError
            The steps became too small or too many, or a state is not finite.
        """
        if self.precision != "f64":
            return self.exact().cell_course(states, parameters, times_h, events, control=control)
        control = control or Control()
        x, p = (values.copy() for values in inputs(self.network, states, parameters))
        times = np.atleast_1d(np.asarray(times_h, np.float64))
        changes = sorted(
            (e if isinstance(e, CellEvent) else CellEvent(*e) for e in events), key=lambda e: e.time_h
        )
        if (np.diff(times) < 0).any() or (len(times) and times[0] < 0):
            raise DataError("times of a cell course are not ascending from 0.", expected="ascending hours")
        for change in changes:
            self._check_changeable(change)
        out = np.empty((len(times), *x.shape))
        stops = sorted(
            {*times.tolist(), *(c.time_h for c in changes if c.time_h <= (times[-1] if len(times) else 0))}
        )
        now, step = 0.0, np.full(len(x), 1e-4)
        for stop in stops:
            if stop > now and len(x):
                x, step, arrived = self.backend.cell(x, p, stop - now, step, control)
                check_finite(self.network, x, f"at {stop:g} h")
                if not arrived.all():
                    patient = int(np.flatnonzero(~arrived)[0])
                    raise SimulationError.of_patient(
                        patient, f"patient {patient} did not reach {stop:g} h in {control.steps} steps."
                    )
                now = stop
            out[times == stop] = x
            for change in changes:
                if change.time_h == stop:
                    self._apply(change, x, p)
                    step = np.full(len(x), 1e-4)
        return CellCourse(times, out)

    def compute_readouts(
        self, states: ArrayLike, parameters: ArrayLike, names: Sequence[str] | None = None
    ) -> dict[str, Floats]:
        """Return readouts, rules or species by name, each (..., patients).

        Parameters
        ----------
        states
            (patients, species) or (times, patients, species).
        parameters
            (patients, parameters).
        names
            Readouts, rules, species or parameters; all readouts when None.
        """
        return readouts.compute(self.network, states, parameters, names)

    def initial_states(self, parameters: ArrayLike) -> Floats:
        """Return the start states of the network, (patients, species)."""
        p = matrix(parameters, len(self.network.parameters), "parameters")
        return readouts.initial_states(self.network, p)

    def derivative(self, states: ArrayLike, parameters: ArrayLike) -> Floats:
        """Return d(states)/dt, per hour."""
        return self.backend.derivative(*inputs(self.network, states, parameters))

    def exact(self) -> Kernel:
        """Return the f64 kernel of the same network."""
        if self.precision == "f64":
            return self
        if self._exact is None:
            name: BackendName = "c" if self.backend.name == "c" else "numpy"
            self._exact = kernel_for(self.network, "f64", name, getattr(self.backend, "threads", None))
        return self._exact

    def _check_changeable(self, change: CellEvent) -> None:
        name = change.name
        if change.time_h < 0:
            raise DataError(f"{name} changes at {change.time_h} h.", expected="a time from 0 h on")
        if name not in self.network.species_index and name not in self.network.parameter_index:
            raise UnknownName.among(
                "species or parameter", name, [*self.network.species, *self.network.parameters]
            )

    def _apply(self, change: CellEvent, x: Floats, p: Floats) -> None:
        if change.name in self.network.parameter_index:
            p[:, self.network.parameter_index[change.name]] = change.values
        else:
            x[:, self.network.species_index[change.name]] += np.asarray(change.values, np.float64)

    def _species(self, name: str) -> int:
        if name not in self.network.species_index:
            raise UnknownName.among("species", name, self.network.species)
        return self.network.species_index[name]

    @staticmethod
    def _times(t0_h: float, record_h: float | None, steps: int, every: int) -> Floats:
        return np.array(
            [] if record_h is None else t0_h + record_h * np.arange(steps // every + 1), np.float64
        )


_kernels: dict[tuple[object, ...], Kernel] = {}
_systems: dict[str, System] = {}
_lock = threading.RLock()


def kernel_for(
    network: Network,
    precision: Precision = "f64",
    backend: BackendName = "auto",
    threads: int | None = None,
) -> Kernel:
    """Return the kernel of `network`, built at first use and kept in the process.

    Parameters
    ----------
    precision
        ``f32`` for courses and populations, ``f64`` for experiments, claims and calibration.
    backend
        ``c``, ``numpy``, or ``auto``: C when a compiler works, else NumPy with a warning in
        ``kernel.warnings``.
    threads
        Threads of the C kernel; None for one per available core.
    """
    if precision not in FORMATS:
        raise UnknownName.among("precision", precision, FORMATS)
    compiler = build.find_compiler() if backend != "numpy" else None
    if backend == "c" and compiler is None:
        raise SimulationError("no C compiler was found.", hint="install gcc or clang, or set CC")
    name = "c" if compiler else "numpy"
    key = (network.hash, network.settles, precision, backend, name, threads)
    with _lock:
        if key not in _kernels:
            warnings = [NO_COMPILER] if backend == "auto" and compiler is None else []
            _kernels[key] = Kernel(
                network, precision, _backend(network, precision, compiler, threads), warnings
            )
        return _kernels[key]


def _backend(
    network: Network, precision: Precision, compiler: build.Compiler | None, threads: int | None
) -> Backend:
    system = _systems.get(network.hash)
    if system is None:
        system = _systems[network.hash] = System.of(network)
    numbers = FORMATS[precision]
    if compiler is None:
        from erbium.engine.numpy_kernel import NumpyBackend

        return NumpyBackend(system, numbers)
    library = build.build(kernel_text(system, numbers, compiler.vector_bytes), compiler)
    return CBackend(library, numbers, system.lu, threads)
