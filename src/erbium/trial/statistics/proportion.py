"""Shares of patients with the exact interval of Clopper and Pearson."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from erbium.trial.statistics.estimate import LEVEL, Estimate

if TYPE_CHECKING:
    import pandas as pd

NO_PATIENTS = "no patient is in this group"
#: Classes of best response that count, by endpoint.
RESPONSES = {"orr": ("CR", "PR"), "cr": ("CR",), "orr_ic": ("CR", "PR")}
#: Column of the best response, where it is not that of all lesions.
_COLUMNS = {"orr_ic": "cns_response"}


def exact_interval(count: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of `count` in `n`, as fractions.

    Parameters
    ----------
    count
        Patients with the outcome; an expected number need not be whole (the interval is given by
        quantiles of beta distributions, which are defined between the whole numbers too).
    n
        Patients.
    level
        Coverage of the interval.
    """
    from scipy.stats import beta

    tail = (1.0 - level) / 2.0
    low = 0.0 if count <= 0.0 else float(beta.ppf(tail, count, n - count + 1.0))
    high = 1.0 if count >= n else float(beta.ppf(1.0 - tail, count + 1.0, n - count))
    return low, high


def share(hits: pd.Series, level: float = LEVEL) -> Estimate:
    """Return the share of patients for whom `hits` is true, with its exact interval."""
    n = len(hits)
    if n == 0:
        return Estimate.absent("fraction", note=NO_PATIENTS)
    count = int(np.count_nonzero(hits.to_numpy(dtype=bool)))
    low, high = exact_interval(count, n, level)
    return Estimate(count / n, low, high, "fraction", n, events=count)


def mean_chance(chances: pd.Series, level: float = LEVEL) -> Estimate:
    """Return the share expected from each patient's own chance, as pCR is.

    The value is the mean of the chances. The interval is the exact one of the expected number of events
    among as many patients, what a real trial of this size would print, so that it can stand beside
    published rates; the mean itself is known better than that.
    """
    given = chances.dropna()
    n = len(given)
    if n == 0:
        return Estimate.absent("fraction", note=NO_PATIENTS)
    count = float(given.clip(0.0, 1.0).sum())
    low, high = exact_interval(count, n, level)
    return Estimate(count / n, low, high, "fraction", n)


def response_rate(patients: pd.DataFrame, endpoint: str, level: float = LEVEL) -> Estimate:
    """Return ORR, CR or CBR of some patients.

    Parameters
    ----------
    patients
        One row a patient, with `response` and `benefit`.
    endpoint
        "orr" (CR or PR), "orr_ic" (the same in the brain), "cr", or "cbr" (the column `benefit`: CR, PR, or
        SD for 24 weeks or more; missing where scans are not what is followed).
    level
        Coverage of the interval.
    """
    if endpoint == "cbr":
        if "benefit" not in patients or patients["benefit"].isna().all():
            return Estimate.absent("fraction", len(patients), "clinical benefit was not followed")
        return share(patients["benefit"].astype(bool), level)
    column = _COLUMNS.get(endpoint, "response")
    if column not in patients or patients[column].isna().all():
        return Estimate.absent("fraction", len(patients), "response was not followed")
    return share(patients[column].isin(RESPONSES[endpoint]), level)
