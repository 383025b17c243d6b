"""What a trial reported beside what its virtual patients showed, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from erbium.knowledge.schema.criterion import Criterion
from erbium.trial.statistics.endpoint import figure_name, is_survival, times_of
from erbium.trial.statistics.estimate import Estimate, known
from erbium.trial.statistics.proportion import exact_interval
from erbium.trial.statistics.subgroup import label
from erbium.trial.statistics.summary import Summary

if TYPE_CHECKING:
    from erbium.knowledge.schema.trial import Trial
    from erbium.knowledge.schema.trial_results import PublishedRatio
    from erbium.trial.statistics.arm import ArmSummary
    from erbium.trial.statistics.ratio import Ratio


@dataclass(frozen=True)
class Reported:
    """A published figure.

    Attributes
    ----------
    value, low, high
        Figure and 95 % interval: months, fraction, or ratio.
    derived
        Whether the interval is not printed but Clopper and Pearson's, from the number of patients.
    n, definition, year, source, status
        As in the file of the trial.
    """

    value: float
    low: float | None
    high: float | None
    derived: bool
    n: int | None
    definition: str | None
    year: int | None
    source: str
    status: str

    def json(self) -> dict[str, Any]:
        """Return the figure as JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class FigurePair:
    """One figure of an arm: reported, and simulated (None where the model has no such figure)."""

    arm: str
    endpoint: str
    subgroup: Criterion | None
    reported: Reported
    simulated: Estimate | None

    @property
    def group(self) -> str:
        """The subgroup in words; empty for all patients."""
        return label(self.subgroup) if self.subgroup else ""

    def json(self) -> dict[str, Any]:
        """Return the pair as JSON."""
        return {
            "arm": self.arm,
            "endpoint": self.endpoint,
            "exploratory": is_survival(self.endpoint),
            "subgroup": self.subgroup.plain() if self.subgroup else None,
            "published": self.reported.json(),
            "simulated": self.simulated.json() if self.simulated else None,
        }


@dataclass(frozen=True)
class RatioPair:
    """One hazard ratio: reported, and simulated (None where it was not compared)."""

    arm: str
    versus: str
    endpoint: str
    subgroup: Criterion | None
    reported: Reported
    simulated: Ratio | None

    @property
    def group(self) -> str:
        """The subgroup in words; empty for all patients."""
        return label(self.subgroup) if self.subgroup else ""

    @property
    def inside(self) -> bool | None:
        """Whether the simulated ratio lies in the published interval; None where one is missing."""
        found, low, high = self.simulated, self.reported.low, self.reported.high
        if found is None or found.hr is None or low is None or high is None:
            return None
        return low <= found.hr <= high

    def json(self) -> dict[str, Any]:
        """Return the pair as JSON."""
        found = self.simulated
        return {
            "arm": self.arm,
            "versus": self.versus,
            "endpoint": self.endpoint,
            "exploratory": is_survival(self.endpoint),
            "subgroup": self.subgroup.plain() if self.subgroup else None,
            "published": self.reported.json(),
            "simulated": None
            if found is None
            else {k: known(getattr(found, k)) for k in ("hr", "low", "high")},
            "inside": self.inside,
        }


def figure_pairs(trial: Trial, summary: Summary) -> list[FigurePair]:
    """Return every published figure of an arm with the simulated one."""
    pairs = []
    for row in trial.published:
        scale = 0.01 if row.unit == "percent" else 1.0
        low, high = (None if end is None else scale * end for end in (row.low, row.high))
        derived = low is None and high is None and row.n is not None and _counted(row.endpoint)
        if derived and row.n:
            low, high = exact_interval(scale * row.value * row.n, row.n)
        reported = Reported(
            scale * row.value, low, high, derived, row.n, row.definition, row.year, row.source, row.status
        )
        arms = _arms(summary, row.subgroup, row.follow_up)
        arm = next((item for item in arms if item.name == row.arm), None)
        simulated = _figure(arm, row.endpoint, trial.setting) if arm else None
        pairs.append(FigurePair(row.arm, row.endpoint, row.subgroup, reported, simulated))
    return pairs


def ratio_pairs(trial: Trial, summary: Summary) -> list[RatioPair]:
    """Return every published hazard ratio with the simulated one."""
    pairs = []
    for row in trial.published_ratio:
        reported = Reported(
            row.hazard_ratio, row.low, row.high, False, None, row.definition, row.year, row.source, row.status
        )
        simulated = _ratio(summary, row, trial.setting)
        pairs.append(RatioPair(row.arm, row.versus, row.endpoint, row.subgroup, reported, simulated))
    return pairs


def _counted(endpoint: str) -> bool:
    """Whether an endpoint is a share of patients that are counted, not read from a curve."""
    return "_" not in endpoint.removesuffix("_investigator").removesuffix("_IC")


def _arms(summary: Summary, subgroup: Criterion | None, follow_up: str | None) -> tuple[ArmSummary, ...]:
    if subgroup is None:
        return summary.at(follow_up).arms
    found = summary.subgroup(subgroup)
    return found.arms if found else ()


def _figure(arm: ArmSummary, endpoint: str, setting: str) -> Estimate | None:
    if endpoint in arm.responses:
        n = arm.figures["orr"].n
        share = arm.responses[endpoint]
        low, high = exact_interval(share * n, n)
        return arm.figures["cr"] if endpoint == "CR" else Estimate(share, low, high, "fraction", n)
    return arm.figures.get(figure_name(endpoint, setting) or "")


def _ratio(summary: Summary, row: PublishedRatio, setting: str) -> Ratio | None:
    if row.endpoint == "DOR":
        return None
    ratios = summary.at(row.follow_up).ratios
    if row.subgroup is not None:
        found = summary.subgroup(row.subgroup)
        ratios = found.ratios if found else ()
    wanted = times_of(row.endpoint, setting)
    for ratio in ratios:
        if (ratio.arm, ratio.versus, times_of(ratio.endpoint, setting)) == (row.arm, row.versus, wanted):
            return ratio
    return None
