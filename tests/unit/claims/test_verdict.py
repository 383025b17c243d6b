"""What counts as seen: each comparison on values whose answer is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from erbium.claims.verdict import Outcome, judge
from erbium.core.twins import Array
from erbium.knowledge.schema.claim import Expectation

SPREAD = np.linspace(0.98, 1.02, 32)


def seen(values: dict[str, Any], comparison: str, **keys: Any) -> Outcome:
    """Return what an expectation finds; a plain number is a value with a small spread."""
    fields = {"readout": "pAKT_S473", "time": "24 h", "comparison": comparison, **keys}
    expectation = Expectation.model_validate(fields)
    arms: dict[str, Array] = {
        name: float(value) * SPREAD if isinstance(value, float | int) else np.asarray(value, dtype=float)
        for name, value in values.items()
    }
    return judge(expectation, arms)


@pytest.mark.parametrize(
    ("test", "comparison", "holds"),
    [
        (1.5, "up", True),
        (1.5, "down", False),
        (1.5, "unchanged", False),
        (0.6, "down", True),
        (0.6, "up", False),
        (1.05, "up", False),
        (1.05, "unchanged", True),
        (0.95, "unchanged", True),
    ],
)
def test_two_arms(test: float, comparison: str, holds: bool) -> None:
    found = seen({"a": test, "b": 1.0}, comparison, test="a", against="b")
    assert found.holds is holds
    assert found.effect == pytest.approx(math.log(test))
    assert bool(found.reason) is not holds


def test_an_interval_with_no_effect_does_not_count() -> None:
    wide = np.linspace(0.9, 2.0, 32)
    found = seen({"a": wide, "b": np.ones(32)}, "up", test="a", against="b")
    assert not found.holds
    assert "includes no effect" in found.reason
    assert 0.5 < found.members < 1.0


@pytest.mark.parametrize(("least", "holds"), [(1e-6, False), (-1e-6, False), (5e-4, False), (5e-3, True)])
def test_what_is_within_the_error_of_a_course_is_no_effect(least: float, holds: bool) -> None:
    effects = np.concatenate([np.full(8, least), np.linspace(0.5, 2.0, 24)])
    found = seen({"a": np.exp(effects), "b": np.ones(32)}, "up", test="a", against="b")
    assert found.holds is holds
    assert (found.margin > 0.0) is holds
    found = seen({"a": np.exp(-effects), "b": np.ones(32)}, "down", test="a", against="b")
    assert found.holds is holds


def test_the_floor_is_that_of_the_claim() -> None:
    arms = {"a": 1.2, "b": 1.0}
    assert seen(arms, "up", test="a", against="b").holds
    assert not seen(arms, "up", test="a", against="b", floor=0.3).holds


def test_a_difference_of_differences() -> None:
    arms = {"none": 2.0, "drug": 1.0, "marker": 3.0, "marker_drug": 2.4}
    keys = {"test": "marker_drug / marker", "against": "drug / none"}
    found = seen(arms, "up", **keys)
    assert found.holds
    assert found.effect == pytest.approx(math.log(2.4 / 3.0) - math.log(1.0 / 2.0))
    # A marker that acts without the drug alone is no predictive marker.
    assert not seen(arms | {"marker_drug": 1.5}, "up", **keys).holds


def test_an_order_needs_every_neighbour() -> None:
    keys = {"arms_in_order": ("a", "b", "c")}
    assert seen({"a": 3.0, "b": 2.0, "c": 1.0}, "order", **keys).holds
    failed = seen({"a": 3.0, "b": 1.02, "c": 1.0}, "order", **keys)
    assert not failed.holds
    assert failed.effect == pytest.approx(math.log(1.02))


@pytest.mark.parametrize(
    ("scan", "holds"),
    [([1.0, 2.0, 1.0], True), ([2.0, 1.0, 2.0], True), ([1.0, 2.0, 3.0], False), ([1.0, 1.05, 1.0], False)],
)
def test_biphasic_has_an_extremum_inside(scan: list[float], holds: bool) -> None:
    arms = dict(zip("abc", scan, strict=True))
    assert seen(arms, "biphasic", arms_in_order=("a", "b", "c")).holds is holds


def test_synergy_is_beyond_bliss() -> None:
    keys = {"test": "ab / a", "against": "b / none"}
    base = {"none": 1.0, "a": 0.8, "b": 0.7}
    assert seen(base | {"ab": 0.3}, "synergy", **keys).holds
    assert not seen(base | {"ab": 0.56}, "synergy", **keys).holds
    assert not seen(base | {"ab": 0.7}, "synergy", **keys).holds
    # What rises is beyond Bliss when it rises more.
    rising = {"none": 1.0, "a": 1.3, "b": 1.4}
    assert seen(rising | {"ab": 3.0}, "synergy", **keys).holds
    assert not seen(rising | {"ab": 1.5}, "synergy", **keys).holds


@pytest.mark.parametrize(("side", "holds"), [("above", True), ("below", False)])
def test_a_threshold(side: str, holds: bool) -> None:
    assert seen({"a": 0.6}, "threshold", test="a", value=0.5, side=side).holds is holds
    assert not seen({"a": 0.5}, "threshold", test="a", value=0.5, side=side).holds


@pytest.mark.parametrize(
    ("test", "against", "effect", "holds"),
    [
        (1.0, 0.0, 1.0, True),
        (0.0, 0.0, 0.0, False),
        (0.02, -0.02, 2.0, True),
        (1e-12, 1e-15, 0.0, False),
        (0.0, 1.0, -1.0, False),
    ],
)
def test_zero_and_negative_values_are_compared_by_difference(
    test: float, against: float, effect: float, holds: bool
) -> None:
    found = seen({"a": np.full(8, test), "b": np.full(8, against)}, "up", test="a", against="b")
    assert found.holds is holds
    assert found.effect == pytest.approx(effect)
    assert not found.logarithmic


def test_what_is_not_finite_fails_with_a_reason() -> None:
    found = seen({"a": np.full(8, np.nan), "b": 1.0}, "up", test="a", against="b")
    assert not found.holds
    assert found.effect is None
    assert found.reason == "pAKT_S473 of a is not finite"
    ratio = seen({"a": 1.0, "b": np.zeros(32)}, "threshold", test="a / b", value=0.5, side="above")
    assert "no ratio" in ratio.reason
