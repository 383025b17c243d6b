"""The plan of one comparison: events, patients and power, by hand or from simulated patients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from erbium.core.errors import DataError
from erbium.trial.planning.formula import (
    event_chance,
    events_needed,
    power_of_events,
    power_of_rates,
    size_for_rates,
)
from erbium.trial.planning.resample import resampled_power
from erbium.trial.statistics.endpoint import times_of

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Comparison, Trial
    from erbium.trial.statistics import Ratio, Summary

#: Primary endpoints that are shares of patients, and the figure of an arm that each is.
SHARES = {"pCR": "pcr", "ORR": "orr", "CBR": "cbr"}
#: Sizes at which power is given, as parts of what is needed.
PARTS = (0.5, 0.75, 1.0, 1.25, 1.5)
#: Events of an arm below which a simulated ratio is called weak.
FEW_EVENTS = 20
#: Fewest patients of a planned trial: two in each arm.
FEWEST = 4


@dataclass(frozen=True)
class Wanted:
    """What is asked of a plan.

    Attributes
    ----------
    power, alpha
        Power, and two-sided level.
    share
        Share of patients in the tested arm.
    patients
        Size of the planned trial, both arms; None to ask only what is needed.
    hazard_ratio
        Ratio to plan for in place of the simulated one.
    """

    power: float = 0.8
    alpha: float = 0.05
    share: float = 0.5
    patients: int | None = None
    hazard_ratio: float | None = None

    def check(self) -> None:
        """Raise DataError for what no plan can be made of."""
        for key, value in (("--power", self.power), ("--alpha", self.alpha), ("--share", self.share)):
            if not 0.0 < value < 1.0:
                raise DataError(f"{value:g}.", key=key, expected="a number between 0 and 1")
        if self.power <= self.alpha:
            raise DataError(
                f"a power of {self.power:g} is no more than the level, {self.alpha:g}: no patient is needed.",
                key="--power", expected="more than --alpha, such as 0.8",
            )  # fmt: skip
        if self.hazard_ratio is not None and (not self.hazard_ratio > 0.0 or self.hazard_ratio == 1.0):
            raise DataError(
                f"a hazard ratio of {self.hazard_ratio:g} cannot be shown by any number of events.",
                key="--hazard-ratio", expected="a number above 0 that is not 1, such as 0.7",
            )  # fmt: skip
        if self.patients is not None and min(self.sizes(self.patients)) < FEWEST // 2:
            raise DataError(
                f"{self.patients} patients are too few: an arm would have fewer than two.", key="--patients",
                expected=f"{math.ceil(FEWEST / 2 / min(self.share, 1.0 - self.share))} or more",
            )  # fmt: skip

    def sizes(self, patients: int) -> tuple[int, int]:
        """Return the patients of the tested and of the control arm."""
        tested = round(patients * self.share)
        return tested, patients - tested


@dataclass(frozen=True)
class Planned:
    """A plan.

    Attributes
    ----------
    effect
        The hazard ratio, or the two rates, that it is for, and where they come from.
    needed
        Events (None for rates) and patients for the power that is wanted.
    at_size
        Power of the planned size, by formula and by resampling; None without a size.
    powers
        Power at parts of what is needed.
    warnings
        What must be known before believing it.
    """

    effect: dict[str, Any]
    needed: dict[str, Any]
    at_size: dict[str, Any] | None
    powers: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "effect": self.effect, "needed": self.needed, "planned": self.at_size, "powers": list(self.powers)
        }  # fmt: skip


def plan_by_hand(
    wanted: Wanted,
    *,
    event_share: float | None = None,
    control_median: float | None = None,
    follow_up: float | None = None,
    accrual: float = 0.0,
    drop_out: float = 0.0,
    rates: tuple[float, float] | None = None,
) -> Planned:
    """Return the plan of given numbers.

    Parameters
    ----------
    wanted
        With its hazard ratio, unless `rates` are given.
    event_share
        Share of all patients whose event is seen; in its place the following.
    control_median, follow_up, accrual
        Median of the control arm, time from the last entry to the data cut, and time of entry, months.
    drop_out
        Patients lost, 1/year.
    rates
        Fractions of the tested and of the control arm.

    Raises
    ------
    DataError
        Something is missing or impossible.
    """
    wanted.check()
    if rates is not None:
        if rates[0] == rates[1] or not all(0.0 < rate < 1.0 for rate in rates):
            raise DataError(
                f"rates of {rates[0]:g} and {rates[1]:g} cannot be told apart by any trial.", key="--rate",
                expected="two different fractions between 0 and 1",
            )  # fmt: skip
        return _of_rates(wanted, *rates, {"endpoint": "rate", "from": "given"})
    hr = wanted.hazard_ratio
    if hr is None:
        raise DataError(
            "there is nothing to plan for.", key="--hazard-ratio",
            expected="a trial, a hazard ratio, or --rate and --control-rate",
        )  # fmt: skip
    if event_share is None:
        if control_median is None or follow_up is None:
            missing = "--control-median" if control_median is None else "--follow-up"
            raise DataError(
                "events cannot be turned into patients.", key=missing,
                expected="--control-median and --follow-up in months, or --event-share",
            )  # fmt: skip
        for key, value in (("--control-median", control_median), ("--follow-up", follow_up)):
            if not value > 0.0:
                raise DataError(f"{value:g} months.", key=key, expected="a time above 0")
        one, other = (
            event_chance(
                control_median / ratio, follow_up, accrual_months=accrual, drop_out_per_year=drop_out
            )
            for ratio in (hr, 1.0)
        )
        event_share = wanted.share * one + (1.0 - wanted.share) * other
    if not 0.0 < event_share <= 1.0:
        raise DataError(
            f"{event_share:g} of the patients have an event: no trial can be planned on that.",
            key="--event-share", expected="a fraction above 0 and up to 1",
        )  # fmt: skip
    told = {"endpoint": "time to event", "from": "given", "hazard_ratio": hr, "event_share": event_share}
    return _of_ratio(wanted, hr, event_share, told)


def plan_comparison(
    trial: Trial, patients: pd.DataFrame, summary: Summary, pair: Comparison, wanted: Wanted, *, seed: int = 1
) -> Planned:
    """Return the plan of a comparison from its simulated patients.

    Parameters
    ----------
    trial, patients, summary
        The trial, its simulated patients and what they showed.
    pair
        The comparison; its endpoint, or the trial's primary one, is planned for.
    wanted
        A hazard ratio in it takes the place of the simulated one; events stay those of the simulated control.
    seed
        Of the resampled trials.

    Raises
    ------
    DataError
        An arm has no event, or the arms do not differ.
    """
    wanted.check()
    endpoint = pair.endpoint or trial.design.primary
    arms = {"arm": pair.arm, "versus": pair.versus, "from": "simulated"}
    if endpoint in SHARES:
        return _from_rates(patients, summary, pair, endpoint, wanted, arms, seed)
    times = times_of_pair(trial, pair)
    ratio = _ratio_of(trial, summary, pair, times)
    if ratio is None or (ratio.hr is None and wanted.hazard_ratio is None) or min(ratio.n) == 0:
        why = ratio.note if ratio is not None and ratio.note else f"{endpoint} is not simulated"
        raise DataError(
            f"{endpoint} of {pair.arm} against {pair.versus} cannot be planned: {why}.", key="--simulated",
            expected="more simulated patients, a longer design.follow_up, or another comparison",
        )  # fmt: skip
    if 0 in ratio.events:
        place = ratio.events.index(0)
        raise DataError(
            f'nobody of arm "{(pair.arm, pair.versus)[place]}" has an event among {ratio.n[place]} simulated '
            "patients.",
            key="--simulated", expected="more simulated patients, or a longer design.follow_up",
        )  # fmt: skip
    shares = [events / n for events, n in zip(ratio.events, ratio.n, strict=True)]
    effect = arms | {
        "endpoint": ratio.endpoint, "n": list(ratio.n), "events": list(ratio.events), "event_shares": shares,
        "simulated_ratio": {"value": ratio.hr, "low": ratio.low, "high": ratio.high},
    }  # fmt: skip
    warnings = _ratio_warnings(ratio.endpoint, ratio.events, (ratio.low, ratio.high), wanted)
    warnings += _whose(endpoint, ratio, int(patients["arm"].isin([pair.arm, pair.versus]).sum()))
    hr = ratio.hr
    if wanted.hazard_ratio is not None:
        hr = wanted.hazard_ratio
        shares[0] = 1.0 - (1.0 - shares[1]) ** hr
        effect["from"] = "hazard ratio given, events of the simulated control arm"
    share = wanted.share * shares[0] + (1.0 - wanted.share) * shares[1]
    planned = _of_ratio(wanted, float(hr or 0.0), share, effect | {"hazard_ratio": hr, "event_share": share})
    if planned.at_size is not None and wanted.hazard_ratio is None:
        planned.at_size["resampled"] = resampled_power(
            patients, pair.arm, pair.versus, int(planned.at_size["patients"]), outcome=times,
            share=wanted.share, alpha=wanted.alpha, seed=seed,
        ).json()  # fmt: skip
    if float(hr or 0.0) > 1.0:
        warnings.append(f"{pair.arm} does worse than {pair.versus}: this is what it takes to show that")
    return _with(planned, warnings)


def times_of_pair(trial: Trial, pair: Comparison) -> str:
    """Return the beginning of the columns that hold the times of a comparison: "pfs", "cns_pfs", "idfs"."""
    return times_of(pair.endpoint or trial.design.primary, trial.setting)


def _ratio_of(trial: Trial, summary: Summary, pair: Comparison, times: str) -> Ratio | None:
    """Return the simulated ratio of the times of a comparison; None if these were not simulated."""
    for ratio in summary.ratios:
        same = (ratio.arm, ratio.versus) == (pair.arm, pair.versus)
        if same and times_of(ratio.endpoint, trial.setting) == times:
            return ratio
    return None


def _whose(endpoint: str, ratio: Ratio, patients: int) -> list[str]:
    """Return what must be said where another endpoint, or only some of the patients, are planned for."""
    said = []
    if endpoint != ratio.endpoint:
        said.append(f"{ratio.endpoint} is simulated and stands for {endpoint}")
    if sum(ratio.n) < patients:
        said.append(
            f"{sum(ratio.n)} of {patients} simulated patients have {ratio.endpoint}: every size counts only "
            "patients who have it"
        )
    return said


def _from_rates(
    patients: pd.DataFrame,
    summary: Summary,
    pair: Comparison,
    endpoint: str,
    wanted: Wanted,
    arms: dict[str, Any],
    seed: int,
) -> Planned:
    if wanted.hazard_ratio is not None:
        raise DataError(
            f"{endpoint} is a share of patients, it has no hazard ratio.", key="--hazard-ratio",
            expected="no such option here",
        )  # fmt: skip
    figures = [summary.arm(name).figures[SHARES[endpoint]] for name in (pair.arm, pair.versus)]
    rate, control = (figure.value for figure in figures)
    if rate is None or control is None:
        raise DataError(
            f"{endpoint} is not simulated in this trial.",
            key="comparison.endpoint",
            expected="another endpoint",
        )
    if rate == control or not (0.0 < rate < 1.0 and 0.0 < control < 1.0):
        raise DataError(
            f"{endpoint} is {rate:.3g} and {control:.3g} among the simulated patients: there is no plan.",
            key="--simulated", expected="more simulated patients, or arms that differ",
        )  # fmt: skip
    planned = _of_rates(wanted, rate, control, arms | {"endpoint": endpoint, "n": [f.n for f in figures]})
    if planned.at_size is not None and endpoint == "pCR":
        planned.at_size["resampled"] = resampled_power(
            patients, pair.arm, pair.versus, int(planned.at_size["patients"]), outcome="pcr",
            share=wanted.share, alpha=wanted.alpha, seed=seed,
        ).json()  # fmt: skip
    worse = [f"{pair.arm} does worse than {pair.versus}: this is what it takes to show that"]
    return _with(planned, worse if rate < control else [])


def _of_ratio(wanted: Wanted, hr: float, event_share: float, effect: dict[str, Any]) -> Planned:
    events = events_needed(hr, power=wanted.power, alpha=wanted.alpha, share=wanted.share)
    needed = {"events": events, "patients": math.ceil(events / event_share)}

    def power(size: int) -> dict[str, Any]:
        seen = size * event_share
        found = power_of_events(hr, seen, alpha=wanted.alpha, share=wanted.share)
        return {"patients": size, "events": seen, "power": found}

    return _planned(wanted, effect, needed, power)


def _of_rates(wanted: Wanted, rate: float, control: float, effect: dict[str, Any]) -> Planned:
    size = size_for_rates(rate, control, power=wanted.power, alpha=wanted.alpha, share=wanted.share)
    needed = {"events": None, "patients": size.patients}

    def power(patients: int) -> dict[str, Any]:
        found = power_of_rates(rate, control, patients, alpha=wanted.alpha, share=wanted.share)
        return {"patients": patients, "events": None, "power": found}

    return _planned(wanted, effect | {"rates": [rate, control]}, needed, power)


def _planned(wanted: Wanted, effect: dict[str, Any], needed: dict[str, Any], power: Any) -> Planned:
    sizes = sorted({max(math.ceil(part * needed["patients"]), FEWEST) for part in PARTS})
    at_size = None if wanted.patients is None else power(wanted.patients)
    return Planned(effect, needed, at_size, tuple(power(size) for size in sizes))


def _with(planned: Planned, warnings: list[str]) -> Planned:
    return Planned(planned.effect, planned.needed, planned.at_size, planned.powers, tuple(warnings))


def _ratio_warnings(
    endpoint: str, events: tuple[int, int], ends: tuple[float | None, float | None], wanted: Wanted
) -> list[str]:
    out = []
    if min(events) < FEW_EVENTS:
        out.append(f"only {min(events)} events of {endpoint} in one simulated arm: simulate more patients")
    low, high = ends
    if wanted.hazard_ratio is None and low is not None and high is not None and low <= 1.0 <= high:
        out.append(
            f"the simulated ratio is not clear ({low:.2f} to {high:.2f}): what is needed may be far more; "
            "simulate more patients or give --hazard-ratio"
        )
    return out
