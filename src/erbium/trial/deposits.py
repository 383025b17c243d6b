"""Beyond surgery in a neoadjuvant trial: living deposits of the same twins, treated from the first day.

Surgery takes the primary tumour. What relapses are deposits that were there before and had the
neoadjuvant treatment as well; they go on to the adjuvant part and are seen when they are large enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH, HOURS_PER_DAY
from erbium.engine.kernel import Kernel
from erbium.knowledge.schema.dose_text import hours
from erbium.knowledge.schema.regimen import Regimen, Setting
from erbium.knowledge.schema.span import days
from erbium.knowledge.schema.trial import Design
from erbium.knowledge.tables import load_numbers
from erbium.trial.carry_over import carried_over
from erbium.trial.enrolment import Enrolled
from erbium.trial.follow_up import Seen
from erbium.trial.outcome import FIRST_DAY, Outcome
from erbium.tumour import Arm, Course, Tumour, run_arms
from erbium.tumour.clones import variation

#: Setting whose burden and share the deposits have: what systemic treatment without any before it meets.
SETTING: Setting = "adjuvant"


@dataclass(frozen=True)
class Operated:
    """Patients of an arm at surgery.

    Attributes
    ----------
    part, rows
        The sampling they come from, and which of its twins they are.
    before, after
        The regimen of the arm, and what follows surgery; None for nothing.
    surgery
        Day of surgery.
    seen
        Until when they are seen.
    progression
        Day of the visit before or at surgery at which the primary had progressed; NaN without, shape (n,).
    """

    part: Enrolled
    rows: NDArray[np.intp]
    before: Regimen
    after: Regimen | None
    surgery: float
    seen: Seen
    progression: Array


def visits_after(design: Design, surgery: float, until: float) -> Array:
    """Return the days of the visits after surgery up to and with `until`, all counted from the start.

    They lie at multiples of the interval from the start, so that arms that are operated on different days
    are seen on the same ones.
    """
    given = design.visits_after_surgery
    usual = load_numbers("conduct/trials")["visits_after_surgery"]
    # Whole days, as every interval of a trial file.
    every = days(given) if given else round(usual.to("day"))
    grid = np.arange(every, until + 1e-9, every)
    return np.asarray(grid[grid > surgery])


def follow_deposits(
    kernel: Kernel, operated: Sequence[Operated], design: Design, longest: float
) -> list[Array]:
    """Return the day from the start at which a relapse is seen, NaN without, for each of `operated`.

    Parameters
    ----------
    longest
        Days for which the first patient is followed.
    """
    relapse = [np.full(len(one.rows), np.nan) for one in operated]
    # Of one sampling all arms share the deposits: they are settled once.
    tumours = {id(one.part): deposits(one.part.tumour) for one in operated}
    for place, one in enumerate(operated):
        tumour = tumours[id(one.part)]
        living = np.flatnonzero(tumour.start_volume[one.rows] > 0.0)
        if not living.size:
            continue
        arm = tumour.arm(one.before).of(one.rows[living])
        # Before surgery a drug is stopped for toxicity when it is for the primary: it is one patient.
        primary = one.part.tumour.arm(one.before).of(one.rows[living])
        arm = replace(arm, stop_days=primary.stops)
        (course,) = _run(kernel, [arm], np.array([one.surgery]))
        grown = ~np.isnan(course.progression_days)
        relapse[place][living[grown]] = one.surgery
        left = living[~grown]
        grid = visits_after(design, one.surgery, longest)
        if left.size and grid.size:
            after = _after_surgery(tumour, one, arm.of(~grown), course, left)
            until = np.maximum(one.seen.until[left] - one.surgery, 0.0)
            (course,) = _run(kernel, [replace(after, until_days=until)], grid - one.surgery)
            relapse[place][left] = one.surgery + course.progression_days
    return relapse


def deposits(tumour: Tumour) -> Tumour:
    """Return the same twins with a deposit in the place of the primary; who has none has no volume."""
    return replace(tumour, setting=SETTING, origin=None)


def _run(kernel: Kernel, arms: Sequence[Arm], grid: Array) -> list[Course]:
    return run_arms(kernel, arms, grid.tolist(), relapse_volume=variation("relapse_volume"))


def _after_surgery(tumour: Tumour, one: Operated, before: Arm, course: Course, left: NDArray[np.intp]) -> Arm:
    """Return the arm from surgery on, with what is left of the drugs, of the twins at `left`."""
    states = course.end_states[np.isnan(course.progression_days)]
    if one.after is None:
        nothing = np.empty((0, len(left)))
        return replace(before, states=states, rules=(), amounts=nothing, held=(), stop_days=nothing)
    return carried_over(tumour, one.before, delayed(one.after), one.rows[left], states, before.parameters)


def delayed(regimen: Regimen) -> Regimen:
    """Return an adjuvant regimen counted from surgery: its first doses wait for the wound."""
    wait = load_numbers("conduct/trials")["surgery_to_adjuvant"].to("day")
    drugs = tuple(
        item.model_copy(update={"starts": f"{hours(item.starts) / HOURS_PER_DAY + wait:g} days"})
        for item in regimen.drugs
    )
    return regimen.model_copy(update={"drugs": drugs})


def event_free(outcome: Outcome, one: Operated, relapse: Array, other: Array) -> Outcome:
    """Return an outcome before surgery with what followed: EFS from the start, iDFS from surgery.

    An event of EFS is progression before surgery, relapse, a second tumour or a death without relapse.
    iDFS is that of patients who were still seen at surgery and had not progressed. Who has no event counts to
    the day until which they are seen, not to the last visit: visits lie at other times after surgery in
    arms that are operated on different days.

    Parameters
    ----------
    relapse
        Day from the start at which a relapse was seen; NaN without, shape (n,).
    other
        Day of an event that is no relapse, shape (n,).
    """
    seen = one.seen
    first = np.fmin(np.fmin(one.progression, relapse), other)
    event = np.nan_to_num(first, nan=np.inf) <= seen.until
    free = np.where(event, first, np.maximum(seen.until, FIRST_DAY))
    early = event & (np.nan_to_num(one.progression, nan=np.inf) <= first)
    well = (seen.until >= one.surgery) & ~(first <= one.surgery)
    since = np.where(well, np.maximum(free - one.surgery, FIRST_DAY), np.nan)
    happened = np.select([early, other <= first], ["progression", "other_event"], "recurrence")
    table = outcome.table.assign(
        pfs_months=free / DAYS_PER_MONTH,
        pfs_event=event,
        idfs_months=since / DAYS_PER_MONTH,
        idfs_event=event & well,
        end_reason=np.where(event, happened, np.where(seen.lost, "drop_out", "follow_up")),
    )
    return Outcome(table, outcome.sizes)
