"""The simulations behind an answer: every allowed regimen on the same twins, and counterfactual twins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from erbium.core.errors import DataError
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.regimen import Regimen
from erbium.tumour import Course, Tumour, run_arms
from erbium.tumour.endpoints import Endpoints, endpoints_of

#: Scans every six weeks, as in most of the trials.
VISIT_DAYS = 42.0
#: Surgery follows the last cycle by about this long.
SURGERY_DELAY_DAYS = 21.0
#: Length of preoperative treatment if the regimen itself has no end.
NEOADJUVANT_DAYS = 126.0
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Simulated:
    """One regimen's course and endpoints."""

    regimen: Regimen
    course: Course
    endpoints: Endpoints


def visit_grid(horizon_days: float) -> list[float]:
    """Return the visits up to the horizon, the horizon itself included."""
    visits = list(np.arange(VISIT_DAYS, horizon_days, VISIT_DAYS))
    return [*visits, horizon_days] if not visits or horizon_days - visits[-1] > 1.0 else visits


def horizon_of(tumour: Tumour, months: float) -> float:
    """Return the horizon in days on the engine's grid: surgery in the neoadjuvant setting."""
    if tumour.setting == "neoadjuvant":
        return NEOADJUVANT_DAYS + SURGERY_DELAY_DAYS
    return float(np.round(months * DAYS_PER_MONTH))


def simulate_all(
    tumour: Tumour,
    regimens: Sequence[Regimen],
    horizon_days: float,
    *,
    steps_per_day: int = 12,
    progress: Progress | None = None,
) -> tuple[list[Simulated], list[tuple[Regimen, str]]]:
    """Return every regimen simulated on the twins, and those that cannot be simulated with the reason."""
    arms, kept, failed = [], [], []
    for regimen in regimens:
        try:
            arms.append(tumour.arm(regimen))
            kept.append(regimen)
        except DataError as error:
            failed.append((regimen, error.message))
    if not arms:
        return [], failed

    def report(share: float) -> None:
        if progress is not None:
            progress(share, "simulating regimens")

    courses = run_arms(
        tumour.kernel,
        arms,
        visit_grid(horizon_days),
        stop_at_progression=tumour.setting == "metastatic",
        steps_per_day=steps_per_day,
        progress=report,
    )
    found = [
        Simulated(regimen, course, endpoints_of(tumour.setting, course, tumour.twins, horizon_days))
        for regimen, course in zip(kept, courses, strict=True)
    ]
    return found, failed


def without_mechanisms(
    tumour: Tumour,
    mechanisms: Sequence[str],
    regimens: Sequence[Regimen],
    horizon_days: float,
    *,
    steps_per_day: int = 12,
    progress: Progress | None = None,
) -> dict[str, list[Simulated]]:
    """Return, per mechanism, the regimens on the same twins without it."""
    out: dict[str, list[Simulated]] = {}
    arms, owners = [], []
    for mechanism in mechanisms:
        twin = tumour.without(mechanism)
        for regimen in regimens:
            arms.append(twin.arm(regimen))
            owners.append((mechanism, regimen))
    if not arms:
        return out

    def report(share: float) -> None:
        if progress is not None:
            progress(share, "switching each mechanism off")

    courses = run_arms(
        tumour.kernel,
        arms,
        visit_grid(horizon_days),
        stop_at_progression=tumour.setting == "metastatic",
        steps_per_day=steps_per_day,
        progress=report,
    )
    for (mechanism, regimen), course in zip(owners, courses, strict=True):
        endpoints = endpoints_of(tumour.setting, course, tumour.twins, horizon_days)
        out.setdefault(mechanism, []).append(Simulated(regimen, course, endpoints))
    return out
