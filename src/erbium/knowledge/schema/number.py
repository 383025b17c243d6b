"""A number with its unit, its kind and its source."""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from erbium.core import units

Kind = Literal["measured", "derived", "fitted", "assumed"]
Status = Literal["verified", "secondary", "derived", "unverified"]

SOURCE_ID = re.compile(r"[a-z][a-z0-9_]*\Z")

# low and high are the 5th and 95th percentile, 1.645 standard deviations from the middle.
_PERCENTILE_95 = 1.6448536269514722


def tuple_of(value: object) -> object:
    """Return a list as a tuple, so that records stay hashable and frozen."""
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(tuple_of)]


def fault(message: str, *, key: str = "", expected: str = "") -> PydanticCustomError:
    """Return a validation error of a record that names the key at fault and what was expected."""
    return PydanticCustomError("fault", "{message}", {"message": message, "key": key, "expected": expected})


class Record(BaseModel):
    """Base of every record read from a data file: frozen, and refusing unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Number(Record):
    """One number of the knowledge base.

    Attributes
    ----------
    value, unit
        The number and its unit as text.
    kind
        measured needs a source and a status; derived a note or a formula; fitted names the fit in
        `source`; assumed needs a range.
    source
        Id of a file in data/sources, or plain text.
    status
        How far the source was checked.
    low, high
        5th and 95th percentile of what is plausible.
    note, formula, inputs
        Why, and how a derived value is computed.
    """

    value: float
    unit: str
    kind: Kind
    source: str | None = None
    status: Status | None = None
    low: float | None = None
    high: float | None = None
    note: str | None = None
    formula: str | None = None
    inputs: Texts = ()

    @model_validator(mode="after")
    def _rules(self) -> Number:
        for name in ("value", "low", "high"):
            number = getattr(self, name)
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{name} is not a finite number")
        if self.kind == "measured" and not (self.source and self.status):
            raise ValueError("a measured number needs source and status")
        if self.kind == "derived" and not (self.note or self.formula):
            raise ValueError("a derived number needs its formula in note or formula")
        if self.kind == "fitted" and not self.source:
            raise ValueError("a fitted number names its fit in source")
        if self.kind == "assumed" and (self.low is None or self.high is None):
            raise ValueError("an assumed number needs low and high")
        if self.low is not None and self.value < self.low:
            raise ValueError(f"value {self.value:g} lies below low {self.low:g}")
        if self.high is not None and self.value > self.high:
            raise ValueError(f"value {self.value:g} lies above high {self.high:g}")
        return self

    def to(self, unit: str) -> float:
        """Return the value in `unit`."""
        return self.convert(self.value, unit)

    def convert(self, value: float, unit: str) -> float:
        """Return `value`, given in this number's unit, in `unit`."""
        if self.unit == unit:
            return float(value)
        return units.to(f"{value!r} {self.unit if self.unit != '1' else ''}".strip(), unit)

    @property
    def log_sd(self) -> float:
        """Standard deviation of the natural logarithm implied by low and high; 0 without a range."""
        if self.low is None or self.high is None or self.low <= 0.0 or self.high <= self.low:
            return 0.0
        return math.log(self.high / self.low) / (2.0 * _PERCENTILE_95)

    @property
    def source_id(self) -> str | None:
        """The source when it has the form of an id, else None (free text)."""
        return self.source if self.source and SOURCE_ID.match(self.source) else None
