"""Arithmetic expressions as shared trees: rates, derived values, eligibility, readouts.

Nodes are hash-consed: equal sub-expressions are one object, so a network of rates is a directed
graph without repetition, and derivatives and generated code share their parts.

Constants fold, and the neutral elements vanish (``x + 0``, ``x * 1``), so a neutral knob that is a
literal costs nothing. Nothing is ever passed to `eval`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any, Final

from erbium.core.expression_text import written

Operator = str
#: Operators a tape or an evaluator has to know, with their number of arguments.
OPERATORS: Final[dict[Operator, int]] = {
    "add": 2, "sub": 2, "mul": 2, "div": 2, "neg": 1,
    "exp": 1, "log": 1, "sqrt": 1, "pow": 2, "min": 2, "max": 2, "lt": 2,
}  # fmt: skip


class Expr:
    """One node; build nodes with the functions of this module, never directly."""

    __slots__ = ("args", "id", "key", "names", "op", "value")

    op: str  # "number", "name", or a key of OPERATORS
    value: float  # of a number
    args: tuple[Expr, ...]
    names: frozenset[str]
    id: int
    key: tuple[int, str]  # the order of terms and factors, the same in every process

    def __repr__(self) -> str:
        return f"Expr({text(self)})"

    def __add__(self, other: Expr | float) -> Expr:
        return add(self, wrap(other))

    def __radd__(self, other: float) -> Expr:
        return add(wrap(other), self)

    def __sub__(self, other: Expr | float) -> Expr:
        return sub(self, wrap(other))

    def __rsub__(self, other: float) -> Expr:
        return sub(wrap(other), self)

    def __mul__(self, other: Expr | float) -> Expr:
        return mul(self, wrap(other))

    def __rmul__(self, other: float) -> Expr:
        return mul(wrap(other), self)

    def __truediv__(self, other: Expr | float) -> Expr:
        return div(self, wrap(other))

    def __rtruediv__(self, other: float) -> Expr:
        return div(wrap(other), self)

    def __neg__(self) -> Expr:
        return neg(self)

    @property
    def name(self) -> str:
        """The name of a name node."""
        (only,) = self.names
        return only

    @property
    def is_number(self) -> bool:
        """Whether this is a literal number."""
        return self.op == "number"


_nodes: dict[tuple[Any, ...], Expr] = {}
#: Held while a node is made: two threads must not give two nodes one id.
_making = Lock()


def _node(op: str, args: tuple[Expr, ...] = (), value: float = 0.0, name: str | None = None) -> Expr:
    key = (op, name, value, *(arg.id for arg in args))
    node = _nodes.get(key)
    if node is None:
        with _making:
            node = _nodes.get(key) or _made(key, op, args, value, name)
    return node


def _made(key: tuple[Any, ...], op: str, args: tuple[Expr, ...], value: float, name: str | None) -> Expr:
    node = Expr()
    node.op = op
    node.value = value
    node.args = args
    node.names = frozenset((name,)) if name else frozenset().union(*(arg.names for arg in args))
    node.id = len(_nodes)
    node.key = _order(op, args, value, name)
    _nodes[key] = node
    return node


def _order(op: str, args: tuple[Expr, ...], value: float, name: str | None) -> tuple[int, str]:
    """Return numbers before names before compounds; ids depend on what was built before, this does not."""
    if op == "number":
        return 0, float(value).hex()
    if name is not None:
        return 1, name
    body = "".join((op, *(f"{rank}{label}\x1f" for rank, label in (arg.key for arg in args))))
    return 2, hashlib.blake2b(body.encode(), digest_size=16).hexdigest()


def number(value: float) -> Expr:
    """Return a literal."""
    return _node("number", value=float(value) + 0.0)


def name(text: str) -> Expr:
    """Return a reference to a species, parameter or rule."""
    return _node("name", name=text)


def wrap(value: Expr | float) -> Expr:
    """Return `value` as a node."""
    return value if isinstance(value, Expr) else number(value)


def _is(node: Expr, value: float) -> bool:
    return node.op == "number" and node.value == value


def add(a: Expr, b: Expr) -> Expr:
    """Return ``a + b``."""
    if a.is_number and b.is_number:
        return number(a.value + b.value)
    if _is(a, 0):
        return b
    if _is(b, 0):
        return a
    if b.op == "neg":
        return sub(a, b.args[0])
    if a.op == "neg":
        return sub(b, a.args[0])
    return _node("add", (a, b) if a.key <= b.key else (b, a))


def sub(a: Expr, b: Expr) -> Expr:
    """Return ``a - b``."""
    if a.is_number and b.is_number:
        return number(a.value - b.value)
    if _is(b, 0):
        return a
    if _is(a, 0):
        return neg(b)
    if a is b:
        return number(0)
    if b.op == "neg":
        return add(a, b.args[0])
    return _node("sub", (a, b))


def neg(a: Expr) -> Expr:
    """Return ``-a``."""
    if a.is_number:
        return number(-a.value)
    return a.args[0] if a.op == "neg" else _node("neg", (a,))


def mul(a: Expr, b: Expr) -> Expr:
    """Return ``a * b``."""
    if a.is_number and b.is_number:
        return number(a.value * b.value)
    for x, y in ((a, b), (b, a)):
        if _is(x, 0):
            return number(0)
        if _is(x, 1):
            return y
        if _is(x, -1):
            return neg(y)
        if x.op == "neg":
            return neg(mul(x.args[0], y))
    return _node("mul", (a, b) if a.key <= b.key else (b, a))


def div(a: Expr, b: Expr) -> Expr:
    """Return ``a / b``."""
    if a.is_number and b.is_number and b.value != 0:
        return number(a.value / b.value)
    if _is(a, 0):
        return a
    if _is(b, 1):
        return a
    if a.op == "neg":
        return neg(div(a.args[0], b))
    return _node("div", (a, b))


def power(a: Expr, b: Expr) -> Expr:
    """Return ``a ^ b``; whole exponents up to 4 become products."""
    if a.is_number and b.is_number and (folded := _fold(pow, a.value, b.value)) is not None:
        return folded
    if b.is_number and not a.is_number:
        if b.value == 0:
            return number(1)
        if b.value in (1, 2, 3, 4):
            out = a
            for _ in range(int(b.value) - 1):
                out = mul(out, a)
            return out
        if b.value == 0.5:
            return call("sqrt", a)
        if b.value < 0:
            return div(number(1), power(a, number(-b.value)))
    return _node("pow", (a, b))


def call(op: str, *args: Expr) -> Expr:
    """Return a function of one or two arguments: exp, log, sqrt, min, max, lt."""
    if all(arg.is_number for arg in args):
        folded = _fold(_SCALAR[op], *(arg.value for arg in args))
        if folded is not None:
            return folded
    return _node(op, args)


def _fold(function: Callable[..., Any], *values: float) -> Expr | None:
    """Return the literal, or None where there is no finite real value (the node is kept)."""
    try:
        value = function(*values)
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    return number(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _lt(a: float, b: float) -> float:
    return 1.0 if a < b else 0.0


_SCALAR: dict[str, Callable[..., float]] = {
    "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "min": min, "max": max, "lt": _lt,
}  # fmt: skip


def _hill(x: Expr, k: Expr, n: Expr) -> Expr:
    """x^n / (k^n + x^n)."""
    top = power(x, n)
    return div(top, add(power(k, n), top))


FUNCTIONS: Final[dict[str, tuple[int, Callable[..., Expr]]]] = {
    "hill": (3, _hill),
    "mm": (2, lambda x, k: div(x, add(k, x))),
    "exp": (1, lambda x: call("exp", x)),
    "log": (1, lambda x: call("log", x)),
    "sqrt": (1, lambda x: call("sqrt", x)),
    "min": (2, lambda a, b: call("min", a, b)),
    "max": (2, lambda a, b: call("max", a, b)),
}


def derivative(node: Expr, wrt: str) -> Expr:
    """Return the partial derivative of `node` with respect to the name `wrt`."""
    if wrt not in node.names:
        return number(0)
    key = (node.id, wrt)
    found = _derivatives.get(key)
    if found is None:
        found = _derivatives[key] = _derive(node, wrt)
    return found


_derivatives: dict[tuple[int, str], Expr] = {}


def _derive(node: Expr, wrt: str) -> Expr:
    if node.op == "name":
        return number(1)
    a = node.args[0]
    da = derivative(a, wrt)
    if node.op == "neg":
        return neg(da)
    if node.op == "exp":
        return mul(node, da)
    if node.op == "log":
        return div(da, a)
    if node.op == "sqrt":
        return div(da, mul(number(2), node))
    b = node.args[1]
    db = derivative(b, wrt)
    if node.op == "add":
        return add(da, db)
    if node.op == "sub":
        return sub(da, db)
    if node.op == "mul":
        return add(mul(da, b), mul(a, db))
    if node.op == "div":
        return div(sub(da, mul(node, db)), b)
    if node.op == "pow":
        base = mul(mul(b, power(a, sub(b, number(1)))), da)
        return add(base, mul(mul(node, call("log", a)), db))
    if node.op in ("min", "max"):
        first = call("lt", a, b) if node.op == "min" else call("lt", b, a)
        return add(db, mul(first, sub(da, db)))
    return number(0)  # lt is flat


def substitute(node: Expr, values: Mapping[str, Expr]) -> Expr:
    """Return `node` with names replaced by expressions."""
    memo: dict[int, Expr] = {}

    def walk(part: Expr) -> Expr:
        if part.names.isdisjoint(values):
            return part
        found = memo.get(part.id)
        if found is None:
            if part.op == "name":
                found = values[part.name]
            else:
                found = build(part.op, tuple(walk(arg) for arg in part.args))
            memo[part.id] = found
        return found

    return walk(node)


def build(op: str, args: tuple[Expr, ...]) -> Expr:
    """Return the simplified node for an operator of :data:`OPERATORS`."""
    makers: dict[str, Callable[..., Expr]] = {
        "add": add,
        "sub": sub,
        "mul": mul,
        "div": div,
        "neg": neg,
        "pow": power,
    }
    maker = makers.get(op)
    return maker(*args) if maker else call(op, *args)


def evaluate(node: Expr, values: Mapping[str, Any]) -> Any:
    """Return the value of `node`; `values` may hold floats or arrays that broadcast."""
    return evaluate_all((node,), values)[0]


def evaluate_all(nodes: Iterable[Expr], values: Mapping[str, Any]) -> list[Any]:
    """Return the values of `nodes`, evaluating shared parts once."""
    import numpy as np

    functions: dict[str, Callable[..., Any]] = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative,
        "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "pow": np.power,
        "min": np.minimum, "max": np.maximum, "lt": lambda a, b: np.less(a, b) * 1.0,
    }  # fmt: skip
    memo: dict[int, Any] = {}

    def walk(part: Expr) -> Any:
        found = memo.get(part.id)
        if found is None:
            if part.op == "number":
                found = part.value
            elif part.op == "name":
                found = values[part.name]
            else:
                found = functions[part.op](*(walk(arg) for arg in part.args))
            memo[part.id] = found
        return found

    return [walk(node) for node in nodes]


def text(node: Expr) -> str:
    """Return `node` as text that parses back to the same node."""
    return written(node)
