"""A population: a base profile whose open values are drawn, who is eligible, and shares to reach."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.number import Number, Record, Status, Texts, fault, tuple_of
from erbium.knowledge.schema.regimen import Setting

SCHEMA = "erbium.population/1"

Value = bool | int | float | str


class Criterion(Record):
    """A condition on one attribute of a patient; every part that is given must hold.

    Attributes
    ----------
    attribute
        Column of the population's table, such as ``er`` or ``her2_copies``.
    equals, among
        The value, or the values.
    at_least, at_most
        Limits, both included.
    """

    attribute: str
    equals: Value | None = None
    among: Annotated[tuple[Value, ...] | None, BeforeValidator(tuple_of)] = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Criterion:
        given = [self.equals, self.among, self.at_least, self.at_most]
        if all(part is None for part in given):
            raise fault(
                "the criterion has no condition.",
                expected="one of equals, among, at_least, at_most",
            )
        if self.equals is not None and any(part is not None for part in given[1:]):
            raise fault("equals stands beside another condition.", expected="equals alone")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise fault(
                f"at_least {self.at_least:g} lies above at_most {self.at_most:g}.",
                key="at_least",
                expected="a lower limit below the upper one",
            )
        return self

    def __str__(self) -> str:
        parts = []
        if self.equals is not None:
            parts.append(f"{self.attribute} = {_shown(self.equals)}")
        if self.among is not None:
            parts.append(f"{self.attribute} among {', '.join(_shown(item) for item in self.among)}")
        if self.at_least is not None:
            parts.append(f"{self.attribute} at least {self.at_least:g}")
        if self.at_most is not None:
            parts.append(f"{self.attribute} at most {self.at_most:g}")
        return " and ".join(parts)


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value}"


class Share(Criterion):
    """How many of the patients meet a criterion; the population is drawn so that they do.

    Attributes
    ----------
    share
        The fraction, with its source.
    """

    share: Number

    @model_validator(mode="after")
    def _is_a_fraction(self) -> Share:
        if not 0.0 < self.share.value < 1.0:
            raise fault(
                f"a share of {self.share.value:g}.", key="share", expected="a fraction between 0 and 1"
            )
        return self


class PublishedShare(Criterion):
    """How many patients of a published cohort met a criterion: what a marginal is compared with.

    Attributes
    ----------
    percent, low, high
        The figure and its interval, where one is printed.
    n
        Patients of the cohort, where known.
    cohort
        Whom it was read in, in few words.
    within
        Of which patients it is a share; of all when absent.
    line
        Line at which it was read, where it is not the population's.
    """

    percent: float = Field(ge=0, le=100)
    low: float | None = None
    high: float | None = None
    n: int | None = Field(default=None, ge=1)
    cohort: str
    within: Criterion | None = None
    line: int | None = Field(default=None, ge=1)
    source: str
    status: Status

    @property
    def name(self) -> str:
        """What is counted, in words."""
        of = f" of those with {self.within}" if self.within is not None else ""
        return f"{self}{of}"

    @property
    def tolerance(self) -> float:
        """How far, in percentage points, a simulated share may lie from it.

        The 95 % error of a share in a cohort of its size (200 where that is not known), and on top
        5 points by which cohorts differ in region, year and assay.
        """
        p = min(max(self.percent / 100.0, 0.02), 0.98)
        return 5.0 + 196.0 * math.sqrt(p * (1.0 - p) / (self.n or 200))


class Population(Record):
    """One population file.

    Attributes
    ----------
    setting, line
        Setting, and the line that is about to be given (metastatic only).
    before
        Regimens of the earlier metastatic lines, oldest first; the usual ones without.
    profile
        Keys of ``erbium.profile/1`` that hold for every patient; what is left out is drawn.
    eligibility
        Who belongs to the population.
    shares
        Shares to reach by accepting candidates unequally.
    acts
        Mechanisms that act in this population although a tumour of which nothing is known is not
        given them; their prevalence is that of the mechanism's file.
    published
        Figures that the marginals are compared with.
    limits
        What the data do not support, in words; printed as warnings.
    """

    schema_id: Literal["erbium.population/1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    summary: str
    setting: Setting
    line: int = Field(default=1, ge=1, le=20)
    before: Texts = ()
    profile: dict[str, Any] = Field(default_factory=dict)
    eligibility: Annotated[tuple[Criterion, ...], BeforeValidator(tuple_of)] = ()
    shares: Annotated[tuple[Share, ...], BeforeValidator(tuple_of)] = ()
    acts: Texts = ()
    published: Annotated[tuple[PublishedShare, ...], BeforeValidator(tuple_of)] = ()
    limits: Texts = ()
    note: str | None = None

    @model_validator(mode="after")
    def _line_fits_setting(self) -> Population:
        if self.line > 1 and self.setting != "metastatic":
            raise fault(f"line {self.line} in the {self.setting} setting.", key="line", expected="1")
        if self.before and len(self.before) != self.line - 1:
            raise fault(
                f"{len(self.before)} earlier lines are told, line {self.line} is to be given.", key="before",
                expected=f"{self.line - 1} regimens, oldest first",
            )  # fmt: skip
        return self

    def at_line(self, line: int, before: tuple[str, ...] = ()) -> Population:
        """Return the population about to be given another line, after the regimens `before`.

        Without these its own are kept at its own line, and at another line they are the usual ones.
        """
        before = before or (self.before if line == self.line else ())
        given = {**self.model_dump(by_alias=True), "line": line, "before": before}
        return Population.model_validate(given)
