"""Units at the door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erbium.core import units
from erbium.core.errors import UnitError


@pytest.mark.parametrize(
    ("value", "target", "number"),
    [
        ("6 mg/kg", "mg/kg", 6),
        ("52 weeks", "h", 52 * 168),
        ("1 month", "day", 30.4375),
        ("12 months", "year", 1),
        ("1 year", "months", 12),
        ("24 months", "day", 730.5),
        ("1 g", "mg", 1000),
        ("1 ug/mL", "mg/L", 1),
        ("2 kreceptor", "receptor", 2000),
        ("1 pmol/mL", "nM", 1),
        ("1/day", "1/h", 1 / 24),
        ("50 percent", "1", 0.5),
        ("0.5", "1", 0.5),
        (3, "mg", 3),
        (2.5, "h", 2.5),
    ],
)
def test_conversion(value: str | float, target: str, number: float) -> None:
    assert units.to(value, target) == pytest.approx(number)


@pytest.mark.parametrize(
    ("value", "target", "words"),
    [
        ("6", "mg/kg", "has no unit"),
        ("6 mgg", "mg", "unknown unit"),
        ("6 mg", "h", "cannot be converted"),
        ("much", "h", "unknown unit"),
        ("", "h", ""),
    ],
)
def test_faults_carry_file_and_key(value: str, target: str, words: str) -> None:
    with pytest.raises(UnitError) as caught:
        units.to(value, target, file="drugs/x.toml", key="pk.CL")
    message = str(caught.value)
    assert words in message
    assert message.startswith("drugs/x.toml, pk.CL: ")
    assert f"Expected a quantity in {target}" in message


def test_unknown_unit_text() -> None:
    with pytest.raises(UnitError, match=r'unknown unit "kreceptr"'):
        units.unit("kreceptr")


def test_empty_and_one_are_dimensionless() -> None:
    assert units.unit("") == units.unit("1") == units.unit("-")


def test_receptors_are_not_molecules() -> None:
    with pytest.raises(UnitError):
        units.to("1000 receptor", "nM")


@given(st.floats(1e-6, 1e6))
def test_there_and_back(value: float) -> None:
    hours = units.to(f"{value!r} day", "h")
    assert units.to(f"{hours!r} h", "day") == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["9**9**9**9 nM", "10 ^ 99999999 nM", "(9)**9**9 nM", "cm**9**9**9", "1/0 nM"]
)
def test_no_power_of_numbers_is_worked_out(text: str) -> None:
    with pytest.raises(UnitError, match="is not a quantity"):
        units.to(text, "nM")
    assert units.to("1 nmol/dm^3", "nM") == pytest.approx(1.0)
