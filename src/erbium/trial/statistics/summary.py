"""Everything a trial showed: arms, ratios, subgroups, and what to be careful about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from erbium.core.errors import UnknownName
from erbium.knowledge.schema.criterion import Criterion
from erbium.trial.statistics.arm import ArmSummary
from erbium.trial.statistics.difference import Difference
from erbium.trial.statistics.estimate import LEVEL
from erbium.trial.statistics.ratio import Ratio
from erbium.trial.statistics.subgroup import Interaction, criterion
from erbium.trial.statistics.whole import Whole


@dataclass(frozen=True)
class Subgroup:
    """One comparison, or all arms, within a subgroup.

    Attributes
    ----------
    label, criterion
        The subgroup in words and as trial files write it.
    n
        Patients in it, over all arms.
    arms
        Figures of every arm in it.
    ratios, differences
        Comparisons within it, in the order of the trial's.
    interactions
        For each comparison, by endpoint: how the effect differs from that in the other patients.
    """

    label: str
    criterion: Criterion
    n: int
    arms: tuple[ArmSummary, ...]
    ratios: tuple[Ratio, ...]
    differences: tuple[Difference, ...]
    interactions: tuple[tuple[str, str, str, Interaction], ...]

    def json(self) -> dict[str, Any]:
        """Return the subgroup as JSON."""
        head = {"label": self.label, "criterion": self.criterion.plain(), "n": self.n}
        return head | {
            "arms": [
                {k: v for k, v in arm.json().items() if k not in {"pfs_curve", "os_curve"}}
                for arm in self.arms
            ],
            "hazard_ratios": [ratio.json() for ratio in self.ratios],
            "differences": [item.json() for item in self.differences],
            "interactions": [
                {"endpoint": endpoint, "arm": arm, "versus": versus} | found.json()
                for endpoint, arm, versus, found in self.interactions
            ],
        }


@dataclass(frozen=True)
class Summary:
    """What a trial showed.

    Attributes
    ----------
    trial
        Its id.
    arms, ratios, differences, subgroups
        Figures of the arms, hazard ratios, differences of rates, and the same by subgroup.
    warnings
        What a reader must know before believing a figure.
    n, draws
        Patients, and parameter draws among them.
    cuts
        Arms and comparisons at the data cuts of reports that name a follow-up of their own, by follow-up.
    level
        Coverage of `low` and `high`; `model_low` and `model_high` are percentiles 5 and 95 over the draws.
    """

    trial: str
    arms: tuple[ArmSummary, ...]
    ratios: tuple[Ratio, ...]
    differences: tuple[Difference, ...]
    subgroups: tuple[Subgroup, ...]
    warnings: tuple[str, ...]
    n: int
    draws: int
    level: float = LEVEL
    cuts: Mapping[str, Whole] = field(default_factory=dict)

    def at(self, follow_up: str | None) -> Whole:
        """Return arms and comparisons at a data cut; at that of the design for None."""
        if follow_up in self.cuts:
            return self.cuts[str(follow_up)]
        return Whole(self.arms, self.ratios, self.differences)

    def arm(self, name: str) -> ArmSummary:
        """Return an arm by name."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise UnknownName.among("arm", name, [arm.name for arm in self.arms], key="arm")

    def ratio(self, arm: str, versus: str, endpoint: str | None = None) -> Ratio | None:
        """Return a hazard ratio; the first of the two arms if no endpoint is named; None if not compared."""
        for ratio in self.ratios:
            if (ratio.arm, ratio.versus) == (arm, versus) and endpoint in {None, ratio.endpoint}:
                return ratio
        return None

    def subgroup(self, given: Criterion | Mapping[str, Any]) -> Subgroup | None:
        """Return the subgroup of a criterion; None if it was not formed."""
        wanted = criterion(given)
        return next((item for item in self.subgroups if item.criterion == wanted), None)

    def json(self) -> dict[str, Any]:
        """Return the summary as JSON: arms, hazard ratios, subgroups; absent is null, never NaN."""
        return {
            "trial": self.trial,
            "n": self.n,
            "draws": self.draws,
            "level": self.level,
            "arms": [arm.json() for arm in self.arms],
            "hazard_ratios": [ratio.json() for ratio in self.ratios],
            "differences": [item.json() for item in self.differences],
            "subgroups": [item.json() for item in self.subgroups],
            "warnings": list(self.warnings),
        }
