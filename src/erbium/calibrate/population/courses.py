"""Which courses have to be simulated: arms of trials that treat the same patients alike share one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from erbium.calibrate.population.design import Design
from erbium.core.units import DAYS_PER_MONTH as DAYS
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import earlier_regimens, treatment_of
from erbium.population import Patients, load_population, sample_block


@dataclass(frozen=True)
class Enrolment:
    """Whom a trial enrols.

    Attributes
    ----------
    population, line, before
        Id of the population, line of treatment, and regimens of the lines before; none for the usual ones.
    criteria
        What must hold beside, as a trial file has it.
    """

    population: str
    line: int | None
    criteria: tuple[Any, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The enrolment in words."""
        line = [f"line {self.line}"] if self.line else []
        before = [f"after {' and '.join(self.before)}"] if self.before else []
        return ", ".join([self.population, *line, *before, *(item.text for item in self.criteria)])

    def sample(self, seed: int, block: int, size: int) -> Patients:
        """Return eligible patients; the same ones for the same seed and block."""
        spec = load_population(self.population)
        if self.line is not None:
            spec = spec.at_line(self.line, self.before)
        return sample_block(
            spec, seed=seed, block=block, size=size, extra=[item.plain() for item in self.criteria]
        )


@dataclass(frozen=True)
class CoursePlan:
    """One treatment of the patients of one enrolment, scanned on one grid.

    Attributes
    ----------
    number
        Place in the list of courses.
    visits
        Days of the scans up to the horizon.
    """

    number: int
    enrolment: Enrolment
    regimen: Regimen
    visits: tuple[float, ...]

    @property
    def key(self) -> str:
        """What the course depends on, as text."""
        drugs = [item.model_dump(mode="json") for item in self.regimen.drugs]
        return repr((self.enrolment, drugs, self.visits))


@dataclass(frozen=True)
class PlannedArm:
    """An arm of a trial, and the course that stands for it.

    Attributes
    ----------
    role
        backbone, control or anchor for a fitted arm; predicted for the others.
    course
        Number of its course.
    """

    trial: str
    arm: str
    role: str
    drugs: tuple[str, ...]
    course: int

    @property
    def label(self) -> str:
        """The arm in words."""
        return f"{self.trial}: {self.arm}"


@dataclass(frozen=True)
class Pair:
    """The primary comparison of a trial: places of the tested arm and of its control in the list of arms."""

    trial: str
    arm: int
    versus: int
    months: float


@dataclass(frozen=True)
class Courses:
    """Everything that is simulated for one design of the numbers.

    Attributes
    ----------
    courses, arms, pairs
        Courses, arms, and primary comparisons.
    left_out
        Trials that are not run, with the reason.
    horizon
        Days after which a course ends.
    """

    courses: tuple[CoursePlan, ...]
    arms: tuple[PlannedArm, ...]
    pairs: tuple[Pair, ...]
    left_out: Mapping[str, str]
    horizon: float

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what the courses depend on."""
        text = "\x1f".join(course.key for course in self.courses) + repr(self.horizon)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """The enrolments, each once, in the order of the courses."""
        return tuple(dict.fromkeys(course.enrolment for course in self.courses))


def plan_courses(design: Design) -> Courses:
    """Return the courses of the fitted arms, and of both arms of every primary comparison that can run."""
    horizon = design.calibration.horizon * DAYS
    roles = {(arm.trial, arm.arm): arm.role for arm in design.calibration.arm}
    found = _Finder(design, horizon)
    left_out: dict[str, str] = {}
    pairs: list[Pair] = []
    for trial in design.trials.values():
        if (reason := _cannot_run(trial)) is not None:
            left_out[trial.id] = reason
            continue
        primary = next((item for item in trial.comparison if item.primary), None)
        wanted = {primary.arm, primary.versus} if primary else set()
        at = {
            arm.name: found.arm(trial, arm.name, roles.get((trial.id, arm.name), "predicted"))
            for arm in trial.arm
            if arm.name in wanted or (trial.id, arm.name) in roles
        }
        if primary:
            months = min(trial.design.follow_up_days / DAYS, design.calibration.horizon)
            pairs.append(Pair(trial.id, at[primary.arm], at[primary.versus], months))
        elif not at:
            left_out[trial.id] = "it compares no arms, and no arm of it is fitted"
    return Courses(tuple(found.courses.values()), tuple(found.arms), tuple(pairs), left_out, horizon)


def _cannot_run(trial: Trial) -> str | None:
    if trial.setting != "metastatic":
        return f"the setting is {trial.setting}: its endpoints rest on numbers that are not free here"
    if trial.design.induction is not None:
        return "patients are selected by an induction, which the numbers change"
    if trial.design.visits is None:
        return "no interval of scans is known"
    return None


class _Finder:
    """Collects courses, each once."""

    def __init__(self, design: Design, horizon: float) -> None:
        self.design, self.horizon = design, horizon
        self.courses: dict[str, CoursePlan] = {}
        self.arms: list[PlannedArm] = []

    def arm(self, trial: Trial, name: str, role: str) -> int:
        arm = next(item for item in trial.arm if item.name == name)
        people = trial.population
        regimen = treatment_of(arm, arm.label or arm.name, self.design.knowledge)
        before = earlier_regimens(trial, self.design.knowledge)
        plan = CoursePlan(
            len(self.courses), Enrolment(people.spec, people.line, people.eligibility, before), regimen,
            trial.design.visit_days(self.horizon),
        )  # fmt: skip
        course = self.courses.setdefault(plan.key, plan)
        self.arms.append(PlannedArm(trial.id, name, role, regimen.drug_ids, course.number))
        return len(self.arms) - 1
