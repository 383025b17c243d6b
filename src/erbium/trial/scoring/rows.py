"""What is scored: comparisons, figures of arms, and subgroups, each published and predicted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from erbium.trial.scoring.mixture import Mixture
from erbium.trial.statistics.proportion import exact_interval

#: Half width of a 95 % interval in standard errors.
Z = 1.959963984540054
Expected = Literal["superior", "none", "inferior"]


@dataclass(frozen=True)
class ComparisonRow:
    """A hazard ratio.

    Attributes
    ----------
    trial, arm, versus, endpoint
        What was compared.
    in_sample
        Whether any row, data cut or curve of the trial was used in calibration.
    group
        Class of the tested treatment and line, by which a constant may predict: "ADC, second line".
    primary
        Whether this is the one comparison of the trial that counts for skill.
    expected
        As published.
    prognostic
        Whether the ratio compares patients, not treatments: such rows are not scored.
    published, low, high
        Published hazard ratio and its 95 % interval.
    predicted
        Predicted hazard ratio; None where there is none.
    draws
        The predicted ratio in each parameter draw. They must not contain the chance of the published
        trial's own patients, which is added from its interval.
    error
        Standard error of the predicted log ratio, used where the published ratio has no interval.
    """

    trial: str
    arm: str
    versus: str
    endpoint: str
    in_sample: bool
    group: str
    published: float
    low: float | None = None
    high: float | None = None
    primary: bool = False
    expected: Expected | None = None
    prognostic: bool = False
    predicted: float | None = None
    draws: tuple[float, ...] = ()
    error: float = 0.0

    @property
    def log_published(self) -> float:
        """Logarithm of the published ratio."""
        return math.log(self.published)

    @property
    def published_error(self) -> float:
        """Standard error of the published log ratio, from its interval; else that of the prediction."""
        if self.low and self.high and self.high > self.low:
            return math.log(self.high / self.low) / (2.0 * Z)
        return self.error

    @property
    def prediction(self) -> Mixture | None:
        """Distribution of the log ratio that this trial would report."""
        if self.predicted is None:
            return None
        centres = tuple(math.log(value) for value in self.draws) or (math.log(self.predicted),)
        return Mixture(centres, self.published_error)

    @property
    def inside(self) -> bool | None:
        """Whether the predicted ratio lies in the published interval; None where there is none."""
        if self.predicted is None or self.low is None or self.high is None:
            return None
        return self.low <= self.predicted <= self.high

    def null_right(self, low: float, high: float) -> bool:
        """Whether an interval of the ratio contains 1 or lies on the published side of it."""
        return low <= 1.0 <= high or (high < 1.0) == (self.published < 1.0)

    def json(self) -> dict[str, Any]:
        """Return the row as JSON."""
        found = self.prediction
        ends = tuple(map(math.exp, found.interval(0.9))) if found else (None, None)
        return {
            "trial": self.trial, "arm": self.arm, "versus": self.versus, "endpoint": self.endpoint,
            "in_sample": self.in_sample, "group": self.group, "primary": self.primary,
            "expected": self.expected,
            "published": {"hr": self.published, "low": self.low, "high": self.high},
            "predicted": {"hr": self.predicted, "low": ends[0], "high": ends[1]},
            "inside_ci": self.inside,
        }  # fmt: skip


@dataclass(frozen=True)
class FigureRow:
    """A figure of one arm: a rate as a fraction, or a median in months.

    Attributes
    ----------
    trial, arm, endpoint, in_sample
        As in a comparison.
    unit
        "fraction" or "months".
    published, low, high, n
        Published figure, its 95 % interval and the patients behind it.
    predicted, draws
        Predicted figure, and in each parameter draw, without the chance of the published trial.
    not_reached
        Whether the predicted median is not reached.
    """

    trial: str
    arm: str
    endpoint: str
    in_sample: bool
    unit: str
    published: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    predicted: float | None = None
    draws: tuple[float, ...] = ()
    not_reached: bool = False

    @property
    def interval(self) -> tuple[float, float] | None:
        """Published interval, or for a rate that of Clopper and Pearson; None where it cannot be had."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        if self.unit == "fraction" and self.n:
            return exact_interval(self.published * self.n, self.n)
        return None

    @property
    def inside(self) -> bool | None:
        """Whether the predicted figure lies in the published interval; None where one is missing."""
        ends = self.interval
        if self.predicted is None or ends is None:
            return None
        return ends[0] <= self.predicted <= ends[1]

    def within(self, share: float) -> bool | None:
        """Whether the predicted figure is within a share of the published one; None without prediction."""
        if self.predicted is None:
            return False if self.not_reached else None
        return abs(self.predicted / self.published - 1.0) <= share if self.published > 0.0 else None

    @property
    def prediction(self) -> tuple[Mixture, float] | None:
        """Distribution of the figure that the trial would report, and the published one on its scale.

        Times are taken as logarithms.
        """
        ends, values = self.interval, self.draws or ((self.predicted,) if self.predicted is not None else ())
        if not values or ends is None:
            return None
        if self.unit == "months":
            if min(*values, self.published, ends[0]) <= 0.0 or not math.isfinite(max(*values, ends[1])):
                return None
            sd = math.log(ends[1] / ends[0]) / (2.0 * Z)
            return Mixture(tuple(map(math.log, values)), sd), math.log(self.published)
        return Mixture(tuple(values), (ends[1] - ends[0]) / (2.0 * Z)), self.published

    def json(self) -> dict[str, Any]:
        """Return the row as JSON."""
        ends = self.interval or (None, None)
        return {
            "trial": self.trial, "arm": self.arm, "endpoint": self.endpoint, "in_sample": self.in_sample,
            "unit": self.unit,
            "published": {"value": self.published, "low": ends[0], "high": ends[1], "n": self.n},
            "predicted": {"value": self.predicted, "not_reached": self.not_reached},
            "inside_ci": self.inside,
        }  # fmt: skip


@dataclass(frozen=True)
class SubgroupRow:
    """How an effect differs between a subgroup and the other patients.

    Attributes
    ----------
    trial, arm, versus, endpoint, in_sample, subgroup
        What is compared, in whom.
    kind
        "ratio" (log hazard ratio in the subgroup less that in the rest: negative is more effect) or
        "difference" (of differences of rates, fractions: positive is more effect).
    published, predicted
        The contrast.
    """

    trial: str
    arm: str
    versus: str
    endpoint: str
    in_sample: bool
    subgroup: str
    kind: Literal["ratio", "difference"]
    published: float
    predicted: float | None = None

    @property
    def right(self) -> bool | None:
        """Whether the contrast has the published sign; None where one is missing or 0 is published."""
        if self.predicted is None or self.published == 0.0:
            return None
        return self.predicted * self.published > 0.0

    def json(self) -> dict[str, Any]:
        """Return the row as JSON."""
        return {
            "trial": self.trial, "arm": self.arm, "versus": self.versus, "endpoint": self.endpoint,
            "in_sample": self.in_sample, "subgroup": self.subgroup, "kind": self.kind,
            "published": self.published, "predicted": self.predicted, "right": self.right,
        }  # fmt: skip


Row = ComparisonRow | FigureRow | SubgroupRow
