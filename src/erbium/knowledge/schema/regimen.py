"""A regimen: which drugs, how much, when, and what stands behind it in which setting."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from erbium.core.errors import UnitError
from erbium.knowledge.schema.dose_text import MOST, amount, hours
from erbium.knowledge.schema.number import Record, Texts, fault, tuple_of
from erbium.knowledge.schema.schedule_faults import check_schedule

Setting = Literal["metastatic", "neoadjuvant", "adjuvant", "residual"]
Line = Literal["1L", "2L", "3L+"]
Tier = Literal["I", "II", "III", "IV"]
Level = Literal["A1", "A2", "B", "C", "D", "E"]
Requirement = Literal[
    "HER2-positive", "HER2-low", "HER2-negative", "ERBB2-mutant", "HR-positive", "PIK3CA-mutant"
]
Caution = Literal[
    "cardiac", "ILD", "diarrhoea", "hyperglycaemia", "neutropenia", "neuropathy", "hepatotoxicity",
    "hand_foot_syndrome", "rash", "stomatitis", "thrombocytopenia", "nausea", "bone_loss", "DPYD_deficiency",
    "febrile_neutropenia", "anaemia", "infection", "fatigue", "QT", "infusion_reaction", "immune_related",
    "eye",
]  # fmt: skip
HER2_CLASSES: tuple[Requirement, ...] = ("HER2-positive", "HER2-low", "HER2-negative", "ERBB2-mutant")
LINES: tuple[Line, ...] = ("1L", "2L", "3L+")
TIER_OF_LEVEL: dict[Level, Tier] = {"A1": "I", "A2": "II", "B": "III", "C": "III", "D": "IV", "E": "IV"}


def _with_unit(given: object, expected: str) -> object:
    """Return what was given, unless it is a bare number."""
    if isinstance(given, int | float):
        raise fault(f"{given} has no unit.", expected=expected)
    return given


class Schedule(Record):
    """When and how much of one drug.

    Attributes
    ----------
    dose, loading
        "6 mg/kg", "75 mg/m2" or "420 mg"; "1 dose" of a vaccine, "1e8 cells/m2", "2 Gy". `loading` replaces
        the first dose.
    every
        Interval between doses while the drug is on.
    days_on, cycle
        On for the first `days_on` days of each `cycle`; both or neither.
    extra_days
        Further single doses on these days of the course (day 1 is the first), as for a depot.
    cycles
        Number of `cycle` periods, or of doses where there is no cycle.
    until
        "progression" (default without `cycles`), or a span such as "52 weeks", counted from the first dose.
    starts
        Delay of the first dose from the start of the regimen; shorter than `until`.
    infusion
        Duration of an infusion; at most `every`.

    A schedule that overlaps itself is refused (see `schedule_faults`).
    """

    dose: str
    loading: str | None = None
    every: str
    days_on: int | None = Field(default=None, gt=0)
    cycle: str | None = None
    extra_days: Annotated[tuple[int, ...], BeforeValidator(tuple_of)] = ()
    cycles: int | None = Field(default=None, gt=0)
    until: str = "progression"
    starts: str = "0 days"
    infusion: str | None = None

    @field_validator("dose", "loading", mode="before")
    @classmethod
    def _dose_has_a_unit(cls, given: object) -> object:
        return _with_unit(given, 'a mass such as "420 mg", "6 mg/kg" or "75 mg/m2"')

    @field_validator("every", "cycle", "starts", "infusion", "until", mode="before")
    @classmethod
    def _span_has_a_unit(cls, given: object) -> object:
        return _with_unit(given, 'a time such as "3 weeks"')

    @field_validator("dose", "loading")
    @classmethod
    def _dose_is_a_mass(cls, text: str | None) -> str | None:
        if text is not None:
            value, unit = amount(text)
            if not 0.0 < value < MOST[unit.partition("/")[0]]:
                raise ValueError(f'"{text}" is not a possible dose')
        return text

    @field_validator("every", "cycle", "starts", "infusion", "until")
    @classmethod
    def _span_is_a_time(cls, text: str | None) -> str | None:
        if text is not None and text != "progression":
            try:
                span = hours(text)
            except UnitError as error:
                raise ValueError(f'"{text}" is not a time; expected for example "3 weeks"') from error
            if span < 0.0:
                raise ValueError(f'"{text}" is negative')
        return text

    @model_validator(mode="after")
    def _complete(self) -> Schedule:
        if (self.days_on is None) != (self.cycle is None):
            raise ValueError("days_on and cycle come together")
        if hours(self.every) <= 0.0:
            raise ValueError("every must be longer than nothing")
        if self.cycle is not None and self.days_on is not None and self.days_on * 24.0 > hours(self.cycle):
            raise ValueError("days_on is longer than cycle")
        if self.loading is not None and amount(self.loading)[1] != amount(self.dose)[1]:
            raise ValueError("loading and dose must be in the same unit")
        check_schedule(self)
        return self

    @property
    def period_h(self) -> float:
        """Length of one cycle in hours (one dose interval where there is no cycle)."""
        return hours(self.cycle) if self.cycle else hours(self.every)

    @property
    def end_h(self) -> float | None:
        """Hours from the start of the regimen after which no dose is given; None is until progression."""
        start = hours(self.starts)
        ends = [start + self.cycles * self.period_h] if self.cycles else []
        if self.until != "progression":
            ends.append(start + hours(self.until))
        return min(ends) if ends else None

    def times_h(self, horizon_h: float) -> tuple[float, ...]:
        """Return the dose times in hours in [0, horizon_h), first one the loading dose."""
        start, end = hours(self.starts), min(horizon_h, math.inf if self.end_h is None else self.end_h)
        extra = [start + (day - 1) * 24.0 for day in self.extra_days]
        return tuple(sorted({*self.regular_times_h(end), *(time for time in extra if time < end)}))

    def regular_times_h(self, horizon_h: float) -> tuple[float, ...]:
        """Return the dose times in hours in [0, horizon_h) without the single extra days."""
        start, step, period = hours(self.starts), hours(self.every), self.period_h
        end = min(horizon_h, self.end_h if self.end_h is not None else horizon_h)
        on = self.days_on * 24.0 if self.days_on is not None else period
        times: list[float] = []
        cycle = 0
        while (first := start + cycle * period) < end:
            dose = 0
            while dose * step < on - 1e-9 and first + dose * step < end:
                times.append(first + dose * step)
                dose += 1
            cycle += 1
        return tuple(times)


class RegimenDrug(Schedule):
    """One drug of a regimen, with its schedule."""

    drug: str


class TierEvidence(Record):
    """What places a regimen in its tier."""

    source: str
    text: str
    level: Level


class Use(Record):
    """A setting in which a regimen may be offered.

    Attributes
    ----------
    lines
        Lines of metastatic disease; empty in the other settings.
    tier
        Evidence tier in this setting and line: I = level A1, II = A2, III = B or C, IV = D or E
        (hypothesis). It follows from the best level in `evidence`.
    reference
        True for the named standard of the setting, line and HER2 class.
    requires
        Hard rules; exactly one of them is a HER2 class.
    """

    setting: Setting
    lines: Annotated[tuple[Line, ...], BeforeValidator(tuple_of)] = ()
    tier: Tier
    reference: bool = False
    requires: Annotated[tuple[Requirement, ...], BeforeValidator(tuple_of)]
    evidence: Annotated[tuple[TierEvidence, ...], BeforeValidator(tuple_of)]

    @model_validator(mode="after")
    def _rules(self) -> Use:
        if (self.setting == "metastatic") != bool(self.lines):
            raise ValueError("lines are given for the metastatic setting and for no other")
        if sum(item in HER2_CLASSES for item in self.requires) != 1:
            raise ValueError("requires must name exactly one HER2 class: " + ", ".join(HER2_CLASSES))
        if not self.evidence:
            raise ValueError("a use needs evidence, if only a simulation (level E)")
        best = min(TIER_OF_LEVEL[item.level] for item in self.evidence)
        if best != self.tier:
            raise ValueError(
                f"tier {self.tier} does not follow from the best level of evidence: that gives {best}"
            )
        return self

    @property
    def her2_class(self) -> Requirement:
        """The HER2 class this use is for."""
        return next(item for item in self.requires if item in HER2_CLASSES)


class Regimen(Record):
    """A treatment that can be chosen.

    Attributes
    ----------
    id, name, synonyms
        Id (file stem), readable name of drugs joined by " + ", other names.
    drugs
        Schedule of each drug; empty only for the observation arm of a trial.
    uses
        Settings with tier and evidence; empty in an ad-hoc combination.
    cautions
        What to watch for.
    ad_hoc
        True when built on the fly from drug names.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    synonyms: Texts = ()
    drugs: Annotated[tuple[RegimenDrug, ...], BeforeValidator(tuple_of)]
    uses: Annotated[tuple[Use, ...], BeforeValidator(tuple_of)] = ()
    cautions: Annotated[tuple[Caution, ...], BeforeValidator(tuple_of)] = ()
    note: str | None = None
    ad_hoc: bool = False

    @model_validator(mode="after")
    def _has_drugs(self) -> Regimen:
        if not self.drugs and not self.ad_hoc:
            raise fault("there are no drugs.", key="drugs", expected="at least one drug")
        return self

    @model_validator(mode="after")
    def _no_drug_twice(self) -> Regimen:
        seen: set[str] = set()
        for number, item in enumerate(self.drugs):
            if item.drug in seen:
                raise fault(
                    f"{item.drug} is listed twice.", key=f"drugs[{number}].drug", expected="each drug once"
                )
            seen.add(item.drug)
        return self

    @property
    def drug_ids(self) -> tuple[str, ...]:
        """Ids of the drugs, in the order of the file."""
        return tuple(item.drug for item in self.drugs)

    def uses_in(self, setting: Setting, line: Line | None = None) -> tuple[Use, ...]:
        """Return the uses for a setting and, in metastatic disease, a line."""
        here = (use for use in self.uses if use.setting == setting)
        return tuple(use for use in here if line is None or not use.lines or line in use.lines)
