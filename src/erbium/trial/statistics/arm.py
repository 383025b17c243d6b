"""The figures of one arm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.trial.statistics.endpoint import is_survival
from erbium.trial.statistics.estimate import LEVEL, Estimate
from erbium.trial.statistics.proportion import mean_chance, response_rate
from erbium.trial.statistics.survival import Curve, curve

if TYPE_CHECKING:
    import pandas as pd

RESPONSE_CLASSES = ("CR", "PR", "SD", "PD")
#: Numbers at risk and rates are given at these months as far as anyone is followed.
RISK_EVERY = 3
#: Points of a curve kept in JSON; a grid of visits has fewer.
POINTS = 300
NOT_FOLLOWED = "not simulated"
#: Times that only some trials have.
FURTHER = ("cns_pfs", "idfs")
FIGURES = ("orr", "cr", "cbr", "pcr", "median_pfs", "median_os", "median_dor", "mean_pfs")


@dataclass(frozen=True)
class ArmSummary:
    """What one arm showed.

    Attributes
    ----------
    name, n
        The arm and its patients.
    figures
        Estimates by name: `FIGURES`, `orr_ic`, `median_cns_pfs` and `median_idfs` where a trial has them, and
        rates such as "pfs_12m" or "os_24m".
    responses
        Share of each class of best response among those assessed.
    follow_up
        Median follow-up by the reverse Kaplan-Meier method, months.
    pfs, os, dor, cns_pfs, idfs
        The curves; `cns_pfs` is of patients with brain metastases, `idfs` counts from surgery.
    """

    name: str
    n: int
    figures: dict[str, Estimate]
    responses: dict[str, float] = field(default_factory=dict)
    follow_up: Estimate = field(default_factory=lambda: Estimate.absent("months"))
    pfs: Curve | None = None
    os: Curve | None = None
    dor: Curve | None = None
    cns_pfs: Curve | None = None
    idfs: Curve | None = None

    def json(self) -> dict[str, Any]:
        """Return the arm as JSON."""
        out: dict[str, Any] = {"name": self.name, "n": self.n}
        out |= {
            name: figure.json() | ({"exploratory": True} if is_survival(name) else {})
            for name, figure in self.figures.items()
        }
        out["best_response"] = self.responses or None
        out["median_follow_up"] = self.follow_up.json()
        out["pfs_curve"] = None if self.pfs is None else curve_json(self.pfs)
        further = {f"{name}_curve": getattr(self, name) for name in FURTHER}
        out |= {name: curve_json(drawn) for name, drawn in further.items() if drawn is not None}
        out["os_curve"] = None if self.os is None else {"exploratory": True, **curve_json(self.os)}
        return out


def curve_json(drawn: Curve) -> dict[str, Any]:
    """Return a curve with its numbers at risk as JSON: its steps, thinned if they are very many."""
    steps = np.flatnonzero(drawn.fallen > 0)
    steps = steps[np.unique(np.linspace(0, len(steps) - 1, POINTS).astype(int))] if len(steps) else steps
    at = [0.0, *range(RISK_EVERY, int(drawn.end) + 1, RISK_EVERY)]
    return {
        "unit": "months",
        "months": [0.0, *(float(item) for item in drawn.months[steps])],
        "survival": [1.0, *(float(item) for item in drawn.survival[steps])],
        "low": [1.0, *(float(item) for item in drawn.low[steps])],
        "high": [1.0, *(float(item) for item in drawn.high[steps])],
        "at_risk": {"months": [float(item) for item in at], "n": drawn.at_risk(at)},
    }


def summarise_arm(
    name: str,
    patients: pd.DataFrame,
    *,
    until: float | None = None,
    rates: Iterable[tuple[str, float]] = (),
    level: float = LEVEL,
) -> ArmSummary:
    """Return the figures of the patients of one arm.

    Parameters
    ----------
    name
        The arm.
    patients
        Its rows.
    until
        End of the restricted mean, months; the arm's own longest follow-up if None.
    rates
        Rates at times: pairs of "pfs", "os" or one of `FURTHER`, and months.
    level
        Coverage of the intervals.
    """
    n = len(patients)
    pfs, os, dor, cns_pfs, idfs = (_curve(patients, times, level) for times in ("pfs", "os", "dor", *FURTHER))
    chances = patients["pcr_chance"].dropna() if "pcr_chance" in patients else None
    figures = {key: response_rate(patients, key, level) for key in ("orr", "cr", "cbr")}
    figures["pcr"] = (
        mean_chance(chances, level)
        if chances is not None and len(chances)
        else Estimate.absent("fraction", n, NOT_FOLLOWED)
    )
    for key, drawn in (("median_pfs", pfs), ("median_os", os), ("median_dor", dor)):
        figures[key] = drawn.median() if drawn else Estimate.absent("months", n, NOT_FOLLOWED)
    figures["mean_pfs"] = (
        pfs.mean(pfs.end if until is None else until) if pfs else Estimate.absent("months", n, NOT_FOLLOWED)
    )
    if cns_pfs is not None:
        figures["orr_ic"] = response_rate(patients[patients["cns_response"].notna()], "orr_ic", level)
        figures["median_cns_pfs"] = cns_pfs.median()
    if idfs is not None:
        figures["median_idfs"] = idfs.median()
    for times, month in rates:
        drawn = {"pfs": pfs, "os": os, "cns_pfs": cns_pfs, "idfs": idfs}[times]
        key = f"{times}_{month:g}m"
        figures[key] = drawn.rate(month) if drawn else Estimate.absent("fraction", n, NOT_FOLLOWED)
    follow_up = _follow_up(patients, level)
    return ArmSummary(name, n, figures, _responses(patients), follow_up, pfs, os, dor, cns_pfs, idfs)


def _curve(patients: pd.DataFrame, times: str, level: float) -> Curve | None:
    """Return the curve of some times; None where no patient has any."""
    if f"{times}_months" not in patients or patients[f"{times}_months"].isna().all():
        return None
    chosen = patients[patients[f"{times}_months"].notna()]
    return curve(chosen[f"{times}_months"], chosen[f"{times}_event"].astype(bool), level)


def _responses(patients: pd.DataFrame) -> dict[str, float]:
    if "response" not in patients or patients["response"].isna().all():
        return {}
    assessed = patients["response"].dropna()
    return {name: float((assessed == name).to_numpy().mean()) for name in RESPONSE_CLASSES}


def _follow_up(patients: pd.DataFrame, level: float) -> Estimate:
    if "pfs_months" not in patients or patients["pfs_months"].isna().all():
        return Estimate.absent("months", len(patients), NOT_FOLLOWED)
    chosen = patients[patients["pfs_months"].notna()]
    return curve(chosen["pfs_months"], ~chosen["pfs_event"].astype(bool), level).median()
