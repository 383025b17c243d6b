"""Kaplan-Meier curves and what is read from them: medians, rates, restricted means, numbers at risk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from erbium.trial.statistics.estimate import LEVEL, Estimate

Array = NDArray[np.float64]
#: A follow-up of 364 days is read as one of 12 months.
SHORT_OF_A_TIME = 0.005


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve, stepping at `months`; the first point is (0, 1).

    Attributes
    ----------
    months
        Times of the steps, months, shape (k,).
    survival, low, high
        Share without event from that time on, and its interval (log-log), shape (k,).
    risk, fallen
        Patients at risk just before, and events at, each time, shape (k,).
    times
        Follow-up of every patient, months, sorted, shape (n,).
    events
        Events in all.
    level
        Coverage of the intervals.
    """

    months: Array
    survival: Array
    low: Array
    high: Array
    risk: Array
    fallen: Array
    times: Array
    events: int
    level: float

    @property
    def n(self) -> int:
        """Number of patients."""
        return len(self.times)

    @property
    def end(self) -> float:
        """Longest follow-up, months."""
        return float(self.times[-1]) if self.n else 0.0

    def at(self, month: float) -> tuple[float, float, float]:
        """Return the share without event at a time, and its interval."""
        place = int(np.searchsorted(self.months, month, side="right")) - 1
        return float(self.survival[place]), float(self.low[place]), float(self.high[place])

    def at_risk(self, months: Sequence[float]) -> list[int]:
        """Return how many patients are still followed without event at each time."""
        return [int(self.n - np.searchsorted(self.times, month, side="left")) for month in months]

    def median(self) -> Estimate:
        """Return the median with its interval, read where the band of the curve crosses one half."""
        if self.n == 0:
            return Estimate.absent("months", note="no patient is in this group")
        value, low, high = (_crossing(self.months, level) for level in (self.survival, self.low, self.high))
        return Estimate(value, low, high, "months", self.n, self.events, not_reached=value is None)

    def rate(self, month: float) -> Estimate:
        """Return the share without event at a time; absent where no one was followed that long."""
        if self.n == 0:
            return Estimate.absent("fraction", note="no patient is in this group")
        if self.survival[-1] > 0.0 and month * (1.0 - SHORT_OF_A_TIME) > self.end:
            note = f"follow-up ends at {self.end:.1f} months"
            return Estimate.absent("fraction", self.n, note)
        value, low, high = self.at(month)
        return Estimate(value, low, high, "fraction", self.n, self.events)

    def restricted_mean(self, until: float) -> tuple[float, float]:
        """Return the mean time without event up to `until` and its standard error, months."""
        inside = self.months < until
        times = np.append(self.months[inside], until)
        areas = np.diff(times) * self.survival[inside]
        rest = np.cumsum(areas[::-1])[::-1]
        risk, fallen = self.risk[inside], self.fallen[inside]
        open_ = (fallen > 0) & (risk > fallen)
        terms = rest[open_] ** 2 * fallen[open_] / (risk[open_] * (risk[open_] - fallen[open_]))
        return float(areas.sum()), math.sqrt(float(terms.sum()))

    def mean(self, until: float) -> Estimate:
        """Return the restricted mean up to `until` months with its interval."""
        if self.n == 0:
            return Estimate.absent("months", note="no patient is in this group")
        value, error = self.restricted_mean(until)
        half = normal_quantile(self.level) * error
        low, high = max(value - half, 0.0), min(value + half, until)
        note = f"restricted to {until:.1f} months"
        return Estimate(value, low, high, "months", self.n, self.events, note=note)


def _crossing(months: Array, survival: Array) -> float | None:
    below = np.flatnonzero(survival <= 0.5 + 1e-12)
    return float(months[below[0]]) if below.size else None


def normal_quantile(level: float) -> float:
    """Return the half width, in standard errors, of an interval of this coverage."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2.0))


def curve(months: ArrayLike, event: ArrayLike, level: float = LEVEL) -> Curve:
    """Return the Kaplan-Meier curve of some patients.

    Parameters
    ----------
    months
        Time to event or end of follow-up, months, shape (n,).
    event
        Whether it ended in an event, shape (n,); who is censored at the time of an event was at risk.
    level
        Coverage of the intervals (of log(-log S), by Greenwood's formula).
    """
    times = np.asarray(months, dtype=np.float64)
    fell = np.asarray(event, dtype=bool)[np.isfinite(times)]
    times = times[np.isfinite(times)]
    steps, place = np.unique(times, return_inverse=True)
    if not len(steps) or steps[0] > 0.0:
        steps, place = np.concatenate([[0.0], steps]), place + 1
    fallen = np.bincount(place[fell], minlength=len(steps)).astype(np.float64)
    leaving = np.bincount(place, minlength=len(steps)).astype(np.float64)
    risk = len(times) - np.concatenate([[0.0], np.cumsum(leaving)[:-1]])
    left = risk - fallen
    survival = np.cumprod(np.divide(left, risk, out=np.ones_like(risk), where=risk > 0.0))
    terms = np.divide(fallen, risk * left, out=np.zeros_like(risk), where=left > 0.0)
    low, high = _band(survival, np.sqrt(np.cumsum(terms)), level)
    return Curve(steps, survival, low, high, risk, fallen, np.sort(times), int(fell.sum()), level)


def _band(survival: Array, error: Array, level: float) -> tuple[Array, Array]:
    """Return the interval of log(-log S), `error` being that of log S.

    It has no width before the first event. Once everyone has fallen there is no upper end: the one before
    stands.
    """
    low, high = survival.copy(), survival.copy()
    between = (survival > 0.0) & (survival < 1.0)
    log = np.log(survival[between])
    half = normal_quantile(level) * error[between] / log
    low[between], high[between] = np.exp(log * np.exp(-half)), np.exp(log * np.exp(half))
    gone = survival <= 0.0
    if gone.any():
        high[gone] = high[~gone][-1] if (~gone).any() else 1.0
    return low, high
