"""Endpoints of a simulated course, as distributions over the parameter draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array, Twins
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.regimen import Setting
from erbium.tumour.clones import variation
from erbium.tumour.course import CELL_CM3, Course
from erbium.tumour.recist import PR, SD

#: Disease control counts when it lasts this long (usual definition of clinical benefit).
BENEFIT_DAYS = 168.0
#: An endpoint at a fixed time is given only if the simulation reaches it: 52 weeks pass for a year.
YEAR_DAYS, FIFTY_TWO_WEEKS = 365.25, 364.0


@dataclass(frozen=True)
class Interval:
    """Median, 5th and 95th percentile over the parameter draws."""

    median: float | None
    low: float | None
    high: float | None
    unit: str
    not_reached: bool = False

    def json(self) -> dict[str, Any]:
        """Return the interval as JSON."""
        out: dict[str, Any] = {"median": self.median, "low": self.low, "high": self.high, "unit": self.unit}
        if self.unit == "months":
            out["not_reached"] = self.not_reached
        return out


@dataclass(frozen=True)
class Endpoints:
    """What one regimen did to the twins.

    Attributes
    ----------
    values
        Named intervals, the leading endpoint of the setting first.
    score
        Value of the leading endpoint for every twin: larger is better, shape (count,).
    score_name, score_unit
        What the score is.
    """

    values: dict[str, Interval]
    score: Array
    score_name: str
    score_unit: str

    def json(self, name: str) -> dict[str, Any] | None:
        """Return one interval as JSON; None where the horizon ends before it can be read."""
        return self.values[name].json() if name in self.values else None


def progression_free_days(course: Course, horizon_days: float) -> Array:
    """Return days without progression, cut at the horizon, shape (n,)."""
    return np.where(np.isnan(course.progression_days), horizon_days, course.progression_days)


def had_benefit(course: Course, horizon_days: float) -> NDArray[np.bool_]:
    """Return who responded, or was stable for long enough, shape (n,)."""
    free = progression_free_days(course, horizon_days)
    return np.asarray((course.best >= PR) | ((course.best >= SD) & (free >= BENEFIT_DAYS)))


def complete_response_chance(course: Course) -> Array:
    """Return the chance of a pathological complete response at the end of the course, shape (n,)."""
    cells = course.live[-1].sum(axis=1) / CELL_CM3
    return np.asarray(np.exp(-cells / variation("pcr_cells")))


def interval(twins: Twins, per_draw: Array, unit: str) -> Interval:
    """Return the interval of a per-draw quantity, shape (parameter_draws,)."""
    median, low, high = twins.quantiles(per_draw)
    return Interval(median, low, high, unit)


def metastatic(course: Course, twins: Twins, horizon_days: float) -> Endpoints:
    """Return response rate, clinical benefit, PFS and its restricted mean."""
    free = progression_free_days(course, horizon_days)
    responded = course.best >= PR
    benefit = had_benefit(course, horizon_days)
    values = {
        "ORR": interval(twins, twins.per_draw(responded).mean(axis=1), "fraction"),
        "CBR": interval(twins, twins.per_draw(benefit).mean(axis=1), "fraction"),
    }
    if horizon_days >= FIFTY_TWO_WEEKS:
        free_12m = twins.per_draw(_free_at(course, YEAR_DAYS)).mean(axis=1)
        values["PFS_12m"] = interval(twins, free_12m, "fraction")
    values |= {
        "PFS_median": _median_pfs(course, twins, horizon_days),
        "rmst": interval(twins, twins.per_draw(free).mean(axis=1) / DAYS_PER_MONTH, "months"),
    }
    return Endpoints(values, free / DAYS_PER_MONTH, "rmst", "months")


def _free_at(course: Course, day: float) -> Array:
    return np.where(np.isnan(course.progression_days), 1.0, course.progression_days > day)


def _median_pfs(course: Course, twins: Twins, horizon_days: float) -> Interval:
    event = twins.per_draw(np.where(np.isnan(course.progression_days), np.inf, course.progression_days))
    ordered = np.sort(event, axis=1)
    middle = (ordered.shape[1] - 1) // 2
    medians = ordered[:, middle]
    ranked = np.sort(medians)

    def at(q: float) -> float | None:
        day = ranked[min(int(q * len(ranked)), len(ranked) - 1)]
        return None if not np.isfinite(day) or day > horizon_days else float(day / DAYS_PER_MONTH)

    median = at(0.5)
    return Interval(median, at(0.05), at(0.95), "months", not_reached=median is None)


def neoadjuvant(course: Course, twins: Twins) -> Endpoints:
    """Return pathological complete response (ypT0/is) and shrinkage at surgery."""
    pcr = complete_response_chance(course)
    shrinkage = 1.0 - course.diameters[-1] / np.maximum(course.diameters[0], 1e-9)
    values = {
        "pCR": interval(twins, twins.per_draw(pcr).mean(axis=1), "fraction"),
        "ORR": interval(twins, twins.per_draw(course.best >= PR).mean(axis=1), "fraction"),
        "depth": interval(twins, np.median(twins.per_draw(shrinkage), axis=1), "fraction"),
    }
    return Endpoints(values, pcr, "pCR", "fraction")


def relapse_days(course: Course) -> Array:
    """Return the day of the visit at which a relapse is first seen; infinite without, shape (n,)."""
    relapsed = course.volume >= variation("relapse_volume")
    return np.where(relapsed.any(axis=0), course.visit_days[relapsed.argmax(axis=0)], np.inf)


def micrometastatic(course: Course, twins: Twins, horizon_days: float) -> Endpoints:
    """Return freedom from invasive relapse at the horizon, and expected cure."""
    first = relapse_days(course)
    free = np.minimum(first, horizon_days)
    cells = course.live[-1].sum(axis=1) / CELL_CM3
    cured = np.exp(-cells)
    values: dict[str, Interval] = {}
    if horizon_days >= 2.0 * FIFTY_TWO_WEEKS:
        free_24m = twins.per_draw(first > 2.0 * YEAR_DAYS).mean(axis=1)
        values["iDFS_24m"] = interval(twins, free_24m, "fraction")
    values |= {
        "cure": interval(twins, twins.per_draw(cured).mean(axis=1), "fraction"),
        "rmst": interval(twins, twins.per_draw(free).mean(axis=1) / DAYS_PER_MONTH, "months"),
    }
    # Few relapse within two years: the log of the cells left ranks regimens before relapses do.
    return Endpoints(values, cured, "cure", "fraction")


def endpoints_of(setting: Setting, course: Course, twins: Twins, horizon_days: float) -> Endpoints:
    """Return the endpoints that belong to `setting`."""
    if setting == "metastatic":
        return metastatic(course, twins, horizon_days)
    if setting == "neoadjuvant":
        return neoadjuvant(course, twins)
    return micrometastatic(course, twins, horizon_days)
