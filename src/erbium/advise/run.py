"""The simulations behind an answer: every allowed regimen on the same twins, and counterfactual twins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from erbium.advise.kept_courses import run_or_read
from erbium.core.errors import DataError
from erbium.core.twins import Twins
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.regimen import Regimen
from erbium.tumour import Arm, Course, Tumour
from erbium.tumour.endpoints import Endpoints, endpoints_of
from erbium.tumour.surgery import surgery_day

#: Scans every six weeks, as in most of the trials.
VISIT_DAYS = 42.0
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Simulated:
    """One regimen's course and endpoints, and what must be said of its doses."""

    regimen: Regimen
    course: Course
    endpoints: Endpoints
    warnings: tuple[str, ...] = ()


def visit_grid(horizon_days: float) -> list[float]:
    """Return the visits up to the horizon, the horizon itself included."""
    visits = list(np.arange(VISIT_DAYS, horizon_days, VISIT_DAYS))
    return [*visits, horizon_days] if not visits or horizon_days - visits[-1] > 1.0 else visits


def horizon_of(tumour: Tumour, months: float) -> float:
    """Return the horizon in days on the engine's grid; before surgery, each regimen has its own."""
    if tumour.setting == "neoadjuvant":
        return surgery_day()
    return float(np.round(months * DAYS_PER_MONTH))


def run_regimens(
    tumour: Tumour,
    regimens: Sequence[Regimen],
    arms: Sequence[Arm],
    horizon_days: float,
    steps_per_day: int,
    report: Callable[[float], None],
    twins: Twins | None = None,
) -> list[Simulated]:
    """Run arms that share a horizon together.

    Parameters
    ----------
    twins
        The draws of the arms' patients where they are only some of those of `tumour`.
    """
    before_surgery = tumour.setting == "neoadjuvant"
    horizons = [surgery_day(regimen) if before_surgery else horizon_days for regimen in regimens]
    found: dict[int, Simulated] = {}
    for horizon in sorted(set(horizons)):
        here = [i for i, h in enumerate(horizons) if h == horizon]
        courses = run_or_read(
            tumour.kernel,
            [arms[i] for i in here],
            visit_grid(horizon),
            stop_at_progression=tumour.setting == "metastatic",
            steps_per_day=steps_per_day,
            progress=_stretch(report, len(found) / len(arms), len(here) / len(arms)),
        )
        for i, course in zip(here, courses, strict=True):
            endpoints = endpoints_of(tumour.setting, course, twins or tumour.twins, horizon)
            found[i] = Simulated(regimens[i], course, endpoints, arms[i].warnings)
    return [found[i] for i in range(len(arms))]


def _stretch(report: Callable[[float], None], start: float, width: float) -> Callable[[float], None]:
    return lambda share: report(start + width * share)


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

    return run_regimens(tumour, kept, arms, horizon_days, steps_per_day, report), failed


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

    treated = [regimen for _, regimen in owners]
    found = run_regimens(tumour, treated, arms, horizon_days, steps_per_day, report)
    for (mechanism, _), simulated in zip(owners, found, strict=True):
        out.setdefault(mechanism, []).append(simulated)
    return out
