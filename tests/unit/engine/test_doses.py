"""Dose rules give the right times, and only on the grid."""

from __future__ import annotations

import math

import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.engine.doses import DoseRule, schedule, whole_steps


def test_capecitabine_like_cycle() -> None:
    rule = DoseRule("Depot", 24, 12, 504, 336, math.inf)
    times = rule.times(0, 24 + 2 * 504)
    assert times[:3] == [24, 36, 48]
    assert len(times) == 2 * 28
    assert times[28] == 24 + 504


def test_a_rule_continues_in_a_later_window() -> None:
    rule = DoseRule("Drug", 0, 504, None, None, 3000)
    whole = rule.times(0, 8760)
    assert whole == [0, 504, 1008, 1512, 2016, 2520]
    assert rule.times(0, 1008) + rule.times(1008, 8760) == whole


def test_dose_at_the_end_belongs_to_the_next_window() -> None:
    assert DoseRule("Drug", 0, 24, None, None, math.inf).times(0, 24) == [0]
    assert DoseRule("Drug", 0, 24, None, None, math.inf).times(24, 48) == [24]


def test_events_are_sorted_by_step() -> None:
    events = schedule(
        [DoseRule("A", 0, 24, None, None, 100), DoseRule("B", 4, 24, None, None, 100)],
        {"A": 0, "B": 1},
        0,
        72,
        2.0,
    )
    assert events.step.tolist() == [0, 2, 12, 14, 24, 26]
    assert events.species.tolist() == [0, 1] * 3
    assert events.rule.tolist() == [0, 1] * 3


def test_off_grid_and_unknown_species_are_refused() -> None:
    with pytest.raises(DataError, match="whole number of steps"):
        schedule([DoseRule("A", 1, 24, None, None, 100)], {"A": 0}, 0, 72, 2.0)
    with pytest.raises(UnknownName, match="Drgu"):
        schedule([DoseRule("Drgu", 0, 24, None, None, 100)], {"Drug": 0}, 0, 72, 2.0)
    with pytest.raises(DataError, match="positive hours"):
        DoseRule("A", 0, 0, None, None, 100).times(0, 10)
    with pytest.raises(DataError):
        whole_steps(-2, 2, "span")
