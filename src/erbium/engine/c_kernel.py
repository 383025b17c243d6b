"""The compiled backend: blocks of lanes, one thread a block."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.engine.backend import Control, Effort, Floats, Pace, Settling
from erbium.engine.blocks import Array, aligned, pack, unpack
from erbium.engine.doses import Schedule
from erbium.engine.elementary import Format
from erbium.engine.sparse import SparseLU

_POINTER, _LONG, _DOUBLE = ctypes.c_void_p, ctypes.c_long, ctypes.c_double
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "erbium_workspace": (_LONG, []),
    "erbium_lanes": (ctypes.c_int, []),
    "erbium_advance": (
        None,
        [_POINTER] * 3
        + [_DOUBLE, _LONG]
        + [_POINTER] * 3
        + [_LONG, _LONG, _POINTER, _LONG, _POINTER]
        + [_DOUBLE] * 2
        + [_LONG] * 2
        + [_POINTER] * 2,
    ),
    "erbium_settle": (
        None,
        [_POINTER] * 3 + [_LONG] + [_POINTER] * 2 + [_LONG] + [_DOUBLE] * 3 + [_LONG] + [_POINTER] * 2,
    ),
    "erbium_cell": (None, [_POINTER] * 2 + [_DOUBLE, _POINTER] + [_DOUBLE] * 3 + [_LONG] + [_POINTER] * 2),
    "erbium_derivative": (None, [_POINTER] * 5),
}


def thread_count(wanted: int | None) -> int:
    """Return the number of threads to use."""
    if wanted is not None:
        return max(1, wanted)
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


class CBackend:
    """A compiled kernel.

    Parameters
    ----------
    library
        Shared library of the generated code.
    numbers
        Its floating-point format.
    lu
        Elimination plan; the matrix entries of frozen rows are looked up here.
    threads
        Number of threads; None for one per available core.
    """

    name = "c"

    def __init__(self, library: Path, numbers: Format, lu: SparseLU, threads: int | None = None) -> None:
        self.library = library
        self.numbers = numbers
        self.lu = lu
        self.threads = thread_count(threads)
        self._c = ctypes.CDLL(str(library))
        for function, (result, arguments) in _SIGNATURES.items():
            getattr(self._c, function).restype = result
            getattr(self._c, function).argtypes = arguments
        self.lanes = int(self._c.erbium_lanes())
        self._memory = int(self._c.erbium_workspace()) * self.lanes
        self._local = threading.local()

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
        x, p, a = self._pack(states), self._pack(parameters), self._pack(amounts)
        times = steps // record_every + 1 if record_every else 0
        record = aligned((len(x), times * len(columns), self.lanes), self.numbers.dtype)
        counts = np.zeros((len(x), 2), np.int64)

        def block(b: int) -> None:
            self._c.erbium_advance(
                _at(x, b), _at(p, b), _at(a, b), step_h, steps,
                _all(schedule.step), _all(schedule.species), _all(schedule.rule), len(schedule.step),
                record_every, _all(columns), len(columns), _at(record, b), pace.rtol, pace.atol, pace.plain,
                pace.most, self.workspace(), _at(counts, b),
            )  # fmt: skip

        self._each(block, len(x))
        out = None
        if record_every:
            out = unpack(record, len(states)).reshape(len(states), times, len(columns))
        guarded, limited = counts.sum(axis=0).tolist()
        return unpack(x, len(states)), out, Effort(guarded, limited)

    def settle(
        self, states: Floats, parameters: Floats, frozen: NDArray[np.int32], how: Settling
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return states and whether each patient settled."""
        x, p = self._pack(states), self._pack(parameters)
        done = aligned((len(x), 1, self.lanes), self.numbers.dtype)
        rows = set(frozen.tolist())
        entries = [(at, int(i == j)) for (i, j), at in self.lu.positions.items() if i in rows]
        table = np.ascontiguousarray(np.array(entries, np.int32).reshape(-1, 2).T)

        def block(b: int) -> None:
            self._c.erbium_settle(
                _at(x, b), _at(p, b), _all(frozen), len(frozen), _at(table, 0), _at(table, 1), len(entries),
                how.first_h, how.last_h, how.growth, how.steps, _at(done, b), self.workspace(),
            )  # fmt: skip

        self._each(block, len(x))
        return unpack(x, len(states)), unpack(done, len(states))[:, 0] > 0

    def cell(
        self, states: Floats, parameters: Floats, span_h: float, step_h: Floats, control: Control
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Return states after `span_h`, next step lengths, and whether each patient arrived."""
        x, p, h = self._pack(states), self._pack(parameters), self._pack(step_h[:, None])
        done = aligned((len(x), 1, self.lanes), self.numbers.dtype)

        def block(b: int) -> None:
            self._c.erbium_cell(
                _at(x, b), _at(p, b), span_h, _at(h, b), control.rtol, control.atol, control.least_h,
                control.steps, _at(done, b), self.workspace(),
            )  # fmt: skip

        self._each(block, len(x))
        n = len(states)
        return unpack(x, n), unpack(h, n)[:, 0], unpack(done, n)[:, 0] > 0

    def derivative(self, states: Floats, parameters: Floats) -> Floats:
        """Return d(states)/dt per hour."""
        return self._derivative(states, parameters, None)

    def jacobian(self, states: Floats, parameters: Floats) -> Floats:
        """Return the dense Jacobian, (patients, states, states), per hour."""
        blocks = -(-len(states) // self.lanes)
        matrix = aligned((blocks, self.lu.nonzeros, self.lanes), self.numbers.dtype)
        self._derivative(states, parameters, matrix)
        entries = unpack(matrix, len(states))
        out = np.zeros((len(states), self.lu.size, self.lu.size))
        rows, columns = (np.array(part) for part in zip(*self.lu.positions, strict=True))
        out[:, rows, columns] = entries
        out[:, np.arange(self.lu.size), np.arange(self.lu.size)] -= 1.0
        return out

    def _derivative(self, states: Floats, parameters: Floats, matrix: Array | None) -> Floats:
        x, p = self._pack(states), self._pack(parameters)
        out = aligned(x.shape, self.numbers.dtype)

        def block(b: int) -> None:
            self._c.erbium_derivative(
                _at(x, b),
                _at(p, b),
                _at(out, b),
                None if matrix is None else _at(matrix, b),
                self.workspace(),
            )

        self._each(block, len(x))
        return unpack(out, len(states))

    def _pack(self, values: Floats) -> Array:
        return pack(values, self.lanes, self.numbers.dtype)

    @property
    def raw_derivative(self) -> Callable[..., None]:
        """The compiled derivative: states, parameters, result, matrix or None, workspace; all addresses."""
        function: Callable[..., None] = self._c.erbium_derivative
        return function

    def workspace(self) -> int:
        """Return the address of this thread's workspace."""
        memory = getattr(self._local, "memory", None)
        if memory is None:
            memory = self._local.memory = aligned((self._memory,), self.numbers.dtype)
        return int(memory.ctypes.data)

    def _each(self, work: Callable[[int], None], blocks: int) -> None:
        """Do `work` for every block; those with most doses stand last and are begun first."""
        waiting = iter(range(blocks - 1, -1, -1))

        def take() -> None:
            for block in waiting:
                work(block)

        helpers = min(self.threads, blocks) - 1
        if helpers < 1:
            take()
            return
        with ThreadPoolExecutor(helpers) as pool:
            helping = [pool.submit(take) for _ in range(helpers)]
            take()
            for one in helping:
                one.result()


def _at(array: Array, block: int) -> int:
    return int(array.ctypes.data) + block * int(array.strides[0])


def _all(array: Array) -> int:
    return int(array.ctypes.data)
