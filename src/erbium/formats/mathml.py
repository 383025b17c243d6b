"""Expressions as libSBML syntax trees, which are written as MathML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erbium.core.expression import Expr


def syntax_tree(node: Expr, ids: Mapping[str, str]) -> Any:
    """Return `node` as a `libsbml.ASTNode`, with names replaced by their SBML ids."""
    import libsbml

    if node.op == "number":
        leaf = libsbml.ASTNode(libsbml.AST_REAL)
        leaf.setValue(node.value)
        leaf.setUnits("dimensionless")
        return leaf
    if node.op == "name":
        leaf = libsbml.ASTNode(libsbml.AST_NAME)
        leaf.setName(ids[node.name])
        return leaf
    parts = [syntax_tree(arg, ids) for arg in node.args]
    if node.op == "lt":
        return _branch(
            libsbml.AST_FUNCTION_PIECEWISE, _whole(1), _branch(libsbml.AST_RELATIONAL_LT, *parts), _whole(0)
        )
    if node.op == "sqrt":
        return _branch(libsbml.AST_FUNCTION_ROOT, _whole(2), *parts)
    kinds = {
        "add": libsbml.AST_PLUS,
        "sub": libsbml.AST_MINUS,
        "neg": libsbml.AST_MINUS,
        "mul": libsbml.AST_TIMES,
        "div": libsbml.AST_DIVIDE,
        "pow": libsbml.AST_POWER,
        "exp": libsbml.AST_FUNCTION_EXP,
        "log": libsbml.AST_FUNCTION_LN,
        "min": libsbml.AST_FUNCTION_MIN,
        "max": libsbml.AST_FUNCTION_MAX,
    }
    return _branch(kinds[node.op], *parts)


def reached(time: float) -> Any:
    """Return the syntax tree of ``time >= t``, t in hours."""
    import libsbml

    clock = libsbml.ASTNode(libsbml.AST_NAME_TIME)
    clock.setName("time")
    bound = libsbml.ASTNode(libsbml.AST_REAL)
    bound.setValue(time)
    bound.setUnits("hour")
    return _branch(libsbml.AST_RELATIONAL_GEQ, clock, bound)


def raised(sid: str, amount: float, unit: str) -> Any:
    """Return the syntax tree of ``sid + amount``, the amount with its unit."""
    import libsbml

    before = libsbml.ASTNode(libsbml.AST_NAME)
    before.setName(sid)
    added = libsbml.ASTNode(libsbml.AST_REAL)
    added.setValue(amount)
    added.setUnits(unit)
    return _branch(libsbml.AST_PLUS, before, added)


def times(sid: str, tree: Any) -> Any:
    """Return the syntax tree of ``sid * tree``."""
    import libsbml

    factor = libsbml.ASTNode(libsbml.AST_NAME)
    factor.setName(sid)
    return _branch(libsbml.AST_TIMES, factor, tree)


def _branch(kind: int, *parts: Any) -> Any:
    import libsbml

    node = libsbml.ASTNode(kind)
    for part in parts:
        node.addChild(part)
    return node


def _whole(value: int) -> Any:
    import libsbml

    leaf = libsbml.ASTNode(libsbml.AST_INTEGER)
    leaf.setValue(value)
    leaf.setUnits("dimensionless")
    return leaf
