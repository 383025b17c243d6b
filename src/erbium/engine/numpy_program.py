"""Straight-line programs run by NumPy, many independent operations at a time.

Operations of one kind that need nothing from each other form a group and run as one call over
(operations, patients). Every operation still sees the operands it sees in the C kernel, so the
two kernels round alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.core.expression import number
from erbium.engine import elementary
from erbium.engine.elementary import Format
from erbium.engine.system import System
from erbium.engine.tape import Depends

Array = NDArray[Any]
Operation = tuple[str, tuple[int, ...]]


class Program:
    """Operations on rows: inputs first, then one row per operation.

    Parameters
    ----------
    inputs
        Number of input rows.
    operations
        (operator, rows); row ``inputs + k`` is the result of operation k.
    outputs
        Rows to return.
    """

    def __init__(
        self, inputs: int, operations: Sequence[Operation], outputs: Sequence[int], numbers: Format
    ) -> None:
        self.inputs = inputs
        self.rows = inputs + len(operations)
        level = [0] * inputs
        for _, args in operations:
            level.append(1 + max(level[a] for a in args))
        groups: dict[tuple[int, str], list[int]] = {}
        for k, (op, _) in enumerate(operations):
            groups.setdefault((level[inputs + k], op), []).append(k)
        place = list(range(inputs)) + [0] * len(operations)
        self._groups: list[tuple[Callable[..., Array], list[NDArray[np.intp]], int, int]] = []
        functions = functions_of(numbers)
        start = inputs
        for (_, op), members in sorted(groups.items()):
            for offset, k in enumerate(members):
                place[inputs + k] = start + offset
            count = len(operations[members[0]][1])
            takes = [
                np.array([place[operations[k][1][side]] for k in members], np.intp) for side in range(count)
            ]
            self._groups.append((functions[op], takes, start, start + len(members)))
            start += len(members)
        self._outputs = np.array([place[row] for row in outputs], np.intp)

    def run(self, rows: Array) -> Array:
        """Fill `rows` (all rows x patients, inputs set) and return the outputs."""
        for function, takes, start, stop in self._groups:
            rows[start:stop] = function(*(rows[take] for take in takes))
        return np.asarray(rows[self._outputs])


def _smaller(a: Array, b: Array) -> Array:
    return np.asarray(np.where(a < b, a, b))


def _larger(a: Array, b: Array) -> Array:
    return np.asarray(np.where(a > b, a, b))


def functions_of(f: Format) -> dict[str, Callable[..., Array]]:
    """Return the operations of a tape on arrays."""
    one = f.dtype(1)
    return {
        "add": np.add,
        "sub": np.subtract,
        "mul": np.multiply,
        "neg": np.negative,
        "inv": lambda a: one / a,
        "exp": lambda a: elementary.exp(a, f),
        "log": lambda a: elementary.log(a, f),
        "sqrt": lambda a: elementary.sqrt(a, f),
        "min": _smaller,
        "max": _larger,
        "lt": lambda a, b: (a < b).astype(f.dtype),
    }


def constant_slots(system: System) -> list[int]:
    """Return what a course computes once: numbers, parameters and operations on them."""
    for change in system.changes:
        system.tape.add_all(number(abs(count)) for _, count in change)
    system.tape.add(number(0))
    leaves = [slot for slot, node in enumerate(system.tape.slots) if node.op in ("number", "parameter")]
    return leaves + system.tape.prepared(system.targets)


def tape_program(
    system: System, targets: Sequence[int], constants: Sequence[int], numbers: Format
) -> Program:
    """Return derivatives and `targets` from states and constants, as a program."""
    slots = system.tape.slots
    row = {slot: system.size + at for at, slot in enumerate(constants)}
    row |= {slot: node.index for slot, node in enumerate(slots) if node.op == "state"}
    inputs = system.size + len(constants)
    operations: list[Operation] = []
    for slot in system.tape.needed(targets, Depends.STATES):
        row[slot] = inputs + len(operations)
        operations.append((slots[slot].op, tuple(row[a] for a in slots[slot].args)))
    zero = row[system.tape.add(number(0))]
    outputs = [row[target] for target in targets]
    derivatives: list[int] = []
    for terms in system.terms:
        total = zero
        for j, count in terms:
            term = row[system.rates[j]]
            if abs(count) != 1:
                operations.append(("mul", (row[system.tape.add(number(abs(count)))], term)))
                term = inputs + len(operations) - 1
            operations.append(("sub" if count < 0 else "add", (total, term)))
            total = inputs + len(operations) - 1
        derivatives.append(total)
    return Program(inputs, operations, [*derivatives, *outputs], numbers)


def factor_program(system: System, numbers: Format) -> Program:
    """Return the elimination in place, as a program on the matrix entries."""
    at = system.lu.positions
    size = system.lu.nonzeros
    current = list(range(size))
    operations: list[Operation] = []

    def push(op: str, *args: int) -> int:
        operations.append((op, args))
        return size + len(operations) - 1

    for pivot in system.lu.pivots:
        k = pivot.k
        inverse = current[at[k, k]] = push("inv", current[at[k, k]])
        for i in pivot.rows:
            factor = current[at[i, k]] = push("mul", current[at[i, k]], inverse)
            for j in pivot.columns:
                update = push("mul", factor, current[at[k, j]])
                current[at[i, j]] = push("sub", current[at[i, j]], update)
    return Program(size, operations, current, numbers)


def solve_program(system: System, numbers: Format) -> Program:
    """Return the two substitutions: matrix entries, then the right-hand side, as inputs."""
    at, size = system.lu.positions, system.lu.nonzeros
    inputs = size + system.size
    current = list(range(size, inputs))
    operations: list[Operation] = []

    def push(op: str, *args: int) -> int:
        operations.append((op, args))
        return inputs + len(operations) - 1

    for pivot in system.lu.pivots:
        for i in pivot.rows:
            current[i] = push("sub", current[i], push("mul", at[i, pivot.k], current[pivot.k]))
    for pivot in reversed(system.lu.pivots):
        total = current[pivot.k]
        for j in pivot.columns:
            total = push("sub", total, push("mul", at[pivot.k, j], current[j]))
        current[pivot.k] = push("mul", total, at[pivot.k, pivot.k])
    return Program(inputs, operations, current, numbers)
