"""Rates of two arms compared: their difference with Newcombe's interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from erbium.core.proportions import newcombe
from erbium.trial.statistics.estimate import LEVEL, Estimate, known
from erbium.trial.statistics.survival import normal_quantile


@dataclass(frozen=True)
class Difference:
    """The difference of a rate between two arms, as a fraction; above 0 is more in `arm`.

    Attributes
    ----------
    endpoint, arm, versus
        What was compared.
    value, low, high
        Difference with its interval; None where an arm has no rate.
    error
        Standard error of the difference.
    n
        Patients of `arm` and of `versus`.
    model_low, model_high
        5th and 95th percentile over the parameter draws; None with one draw.
    """

    endpoint: str
    arm: str
    versus: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    n: tuple[int, int] = (0, 0)
    model_low: float | None = None
    model_high: float | None = None

    def json(self) -> dict[str, Any]:
        """Return the difference as JSON; what is absent is null."""
        out: dict[str, Any] = {"endpoint": self.endpoint, "arm": self.arm, "versus": self.versus}
        out |= {"difference": known(self.value), "low": known(self.low), "high": known(self.high)}
        out |= {"unit": "fraction", "n": list(self.n)}
        return out | {"model_low": known(self.model_low), "model_high": known(self.model_high)}


def rate_difference(
    endpoint: str, arm: str, versus: str, one: Estimate, other: Estimate, level: float = LEVEL
) -> Difference:
    """Return the difference of two rates of independent groups (Newcombe 1998, method 10).

    Parameters
    ----------
    endpoint, arm, versus
        What is compared.
    one, other
        Rate of `arm` and of `versus`, fractions.
    level
        Coverage of the interval.
    """
    n = (one.n, other.n)
    if one.value is None or other.value is None:
        return Difference(endpoint, arm, versus, n=n)
    low, high = newcombe(one.value, one.n, other.value, other.n, normal_quantile(level))
    variance = sum(item.value * (1.0 - item.value) / item.n for item in (one, other) if item.value)
    return Difference(
        endpoint,
        arm,
        versus,
        one.value - other.value,
        low,
        high,
        math.sqrt(variance),
        n,
    )
