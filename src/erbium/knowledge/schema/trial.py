"""A trial: who is treated how, when they are seen, how long they are followed, and what was reported."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.criterion import Criterion
from erbium.knowledge.schema.number import Number, Record, Status, Texts, fault, tuple_of
from erbium.knowledge.schema.regimen import RegimenDrug, Setting
from erbium.knowledge.schema.span import Span, check_span, days
from erbium.knowledge.schema.trial_faults import check_trial
from erbium.knowledge.schema.trial_notes import NoteRow, PublishedPrognostic
from erbium.knowledge.schema.trial_results import Published, PublishedRatio

Endpoint = Literal["PFS", "ORR", "CBR", "pCR", "iDFS", "EFS", "DFS", "CNS_PFS"]
#: What a figure that stands in a file as plain text or number is called.
AS_STATED = "as stated in the file"


def _follow_up(value: object) -> object:
    """Read a text such as "36 months" as a number without a source."""
    if isinstance(value, dict | Number):
        return value
    check_span(value)
    return {"value": days(str(value)), "unit": "day", "kind": "derived", "note": AS_STATED}


def _per_year(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": float(value), "unit": "1/year", "kind": "derived", "note": AS_STATED}
    return value


Drugs = Annotated[tuple[RegimenDrug, ...], BeforeValidator(tuple_of)]


class Treatment(Record):
    """A treatment by the name of a regimen, or drug by drug.

    Attributes
    ----------
    regimen
        Id or name of a regimen, or drugs joined by "+" at their usual doses.
    drugs
        The drugs with their schedules, as in a regimen file.
    observation
        True where no drug is given.
    """

    regimen: str | None = None
    drugs: Drugs = ()
    observation: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Treatment:
        if (self.regimen is not None) + bool(self.drugs) + self.observation != 1:
            raise fault(
                "the treatment is not said in one way.", expected="one of regimen, drugs, observation = true"
            )
        return self


class Adjuvant(Treatment):
    """What an arm gets after surgery, in the neoadjuvant setting; its schedule starts anew.

    Attributes
    ----------
    note
        What stands for what, and what is left out.
    source, status
        Where it was read, and how far that was checked.
    """

    note: str | None = None
    source: str | None = None
    status: Status | None = None


class TrialArm(Treatment):
    """An arm.

    Attributes
    ----------
    name
        What it is called in comparisons and figures.
    share
        Patients, or the ratio of the allocation: only the proportions count.
    label
        The arm in words; the name of the regimen without.
    crossover_to
        The arm whose treatment patients may get after progression.
    note
        What stands for what: a choice of treatments, a drug that is not modelled.
    source, status
        Where doses and schedule come from, and how far that was checked.
    adjuvant
        What follows surgery; nothing without.
    """

    name: str = Field(min_length=1)
    share: float = 1.0
    label: str | None = None
    crossover_to: str | None = None
    adjuvant: Adjuvant | None = None
    note: str | None = None
    source: str | None = None
    status: Status | None = None

    @model_validator(mode="after")
    def _has_patients(self) -> TrialArm:
        if not self.share > 0.0:
            raise fault(
                f'arm "{self.name}" has no patients (share {self.share:g}).', key="share",
                expected="a number above 0, such as 1, or the patients of the arm",
            )  # fmt: skip
        return self


class Induction(Treatment):
    """What everyone gets first; who has not progressed by its end is randomised and the clock restarts.

    Attributes
    ----------
    duration
        From the first dose to randomisation.
    visits
        Interval of scans before; that of the trial without.
    """

    duration: Span
    visits: Span | None = None


class LaterVisits(Record):
    """Scans at another interval, `every`, once this much time, `after`, has passed."""

    after: Span
    every: Span


class Design(Record):
    """How the trial is conducted.

    Attributes
    ----------
    patients
        Patients that were or are to be enrolled, all arms together.
    stratify_by
        Attributes of patients by which allocation is balanced.
    visits, visits_later
        Interval of scans; without `visits` in the neoadjuvant setting, surgery is the only visit.
    visits_status
        How far the interval was checked, or assumed.
    follow_up
        From randomisation to the data cut, for the average patient.
    accrual
        Time over which patients enter: who enters late is followed for less.
    drop_out_per_year
        Rate at which patients are lost; the usual one without.
    surgery
        From the start to surgery in the neoadjuvant setting; without, four weeks after the last dose.
    visits_after_surgery
        Interval of visits after surgery in the neoadjuvant setting; the usual one without. Patients are
        followed beyond surgery if this is given, an arm has an `adjuvant`, or EFS is the primary endpoint.
    brain_lesions
        Whether patients with brain metastases have lesions in the brain beside those of the body.
    primary
        Primary endpoint.
    induction
        Treatment before randomisation.
    note
        What of the design is not represented, and where the rest was read.
    """

    patients: int = Field(gt=0, le=10_000_000)
    stratify_by: Texts = ()
    visits: Span | None = None
    visits_later: LaterVisits | None = None
    visits_status: Status | Literal["assumed"] | None = None
    follow_up: Annotated[Number, BeforeValidator(_follow_up)]
    accrual: Span | None = None
    drop_out_per_year: Annotated[Number, BeforeValidator(_per_year)] | None = None
    surgery: Span | None = None
    visits_after_surgery: Span | None = None
    brain_lesions: bool = False
    primary: Endpoint
    induction: Induction | None = None
    note: str | None = None

    @property
    def follow_up_days(self) -> float:
        """Follow-up of the average patient in days."""
        return days_of(self.follow_up)

    def visit_days(self, until: float) -> tuple[float, ...]:
        """Return the days of the scans after randomisation, up to and with `until`."""
        if self.visits is None:
            return ()
        every, later = days(self.visits), self.visits_later
        change = days(later.after) if later else until
        found: list[float] = []
        day = every
        while day <= until:
            found.append(day)
            day += days(later.every) if later and day >= change else every
        return tuple(found)


def days_of(number: Number) -> float:
    """Return a time with its unit in days."""
    unit = number.unit.removesuffix("s")
    factor = {"month": DAYS_PER_MONTH, "year": 12.0 * DAYS_PER_MONTH}.get(unit)
    return number.value * factor if factor else number.to("day")


class TrialPopulation(Record):
    """Who is enrolled.

    Attributes
    ----------
    spec
        Id of a population, or a path to the file of one.
    line
        Line of treatment in metastatic disease, in place of the population's.
    before
        Regimens of the earlier lines, oldest first, one for each line before `line`; the usual ones without.
    eligibility
        What must hold of a patient beside belonging to the population.
    note
        What of the published eligibility is not represented.
    """

    spec: str
    line: int | None = Field(default=None, ge=1, le=6)
    before: Texts = ()
    eligibility: Annotated[tuple[Criterion, ...], BeforeValidator(tuple_of)] = ()
    note: str | None = None

    @model_validator(mode="after")
    def _one_before_each(self) -> TrialPopulation:
        if self.before and len(self.before) != (self.line or 1) - 1:
            raise fault(
                f"{len(self.before)} earlier lines are told, line {self.line or 1} is to be given.",
                key="before", expected=f"line, and {(self.line or 1) - 1} regimens, oldest first",
            )  # fmt: skip
        return self


class Comparison(Record):
    """Two arms held against each other.

    Attributes
    ----------
    arm, versus
        The tested arm and its control.
    endpoint
        Endpoint; the primary one without.
    primary
        Whether this is the trial's main question.
    expected
        What was reported: superior, inferior, or none for no difference; absent if there is no result.
    """

    arm: str
    versus: str
    endpoint: Endpoint | None = None
    primary: bool = False
    expected: Literal["superior", "none", "inferior"] | None = None
    note: str | None = None


class Trial(Record):
    """A trial, published or planned.

    Attributes
    ----------
    id, name, names
        Id (file stem), acronym, and the labels it has in tables of published results.
    nct, year, phase, randomised, summary
        Registry number, year of the first report, phase, whether patients were randomised, one sentence.
    setting
        metastatic, neoadjuvant, adjuvant or residual.
    population, design, arm, comparison
        Who, how, and what is compared.
    subgroup
        Patients that are looked at apart, beside those of published figures.
    published, published_ratio
        What was reported.
    published_prognostic, note_row
        Figures by marker, and rows of the table that are kept for the record.
    km_files
        Files of reconstructed survival curves.
    """

    format: Literal["erbium.trial/1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    names: Texts = ()
    nct: str | None = Field(default=None, pattern=r"^NCT\d{8}$")
    year: int | None = Field(default=None, ge=1990, le=2100)
    phase: str | None = None
    randomised: bool = True
    setting: Setting
    summary: str = ""
    note: str | None = None
    km_files: Texts = ()
    population: TrialPopulation
    design: Design
    arm: Annotated[tuple[TrialArm, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
    comparison: Annotated[tuple[Comparison, ...], BeforeValidator(tuple_of)] = ()
    subgroup: Annotated[tuple[Criterion, ...], BeforeValidator(tuple_of)] = ()
    published: Annotated[tuple[Published, ...], BeforeValidator(tuple_of)] = ()
    published_ratio: Annotated[tuple[PublishedRatio, ...], BeforeValidator(tuple_of)] = ()
    published_prognostic: Annotated[tuple[PublishedPrognostic, ...], BeforeValidator(tuple_of)] = ()
    note_row: Annotated[tuple[NoteRow, ...], BeforeValidator(tuple_of)] = ()

    @model_validator(mode="before")
    @classmethod
    def _names_its_schema(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("schema") != "erbium.trial/1" and "format" not in data:
            raise fault(
                f"the schema is {data.get('schema')!r}." if "schema" in data else "the schema is not named.",
                key="schema", expected='schema = "erbium.trial/1"',
            )  # fmt: skip
        return data

    @model_validator(mode="after")
    def _coherent(self) -> Trial:
        check_trial(self)
        return self

    @property
    def followed_after_surgery(self) -> bool:
        """Whether patients of a neoadjuvant trial are followed beyond surgery, so that there is an EFS."""
        design = self.design
        asked = design.visits_after_surgery is not None or design.primary == "EFS"
        return self.setting == "neoadjuvant" and (asked or any(arm.adjuvant for arm in self.arm))

    @property
    def arm_names(self) -> tuple[str, ...]:
        """Names of the arms in the order of the file."""
        return tuple(arm.name for arm in self.arm)

    def subgroups(self) -> tuple[Criterion, ...]:
        """Return every subgroup of the file once, those of published figures included."""
        shown = [item.subgroup for item in (*self.published, *self.published_ratio) if item.subgroup]
        return tuple(dict.fromkeys((*self.subgroup, *shown)))
