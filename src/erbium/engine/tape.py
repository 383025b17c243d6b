"""Straight-line programs: each operation writes one new slot, shared parts appear once.

Both kernels run the same tape, operation by operation, so they round alike. Operand order and slot
numbers depend only on the structure of the expressions, not on what else the process has built,
so equal networks give equal kernel text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from erbium.core.errors import UnknownName
from erbium.core.expression import Expr

COMMUTATIVE = frozenset({"add", "mul"})


class Depends(IntEnum):
    """What a slot depends on: the earlier kinds need not be computed again at every step."""

    NOTHING = 0
    PARAMETERS = 1
    STATES = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """One value: a literal, a leaf (``state``, ``parameter``) or an operation on earlier slots."""

    op: str
    args: tuple[int, ...]
    depends: Depends
    value: float = 0.0
    index: int = -1


@dataclass
class Tape:
    """Slots in an order in which each uses only earlier ones.

    Parameters
    ----------
    states, parameters
        Position of every name in the state and parameter vectors.

    Notes
    -----
    ``a / b`` becomes ``a * inv(b)`` and ``a ^ b`` becomes ``exp(b * log(a))``, so that reciprocals
    and logarithms are shared, and those of parameters are computed once per course.
    """

    states: Mapping[str, int]
    parameters: Mapping[str, int]
    slots: list[Slot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_node: dict[int, int] = {}
        self._by_key: dict[tuple[object, ...], int] = {}
        self._digests: dict[int, bytes] = {}

    def add_all(self, expressions: Iterable[Expr]) -> list[int]:
        """Append `expressions` and return the slots that hold them."""
        return [self.add(expression) for expression in expressions]

    def add(self, node: Expr) -> int:
        """Append what `node` needs and return its slot."""
        found = self._by_node.get(node.id)
        if found is None:
            found = self._by_node[node.id] = self._append(node)
        return found

    def _append(self, node: Expr) -> int:
        if node.op == "number":
            return self._slot("number", value=node.value)
        if node.op == "name":
            return self._leaf(node.name)
        args = node.args
        if node.op in COMMUTATIVE:
            args = tuple(sorted(args, key=self._digest))
        slots = tuple(self.add(arg) for arg in args)
        if node.op == "div":
            return self._slot("mul", (slots[0], self._slot("inv", (slots[1],))))
        if node.op == "pow":
            return self._slot("exp", (self._slot("mul", (slots[1], self._slot("log", (slots[0],)))),))
        return self._slot(node.op, slots)

    def _leaf(self, name: str) -> int:
        if name in self.states:
            return self._slot("state", index=self.states[name])
        if name in self.parameters:
            return self._slot("parameter", index=self.parameters[name])
        raise UnknownName.among("species or parameter", name, [*self.states, *self.parameters])

    def _slot(self, op: str, args: tuple[int, ...] = (), *, value: float = 0.0, index: int = -1) -> int:
        key = (op, args, value, index)
        found = self._by_key.get(key)
        if found is None:
            found = self._by_key[key] = len(self.slots)
            own = {"number": Depends.NOTHING, "parameter": Depends.PARAMETERS, "state": Depends.STATES}
            depends = own.get(op, max((self.slots[a].depends for a in args), default=Depends.NOTHING))
            self.slots.append(Slot(op, args, depends, value, index))
        return found

    def _digest(self, node: Expr) -> bytes:
        found = self._digests.get(node.id)
        if found is None:
            if node.op == "number":
                parts = [node.value.hex().encode()]
            elif node.op == "name":
                slot = self.slots[self._leaf(node.name)]
                parts = [slot.op.encode(), str(slot.index).encode()]
            else:
                parts = [self._digest(arg) for arg in node.args]
                if node.op in COMMUTATIVE:
                    parts.sort()
            found = hashlib.blake2b(b"|".join([node.op.encode(), *parts]), digest_size=16).digest()
            self._digests[node.id] = found
        return found

    def needed(self, targets: Iterable[int], depends: Depends) -> list[int]:
        """Return the operations of kind `depends` that `targets` need, in order."""
        seen: set[int] = set()
        stack = list(targets)
        while stack:
            slot = stack.pop()
            if slot not in seen:
                seen.add(slot)
                stack.extend(self.slots[slot].args)
        return sorted(s for s in seen if self.slots[s].args and self.slots[s].depends == depends)

    def prepared(self, targets: Iterable[int]) -> list[int]:
        """Return the operations on parameters and numbers only, in order."""
        wanted = list(targets)
        return sorted(self.needed(wanted, Depends.PARAMETERS) + self.needed(wanted, Depends.NOTHING))
