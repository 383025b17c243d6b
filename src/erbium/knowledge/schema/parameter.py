"""A number of the network, with unit, kind and source."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Kind = Literal["measured", "derived", "fitted", "assumed"]
Status = Literal["verified", "secondary", "derived", "unverified"]


class Parameter(BaseModel):
    """One network parameter.

    Attributes
    ----------
    value, unit
        The number in the units of the network (time in hours).
    kind
        measured needs a source; derived a formula; fitted names its fit; assumed a range.
    low, high
        5th and 95th percentile of what is plausible.
    neutral
        For a knob that mechanisms move: its neutral value (equal to `value`).
    ensemble
        False for a number that is not varied between parameter draws (switches, knobs).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    unit: str = "1"
    kind: Kind
    source: str = ""
    status: Status = "unverified"
    low: float | None = None
    high: float | None = None
    formula: str = ""
    knob: bool = False
    ensemble: bool = True
    note: str = ""

    @property
    def ceiling(self) -> float:
        """What the number cannot exceed: a share does not pass 1."""
        return 1.0 if self.unit == "1" and self.high is not None and self.high <= 1.0 else math.inf

    @model_validator(mode="after")
    def _complete(self) -> Parameter:
        if self.kind == "measured" and not self.source:
            raise ValueError("a measured number needs a source")
        if self.kind == "fitted" and not self.source:
            raise ValueError("a fitted number names its fit in source")
        if self.kind == "derived" and not self.formula:
            raise ValueError("a derived number needs a formula")
        if self.kind == "assumed" and not self.knob and (self.low is None or self.high is None):
            raise ValueError("an assumed number needs low and high")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value} lies outside {self.low} to {self.high}")
        return self
