"""One figure of a trial: its value, the interval of sampling, and the spread over parameter draws."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

#: Level of the intervals of sampling: that of the published figures they stand beside.
LEVEL = 0.95
#: Percentiles of the spread over draws, as everywhere else.
SPREAD = (5.0, 95.0)


def known(value: float | None) -> float | None:
    """Return the number, or None for NaN and infinities: a figure that is absent is null."""
    return None if value is None or not math.isfinite(value) else float(value)


@dataclass(frozen=True)
class Estimate:
    """A figure of one arm.

    Attributes
    ----------
    value, low, high
        The figure and its interval of sampling, in `unit`; None where there is none.
    unit
        "fraction" or "months".
    n, events
        Patients it rests on, and events among them where it is read from times.
    not_reached
        Whether the curve stays above one half, so that there is no median.
    model_low, model_high
        5th and 95th percentile of the figure over the parameter draws; None with one draw.
    note
        Why a figure is absent, or what it is.
    draws
        The figure in each parameter draw, infinite where not reached; empty with one draw.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: str
    n: int
    events: int | None = None
    not_reached: bool = False
    model_low: float | None = None
    model_high: float | None = None
    note: str = ""
    draws: tuple[float, ...] = ()

    @classmethod
    def absent(cls, unit: str, n: int = 0, note: str = "") -> Estimate:
        """Return the figure that could not be had, with the reason."""
        return cls(None, None, None, unit, n, note=note)

    def spread(self, draws: Sequence[Estimate]) -> Self:
        """Return the figure with the spread of its values over the draws.

        Parameters
        ----------
        draws
            The figure in each draw alone; one that was not reached lies beyond every other, one that is
            absent for another reason is left out.
        """
        values = [
            math.inf if item.value is None else item.value
            for item in draws
            if item.value is not None or item.not_reached
        ]
        low, high = spread(values)
        return dataclasses.replace(self, model_low=low, model_high=high, draws=tuple(values))

    def json(self) -> dict[str, Any]:
        """Return the figure as JSON; what is absent is null."""
        out: dict[str, Any] = {"value": known(self.value), "low": known(self.low), "high": known(self.high)}
        out |= {"unit": self.unit, "n": self.n}
        if self.events is not None:
            out["events"] = self.events
        if self.unit == "months":
            out["not_reached"] = self.not_reached
        out |= {"model_low": known(self.model_low), "model_high": known(self.model_high)}
        if self.note:
            out["note"] = self.note
        return out


def spread(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the 5th and 95th percentile of a figure over draws; both None for fewer than two.

    An end that falls on an infinite value (not reached) is None. Percentiles are values of the draws
    themselves where one is infinite, and interpolated otherwise.
    """
    if len(values) < 2:
        return None, None
    finite = all(map(math.isfinite, values))
    low, high = np.percentile(np.array(values), SPREAD, method="linear" if finite else "inverted_cdf")
    return known(float(low)), known(float(high))
