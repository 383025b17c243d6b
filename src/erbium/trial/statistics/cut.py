"""Patients as they would have been seen at an earlier data cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.span import days

if TYPE_CHECKING:
    import pandas as pd


def followed_until(patients: pd.DataFrame, follow_up: str | None) -> pd.DataFrame:
    """Return the patients with times that end at a data cut: who had no event by then has none.

    Parameters
    ----------
    patients
        One row a patient, as runs of trials return them.
    follow_up
        Time from randomisation to the cut, such as "19 months", taken to be the same for everyone; all that
        was followed without.
    """
    if follow_up is None:
        return patients
    end = days(follow_up) / DAYS_PER_MONTH
    limits: dict[str, float | pd.Series] = {"pfs": end, "os": end, "cns_pfs": end}
    if "idfs_months" in patients:
        # Counted from surgery, which comes as long after the start as the two times differ.
        limits["idfs"] = (end - (patients["pfs_months"] - patients["idfs_months"])).clip(lower=0.0)
    table = patients.copy()
    for times, limit in limits.items():
        _clip(table, times, limit)
    if "response_month" in table:
        left = end - table["response_month"]
        # A response that came later had not been seen.
        _clip(table, "dor", left.where(left > 0.0))
    return table


def _clip(table: pd.DataFrame, times: str, limit: float | pd.Series) -> None:
    month, event = f"{times}_months", f"{times}_event"
    if month not in table or event not in table:
        return
    inside = table[month] <= limit
    table[event] = table[event].astype(bool) & inside
    table[month] = table[month].where(inside | table[month].isna(), limit)
