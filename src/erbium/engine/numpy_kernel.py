"""The backend without a compiler: the same scheme and the same operations, over all patients at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.engine import elementary
from erbium.engine.backend import Control, Effort, Floats, Pace, Settling
from erbium.engine.doses import Schedule
from erbium.engine.elementary import Format
from erbium.engine.numpy_program import (
    constant_slots,
    factor_program,
    functions_of,
    solve_program,
    tape_program,
)
from erbium.engine.system import System

Array = NDArray[Any]
#: A step of the grid is 16 ticks: lengths and positions of a course are counted in them.
LEVELS, PARTS, LIMITER_STEPS, TICKS = 4, 4, 8, 16
#: Steps after a dose, in ticks; together one step of the grid.
DOSE_PARTS = np.array([1, 3, 4, 8])
PATIENTS_AT_ONCE = 256


class Programs:
    """The four straight-line programs of a system in one floating-point format."""

    def __init__(self, system: System, numbers: Format) -> None:
        self.system = system
        self.numbers = numbers
        self.constants = constant_slots(system)
        rates, entries = list(system.rates), list(system.entries.values())
        self.rates = tape_program(system, rates, self.constants, numbers)
        self.jacobian = tape_program(system, [*rates, *entries], self.constants, numbers)
        self.factor = factor_program(system, numbers)
        self.solve = solve_program(system, numbers)
        positions = system.lu.positions
        self.entry_rows = np.array([positions[at] for at in system.entries], np.intp)
        self.diagonal = np.array([positions[i, i] for i in range(system.size)], np.intp)
        self.entry_row_of = np.array([i for i, _ in positions], np.intp)

    def prepare(self, parameters: Array) -> Array:
        """Return the constants of each patient, (constants, patients)."""
        slots, rows = self.system.tape.slots, {slot: at for at, slot in enumerate(self.constants)}
        out = np.empty((len(self.constants), parameters.shape[1]), self.numbers.dtype)
        operations = functions_of(self.numbers)
        for slot, at in rows.items():
            node = slots[slot]
            if node.op == "number":
                out[at] = node.value
            elif node.op == "parameter":
                out[at] = parameters[node.index]
            else:
                out[at] = operations[node.op](*(out[rows[a]] for a in node.args))
        return out


class Lanes:
    """Patients being stepped: states are (species, patients)."""

    def __init__(self, programs: Programs, constants: Array) -> None:
        self.programs = programs
        self.constants = constants
        self.size = programs.system.size
        self.count = constants.shape[1]
        self._rate_rows = self._buffer(programs.rates.rows)
        self._jacobian_rows = self._buffer(programs.jacobian.rows)
        for rows in (self._rate_rows, self._jacobian_rows):
            rows[self.size : self.size + len(constants)] = constants
        self._factor_rows = self._buffer(programs.factor.rows)
        self._solve_rows = self._buffer(programs.solve.rows)
        self.guarded = self.limited = 0

    def _buffer(self, rows: int) -> Array:
        return np.empty((rows, self.count), self.programs.numbers.dtype)

    def subset(self, chosen: NDArray[np.bool_]) -> Lanes:
        """Return the chosen patients as lanes of their own."""
        return self if chosen.all() else Lanes(self.programs, self.constants[:, chosen])

    def real(self, value: float) -> Any:
        """Return a number in the format of the kernel."""
        return self.programs.numbers.dtype(value)

    def derivative(self, x: Array) -> Array:
        """Return d(x)/dt."""
        self._rate_rows[: self.size] = x
        return self.programs.rates.run(self._rate_rows)[: self.size]

    def rates(self, x: Array) -> Array:
        """Return reaction rates."""
        self._rate_rows[: self.size] = x
        return self.programs.rates.run(self._rate_rows)[self.size :]

    def factor(self, x: Array, g: Array, frozen: Array | None = None) -> Array:
        """Factor ``I - g J`` at `x` and return d(x)/dt."""
        programs = self.programs
        self._jacobian_rows[: self.size] = x
        out = programs.jacobian.run(self._jacobian_rows)
        matrix = self._factor_rows[: programs.factor.inputs]
        matrix[...] = 0
        matrix[programs.entry_rows] = -g * out[self.size + len(programs.system.rates) :]
        matrix[programs.diagonal] += self.real(1)
        if frozen is not None:
            matrix[np.isin(programs.entry_row_of, frozen)] = 0
            matrix[programs.diagonal[frozen]] = 1
        self._solve_rows[: programs.factor.inputs] = programs.factor.run(self._factor_rows)
        return out[: self.size]

    def solve(self, b: Array) -> Array:
        """Solve with the last factors."""
        start = self.programs.factor.inputs
        self._solve_rows[start : start + self.size] = b
        return self.programs.solve.run(self._solve_rows)

    def rodas3(self, x: Array, h: Array) -> tuple[Array, Array]:
        """Return the state after `h` hours and the error estimate."""
        half, two = self.real(0.5), self.real(2)
        g = h * half
        f = self.factor(x, g)
        k1 = self.solve(g * f)
        k2 = self.solve(g * f + two * k1)
        z = x + two * k1
        k3 = self.solve(g * self.derivative(z) + half * (k1 - k2))
        z = z + k3
        k4 = self.solve(g * self.derivative(z) + half * (k1 - k2 - self.real(8.0 / 3.0) * k3))
        return z + k4, k4

    def bounded(self, x: Array, h: Array) -> Array:
        """Return the state after `h` hours, each reaction taking no more than there is."""
        tiny, one, zero = self.real(self.programs.numbers.tiny), self.real(1), self.real(0)
        part, x = h * self.real(1.0 / LIMITER_STEPS), x.copy()
        for _ in range(LIMITER_STEPS):
            for rate, change in zip(self.rates(x), self.programs.system.changes, strict=True):
                extent = part * rate
                forward, backward = np.zeros_like(extent), np.zeros_like(extent)
                for i, count in change:
                    there = np.where(x[i] > tiny, x[i], tiny)
                    if count < 0:
                        forward = forward - self.real(count) / there
                    else:
                        backward = backward - self.real(count) / there
                extent = extent / (one + extent * np.where(extent >= 0, forward, backward))
                for i, count in change:
                    new = x[i] + self.real(count) * extent
                    x[i] = np.where(new < 0, zero, new)
        return x

    def guarded_step(self, x: Array, h: Array, level: int = 0) -> Array:
        """Return the state after `h`; patients that left the positive orthant take smaller steps."""
        if level == LEVELS:
            self.limited += 1
            return self.bounded(x, h)
        y, _ = self.rodas3(x, h)
        good = (y >= -self.real(self.programs.numbers.epsilon)).all(axis=0)
        if not good.all():
            self.guarded += 1
            retry = self.subset(~good)
            again = x[:, ~good]
            for _ in range(PARTS):
                again = retry.guarded_step(again, h[~good] * self.real(1.0 / PARTS), level + 1)
            if retry is not self:
                self.guarded += retry.guarded
                self.limited += retry.limited
            y[:, ~good] = again
        return np.where(y < self.real(self.programs.numbers.nothing), self.real(0), y)


class Course:
    """Patients on their way, each at its own pace; lengths in ticks."""

    def __init__(self, lanes: Lanes, x: Array, dose: Array, schedule: Schedule, pace: Pace) -> None:
        self.lanes, self.x, self.dose, self.schedule, self.pace = lanes, x, dose, schedule, pace
        count = x.shape[1]
        self.plain, self.most = pace.plain * TICKS, pace.most * TICKS
        self.at = np.zeros(count, np.int64)
        self.length = np.full(count, self.plain, np.int64)
        self.part = np.full(count, len(DOSE_PARTS))
        times = schedule.step.astype(np.int64) * TICKS
        doses = dose[schedule.rule] != 0
        self.own = [times[doses[:, i]] for i in range(count)]
        self.events = [np.flatnonzero(doses[:, i]) for i in range(count)]
        self.event = np.zeros(count, np.int64)

    def give_doses(self, chosen: NDArray[np.intp]) -> None:
        """Give the doses that are due."""
        for i in chosen:
            while self.event[i] < len(self.own[i]) and self.own[i][self.event[i]] <= self.at[i]:
                number = self.events[i][self.event[i]]
                self.x[self.schedule.species[number], i] += self.dose[self.schedule.rule[number], i]
                self.event[i] += 1
                self.part[i] = 0

    def next_dose(self, i: int, end: int) -> int:
        """Return when a patient is dosed next, or the end."""
        at = self.event[i]
        return int(self.own[i][at]) if at < len(self.own[i]) else end

    def run(self, step_h: float, steps: int, record_every: int, columns: NDArray[np.int32]) -> Array:
        """Move to the end and return the record, (patients, times, columns)."""
        real, end, count = self.lanes.real, steps * TICKS, self.x.shape[1]
        self.end = end
        times = steps // record_every + 1 if record_every else 0
        record = np.empty((count, times, len(columns)))
        recorded = np.zeros(count, np.int64)
        every = record_every * TICKS
        while True:
            if every:
                due = np.flatnonzero((self.at == recorded * every) & (recorded < times))
                record[due, recorded[due]] = self.x[columns][:, due].T
                recorded[due] += 1
            moving = self.at < end
            if not moving.any():
                return record
            chosen = np.flatnonzero(moving)
            self.give_doses(chosen)
            stop = np.array([self.next_dose(i, end) for i in range(count)])
            if every:
                stop = np.minimum(stop, np.where(recorded < times, recorded * every, end))
            whole = np.minimum(self.length, np.minimum(stop, end) - self.at)
            parts = np.append(DOSE_PARTS, 0)[self.part]
            taken = np.where(moving, np.where(parts > 0, parts, whole), 0)
            self._step(taken, real(step_h / TICKS) * taken.astype(self.x.dtype))

    def _step(self, taken: NDArray[np.int64], h: Array) -> None:
        real, numbers, pace = self.lanes.real, self.lanes.programs.numbers, self.pace
        y, error = self.lanes.rodas3(self.x, h)
        good = (y >= -real(numbers.epsilon)).all(axis=0)
        size = np.abs(y)
        allowed = real(pace.atol) + real(pace.rtol) * np.where(self.x > size, self.x, size)
        norm = np.max(np.abs(error) / allowed, axis=0)
        moving = taken > 0
        shorter = (taken > self.plain) & ~(good & (norm <= 1))
        moved = moving & ~shorter
        retry = moved & ~good
        if retry.any():
            self.lanes.guarded += 1
            some = self.lanes.subset(retry)
            again = self.x[:, retry]
            for _ in range(PARTS):
                again = some.guarded_step(again, h[retry] * real(1.0 / PARTS), 1)
            if some is not self.lanes:
                self.lanes.guarded += some.guarded
                self.lanes.limited += some.limited
            y[:, retry] = again
        self.x = np.where(moved, np.where(y < real(numbers.nothing), real(0), y), self.x)
        parted = moved & (self.part < len(DOSE_PARTS))
        stretch = moved & ~parted & (taken == self.length) & (norm <= real(0.1))
        self.at += np.where(moved, taken, 0)
        self.part += parted
        self.length = np.where(parted & (self.part == len(DOSE_PARTS)), self.plain, self.length)
        self.length = np.where(shorter, np.maximum(taken // 2, self.plain), self.length)
        self.length = np.where(stretch, np.minimum(self.length * 2, self.most), self.length)
        # A patient that is lost takes no more steps: none brings it back.
        self.at = np.where(np.isnan(self.x).any(axis=0), self.end, self.at)


class NumpyBackend:
    """Vectorised over patients; needs no compiler."""

    name = "numpy"
    lanes = 1

    def __init__(self, system: System, numbers: Format) -> None:
        self.programs = Programs(system, numbers)
        self.numbers = numbers

    def _lanes(self, parameters: Floats) -> Lanes:
        with np.errstate(all="ignore"):
            return Lanes(self.programs, self.programs.prepare(parameters.T.astype(self.numbers.dtype)))

    def advance(
        self,
        states: Floats,
        parameters: Floats,
        amounts: Floats,
        schedule: Schedule,
        step_h: float,
        steps: int,
        record_every: int,
        columns: NDArray[np.int32],
        pace: Pace,
    ) -> tuple[Floats, Floats | None, Effort]:
        """Return end states, record (patients, times, columns) or None, and the effort."""
        times = steps // record_every + 1 if record_every else 0
        out, record = np.empty_like(states), np.empty((len(states), times, len(columns)))
        guarded = limited = 0
        for start in range(0, len(states), PATIENTS_AT_ONCE):
            some = slice(start, start + PATIENTS_AT_ONCE)
            lanes = self._lanes(parameters[some])
            x, dose = states[some].T.astype(self.numbers.dtype), amounts[some].T.astype(self.numbers.dtype)
            course = Course(lanes, x, dose, schedule, pace)
            with np.errstate(all="ignore"):
                record[some] = course.run(step_h, steps, record_every, columns)
            out[some] = course.x.T
            guarded, limited = guarded + lanes.guarded, limited + lanes.limited
        return out, record if record_every else None, Effort(guarded, limited)

    def settle(
        self, states: Floats, parameters: Floats, frozen: NDArray[np.int32], how: Settling
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return states and whether each patient settled."""
        real = self.numbers.dtype
        lanes, x = self._lanes(parameters), states.T.astype(real)
        h, active = np.full(x.shape[1], how.first_h, real), np.ones(x.shape[1], bool)
        with np.errstate(all="ignore"):
            for _ in range(how.steps):
                if not active.any():
                    break
                f = lanes.factor(x, h, frozen)
                b = h * f
                b[frozen] = 0
                change = lanes.solve(b)
                y = x + change
                good = active & (y >= -real(1e-12)).all(axis=0)
                still = (np.abs(change) <= real(1e-9) * y + real(1e-12)).all(axis=0) & (
                    h >= real(0.1 * how.last_h)
                )
                x = np.where(good, np.where(y < 0, real(0), y), x)
                grown = h * real(how.growth)
                h = np.where(
                    good, np.where(grown < real(how.last_h), grown, real(how.last_h)), h * real(0.25)
                )
                active &= ~(good & still)
        return np.ascontiguousarray(x.T, np.float64), ~active

    def cell(
        self, states: Floats, parameters: Floats, span_h: float, step_h: Floats, control: Control
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Return states after `span_h`, next step lengths, and whether each patient arrived."""
        real = self.numbers.dtype
        lanes, x, step = self._lanes(parameters), states.T.astype(real), step_h.astype(real)
        at, end = np.zeros_like(step), np.full_like(step, span_h)
        active = np.ones(len(step), bool)
        with np.errstate(all="ignore"):
            for _ in range(control.steps):
                if not active.any():
                    break
                left = end - at
                h, last = np.where(step < left, step, left), step >= left
                y, error = lanes.rodas3(x, h)
                size = np.abs(y)
                allowed = real(control.atol) + real(control.rtol) * np.where(x > size, x, size)
                norm = np.max(np.abs(error) / allowed, axis=0)
                accepted = active & (y >= -real(self.numbers.epsilon)).all(axis=0) & (norm <= 1)
                forced = active & ~accepted & (h <= real(control.least_h))
                factor = self._step_factor(norm, accepted, forced)
                new = np.where(y < 0, real(0), y)
                if forced.any():
                    new = np.where(forced, lanes.bounded(x, h), new)
                moved = accepted | forced
                x = np.where(moved, new, x)
                at = np.where(moved, at + h, at)
                proposed = h * factor
                proposed = np.where(accepted & last, np.where(proposed > step, proposed, step), proposed)
                least = real(0.5 * control.least_h)
                step = np.where(active, np.where(proposed > least, proposed, least), step)
                active &= ~(moved & last)
        return np.ascontiguousarray(x.T, np.float64), step.astype(np.float64), ~active

    def _step_factor(self, norm: Array, accepted: NDArray[np.bool_], forced: NDArray[np.bool_]) -> Array:
        real = self.numbers.dtype
        root = elementary.log(np.where(norm > real(1e-6), norm, real(1e-6)), self.numbers) * real(-1.0 / 3.0)
        factor = real(0.9) * elementary.exp(root, self.numbers)
        factor = np.where(factor < real(5), factor, real(5))
        factor = np.where(factor > real(0.2), factor, real(0.2))
        factor = np.where(accepted, factor, np.where(factor < real(0.25), factor, real(0.25)))
        factor = np.where(np.isfinite(norm), factor, real(0.2))
        return np.where(forced, real(2), factor)

    def derivative(self, states: Floats, parameters: Floats) -> Floats:
        """Return d(states)/dt per hour."""
        with np.errstate(all="ignore"):
            out = self._lanes(parameters).derivative(states.T.astype(self.numbers.dtype))
        return np.ascontiguousarray(out.T, np.float64)
