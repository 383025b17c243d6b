"""Doses that low counts put off, leave out or reduce."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.engine.doses import DoseRule
from erbium.tumour.dose_control import DoseControl, shifted

WEEK = 168.0
FOREVER = 1e6
THREE_WEEKLY = DoseRule("central_chemotherapy_1", 0.0, 3 * WEEK, None, None, 6 * 3 * WEEK)
WEEKLY = DoseRule("central_chemotherapy_1", 0.0, WEEK, None, None, FOREVER)
TWICE_A_CYCLE = DoseRule("central_chemotherapy_1", 0.0, WEEK, 3 * WEEK, 2 * WEEK, FOREVER)
ANTIBODY = DoseRule("central_antibody_IV", 0.0, 3 * WEEK, None, None, FOREVER)


def control(*rules: DoseRule, patients: int = 1) -> DoseControl:
    held = np.array([[rule is not ANTIBODY] * patients for rule in rules])
    return DoseControl(rules, np.full((len(rules), patients), 100.0), held)


def given(doses: DoseControl, week: int, *counts: float) -> list[dict[str, float]]:
    """Return what each patient gets in a week, by state."""
    at = np.arange(len(counts))
    rules, amounts, _ = doses.week(at, np.array(counts), week * WEEK, (week + 1) * WEEK)
    found: list[dict[str, float]] = [{} for _ in counts]
    for rule, row in zip(rules, amounts, strict=True):
        times = len(rule.times(week * WEEK, (week + 1) * WEEK))
        for patient, amount in enumerate(row):
            if times and amount:
                got = found[patient]
                got[rule.species] = got.get(rule.species, 0.0) + times * float(amount)
    return found


def test_with_enough_neutrophils_doses_are_those_of_the_rule() -> None:
    doses = control(THREE_WEEKLY)
    total = [given(doses, week, 4.0)[0].get(THREE_WEEKLY.species, 0.0) for week in range(24)]
    assert total == [100.0 if week % 3 == 0 and week < 18 else 0.0 for week in range(24)]


def test_a_low_count_puts_the_whole_cycle_off_by_a_week() -> None:
    doses = control(THREE_WEEKLY)
    total = [
        given(doses, week, 0.8 if week == 3 else 4.0)[0].get(THREE_WEEKLY.species, 0.0) for week in range(24)
    ]
    assert [week for week, dose in enumerate(total) if dose] == [0, 4, 7, 10, 13, 16]
    assert doses.delay_weeks.tolist() == [1]


def test_a_low_count_between_cycles_changes_nothing() -> None:
    doses = control(THREE_WEEKLY)
    assert [bool(given(doses, week, 0.8 if week == 1 else 4.0)[0]) for week in range(6)] == [
        True, False, False, True, False, False,
    ]  # fmt: skip


def test_of_a_weekly_drug_one_dose_is_left_out() -> None:
    doses = control(WEEKLY)
    assert [bool(given(doses, week, 0.8 if week == 2 else 4.0)[0]) for week in range(5)] == [
        True, True, False, True, True,
    ]  # fmt: skip
    assert (doses.left_out.tolist(), doses.delay_weeks.tolist()) == ([1], [0])


def test_within_a_cycle_the_second_dose_is_left_out() -> None:
    doses = control(TWICE_A_CYCLE)
    assert [bool(given(doses, week, 0.8 if week == 1 else 4.0)[0]) for week in range(5)] == [
        True, False, False, True, True,
    ]  # fmt: skip
    assert doses.delay_weeks.tolist() == [0]


def test_drugs_that_spare_the_marrow_go_on() -> None:
    doses = control(THREE_WEEKLY, ANTIBODY)
    given(doses, 0, 4.0)
    assert given(doses, 3, 0.6)[0] == {ANTIBODY.species: 100.0}
    assert given(doses, 4, 4.0)[0] == {THREE_WEEKLY.species: 100.0}


def test_grade_4_reduces_once_a_cycle_and_at_most_twice() -> None:
    doses = control(WEEKLY)
    for week in range(10):
        given(doses, week, 0.4)
    assert doses.scale[0] == pytest.approx(doses.limits.reduced_to**2)
    assert given(doses, 11, 3.0)[0][WEEKLY.species] == pytest.approx(100.0 * doses.limits.reduced_to**2)


def test_patients_do_not_depend_on_each_other() -> None:
    low, high, together = control(THREE_WEEKLY), control(THREE_WEEKLY), control(THREE_WEEKLY, patients=2)
    for week in range(12):
        count = 0.7 if week in (3, 7) else 2.0
        alone = [*given(low, week, count), *given(high, week, 3.0)]
        assert given(together, week, count, 3.0) == alone


def test_a_shift_moves_the_end_as_well() -> None:
    moved = shifted(THREE_WEEKLY, 2)
    assert (moved.start_h, moved.stop_h) == (2 * WEEK, 20 * WEEK)
    assert shifted(THREE_WEEKLY, 0) is THREE_WEEKLY


def test_the_next_look_is_the_week_of_the_next_dose() -> None:
    doses = control(THREE_WEEKLY, ANTIBODY, patients=2)
    doses.delay_weeks[1] = 1
    found = doses.next_look(np.arange(2), 2 * WEEK, 6 * WEEK)
    assert found.tolist() == [3 * WEEK, 4 * WEEK]
    assert control(ANTIBODY).next_look(np.arange(1), WEEK, 6 * WEEK).tolist() == [6 * WEEK]
    assert control(WEEKLY).next_look(np.arange(1), WEEK, 6 * WEEK).tolist() == [WEEK]


def test_after_the_last_dose_nobody_looks() -> None:
    doses = control(THREE_WEEKLY, ANTIBODY)
    assert doses.ahead(np.arange(1), 17 * WEEK).all()
    assert not doses.ahead(np.arange(1), 18 * WEEK).any()
    doses.delay_weeks[0] = 2
    assert doses.ahead(np.arange(1), 19 * WEEK).all()
    assert not control(ANTIBODY).ahead(np.arange(1), 0.0).any()
