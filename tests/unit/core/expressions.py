"""Hypothesis strategies for expressions."""

from __future__ import annotations

from hypothesis import strategies as st

from erbium.core import expression as ex
from erbium.core.expression import Expr

NAMES = ("x", "y", "k_shed", "c1.HER2")

numbers = st.floats(0.05, 20, allow_nan=False).map(ex.number)
leaves = st.one_of(st.sampled_from(NAMES).map(ex.name), numbers)


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(st.sampled_from(["add", "sub", "mul", "div", "min", "max"]), pair).map(
            lambda t: ex.build(*t)
        ),
        inner.map(ex.neg),
        st.tuples(inner, st.floats(0.3, 5.5)).map(lambda t: ex.power(t[0], ex.number(t[1]))),
        st.tuples(inner, st.integers(-3, 6)).map(lambda t: ex.power(t[0], ex.number(t[1]))),
        pair.map(lambda t: ex.power(*t)),
    )


#: Any tree of the plain operators: may be undefined at some values.
trees = st.recursive(leaves, _grown, max_leaves=12)


def _smooth(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pair = st.tuples(inner, inner)
    one = ex.number(1)
    return st.one_of(
        pair.map(lambda t: ex.add(*t)),
        pair.map(lambda t: ex.mul(*t)),
        pair.map(lambda t: ex.div(t[0], ex.add(one, t[1]))),
        inner.map(lambda e: ex.call("sqrt", ex.add(one, e))),
        inner.map(lambda e: ex.call("log", ex.add(one, e))),
        inner.map(lambda e: ex.call("exp", ex.neg(e))),
        st.tuples(inner, st.floats(0.5, 3)).map(
            lambda t: ex.FUNCTIONS["hill"][1](t[0], one, ex.number(t[1]))
        ),
    )


#: Trees that are positive and smooth where all names are positive.
smooth_trees = st.recursive(leaves, _smooth, max_leaves=8)

values = st.fixed_dictionaries({name: st.floats(0.1, 3) for name in NAMES})
