"""Expressions as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erbium.core.expression import Expr

_SYMBOL = {"add": " + ", "sub": " - ", "mul": " * ", "div": " / ", "pow": "^"}
_RANK = {"add": 1, "sub": 1, "neg": 2, "mul": 3, "div": 3, "pow": 4}


def _starts_with_number(node: Expr) -> bool:
    while node.op in ("add", "sub", "mul", "div", "pow"):
        node = node.args[0]
    return node.is_number


def written(node: Expr, outer: int = 0) -> str:
    """Return `node` as text that parses back to the same node, in brackets where `outer` binds tighter."""
    if node.op == "number":
        shown = f"{node.value:.12g}" if float(f"{node.value:.12g}") == node.value else repr(node.value)
        return f"({shown})" if node.value < 0 and outer > 0 else shown
    if node.op == "name":
        return node.name
    rank = _RANK.get(node.op)
    if rank is None:
        return f"{node.op}({', '.join(written(arg, 0) for arg in node.args)})"
    if node.op == "neg":
        # "-1 / x" would read back as (-1) / x.
        out = f"-{written(node.args[0], 4 if _starts_with_number(node.args[0]) else rank + 1)}"
    else:
        left, right = node.args
        out = f"{written(left, rank)}{_SYMBOL[node.op]}{written(right, rank + 1)}"
    return f"({out})" if rank < outer or (rank == outer == 4) else out
