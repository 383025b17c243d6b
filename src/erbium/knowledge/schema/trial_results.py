"""What a trial reported: figures of single arms, and hazard ratios."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from erbium.knowledge.schema.criterion import Criterion
from erbium.knowledge.schema.number import Record, Status, fault
from erbium.knowledge.schema.span import Span

_TIMES = ("PFS", "TTP", "OS", "DOR", "iDFS", "DFS", "EFS", "CNS_PFS")
#: Endpoints in per cent, in months, and with a hazard ratio.
RATES = ("ORR", "CR", "PR", "SD", "PD", "CBR", "pCR", "ORR_IC")
MONTHS = tuple(f"{kind}_{name}" for kind in ("median", "mean") for name in _TIMES)
RATIOS = _TIMES
_FREE_AT = re.compile(rf"(?:{'|'.join(_TIMES)})_\d+(?:m|y)")


def is_rate(endpoint: str) -> bool:
    """Return whether an endpoint is a share of patients."""
    return endpoint in RATES or _FREE_AT.fullmatch(endpoint) is not None


class Result(Record):
    """What every reported figure has.

    Attributes
    ----------
    subgroup
        The patients it is about; all without.
    year
        Year of the report, which tells the data cuts of one endpoint apart.
    definition
        How the endpoint was assessed or defined, such as "ypT0/is ypN0".
    follow_up
        From randomisation to the data cut of this report, for figures read from times of all patients;
        that of the design without. Simulated patients are seen for no longer than this beside the figure.
    source, status
        Reference, and how far it was checked.
    """

    low: float | None = None
    high: float | None = None
    subgroup: Criterion | None = None
    definition: str | None = None
    follow_up: Span | None = None
    year: int | None = Field(default=None, ge=1990, le=2100)
    source: str
    status: Status
    note: str | None = None

    @model_validator(mode="after")
    def _followed(self) -> Result:
        if self.follow_up is not None and self.subgroup is not None:
            raise fault(
                "a subgroup has a follow-up of its own.", key="follow_up",
                expected="no such key: subgroups are followed as the design says",
            )  # fmt: skip
        return self


class Published(Result):
    """One figure of one arm.

    Attributes
    ----------
    arm, endpoint
        Name of the arm; ORR, CR, CBR, pCR, median_PFS, PFS_12m, iDFS_3y, ...
    value, low, high, unit
        The figure with its 95 % interval, in months or percent.
    n
        Patients behind it.
    """

    arm: str
    endpoint: str
    value: float = Field(ge=0.0, le=1000.0)
    unit: Literal["months", "percent"]
    n: int | None = Field(default=None, gt=0)

    @field_validator("endpoint")
    @classmethod
    def _known(cls, endpoint: str) -> str:
        if endpoint not in MONTHS and not is_rate(endpoint):
            known = ", ".join((*RATES, *MONTHS[:4]))
            raise fault(
                f'no endpoint "{endpoint}".', expected=f"one of {known}, or for example PFS_12m, iDFS_3y"
            )
        return endpoint

    @model_validator(mode="after")
    def _rules(self) -> Published:
        unit = "percent" if is_rate(self.endpoint) else "months"
        if self.unit != unit:
            raise fault(f"{self.endpoint} in {self.unit}.", key="unit", expected=f'"{unit}"')
        if unit == "percent" and self.value > 100.0:
            raise fault(f"{self.value:g} per cent.", key="value", expected="at most 100")
        if self.follow_up is not None and self.endpoint in RATES:
            raise fault(f"{self.endpoint} is not read from times.", key="follow_up", expected="no such key")
        _check_range(self.value, self.low, self.high)
        return self

    @property
    def doubt(self) -> str:
        """What is said of a rate between 0 and 1 per cent, which is seldom what was meant; else empty."""
        if self.unit != "percent" or not 0.0 < self.value < 1.0:
            return ""
        told = f"{self.endpoint} of {self.value:g} per cent in {self.arm}"
        return f"{told} is probably a fraction: {100.0 * self.value:g} may be meant"


class PublishedRatio(Result):
    """A hazard ratio of one arm against another.

    Attributes
    ----------
    arm, versus
        The tested arm, and the one it is held against; below 1 favours `arm`.
    endpoint
        PFS, OS, iDFS, ...
    hazard_ratio, low, high
        The ratio with its 95 % interval.
    n
        Patients of the tested arm.
    """

    arm: str
    versus: str
    endpoint: Literal["PFS", "TTP", "OS", "DOR", "iDFS", "DFS", "EFS", "CNS_PFS"]
    hazard_ratio: float = Field(gt=0.0, lt=100.0)
    n: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _rules(self) -> PublishedRatio:
        if self.arm == self.versus:
            raise fault(f'"{self.arm}" against itself.', key="versus", expected="another arm")
        _check_range(self.hazard_ratio, self.low, self.high)
        return self


def _check_range(value: float, low: float | None, high: float | None) -> None:
    for key, bound, wrong in (
        ("low", low, low is not None and low > value),
        ("high", high, high is not None and high < value),
    ):
        if wrong:
            where = "above" if key == "low" else "below"
            raise fault(f"{key} ({bound:g}) lies {where} the value ({value:g}).", key=key)
