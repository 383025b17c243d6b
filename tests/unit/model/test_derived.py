"""Formulas of derived numbers are computed, prose is left alone."""

from __future__ import annotations

import math

import pytest

from erbium.model.derived import agrees, recompute


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("ln2 / 1.3 h", math.log(2) / 1.3),
        ("ln2 / 30 min", 2 * math.log(2)),
        ("ln2 / 2 day", math.log(2) / 48),
        ("0.56 / 0.44", 0.56 / 0.44),
        ("(90 + 25) * 0.06", 6.9),
        ("150 kDa / 3 L", 50),
        ("k_in * receptor.k_deg", 0.06),
        ("2e-3 h * 1000", 2),
    ],
)
def test_arithmetic(formula: str, value: float) -> None:
    assert recompute(formula, {"k_in": 0.2, "receptor.k_deg": 0.3}) == pytest.approx(value)


@pytest.mark.parametrize(
    "formula", ["turnover of HER2", "k_shed of x", "3 x 4", "k_unknown * 2", "2 kreceptorz", ""]
)
def test_prose(formula: str) -> None:
    assert recompute(formula) is None


def test_rounding_is_forgiven_and_error_is_not() -> None:
    assert agrees(0.533, math.log(2) / 1.3)
    assert not agrees(0.55, math.log(2) / 1.3)
