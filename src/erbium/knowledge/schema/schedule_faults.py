"""A schedule that contradicts or overlaps itself: what is wrong, and at which key."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from erbium.knowledge.schema.dose_text import hours
from erbium.knowledge.schema.number import fault

if TYPE_CHECKING:
    from erbium.knowledge.schema.regimen import Schedule

_DAY_H = 24.0
#: Hours within which two doses count as one.
_SAME_TIME_H = 1.0
_CLOSE = 1e-9


def check_schedule(schedule: Schedule) -> None:
    """Raise for the first fault of a schedule whose single keys are right.

    Raises
    ------
    PydanticCustomError
        A dose that falls on or into another one, or that is never given; names the key.
    """
    _check_pauses(schedule)
    _check_infusion(schedule)
    _check_end(schedule)
    _check_extra_days(schedule)


def _check_pauses(schedule: Schedule) -> None:
    if schedule.days_on is None or schedule.cycle is None:
        return
    every, on, cycle = hours(schedule.every), schedule.days_on * _DAY_H, hours(schedule.cycle)
    if every > on + _CLOSE:
        raise fault(
            f"every ({schedule.every}) is longer than the {schedule.days_on} days on.",
            key="days_on",
            expected=f"at least one interval; for one dose a cycle leave out days_on and cycle "
            f'and give every = "{schedule.cycle}"',
        )
    last = (math.ceil(on / every - _CLOSE) - 1) * every
    if cycle - last < every - _CLOSE:
        raise fault(
            f"the last dose of a cycle (day {last / _DAY_H + 1:g}) and the first of the next (day "
            f"{cycle / _DAY_H + 1:g}) are closer together than every ({schedule.every}).",
            key="cycle",
            expected="a cycle that holds whole intervals, or fewer days_on",
        )


def _check_infusion(schedule: Schedule) -> None:
    if schedule.infusion is not None and hours(schedule.infusion) > hours(schedule.every) + _CLOSE:
        raise fault(
            f"an infusion of {schedule.infusion} runs into the next dose.",
            key="infusion",
            expected=f"at most the interval between doses, {schedule.every}",
        )


def _check_end(schedule: Schedule) -> None:
    if schedule.until == "progression":
        return
    if hours(schedule.until) <= 0.0:
        raise fault(
            f"until {schedule.until}: no dose is given.", key="until", expected='a span such as "52 weeks"'
        )
    if hours(schedule.starts) >= hours(schedule.until):
        raise fault(
            f"the first dose (starts, {schedule.starts}) is not before the end (until, {schedule.until}).",
            key="starts",
            expected="a shorter delay; for a course that begins so late give the number of cycles, not until",
        )


def _check_extra_days(schedule: Schedule) -> None:
    start, end = hours(schedule.starts), schedule.end_h
    infusion = hours(schedule.infusion) if schedule.infusion is not None else 0.0
    apart = max(_SAME_TIME_H, infusion)
    for day in schedule.extra_days:
        if day < 1:
            raise fault(f"day {day} is before the first dose.", key="extra_days", expected="days from 1 on")
        time = start + (day - 1) * _DAY_H
        if end is not None and time >= end:
            raise fault(
                f"day {day} is beyond the end of the schedule (day {(end - start) / _DAY_H:g} is the last).",
                key="extra_days",
                expected="days before until, or before the last cycle is over",
            )
        near = [t for t in schedule.regular_times_h(time + apart) if abs(t - time) < apart - _CLOSE]
        if near:
            first = "the loading dose" if schedule.loading and near[0] == start else "a dose"
            given = (near[0] - start) / _DAY_H + 1
            how = "on" if abs(near[0] - time) < _SAME_TIME_H else "into"
            raise fault(
                f"day {day} falls {how} {first} that is given anyway (day {given:g}).",
                key="extra_days",
                expected=f"days between the doses given every {schedule.every}",
            )
    for one, other in itertools.pairwise(sorted(schedule.extra_days)):
        if (other - one) * _DAY_H < apart - _CLOSE:
            said = (
                f"day {one} stands twice."
                if one == other
                else f"the infusion of day {one} lasts to day {other}."
            )
            raise fault(said, key="extra_days", expected="days that do not overlap")
