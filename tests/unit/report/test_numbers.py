from __future__ import annotations

import math

import pytest

from erbium.report import numbers
from erbium.report.palette import diverging, fold_colour, sequential, text_on


@pytest.mark.parametrize(
    ("value", "words"), [(0.305, "30"), (-0.12, "−12"), (None, "–"), (math.nan, "–"), (0.0, "0"), (1, "100")]
)
def test_percent(value: object, words: str) -> None:
    assert numbers.percent(value) == words


def test_signed() -> None:
    assert numbers.percent(0.07, signed=True) == "+7"
    assert numbers.percent(0.001, signed=True) == "0"
    assert numbers.decimal(-1.25, signed=True) == "−1.2"


def test_months() -> None:
    assert numbers.months(None) == ("–", "")
    assert numbers.months({"median": None, "low": 3.0, "high": None, "not_reached": True}) == (
        "not reached",
        "3.0–n.r.",
    )


def test_probability_is_never_certain() -> None:
    assert numbers.probability(0.0) == "< 0.01"
    assert numbers.probability(1.0) == "> 0.99"


def test_colours_are_ordered_by_lightness() -> None:
    assert sequential(0.0) != sequential(1.0)
    assert fold_colour(1.0) == diverging(0.0)
    assert text_on(sequential(1.0)) == "#ffffff"
    assert text_on(sequential(0.0)) != "#ffffff"
