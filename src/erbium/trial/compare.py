"""Two runs side by side: each figure of each arm, each hazard ratio, and what lies between the runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from erbium.core.errors import DataError
from erbium.core.result import NOTICE, plain
from erbium.trial.statistics import ArmSummary, Estimate, Ratio, Summary, hazard_ratio, rate_difference
from erbium.trial.statistics.endpoint import is_survival
from erbium.trial.statistics.estimate import known
from erbium.trial.statistics.survival import normal_quantile

if TYPE_CHECKING:
    import pandas as pd

_MEAN = "mean_pfs"
_ONE, _OTHER = "first", "second"


@dataclass(frozen=True)
class Run:
    """One of the two runs.

    Attributes
    ----------
    name
        What it is called: a folder, or a trial.
    summary, patients
        What it showed, and its patients.
    identity
        Hashes, seed, patients, draws.
    """

    name: str
    summary: Summary
    patients: pd.DataFrame
    identity: Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """A figure in two runs and what lies between.

    Attributes
    ----------
    arm, other_arm
        The arm in the first and in the second run.
    figure, unit
        Which figure, in "fraction", "months" or "ratio".
    first, second
        Its value, low and high in each; None where there is none.
    value, low, high
        Second minus first; for hazard ratios second over first.
    """

    arm: str
    other_arm: str
    figure: str
    unit: str
    first: tuple[float | None, float | None, float | None]
    second: tuple[float | None, float | None, float | None]
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def words(self) -> str:
        """The difference in words."""
        neutral = 1.0 if self.unit == "ratio" else 0.0
        if self.value is None:
            return "not comparable"
        if self.low is None or self.high is None:
            return "no interval"
        if self.low <= neutral <= self.high:
            return "no clear difference"
        return "higher in the second" if self.low > neutral else "lower in the second"

    def json(self) -> dict[str, Any]:
        """Return the gap as JSON; what is absent is null."""
        ends = ("value", "low", "high")
        return {
            "arm": self.arm,
            "other_arm": self.other_arm,
            "figure": self.figure,
            "exploratory": is_survival(self.figure.removesuffix(" hazard ratio")),
            "unit": self.unit,
            "first": dict(zip(ends, map(known, self.first), strict=True)),
            "second": dict(zip(ends, map(known, self.second), strict=True)),
            "second_over_first" if self.unit == "ratio" else "second_minus_first": {
                key: known(getattr(self, key)) for key in ends
            },
            "words": self.words,
        }


@dataclass(frozen=True)
class Compared:
    """Two runs side by side.

    Attributes
    ----------
    first, second
        The runs.
    arms
        Pairs of arms, by name or else by place.
    figures, ratios
        Figures of arms, and hazard ratios of the trials' comparisons.
    between
        Hazard ratio of each arm of the second run against the same arm of the first.
    warnings
        How arms were matched, and what the intervals leave out.
    """

    first: Run
    second: Run
    arms: tuple[tuple[str, str], ...]
    figures: tuple[Gap, ...]
    ratios: tuple[Gap, ...]
    between: tuple[tuple[str, str, Ratio], ...]
    warnings: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """Return both runs and their differences, schema ``erbium.trial-compare/1``."""
        body = {
            "schema": "erbium.trial-compare/1",
            "version": self.second.identity.get("version"),
            "seed": self.second.identity.get("seed"),
            "knowledge_hash": self.second.identity.get("knowledge_hash"),
            "notice": NOTICE,
            "warnings": list(self.warnings),
            "runs": [{"name": run.name, **run.identity} for run in (self.first, self.second)],
            "arms": [list(pair) for pair in self.arms],
            "figures": [gap.json() for gap in self.figures],
            "hazard_ratios": [gap.json() for gap in self.ratios],
            "between": [
                {"arm": arm, "other_arm": other, "endpoint": found.endpoint}
                | {key: known(getattr(found, key)) for key in ("hr", "low", "high")}
                | {"p_log_rank": known(found.p), "note": found.note}
                for arm, other, found in self.between
            ],
        }
        return dict(plain(body))


def compare(first: Run, second: Run) -> Compared:
    """Return two runs side by side.

    Differences take the runs as independent; patients that two runs share (same population and seed)
    make the true interval narrower.

    Raises
    ------
    DataError
        The runs have no arm in common.
    """
    arms, said = _matched(first.summary, second.summary)
    figures = [gap for one, other in arms for gap in _figures(first.summary, second.summary, one, other)]
    return Compared(
        first,
        second,
        tuple(arms),
        tuple(figures),
        tuple(_ratios(first.summary, second.summary, dict(arms))),
        tuple(_between(first.patients, second.patients, arms, _endpoint(second.summary))),
        tuple(said + _cautions(first, second)),
    )


def _matched(first: Summary, second: Summary) -> tuple[list[tuple[str, str]], list[str]]:
    names, others = [arm.name for arm in first.arms], [arm.name for arm in second.arms]
    common = [(name, name) for name in names if name in others]
    if len(common) == len(names) == len(others):
        return common, []
    if not common and len(names) == len(others):
        pairs = list(zip(names, others, strict=True))
        told = "; ".join(f'"{one}" beside "{other}"' for one, other in pairs)
        return pairs, [f"no arm has the same name in both: they are matched by their place ({told})"]
    if not common:
        raise DataError(
            "the two runs have no arm in common.", key="arm",
            expected=f"arms of the same name, or as many arms: {', '.join(names)} | {', '.join(others)}",
        )  # fmt: skip
    left = [name for name in (*names, *others) if (name, name) not in common]
    return common, [f"only in one of the two, and left out: {', '.join(left)}"]


def _figures(first: Summary, second: Summary, arm: str, other_arm: str) -> list[Gap]:
    one, other = first.arm(arm), second.arm(other_arm)
    gaps = []
    for name, figure in one.figures.items():
        if name not in other.figures or (_empty(figure) and _empty(other.figures[name])):
            continue
        pair, label = (figure, other.figures[name]), name
        if name == _MEAN:
            pair, label = _means(one, other)
        value, low, high = _difference(name, *pair)
        gaps.append(Gap(arm, other_arm, label, figure.unit, _ends(pair[0]), _ends(pair[1]), value, low, high))
    return gaps


def _means(one: ArmSummary, other: ArmSummary) -> tuple[tuple[Estimate, Estimate], str]:
    """Return the restricted means up to the time that both runs reach: of other horizons they say nothing."""
    if one.pfs is None or other.pfs is None:
        return (one.figures[_MEAN], other.figures[_MEAN]), _MEAN
    until = min(one.pfs.end, other.pfs.end)
    return (one.pfs.mean(until), other.pfs.mean(until)), f"{_MEAN} within {until:.3g} months"


def _empty(figure: Estimate) -> bool:
    return figure.value is None and not figure.not_reached


def _ends(figure: Estimate) -> tuple[float | None, float | None, float | None]:
    return figure.value, figure.low, figure.high


def _difference(name: str, one: Estimate, other: Estimate) -> tuple[float | None, float | None, float | None]:
    """Return second minus first with its interval."""
    if one.value is None or other.value is None:
        return None, None, None
    if one.events is not None and one.unit == "fraction" and name in {"orr", "cr", "cbr"}:
        found = rate_difference(name, _OTHER, _ONE, other, one)
        return found.value, found.low, found.high
    value = other.value - one.value
    if None in {one.low, one.high, other.low, other.high}:
        return value, None, None
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    low_other, high_other = float(other.low or 0.0), float(other.high or 0.0)
    # Each side's distance to its own end, squared and added: Newcombe's way, for any two intervals.
    return (
        value,
        value - math.hypot(other.value - low_other, high - one.value),
        value + math.hypot(high_other - other.value, one.value - low),
    )


def _ratios(first: Summary, second: Summary, arms: Mapping[str, str]) -> list[Gap]:
    gaps = []
    for one in first.ratios:
        if one.arm not in arms or one.versus not in arms:
            continue
        other = second.ratio(arms[one.arm], arms[one.versus], one.endpoint)
        if other is None or (one.hr is None and other.hr is None):
            continue
        value = low = high = None
        if one.hr and other.hr and one.error is not None and other.error is not None:
            middle = math.log(other.hr / one.hr)
            half = normal_quantile(first.level) * math.hypot(one.error, other.error)
            low, value, high = (math.exp(middle + step) for step in (-half, 0.0, half))
        gaps.append(
            Gap(
                f"{one.arm} v {one.versus}", f"{other.arm} v {other.versus}", f"{one.endpoint} hazard ratio",
                "ratio", (one.hr, one.low, one.high), (other.hr, other.low, other.high), value, low, high,
            )
        )  # fmt: skip
    return gaps


def _endpoint(summary: Summary) -> str:
    return next((ratio.endpoint for ratio in summary.ratios if ratio.endpoint != "OS"), "PFS")


def _between(
    first: pd.DataFrame, second: pd.DataFrame, arms: list[tuple[str, str]], endpoint: str
) -> list[tuple[str, str, Ratio]]:
    import pandas as pd

    found = []
    columns = ["pfs_months", "pfs_event"]
    if not all(name in frame and frame[name].notna().any() for frame in (first, second) for name in columns):
        return []
    for arm, other in arms:
        parts = [
            frame.loc[frame["arm"] == name, columns].assign(arm=label)
            for frame, name, label in ((first, arm, _ONE), (second, other, _OTHER))
        ]
        table = pd.concat(parts, ignore_index=True)
        found.append((arm, other, hazard_ratio(table, _OTHER, _ONE, endpoint=endpoint, full=False)))
    return found


def _cautions(first: Run, second: Run) -> list[str]:
    said = []
    for key, what in (("knowledge_hash", "the data files"), ("version", "the version of Erbium")):
        if first.identity.get(key) != second.identity.get(key):
            said.append(f"{what} differ between the two runs")
    shared = ("seed", "population_hash")
    if all(first.identity.get(key) == second.identity.get(key) for key in shared):
        said.append(
            "both runs drew the same patients; the intervals take them as different ones and are wide"
        )
    return said
