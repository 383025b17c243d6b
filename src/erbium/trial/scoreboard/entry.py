"""What the scoreboard keeps of a trial: the rows that are scored, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from erbium.trial.scoreboard.claims import ClaimScore
from erbium.trial.scoreboard.sides import Sides
from erbium.trial.scoring import ComparisonRow, FigureRow, SubgroupRow
from erbium.trial.study import Study


@dataclass(frozen=True)
class About:
    """A trial and its side.

    Attributes
    ----------
    study
        The trial.
    in_sample, fitted
        Whether a figure of it stands in a calibration file, and whether a fit uses one.
    why
        The same in words.
    arms
        Arms of which a fit uses a figure.
    """

    study: Study
    in_sample: bool
    fitted: bool
    why: str
    arms: frozenset[str] = frozenset()

    @classmethod
    def of(cls, study: Study, sides: Sides) -> About:
        """Return a trial with its side."""
        name = study.trial.id
        arms = frozenset(arm for arm in study.trial.arm_names if sides.arm_fitted(name, arm))
        return cls(study, sides.in_sample(name), sides.fitted(name), sides.words(name), arms)


@dataclass(frozen=True)
class Entry:
    """A row with what is told beside it.

    Attributes
    ----------
    row
        As it is scored.
    told
        Acronym, setting, source, definition, flag, simulated interval and so on, plain data.
    scored
        Whether the row counts in the totals; data cuts after the first, subgroups and other endpoints do not.
    """

    row: ComparisonRow | FigureRow | SubgroupRow
    told: Mapping[str, Any]
    scored: bool = True

    def json(self) -> dict[str, Any]:
        """Return row and particulars as JSON."""
        return {**self.row.json(), **self.told, "scored": self.scored}


@dataclass(frozen=True)
class RateComparison:
    """Two arms compared by a share of patients (pCR, ORR): no hazard ratio, so it is counted apart.

    Attributes
    ----------
    trial, arm, versus, endpoint, definition, in_sample, primary, expected
        What was compared.
    published, low, high
        Published difference (fraction) with Newcombe's interval; None without a result.
    predicted, predicted_low, predicted_high
        Simulated difference, and 95 % interval of a trial of the published size.
    told
        Particulars.
    """

    trial: str
    arm: str
    versus: str
    endpoint: str
    definition: str
    in_sample: bool
    primary: bool
    expected: str | None
    published: float | None
    low: float | None
    high: float | None
    predicted: float | None
    predicted_low: float | None
    predicted_high: float | None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def inside(self) -> bool | None:
        """Whether the simulated difference lies in the published interval; None where one is missing."""
        if self.predicted is None or self.low is None or self.high is None:
            return None
        return self.low <= self.predicted <= self.high

    @property
    def null_right(self) -> bool | None:
        """Whether the predicted interval of a null or negative comparison contains 0 or lies on its side."""
        if self.expected not in {"none", "inferior"} or self.published is None:
            return None
        if self.predicted_low is None or self.predicted_high is None:
            return None
        if self.predicted_low <= 0.0 <= self.predicted_high:
            return True
        return (self.predicted_low > 0.0) == (self.published > 0.0)

    @property
    def awaited(self) -> dict[str, Any] | None:
        """The prediction, where nothing is published yet."""
        if self.published is not None or self.predicted is None:
            return None
        return {
            "trial": self.trial, "name": self.told.get("name"), "nct": self.told.get("nct"), "arm": self.arm,
            "versus": self.versus, "endpoint": self.endpoint, "measure": "difference",
            "value": self.predicted, "low": self.predicted_low, "high": self.predicted_high, "level": 0.95,
            "patients": self.told.get("n"),
        }  # fmt: skip

    def json(self) -> dict[str, Any]:
        """Return the comparison as JSON."""
        return {
            "trial": self.trial, "arm": self.arm, "versus": self.versus, "endpoint": self.endpoint,
            "definition": self.definition or None, "in_sample": self.in_sample, "primary": self.primary,
            "expected": self.expected, "unit": "fraction",
            "published": {"value": self.published, "low": self.low, "high": self.high},
            "predicted": {"value": self.predicted, "low": self.predicted_low, "high": self.predicted_high},
            "inside_ci": self.inside, "null_right": self.null_right, **self.told,
        }  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """Everything the scoreboard keeps of one trial.

    Attributes
    ----------
    about
        The trial and its side.
    comparisons, figures, subgroups, rates
        Its rows.
    awaited
        Predictions of comparisons without a published result.
    claims
        Numbers of claims that are read in it.
    warnings
        What was said of its run.
    resumed
        Blocks that were there already.
    """

    about: About
    comparisons: tuple[Entry, ...] = ()
    figures: tuple[Entry, ...] = ()
    subgroups: tuple[Entry, ...] = ()
    rates: tuple[RateComparison, ...] = ()
    awaited: tuple[Mapping[str, Any], ...] = ()
    claims: tuple[ClaimScore, ...] = ()
    warnings: tuple[str, ...] = ()
    resumed: int = 0
