"""Two arms compared: hazard ratio, log-rank test, restricted means, and whether hazards keep their ratio."""

from __future__ import annotations

import dataclasses
import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.trial.statistics.endpoint import is_survival
from erbium.trial.statistics.estimate import LEVEL, known
from erbium.trial.statistics.risk_sets import risk_sets
from erbium.trial.statistics.survival import Curve, curve, normal_quantile

if TYPE_CHECKING:
    import pandas as pd

#: Below this p hazards are called non-proportional.
DOUBT = 0.05
#: Of more patients than this the fit is not repeated by lifelines, which takes minutes to say the same.
LARGE = 20_000
#: Standard errors by which curves must differ, both ways, to be said to cross: times are many.
CLEAR, FEWEST = 3.0, 10


@dataclass(frozen=True)
class Ratio:
    """The hazard ratio of one arm against another.

    Attributes
    ----------
    endpoint, arm, versus
        What was compared; below 1 is better for `arm`.
    hr, low, high
        Hazard ratio (Cox, Efron's ties) with its interval; None where it cannot be had, and `note` says why.
    error
        Standard error of its logarithm.
    p
        Log-rank test, stratified as the ratio is.
    n, events
        Patients and events of `arm` and of `versus`.
    stratified
        Whether the strata of the trial were kept apart.
    mean_difference, mean_low, mean_high, until
        Difference of the restricted means up to `until`, all in months.
    proportional_p
        Test of proportional hazards (Schoenfeld residuals against ranked time); None for very many
        patients, of whom any departure is significant.
    crosses
        Whether the curves cross by more than their error.
    model_low, model_high
        5th and 95th percentile over the parameter draws; None with one draw.
    note
        Why there is no ratio.
    draws
        The ratio in each parameter draw; empty with one draw.
    """

    endpoint: str
    arm: str
    versus: str
    hr: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    p: float | None = None
    n: tuple[int, int] = (0, 0)
    events: tuple[int, int] = (0, 0)
    stratified: bool = False
    mean_difference: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    until: float | None = None
    proportional_p: float | None = None
    crosses: bool = False
    model_low: float | None = None
    model_high: float | None = None
    note: str = ""
    draws: tuple[float, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the ratio as JSON; what is absent is null."""
        mean = {"value": self.mean_difference, "low": self.mean_low, "high": self.mean_high}
        out: dict[str, Any] = {"endpoint": self.endpoint, "arm": self.arm, "versus": self.versus}
        out["exploratory"] = is_survival(self.endpoint)
        out |= {name: known(getattr(self, name)) for name in ("hr", "low", "high")}
        out |= {"p_log_rank": known(self.p), "n": list(self.n), "events": list(self.events)}
        out["stratified"] = self.stratified
        out["mean_difference"] = {key: known(value) for key, value in mean.items()} | {
            "unit": "months",
            "until": known(self.until),
        }
        out |= {"proportional_p": known(self.proportional_p), "crosses": self.crosses}
        out |= {"model_low": known(self.model_low), "model_high": known(self.model_high)}
        return out | ({"note": self.note} if self.note else {})


def hazard_ratio(
    patients: pd.DataFrame,
    arm: str,
    versus: str,
    *,
    times: str = "pfs",
    endpoint: str = "PFS",
    stratified: bool = False,
    level: float = LEVEL,
    full: bool = True,
) -> Ratio:
    """Compare two arms.

    Parameters
    ----------
    patients
        One row a patient, with `arm`, `<times>_months` and `<times>_event`, and `stratum` where stratified.
    arm, versus
        The arm and what it is compared with.
    times
        Beginning of the two columns that hold the times: "pfs" or "os".
    endpoint
        What the times are called.
    stratified
        Whether to keep the values of `stratum` apart. Parameter draws are kept apart always: their hazards
        differ, and pooled they would draw the ratio towards 1.
    level
        Coverage of the intervals.
    full
        Whether to add the restricted means and to test for proportional hazards.
    """
    table = comparison_table(patients, arm, versus, times, stratified=stratified)
    one, other = table[table["arm"] == 1.0], table[table["arm"] == 0.0]
    found = Ratio(
        endpoint,
        arm,
        versus,
        n=(len(one), len(other)),
        events=(int(one["event"].sum()), int(other["event"].sum())),
        stratified=stratified and _differs(patients, "stratum"),
    )
    if reason := _no_ratio(found):
        found = dataclasses.replace(found, note=reason)
        return _means(found, one, other, level) if full and min(found.n) else found
    sets = risk_sets(table)
    found = dataclasses.replace(found, p=sets.log_rank())
    if (fitted := sets.log_hazard_ratio()) is None:
        note = "no ratio: the events of one arm all come before those of the other"
        found = dataclasses.replace(found, note=note)
        return _means(found, one, other, level) if full else found
    coefficient, error = fitted
    proportional = None
    if full and len(table) <= LARGE and (library := _by_lifelines(table)):
        coefficient, error, proportional = library
    half = normal_quantile(level) * error
    found = dataclasses.replace(
        found,
        hr=math.exp(coefficient),
        low=math.exp(coefficient - half),
        high=math.exp(coefficient + half),
        error=error,
        proportional_p=proportional,
    )
    return _means(found, one, other, level) if full else found


def comparison_table(
    patients: pd.DataFrame, arm: str, versus: str, times: str, *, stratified: bool
) -> pd.DataFrame:
    """Return arm (1 or 0), month, event and stratum of the two arms.

    The strata are those of the trial, where stratified, within each parameter draw; with one of both
    there is no such column.
    """
    import pandas as pd

    chosen = patients[patients["arm"].isin([arm, versus])]
    chosen = chosen[chosen[f"{times}_months"].notna()]
    table = pd.DataFrame(
        {
            "arm": (chosen["arm"] == arm).to_numpy(dtype=np.float64),
            "month": chosen[f"{times}_months"].to_numpy(dtype=np.float64),
            "event": chosen[f"{times}_event"].to_numpy(dtype=bool),
        }
    )
    names = [name for name in ("stratum", "draw") if _differs(chosen, name)]
    kept = [chosen[name].astype(str).tolist() for name in names if name == "draw" or stratified]
    if kept:
        table["stratum"] = [", draw ".join(row) for row in zip(*kept, strict=True)]
    return table


def times_held(patients: pd.DataFrame) -> list[str]:
    """Return the beginnings of the columns of times that patients have, such as "pfs" and "os"."""
    names = [str(name).removesuffix("_months") for name in patients if str(name).endswith("_months")]
    return [name for name in names if f"{name}_event" in patients]


def _differs(patients: pd.DataFrame, column: str) -> bool:
    return column in patients and patients[column].nunique() > 1


def _no_ratio(found: Ratio) -> str:
    for name, n in zip((found.arm, found.versus), found.n, strict=True):
        if n == 0:
            return f'no ratio: no patient in arm "{name}"'
    if sum(found.events) == 0:
        return "no ratio: no event in either arm; follow longer or add patients"
    for name, events in zip((found.arm, found.versus), found.events, strict=True):
        if events == 0:
            return f'no ratio: no event in arm "{name}"; follow longer or add patients'
    return ""


def _by_lifelines(table: pd.DataFrame) -> tuple[float, float, float | None] | None:
    """Return the log hazard ratio, its standard error and p of proportional hazards."""
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    strata = ["stratum"] if "stratum" in table else None
    with warnings.catch_warnings():
        # Said of arms that are nearly separated, which the number of events tells better.
        warnings.simplefilter("ignore")
        try:
            fitter = CoxPHFitter().fit(table, "month", "event", strata=strata)
        except ConvergenceError:
            return None
        coefficient, error = float(fitter.params_["arm"]), float(fitter.standard_errors_["arm"])
        return coefficient, error, _proportional(fitter, table)


def _proportional(fitter: Any, table: pd.DataFrame) -> float | None:
    from lifelines.statistics import proportional_hazard_test

    if int(table["event"].sum()) < 10:
        return None
    p = proportional_hazard_test(fitter, table, time_transform="rank").p_value
    return known(float(np.ravel(p)[0]))


def _means(found: Ratio, one: pd.DataFrame, other: pd.DataFrame, level: float) -> Ratio:
    first, second = (curve(table["month"], table["event"], level) for table in (one, other))
    until = min(first.end, second.end)
    (mean, error), (mean_other, error_other) = (c.restricted_mean(until) for c in (first, second))
    half = normal_quantile(level) * math.hypot(error, error_other)
    return dataclasses.replace(
        found,
        mean_difference=mean - mean_other,
        mean_low=mean - mean_other - half,
        mean_high=mean - mean_other + half,
        until=until,
        crosses=cross(first, second),
    )


def cross(one: Curve, other: Curve) -> bool:
    """Whether each curve lies above the other at some time by more than `CLEAR` standard errors.

    Times at which fewer than `FEWEST` patients have fallen, or are left, do not count.
    """
    steps = np.union1d(one.months, other.months)
    fallen = sum(np.interp(steps, c.months, np.cumsum(c.fallen)) for c in (one, other))
    left = np.minimum(one.at_risk(list(steps)), other.at_risk(list(steps)))
    steps = steps[(fallen >= FEWEST) & (left >= FEWEST)]
    survival, variance = zip(*(_greenwood(c, steps) for c in (one, other)), strict=True)
    error = np.sqrt(variance[0] + variance[1])
    z = np.divide(survival[0] - survival[1], error, out=np.zeros_like(error), where=error > 0.0)
    return bool((z > CLEAR).any() and (z < -CLEAR).any())


def _greenwood(c: Curve, steps: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[Any, Any]:
    left = c.risk - c.fallen
    terms = np.divide(c.fallen, c.risk * left, out=np.zeros_like(left), where=left > 0)
    place = np.searchsorted(c.months, steps, side="right") - 1
    survival = c.survival[place]
    return survival, survival**2 * np.cumsum(terms)[place]
