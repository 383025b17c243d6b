"""Arms and comparisons of some patients of a trial: all of them, a subgroup, or one parameter draw."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from erbium.trial.statistics.arm import FURTHER, ArmSummary, summarise_arm
from erbium.trial.statistics.difference import Difference, rate_difference
from erbium.trial.statistics.endpoint import EVENT_FREE, figure_name, rate_of
from erbium.trial.statistics.estimate import LEVEL, spread
from erbium.trial.statistics.ratio import Ratio, hazard_ratio

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Trial

RATES = {"orr": "ORR", "cr": "CR", "cbr": "CBR", "pcr": "pCR", "orr_ic": "ORR_IC"}
#: Rates are given at these months as far as anyone is followed.
MONTHS = (6.0, 12.0, 24.0, 36.0, 60.0)


@dataclass(frozen=True)
class Whole:
    """Figures of every arm, and the comparisons of the trial in their order, each pair of arms once."""

    arms: tuple[ArmSummary, ...]
    ratios: tuple[Ratio, ...]
    differences: tuple[Difference, ...]

    def with_spread(self, draws: Sequence[Whole]) -> Whole:
        """Return the same with the spread of each figure over the draws."""
        if len(draws) < 2:
            return self
        return Whole(
            tuple(
                dataclasses.replace(
                    arm,
                    figures={
                        name: figure.spread(
                            [
                                draw.arms[place].figures[name]
                                for draw in draws
                                if name in draw.arms[place].figures
                            ]
                        )
                        for name, figure in arm.figures.items()
                    },
                )
                for place, arm in enumerate(self.arms)
            ),
            tuple(_ratio_spread(ratio, draws) for ratio in self.ratios),
            tuple(_difference_spread(item, draws) for item in self.differences),
        )


def endpoint_of(trial: Trial) -> str:
    """Return what the times in `pfs_months` are called in this trial."""
    if trial.setting == "neoadjuvant":
        return "EFS"
    return trial.design.primary if trial.design.primary in EVENT_FREE else "PFS"


def rates_at(trial: Trial, patients: pd.DataFrame) -> list[tuple[str, float]]:
    """Return the rates at times that are published, and the usual ones as far as anyone is followed."""
    published = {rate_of(figure_name(row.endpoint, trial.setting) or "") for row in trial.published}
    usual = {
        (times, month)
        for times in ("pfs", *FURTHER)
        for month in MONTHS
        if f"{times}_months" in patients and month <= float(patients[f"{times}_months"].max()) * 1.005
    }
    return sorted({item for item in published if item} | usual)


def whole(
    trial: Trial,
    patients: pd.DataFrame,
    rates: Sequence[tuple[str, float]],
    *,
    level: float = LEVEL,
    full: bool = True,
) -> Whole:
    """Return the figures of every arm of a trial, and its comparisons.

    Parameters
    ----------
    trial
        Its arms, comparisons, primary endpoint and strata.
    patients
        One row a patient.
    rates
        Rates at times: pairs of "pfs", "os", "cns_pfs" or "idfs" and months.
    level
        Coverage of the intervals.
    full
        Whether ratios come with restricted means and the test for proportional hazards.
    """
    parts = {arm.name: patients[patients["arm"] == arm.name] for arm in trial.arm}
    ends = [
        float(part["pfs_months"].max())
        for part in parts.values()
        if "pfs_months" in part and part["pfs_months"].notna().any()
    ]
    until = min(ends, default=None)
    arms = {
        name: summarise_arm(name, part, until=until, rates=rates, level=level) for name, part in parts.items()
    }
    stratified = bool(trial.design.stratify_by)
    ratios: list[Ratio] = []
    differences: list[Difference] = []
    for arm, versus in dict.fromkeys((pair.arm, pair.versus) for pair in trial.comparison):
        one, other = arms[arm], arms[versus]
        for times, name, curves in (
            ("pfs", endpoint_of(trial), (one.pfs, other.pfs)),
            ("os", "OS", (one.os, other.os)),
            ("cns_pfs", "CNS_PFS", (one.cns_pfs, other.cns_pfs)),
            ("idfs", "iDFS", (one.idfs, other.idfs)),
        ):
            if any(curves):
                ratios.append(
                    hazard_ratio(
                        patients, arm, versus, times=times, endpoint=name,
                        stratified=stratified, level=level, full=full,
                    )
                )  # fmt: skip
        for key, name in RATES.items():
            if key not in one.figures or key not in other.figures:
                continue
            first, second = one.figures[key], other.figures[key]
            if first.value is not None or second.value is not None:
                differences.append(rate_difference(name, arm, versus, first, second, level))
    return Whole(tuple(arms.values()), tuple(ratios), tuple(differences))


def _ratio_spread(ratio: Ratio, draws: Sequence[Whole]) -> Ratio:
    key = (ratio.endpoint, ratio.arm, ratio.versus)
    values = [
        found.hr
        for draw in draws
        for found in draw.ratios
        if (found.endpoint, found.arm, found.versus) == key and found.hr is not None
    ]
    low, high = spread(values)
    return dataclasses.replace(ratio, model_low=low, model_high=high, draws=tuple(values))


def _difference_spread(item: Difference, draws: Sequence[Whole]) -> Difference:
    key = (item.endpoint, item.arm, item.versus)
    values = [
        found.value
        for draw in draws
        for found in draw.differences
        if (found.endpoint, found.arm, found.versus) == key and found.value is not None
    ]
    low, high = spread(values)
    return dataclasses.replace(item, model_low=low, model_high=high)
