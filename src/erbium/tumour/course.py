"""The treatment controller: many patients under many regimens, visit by visit.

All arms run as one batch. At each visit it scores RECIST, takes out extinct clones, ends the course
of who has progressed, and drops them from the batch.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH, HOURS_PER_DAY
from erbium.engine.course import Advance
from erbium.engine.doses import DoseRule
from erbium.engine.kernel import Kernel
from erbium.tumour.arm import Arm
from erbium.tumour.dose_control import WEEK_DAYS, DoseControl
from erbium.tumour.recist import Recist, scanned, sum_of_diameters

#: Who stops a drug between two visits does so on a grid of three weeks.
STOP_GRID_DAYS = 21.0
#: A single cell at 1e9 cells per cm3.
CELL_CM3 = 1e-9


@dataclass(frozen=True)
class Course:
    """What happened to the patients of one arm.

    Attributes
    ----------
    visit_days
        Times of the visits, first one 0, shape (visits,).
    volume
        Tumour volume in cm3 at the visits; after the end of a patient's course the last value is
        kept, shape (visits, n).
    live
        Living volume per clone, same rule, shape (visits, n, clones).
    progression_days
        Day of the visit at which progression was seen; NaN without, shape (n,).
    best
        Best response, codes of :mod:`erbium.tumour.recist`, shape (n,).
    first_visit
        States at the first visit after the start, shape (n, species).
    new_lesion
        Whether the progression was a new lesion, shape (n,).
    end_states
        States at the end of each course, shape (n, species).
    kept
        States at the visits that were asked for, in their order, shape (asked, n, species).
    delay_weeks, dose_share, left_out
        What low neutrophils did: weeks by which cycles were put off, share of the dose that is still given
        after reductions, and doses of short cycles that were left out, shape (n,).
    stopped_day
        Day from which a first drug was no longer given for toxicity, NaN for none, shape (n,).
    scar
        Share of a lesion's volume that stays visible when its cells are gone, shape (n,); empty for none.
    """

    name: str
    visit_days: Array
    volume: Array
    live: Array
    lesions: Array
    progression_days: Array
    best: NDArray[np.int64]
    first_visit: Array
    new_lesion: NDArray[np.bool_]
    end_states: Array
    kept: Array = field(default_factory=lambda: np.empty((0, 0, 0)))
    delay_weeks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    dose_share: Array = field(default_factory=lambda: np.empty(0))
    left_out: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    stopped_day: Array = field(default_factory=lambda: np.empty(0))
    scar: Array = field(default_factory=lambda: np.empty(0))

    @property
    def diameters(self) -> Array:
        """Sum of diameters in mm at the visits, scars with it, shape (visits, n)."""
        return scanned(
            self.volume, self.lesions, self.scar if self.scar.size else np.zeros(len(self.lesions))
        )


def run_arms(
    kernel: Kernel,
    arms: Sequence[Arm],
    visit_days: Sequence[float],
    *,
    stop_at_progression: bool = True,
    steps_per_day: int = 12,
    keep_days: Collection[float] = (),
    relapse_volume: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Course]:
    """Run every arm over the visit grid and return one course per arm.

    Parameters
    ----------
    visit_days
        Visits after the start, increasing, in days.
    stop_at_progression
        Whether a patient leaves at progression.
    keep_days
        Visits at which the states are kept.
    relapse_volume
        Volume in cm3 that counts as progression, for disease that no scan shows at the start; RECIST is
        not scored then.
    """
    days = np.concatenate([[0.0], np.asarray(visit_days, dtype=float)])
    batch = _Batch(kernel, arms, len(days), relapse_volume)
    for k in range(1, len(days)):
        batch.leave(days[k])
        if not batch.active.size:
            batch.keep_last(k - 1)
            break
        batch.advance(days[k - 1], days[k], k, stop_at_progression, steps_per_day)
        if days[k] in keep_days:
            batch.kept.append(batch.states.copy())
        if progress is not None:
            progress(k / (len(days) - 1))
    return batch.courses(days)


class _Batch:
    """The state of all patients of all arms between two visits."""

    def __init__(
        self, kernel: Kernel, arms: Sequence[Arm], visits: int, relapse_volume: float | None = None
    ) -> None:
        self.kernel = kernel
        self.arms = arms
        self.relapse_volume = relapse_volume
        network = kernel.network
        self.parameters = np.concatenate([arm.parameters for arm in arms])
        self.states = np.concatenate([arm.states for arm in arms]).astype(float)
        self.lesions = np.concatenate([arm.lesions for arm in arms])
        self.threshold = np.concatenate([arm.new_lesion_threshold for arm in arms])
        self.rate = np.concatenate([arm.new_lesion_rate for arm in arms])
        count = len(self.lesions)
        clones = range(1, network.clones + 1)
        self.clone_columns = np.array([network.species_index[f"c{c}.volume"] for c in clones])
        dying = np.array([network.species_index[f"c{c}.dying"] for c in clones])
        self.volume_columns = np.concatenate([self.clone_columns, dying])
        self.control = DoseControl(*_merge_rules(arms, count))
        self.active = np.arange(count)
        self.until = np.concatenate([_until(arm) for arm in arms])
        self.hazard = np.zeros(count)
        self.volume = np.zeros((visits, count))
        self.live = np.zeros((visits, count, network.clones))
        self.progression = np.full(count, np.nan)
        self.new_lesion = np.zeros(count, dtype=bool)
        self.seeding = seeding_volume(kernel, self.states, self.parameters)
        self.first_visit = self.states.copy()
        self.kept: list[Array] = []
        self.volume[0] = self.total()
        self.live[0] = self.states[:, self.clone_columns]
        self.recist = Recist(
            sum_of_diameters(self.volume[0], self.lesions),
            self.lesions,
            np.concatenate([arm.detection_mm for arm in arms]),
            np.concatenate([arm.scars for arm in arms]),
        )

    def total(self) -> Array:
        return np.asarray(self.states[:, self.volume_columns].sum(axis=1))

    def leave(self, day: float) -> None:
        """Drop who is not seen on the visit of this day."""
        self.active = self.active[self.until[self.active] >= day]

    def advance(self, start: float, end: float, visit: int, stop: bool, steps_per_day: int) -> None:
        at = self.active
        soon = self.control.stops_within(at, start, end)
        self._treat(at[~soon], start, end, steps_per_day)
        grid = [*np.arange(start, end, STOP_GRID_DAYS).tolist(), end] if soon.any() else []
        for begin, until in itertools.pairwise(grid):
            self._treat(at[soon], begin, until, steps_per_day)
        self._score(at, start, end, visit, stop)

    def _treat(self, at: NDArray[np.intp], start: float, end: float, steps_per_day: int) -> None:
        """Advance patients over a span, with the doses that are still given at its start."""
        control = self.control
        control.stop(at, start)
        watched = control.ahead(at, start * HOURS_PER_DAY)
        plain, weekly = at[~watched], at[watched]
        if plain.size:
            used = np.flatnonzero(control.amounts[:, plain].any(axis=1))
            rules = [control.rules[i] for i in used]
            self._move(plain, start, end, rules, control.amounts[np.ix_(used, plain)], steps_per_day)
        if weekly.size:
            self._under_control(weekly, start, end, steps_per_day)

    def _score(self, at: NDArray[np.intp], start: float, end: float, visit: int, stop: bool) -> None:
        """Look at patients at a visit: clones that are gone, new lesions, response, and who leaves."""
        clones = self.states[np.ix_(at, self.clone_columns)]
        clones[clones < CELL_CM3] = 0.0
        self.states[np.ix_(at, self.clone_columns)] = clones
        months = (end - start) / DAYS_PER_MONTH
        seeding = seeding_volume(self.kernel, self.states[at], self.parameters[at])
        self.hazard[at] += self.rate[at] * mean_volume(self.seeding[at], seeding) * months
        self.seeding[at] = seeding
        self.volume[visit] = self.volume[visit - 1]
        self.live[visit] = self.live[visit - 1]
        self.volume[visit, at] = self.total()[at]
        self.live[visit, at] = clones
        if visit == 1:
            self.first_visit = self.states.copy()
        new = self.hazard[at] >= self.threshold[at]
        if self.relapse_volume is None:
            progressed = self.recist.visit(self.volume[visit, at], new, at)
        else:
            progressed = self.volume[visit, at] >= self.relapse_volume
        fresh = progressed & np.isnan(self.progression[at])
        self.progression[at[fresh]] = end
        self.new_lesion[at[fresh]] = new[fresh]
        if stop:
            self.active = at[~progressed]

    def _under_control(self, at: NDArray[np.intp], start: float, end: float, steps_per_day: int) -> None:
        """Advance patients whose doses depend on their counts, each to the next week with such a dose."""
        clock = np.full(len(at), start)
        while (today := float(clock.min())) < end:
            here = np.flatnonzero(clock == today)
            who = at[here]
            week_end = min(today + WEEK_DAYS, end)
            rules, amounts, left_out = self.control.week(
                who, self._neutrophils(who), today * HOURS_PER_DAY, week_end * HOURS_PER_DAY
            )
            until = self.control.next_look(who, week_end * HOURS_PER_DAY, end * HOURS_PER_DAY) / HOURS_PER_DAY
            until[left_out] = week_end
            for stop in np.unique(until):
                group = until == stop
                result = self._move(
                    who[group], today, float(stop), rules, amounts[:, group], steps_per_day, weekly=True
                )
                self._reduce_between(who[group], today, float(stop), result)
            clock[here] = until

    def _reduce_between(self, at: NDArray[np.intp], start: float, stop: float, result: Advance) -> None:
        """Look at the weekly counts between two decisions."""
        assert result.record is not None
        baseline = self.parameters[at, self.kernel.network.parameter_index["neutrophil_baseline"]]
        for k, row in enumerate(result.record[1:, :, 0], start=1):
            day = start + k * WEEK_DAYS
            if day < stop:
                self.control.reduce(at, row * baseline, day * HOURS_PER_DAY)

    def _move(
        self,
        at: NDArray[np.intp],
        start: float,
        end: float,
        rules: Sequence[DoseRule],
        amounts: Array,
        steps_per_day: int,
        *,
        weekly: bool = False,
    ) -> Advance:
        """Advance some patients from one day to another, their neutrophils recorded every week if asked."""
        result = self.kernel.advance(
            self.states[at],
            self.parameters[at],
            start * HOURS_PER_DAY,
            end * HOURS_PER_DAY,
            rules,
            amounts,
            WEEK_DAYS * HOURS_PER_DAY if weekly else None,
            record_species=["neutrophils"] if weekly else None,
            steps_per_day=steps_per_day,
        )
        self.states[at] = result.states
        return result

    def _neutrophils(self, at: NDArray[np.intp]) -> Array:
        """Return neutrophils in blood, 10^9 per litre, shape (patients,)."""
        found = self.kernel.compute_readouts(self.states[at], self.parameters[at], ["ANC"])
        return np.asarray(found["ANC"])

    def keep_last(self, visit: int) -> None:
        self.volume[visit + 1 :] = self.volume[visit]
        self.live[visit + 1 :] = self.live[visit]

    def courses(self, days: Array) -> list[Course]:
        out: list[Course] = []
        start = 0
        for arm in self.arms:
            part = slice(start, start + len(arm.lesions))
            start = part.stop
            out.append(
                Course(
                    name=arm.name,
                    visit_days=days,
                    volume=self.volume[:, part],
                    live=self.live[:, part],
                    lesions=arm.lesions,
                    progression_days=self.progression[part],
                    best=np.maximum(self.recist.best[part], 0),
                    first_visit=self.first_visit[part],
                    new_lesion=self.new_lesion[part],
                    end_states=self.states[part],
                    kept=np.array([states[part] for states in self.kept]),
                    delay_weeks=self.control.delay_weeks[part],
                    dose_share=self.control.scale[part],
                    left_out=self.control.left_out[part],
                    stopped_day=self.control.stopped_day[part],
                    scar=arm.scars,
                )
            )
        return out


def _until(arm: Arm) -> Array:
    return np.full(len(arm.lesions), np.inf) if arm.until_days is None else arm.until_days


def seeding_volume(kernel: Kernel, states: Array, parameters: Array) -> Array:
    """Return the living volume weighted by how its cells seed, in cm3, shape (patients,)."""
    return np.asarray(kernel.compute_readouts(states, parameters, ["seeding_volume"])["seeding_volume"])


def mean_volume(before: Array, after: Array) -> Array:
    """Return the mean over a span of exponential growth or decline from `before` to `after`, shape (n,)."""
    a, b = np.maximum(before, CELL_CM3), np.maximum(after, CELL_CM3)
    ratio = np.log(a / b)
    near = np.abs(ratio) < 1e-6
    return np.where(near, a, (a - b) / np.where(near, 1.0, ratio))


def _merge_rules(arms: Sequence[Arm], count: int) -> tuple[list[DoseRule], Array, NDArray[np.bool_], Array]:
    """Return each distinct dose rule once, amounts (zero for who does not get it), who is held, and stops."""
    rules: list[DoseRule] = []
    where: dict[DoseRule, int] = {}
    for arm in arms:
        for rule in arm.rules:
            if rule not in where:
                where[rule] = len(rules)
                rules.append(rule)
    amounts = np.zeros((len(rules), count))
    held = np.zeros((len(rules), count), dtype=bool)
    stops = np.full((len(rules), count), np.inf)
    start = 0
    for arm in arms:
        stop = start + len(arm.lesions)
        for rule, amount, days in zip(arm.rules, arm.amounts, arm.stops, strict=True):
            amounts[where[rule], start:stop] += amount
            stops[where[rule], start:stop] = days
        for rule, is_held in zip(arm.rules, arm.held, strict=False):
            held[where[rule], start:stop] |= is_held
        start = stop
    return rules, amounts, held, stops
