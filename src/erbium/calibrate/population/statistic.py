"""What is read from the patients of an arm, on scales on which chance is even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.knowledge.schema.calibration import free_at

if TYPE_CHECKING:
    import pandas as pd

#: A median beyond the horizon is said to be at most this many horizons.
LATEST = 2.0
Mask = NDArray[np.bool_]
#: Fewer responders than this have no median duration of response.
FEWEST = 4
_RATES = {"ORR": 2, "CR": 3}


@dataclass(frozen=True)
class Scale:
    """How a figure is compared: the logit of a share, or the logarithm of a time.

    Attributes
    ----------
    kind
        time, response, complete, duration: which floor holds.
    share
        Whether the figure is a share.
    """

    kind: str
    share: bool

    def of(self, value: float, n: float) -> float:
        """Return a figure (share between 0 and 1, or months) on the scale.

        Parameters
        ----------
        n
            Patients behind it: half a patient is added to either side of a share.
        """
        if self.share:
            part = (value * n + 0.5) / (n + 1.0)
            return float(np.log(part / (1.0 - part)))
        return float(np.log(value))

    def back(self, x: Array) -> Array:
        """Return figures (shares in per cent, or months) of values on the scale."""
        return np.asarray(100.0 / (1.0 + np.exp(-x)) if self.share else np.exp(x))

    def variance(self, x: float, n: float) -> float:
        """Return the variance by chance of a figure at `x` on the scale, of `n` patients.

        The log median of exponential times varies by 1 / (n ln(2)^2).
        """
        if self.share:
            part = 1.0 / (1.0 + np.exp(-x))
            return float(1.0 / (n * max(part * (1.0 - part), 0.5 / (n + 1.0))))
        return float(1.0 / (n * np.log(2.0) ** 2))


def scale_of(statistic: str) -> Scale:
    """Return the scale of a statistic."""
    if statistic == "CR":
        return Scale("complete", True)
    if statistic in ("ORR", "CBR", "PD"):
        return Scale("response", True)
    if statistic == "median_DOR":
        return Scale("duration", False)
    return Scale("time", free_at(statistic) is not None)


def simulated_name(statistic: str) -> str:
    """Return what the statistic is called in the simulation, where nobody dies of something else."""
    return statistic.replace("TTP", "PFS")


def read_statistic(
    name: str,
    patients: pd.DataFrame,
    weights: Array,
    horizon_months: float,
    visits: Sequence[float] = (),
) -> float:
    """Return a statistic of some patients on its scale; NaN where it cannot be told.

    Parameters
    ----------
    patients
        One row a patient, as the library keeps them.
    weights
        Weight of each patient, shape (n,).
    visits
        Months of the scans at which progression is found; without them it is found at once.
    """
    scale, n = scale_of(name), _effective(weights)
    months = patients["months"].to_numpy(dtype=float)
    event = patients["progressed"].to_numpy(dtype=bool)
    response = patients["response"].to_numpy()
    if name in _RATES:
        return scale.of(_share(response >= _RATES[name], weights), n)
    if name == "PD":
        return scale.of(_share(response == 0, weights), n)
    if name == "CBR":
        return scale.of(_share(patients["benefit"].to_numpy(dtype=bool), weights), n)
    if name == "median_DOR":
        first = patients["response_month"].to_numpy(dtype=float)
        responded = ~np.isnan(first)
        if responded.sum() < FEWEST:
            return float("nan")
        begin = float(np.mean(first[responded]))
        lasted, rest = (months - first)[responded], horizon_months - begin
        median = _median(lasted, event[responded], weights[responded], rest)
        return scale.of(median + half_interval(begin + median, visits), n)
    at = free_at(name)
    if at is not None:
        free = (months > at) | (~event & (months >= at * 0.99))
        return scale.of(_share(free, weights), n)
    median = _median(months, event, weights, horizon_months)
    return scale.of(median + half_interval(median, visits), n)


def half_interval(month: float, visits: Sequence[float]) -> float:
    """Return half the interval of scans around a time, in months; beyond the last scan that of the last two.

    A published median is a step of its curve: the first scan at which no more than half are free. It lies
    between nothing and one interval after the point at which the curve, drawn straight from scan to scan,
    crosses one half: half an interval on average. The step itself would jump from scan to scan when a number
    moves a little, which no quadratic describes; so the straight line is read, and the mean added.
    """
    if not len(visits):
        return 0.0
    k = min(int(np.searchsorted(visits, month)), len(visits) - 1)
    return 0.5 * float(visits[k] - (visits[k - 1] if k else 0.0))


def log_ratio(arm: pd.DataFrame, versus: pd.DataFrame, weights: tuple[Array, Array], months: float) -> float:
    """Return the log hazard ratio of progression up to some months, Cox's with Breslow's ties.

    Parameters
    ----------
    weights
        Weights of the patients of either arm.
    """
    times = np.concatenate([arm["months"], versus["months"]]).astype(float)
    event = np.concatenate([arm["progressed"], versus["progressed"]]).astype(bool) & (times <= months)
    w = np.concatenate(weights)
    tested = np.arange(len(times)) < len(arm)
    at = np.unique(times[event])
    if not event[tested].any() or not event[~tested].any():
        return float("nan")
    risk = (times[None] >= at[:, None]) * w
    fell = ((times[None] == at[:, None]) & event) * w
    part, rest = risk[:, tested].sum(axis=1), risk[:, ~tested].sum(axis=1)
    d, d_tested = fell.sum(axis=1), float(fell[:, tested].sum())
    log_hr = 0.0
    for _ in range(12):
        share = part * np.exp(log_hr) / (part * np.exp(log_hr) + rest)
        information = float((d * share * (1.0 - share)).sum())
        if information < 1e-9:
            return float("nan")
        log_hr = float(np.clip(log_hr + (d_tested - float((d * share).sum())) / information, -4.0, 4.0))
    return log_hr


def _share(hit: Mask, weights: Array) -> float:
    return float((weights * hit).sum() / weights.sum())


def _effective(weights: Array) -> float:
    """Return the effective number of patients (Kish)."""
    return float(weights.sum() ** 2 / np.square(weights).sum())


def _median(times: Array, event: Mask, weights: Array, horizon: float) -> float:
    """Return the median, between the steps; beyond the horizon that of a constant hazard, at most LATEST."""
    times = np.round(times, 3)  # differences of scan times are one step, not several a rounding apart
    steps = np.unique(times[event])
    free = np.array([1.0, *(_share((times > t) | ((times == t) & ~event), weights) for t in steps)])
    at = np.array([0.0, *steps])
    below = np.flatnonzero(free <= 0.5)
    if not below.size:
        last = min(max(free[-1], 0.5), 1.0 - 0.5 / (len(times) + 1.0))
        return float(horizon * min(np.log(2.0) / -np.log(last), LATEST))
    k = int(below[0])
    part = (free[k - 1] - 0.5) / (free[k - 1] - free[k])
    return float(max(at[k - 1] + part * (at[k] - at[k - 1]), 0.05))


def weights_for(marks: pd.DataFrame, shares: Sequence[tuple[str, float]], base: dict[str, float]) -> Array:
    """Return weights under which attributes have these shares among the patients of all groups.

    Parameters
    ----------
    marks
        Who has which attribute.
    shares
        Attribute and the share that is wanted.
    base
        Share among all patients of the enrolment; one that nobody or everybody has is left.
    """
    found = np.ones(len(marks))
    for name, wanted in shares:
        has, now = marks[name].to_numpy(dtype=bool), base[name]
        if 0.0 < now < 1.0:
            found *= np.where(has, wanted / now, (1.0 - wanted) / (1.0 - now))
    return found
