"""Delay and reduction of doses by neutrophil counts, week by week, as labels have it; stops for toxicity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.core.units import HOURS_PER_DAY
from erbium.engine.doses import DoseRule
from erbium.knowledge.tables import load_numbers

#: Counts are taken and doses decided on once a week.
WEEK_DAYS = 7.0
#: A cycle at least this long is put off as a whole; of a shorter one a dose is left out.
LONG_CYCLE_H = 14.0 * HOURS_PER_DAY
#: A low count of one cycle reduces the dose once.
CYCLE_DAYS = 21.0


@dataclass(frozen=True)
class DoseRules:
    """When doses are held and reduced.

    Attributes
    ----------
    least
        Neutrophils, 10^9 per litre, below which no dose is given.
    grade_4
        Count below which later doses are reduced.
    reduced_to
        Share of the dose that is left by one reduction.
    most_reductions
        Reductions before the dose stays.
    """

    least: float
    grade_4: float
    reduced_to: float
    most_reductions: int

    @classmethod
    def shipped(cls) -> DoseRules:
        """Return the rules of ``tumour/dose_rules.toml``."""
        numbers = load_numbers("tumour/dose_rules")
        return cls(
            numbers["least_neutrophils_for_a_dose"].value,
            numbers["grade_4_neutropenia"].value,
            numbers["reduced_to"].value,
            round(numbers["most_reductions"].value),
        )


class DoseControl:
    """What has become of the doses of each patient.

    Parameters
    ----------
    rules, amounts
        Dose rules and amounts, shape (rules, patients).
    held
        Whether a rule belongs to a drug that low counts hold, shape (rules, patients).
    stop_days
        Day from which the doses of a rule are no longer given for toxicity, shape (rules, patients);
        without it, all doses are given.

    Attributes
    ----------
    delay_weeks
        Weeks by which cycles have been put off, shape (patients,).
    left_out
        Doses of short cycles that were left out, shape (patients,).
    stopped_day
        Day on which a drug was first stopped for toxicity before its last dose, NaN for none, shape
        (patients,).
    """

    def __init__(
        self,
        rules: Sequence[DoseRule],
        amounts: Array,
        held: NDArray[np.bool_],
        stop_days: Array | None = None,
    ) -> None:
        self.rules, self.amounts, self.held = list(rules), amounts.copy(), held & (amounts > 0.0)
        self.stop_days = np.full(amounts.shape, np.inf) if stop_days is None else stop_days
        count = amounts.shape[1]
        self.stopped_day = np.full(count, np.nan)
        self.limits = DoseRules.shipped()
        self.delay_weeks = np.zeros(count, dtype=int)
        self.left_out = np.zeros(count, dtype=int)
        self._reductions = np.zeros(count, dtype=int)
        self._reduced_at = np.full(count, -np.inf)

    @property
    def scale(self) -> Array:
        """Share of the first dose that is still given, shape (patients,)."""
        return np.asarray(self.limits.reduced_to**self._reductions, dtype=float)

    def stops_within(self, at: NDArray[np.intp], start: float, end: float) -> NDArray[np.bool_]:
        """Return who stops a drug after a day and before another, shape (len(at),)."""
        days = self.stop_days[:, at]
        return np.asarray(((days > start) & (days < end) & (self.amounts[:, at] > 0.0)).any(axis=0))

    def stop(self, at: NDArray[np.intp], day: float) -> None:
        """Take out the doses that are no longer given from a day on."""
        over = (self.stop_days[:, at] <= day) & (self.amounts[:, at] > 0.0)
        for number in np.flatnonzero(over.any(axis=1)):
            who = at[over[number]]
            delay_h = self.delay_weeks[who] * WEEK_DAYS * HOURS_PER_DAY
            left = who[self.rules[number].stop_h + delay_h > day * HOURS_PER_DAY]
            self.stopped_day[left] = np.fmin(self.stopped_day[left], day)
            self.amounts[number, who] = 0.0
            self.held[number, who] = False

    def ahead(self, at: NDArray[np.intp], start_h: float) -> NDArray[np.bool_]:
        """Return whether patients still have doses ahead that low counts hold, shape (len(at),)."""
        stops = np.array([rule.stop_h for rule in self.rules])
        last = np.where(self.held[:, at], stops[:, None], -np.inf).max(axis=0, initial=-np.inf)
        return np.asarray(last + self.delay_weeks[at] * WEEK_DAYS * HOURS_PER_DAY > start_h)

    def week(
        self, at: NDArray[np.intp], neutrophils: Array, start_h: float, end_h: float
    ) -> tuple[list[DoseRule], Array, NDArray[np.bool_]]:
        """Return the doses from a week on, after looking at the counts at its start.

        Parameters
        ----------
        at
            Patients.
        neutrophils
            Their counts, 10^9 per litre, shape (len(at),).

        Returns
        -------
        rules, amounts
            Rules, shifted by what has been put off, and amounts, shape (rules, len(at)).
        left_out
            For whom a dose of this week is left out, shape (len(at),): these rules hold for the week only.
        """
        self.reduce(at, neutrophils, start_h)
        low = neutrophils < self.limits.least
        put_off = np.zeros(len(at), dtype=bool)
        skipped = np.zeros(len(at), dtype=bool)
        for weeks in np.unique(self.delay_weeks[at]):
            here = self.delay_weeks[at] == weeks
            for number, rule in enumerate(self.rules):
                due = here & low & self.held[number, at]
                if not due.any():
                    continue
                moved = shifted(rule, int(weeks))
                if _begins(moved, start_h, end_h):
                    put_off |= due
                elif moved.times(start_h, end_h):
                    skipped |= due
        self.delay_weeks[at[put_off]] += 1
        skipped &= ~put_off
        self.left_out[at[skipped]] += 1
        return *self._doses(at, skipped), skipped

    def next_look(self, at: NDArray[np.intp], after_h: float, end_h: float) -> Array:
        """Return the start of the next week with a dose that low counts may hold, h, at most `end_h`.

        Weeks are counted from `after_h`; shape (len(at),).
        """
        found = np.full(len(at), end_h)
        week_h = WEEK_DAYS * HOURS_PER_DAY
        for weeks in np.unique(self.delay_weeks[at]):
            here = self.delay_weeks[at] == weeks
            for number, rule in enumerate(self.rules):
                due = here & self.held[number, at]
                times = shifted(rule, int(weeks)).times(after_h, end_h) if due.any() else []
                if times:
                    start = after_h + (times[0] - after_h) // week_h * week_h
                    found[due] = np.minimum(found[due], start)
        return found

    def reduce(self, at: NDArray[np.intp], neutrophils: Array, at_h: float) -> None:
        """Reduce later doses of patients whose count at a time, h, is of grade 4."""
        day = at_h / HOURS_PER_DAY
        fresh = (
            (neutrophils < self.limits.grade_4)
            & (self._reductions[at] < self.limits.most_reductions)
            & (day - self._reduced_at[at] >= CYCLE_DAYS)
        )
        who = at[fresh]
        self._reductions[who] += 1
        self._reduced_at[who] = day

    def _doses(self, at: NDArray[np.intp], skipped: NDArray[np.bool_]) -> tuple[list[DoseRule], Array]:
        rules: list[DoseRule] = []
        amounts: list[Array] = []
        for number, rule in enumerate(self.rules):
            whole = self.amounts[number, at]
            if not whole.any():
                continue
            held = self.held[number, at]
            free = np.where(held, 0.0, whole)
            if free.any():
                rules.append(rule)
                amounts.append(free)
            for weeks in np.unique(self.delay_weeks[at[held]]):
                mine = held & (self.delay_weeks[at] == weeks) & ~skipped
                if mine.any():
                    rules.append(shifted(rule, int(weeks)))
                    amounts.append(np.where(mine, whole * self.scale[at], 0.0))
        return rules, np.array(amounts) if amounts else np.zeros((0, len(at)))


def shifted(rule: DoseRule, weeks: int) -> DoseRule:
    """Return a rule put off by whole weeks."""
    by = weeks * WEEK_DAYS * HOURS_PER_DAY
    return replace(rule, start_h=rule.start_h + by, stop_h=rule.stop_h + by) if weeks else rule


def _begins(rule: DoseRule, start_h: float, end_h: float) -> bool:
    """Return whether a long cycle of the rule begins in a span."""
    period = rule.cycle_h if rule.cycle_h is not None else rule.every_h
    if period < LONG_CYCLE_H:
        return False
    return bool(replace(rule, every_h=period, cycle_h=None, on_h=None).times(start_h, end_h))
