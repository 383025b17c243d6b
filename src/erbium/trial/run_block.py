"""One block of a trial, from enrolment to what is recorded of each patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.engine.kernel import Kernel
from erbium.knowledge.schema.span import days
from erbium.trial.allocation import allocate, strata
from erbium.trial.before_randomisation import living_rows
from erbium.trial.brain import SITE, BrainSite, both_sites, brain_site
from erbium.trial.deposits import Operated, event_free, follow_deposits
from erbium.trial.enrolment import Enrolled, enrol
from erbium.trial.follow_up import Seen, longest_follow_up, other_event_days, seen_until
from erbium.trial.outcome import Outcome, before_surgery, measurable, unseen
from erbium.trial.plan import Block
from erbium.trial.study import Study
from erbium.trial.survival import overall_survival
from erbium.tumour import Arm, run_arms
from erbium.tumour.clones import variation
from erbium.tumour.surgery import surgery_day

if TYPE_CHECKING:
    import pandas as pd


Progress = Callable[[float], None] | None


@dataclass(frozen=True)
class BlockResult:
    """What is kept of a block.

    Attributes
    ----------
    patients
        One row per patient: attributes, arm, outcome.
    sizes
        Sum of diameters in mm by patient and day, at the visits.
    warnings
        What must be said of doses and engine.
    """

    patients: pd.DataFrame
    sizes: pd.DataFrame
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Group:
    """Patients of one sampling in one arm of the trial.

    Attributes
    ----------
    arm, patient
        Position of the arm, and numbers of the patients.
    treated, seen
        How they are treated, and for how long they are seen.
    other_days
        Day of an event that is no relapse, shape (n,).
    part, which
        The sampling, and the positions of the patients in it.
    """

    arm: int
    patient: NDArray[np.int64]
    treated: Arm
    seen: Seen
    other_days: Array
    part: Enrolled
    which: NDArray[np.intp]


def run_block(
    study: Study, block: Block, seed: int, progress: Callable[[float], None] | None = None
) -> BlockResult:
    """Return what happens to the patients of one block; it depends on study, block and seed alone.

    Parameters
    ----------
    progress
        Called with the share of the block that is done.
    """
    import pandas as pd

    parts = enrol(study, block, seed)
    design = study.trial.design
    table = pd.concat([part.table for part in parts], ignore_index=True)
    patient = np.arange(block.first, block.first + block.size)
    stratum = strata(table, design.stratify_by)
    arms = allocate(stratum, block.places(study.trial), patient, seed)
    seen = seen_until(design, patient, seed, block.draw)
    groups = _groups(study, parts, arms, patient, seen, seed)
    kernel = parts[0].tumour.kernel
    longest = longest_follow_up(design, seed, block.draw)
    outcomes = _RUN[study.trial.setting](study, kernel, groups, longest, progress)
    warnings = [text for group in groups for text in group.treated.warnings]
    warnings += [text for part in parts for text in part.tumour.kernel.warnings]
    found = _joined(study, block, table, stratum, arms, groups, outcomes, tuple(dict.fromkeys(warnings)))
    survival = overall_survival(study.trial.setting, found.patients, seen.until, seed, block.draw)
    return replace(found, patients=found.patients.assign(**survival))


def _groups(
    study: Study,
    parts: Sequence[Enrolled],
    arms: NDArray[np.int64],
    patient: NDArray[np.int64],
    seen: Seen,
    seed: int,
) -> list[_Group]:
    found: list[_Group] = []
    first = 0
    for part in parts:
        here = slice(first, first + len(part.rows))
        first = here.stop
        for arm, regimen in enumerate(study.regimens):
            which = np.flatnonzero(arms[here] == arm)
            if which.size:
                numbers = patient[here][which]
                at = here.start + which
                treated = part.arm(regimen, which, numbers, seed)
                until = Seen(seen.until[at], seen.lost[at])
                other = other_event_days(numbers, seed)
                found.append(_Group(arm, numbers, treated, until, other, part, which))
    return found


def _metastatic(
    study: Study, kernel: Kernel, groups: Sequence[_Group], longest: float, progress: Progress
) -> list[Outcome]:
    design = study.trial.design
    arms = [replace(group.treated, until_days=group.seen.until) for group in groups]
    if design.brain_lesions:
        # Of one sampling all arms share the twins in the brain: they are settled once.
        there = {id(group.part): group.part.tumour.at(SITE) for group in groups}
        sites = [
            brain_site(group.part, there[id(group.part)], study.regimens[group.arm], group.which)
            for group in groups
        ]
        return _with_brain(kernel, groups, arms, sites, design.visit_days(longest), progress)
    courses = run_arms(kernel, arms, design.visit_days(longest), progress=progress)
    return [
        measurable(course, arm, group.seen) for course, arm, group in zip(courses, arms, groups, strict=True)
    ]


def _with_brain(
    kernel: Kernel,
    groups: Sequence[_Group],
    arms: Sequence[Arm],
    sites: Sequence[BrainSite | None],
    visits: Sequence[float],
    progress: Progress,
) -> list[Outcome]:
    """Run the lesions in the brain beside those in the body, all as one batch."""
    beside = [
        site.until(group.seen.until) for site, group in zip(sites, groups, strict=True) if site is not None
    ]
    courses = run_arms(kernel, [*arms, *beside], visits, progress=progress)
    brains = iter(courses[len(arms) :])
    return [
        both_sites(body, arm, group.seen, None if site is None else next(brains), site)
        for body, arm, group, site in zip(courses, arms, groups, sites, strict=False)
    ]


def _neoadjuvant(
    study: Study, kernel: Kernel, groups: Sequence[_Group], longest: float, progress: Progress
) -> list[Outcome]:
    """Run every regimen to its own day of surgery, and follow the patients beyond where the trial asks."""
    design = study.trial.design
    given = design.surgery
    found: list[Outcome] = []
    operated: list[Operated] = []
    for place, group in enumerate(groups):
        end = days(given) if given else surgery_day(study.regimens[group.arm])
        grid = [*(day for day in design.visit_days(end) if day < end), end]
        (course,) = run_arms(kernel, [group.treated], grid, stop_at_progression=False)
        found.append(before_surgery(course, group.treated))
        operated.append(
            Operated(
                group.part, group.part.rows[group.which], study.regimens[group.arm],
                study.adjuvants[group.arm], end, group.seen, course.progression_days,
            )
        )  # fmt: skip
        if progress is not None:
            progress((place + 1) / len(groups))
    if not study.trial.followed_after_surgery:
        return found
    relapse = follow_deposits(kernel, operated, design, longest)
    return [
        event_free(outcome, one, days_of_relapse, group.other_days)
        for outcome, one, days_of_relapse, group in zip(found, operated, relapse, groups, strict=True)
    ]


def _after_surgery(
    study: Study, kernel: Kernel, groups: Sequence[_Group], longest: float, progress: Progress
) -> list[Outcome]:
    """Follow who has living deposits; the others cannot relapse."""
    grid = study.trial.design.visit_days(longest)
    living = [living_rows(kernel.network, group.treated) for group in groups]
    arms = [
        replace(group.treated.of(rows), until_days=group.seen.until[rows])
        for group, rows in zip(groups, living, strict=True)
    ]
    courses = run_arms(kernel, arms, grid, relapse_volume=variation("relapse_volume"), progress=progress)
    found: list[Outcome] = []
    for group, rows, course in zip(groups, living, courses, strict=True):
        relapse = np.full(len(group.patient), np.nan)
        relapse[rows] = course.progression_days
        found.append(unseen(relapse, group.other_days, group.seen))
    return found


_RUN = {
    "metastatic": _metastatic,
    "neoadjuvant": _neoadjuvant,
    "adjuvant": _after_surgery,
    "residual": _after_surgery,
}


def _joined(
    study: Study,
    block: Block,
    table: pd.DataFrame,
    stratum: Sequence[str],
    arms: NDArray[np.int64],
    groups: Sequence[_Group],
    outcomes: Sequence[Outcome],
    warnings: tuple[str, ...],
) -> BlockResult:
    """Return the outcomes of the groups beside the attributes of their patients, in order of patients."""
    import pandas as pd

    rows = [
        outcome.table.assign(patient=group.patient) for group, outcome in zip(groups, outcomes, strict=True)
    ]
    sizes = [
        outcome.sizes.assign(patient=group.patient[outcome.sizes["patient"].to_numpy()])
        for group, outcome in zip(groups, outcomes, strict=True)
    ]
    results = pd.concat(rows, ignore_index=True).sort_values("patient", ignore_index=True)
    names = np.array(study.trial.arm_names, dtype=object)
    who = pd.DataFrame(
        {
            "patient": np.arange(block.first, block.first + block.size),
            "block": block.index,
            "draw": block.draw,
            "arm": names[arms],
            "stratum": list(stratum),
        }
    )
    told = results.drop(columns="patient").assign(os_months=np.nan, os_event=False)
    # What is measured at randomisation takes the place of what was measured before an induction.
    attributes = table.drop(columns=[name for name in told if name in table])
    patients = pd.concat([who, told, attributes], axis=1)
    sized = pd.concat(sizes, ignore_index=True).sort_values(["patient", "day"], ignore_index=True)
    return BlockResult(patients, sized, warnings)
