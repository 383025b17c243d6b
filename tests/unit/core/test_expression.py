"""Expressions: shared nodes, folding, text that reads back, and derivatives."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given, settings

from erbium.core import expression as ex
from erbium.core.expression import Expr
from erbium.core.parser import parse
from tests.unit.core.expressions import NAMES, smooth_trees, trees, values

x, y = ex.name("x"), ex.name("y")


def test_equal_parts_are_one_object() -> None:
    assert parse("k * A / (K + A)") is parse("k*A/(K+A)")
    assert ex.add(x, y) is ex.add(y, x)
    assert ex.mul(x, y) is ex.mul(y, x)
    assert ex.sub(x, y) is not ex.sub(y, x)


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("x + 0", "x"),
        ("0 + x", "x"),
        ("x - 0", "x"),
        ("0 - x", "-x"),
        ("x - x", "0"),
        ("x * 1", "x"),
        ("1 * x", "x"),
        ("x * 0", "0"),
        ("-1 * x", "-x"),
        ("x / 1", "x"),
        ("0 / x", "0"),
        ("--x", "x"),
        ("x + -y", "x - y"),
        ("x - -y", "x + y"),
        ("2 + 3 * 4", "14"),
        ("x^0", "1"),
        ("x^1", "x"),
        ("x^2", "x * x"),
        ("x^0.5", "sqrt(x)"),
        ("x^-2", "1 / (x * x)"),
        ("2^0.5 * 2^0.5 - 2 + x", f"{math.sqrt(2) ** 2 - 2!r} + x"),
        ("exp(0) * x", "x"),
        ("max(2, 3) * x", "3 * x"),
    ],
)
def test_folding(text: str, simple: str) -> None:
    assert parse(text) is parse(simple)


def test_a_neutral_knob_costs_nothing() -> None:
    knob = {"masking": ex.number(0), "gain": ex.number(1)}
    assert ex.substitute(parse("k * gain * (A + masking * B)"), knob) is parse("k * A")


def test_division_by_zero_is_kept_not_folded() -> None:
    assert not parse("1 / 0").is_number


def test_operators_of_python_build_the_same_nodes() -> None:
    assert 2 * x + y / 4 - 1 is parse("2 * x + y / 4 - 1")
    assert 1 - (-x) is parse("1 + x")
    assert 1 / (x - 2) is parse("1 / (x - 2)")


def test_names_are_collected() -> None:
    assert parse("a * b + hill(c, 1, n)").names == {"a", "b", "c", "n"}
    assert x.name == "x"


@given(trees)
@settings(max_examples=200, deadline=None)
def test_text_reads_back_as_the_same_node(node: Expr) -> None:
    assert parse(ex.text(node)) is node


@given(smooth_trees, values)
@settings(max_examples=200, deadline=None)
def test_derivative_is_the_finite_difference(node: Expr, at: Mapping[str, float]) -> None:
    for name in NAMES:
        step = 1e-5 * at[name]
        up, down = (float(ex.evaluate(node, {**at, name: at[name] + s})) for s in (step, -step))
        slope = float(ex.evaluate(ex.derivative(node, name), at))
        scale = abs(float(ex.evaluate(node, at))) / at[name] + abs(slope)
        assume(math.isfinite(scale) and scale < 1e12)
        assert (up - down) / (2 * step) == pytest.approx(slope, abs=1e-5 * scale + 1e-9)


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("x^y", 2.0, 3 * 2.0**2),
        ("min(x, 3)", 2.0, 1.0),
        ("min(x, 3)", 4.0, 0.0),
        ("max(x, 3)", 4.0, 1.0),
        ("max(0, 1 - x)", 0.4, -1.0),
        ("max(0, 1 - x)", 1.4, 0.0),
        ("y", 1.0, 0.0),
        ("x^2.5", 4.0, 2.5 * 8.0),
    ],
)
def test_derivative_of_powers_and_bounds(text: str, at: float, slope: float) -> None:
    node = ex.derivative(parse(text), "x")
    assert float(ex.evaluate(node, {"x": at, "y": 3.0})) == pytest.approx(slope)


def test_derivative_of_a_varying_exponent() -> None:
    node = ex.derivative(parse("x^y"), "y")
    assert float(ex.evaluate(node, {"x": 2.0, "y": 3.0})) == pytest.approx(8 * math.log(2))


def test_evaluation_broadcasts() -> None:
    found = ex.evaluate(parse("x * y + 1"), {"x": np.array([1.0, 2.0]), "y": 3.0})
    assert found.tolist() == [4.0, 7.0]


def test_shared_parts_are_evaluated_once() -> None:
    node = x
    for _ in range(200):
        node = node + node * y
    one, two = ex.evaluate_all((node, ex.neg(node)), {"x": 1.0, "y": 0.0})
    assert (one, two) == (1.0, -1.0)


def test_substitution_keeps_what_it_does_not_touch() -> None:
    node = parse("a + b * c")
    assert ex.substitute(node, {"z": x}) is node
    assert ex.substitute(node, {"b": parse("x + 1")}) is parse("a + (x + 1) * c")


def test_threads_share_nodes() -> None:
    """One node per expression, and one id per node, however many threads build at once."""

    def build(_: int) -> list[ex.Expr]:
        return [ex.name(f"thread_{k}") * float(k + 2) + ex.name("shared") for k in range(2000)]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            lists = list(pool.map(build, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert all(one is other for made in lists for one, other in zip(lists[0], made, strict=True))
    assert len({node.id for node in lists[0]}) == len(lists[0])
