"""A trial with exponential arms of known hazards, for tests of statistics, figures and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from erbium.knowledge.schema.trial import Trial

#: Hazard per month of the control arm; the others follow by their ratio.
HAZARD = 0.06


def trial(
    arms: tuple[str, ...] = ("control", "tested"), *, setting: str = "metastatic", **changes: Any
) -> Trial:
    """Return a trial in which every arm but the first is held against the first."""
    data: dict[str, Any] = {
        "schema": "erbium.trial/1",
        "id": "made_up",
        "name": "MADE-UP",
        "setting": setting,
        "summary": "Two arms of known hazards.",
        "population": {"spec": "anyone", "note": "nothing is represented"},
        "design": {
            "patients": 800,
            "visits": "9 weeks",
            "follow_up": "36 months",
            "primary": "pCR" if setting == "neoadjuvant" else "PFS",
        },
        "arm": [{"name": name, "regimen": "anything"} for name in arms],
        "comparison": [
            {"arm": name, "versus": arms[0], "primary": place == 0, "expected": "superior"}
            for place, name in enumerate(arms[1:])
        ],
    }
    return Trial.model_validate(data | changes)


def patients(
    n: int = 800,
    ratios: Mapping[str, float] | None = None,
    *,
    follow_up: float = 36.0,
    grid: float = 0.0,
    er_ratio: float = 1.0,
    draws: int = 1,
    draw_sd: float = 0.0,
    seed: int = 1,
) -> pd.DataFrame:
    """Return patients of arms with exponential times to progression.

    Parameters
    ----------
    n
        Patients in all, in turn over the arms.
    ratios
        Hazard ratio of each arm to `HAZARD`.
    follow_up, grid
        End of follow-up and interval of scans, months; 0 sees progression at once.
    er_ratio
        What the hazard ratio of every arm but the first is multiplied with in ER-positive patients.
    draws, draw_sd
        Parameter draws, and SD of the log hazard ratio over them.
    """
    ratios = ratios or {"control": 1.0, "tested": 0.6}
    rng = np.random.default_rng(seed)
    names = list(ratios)
    place = np.arange(n) % len(names)
    er, draw = rng.random(n) < 0.5, rng.integers(0, draws, n)
    shift = shifts(draws, draw_sd, seed)[draw]
    hazard = HAZARD * np.array(list(ratios.values()))[place]
    hazard = np.where(place > 0, hazard * np.where(er, er_ratio, 1.0) * np.exp(shift), hazard)
    true = rng.exponential(1.0 / hazard)
    seen = np.ceil(true / grid) * grid if grid else true
    lost = np.minimum(follow_up, rng.exponential(12.0 / 0.08, n))
    months, event = np.minimum(seen, lost), seen <= lost
    change = np.clip(rng.normal(-45.0 - 200.0 * (HAZARD - hazard), 35.0), -100.0, 60.0)
    response = np.select([change <= -99, change <= -30, change < 20], ["CR", "PR", "SD"], "PD")
    first = np.where(np.isin(response, ["CR", "PR"]), np.minimum(2.0, months), np.nan)
    return pd.DataFrame(
        {
            "patient": np.arange(n),
            "block": np.arange(n) // 250,
            "draw": draw,
            "arm": np.array(names)[place],
            "stratum": np.where(er, "er=True", "er=False"),
            "er": er,
            "her2_copies": np.exp(rng.normal(2.5, 0.6, n)),
            "response": response,
            "pfs_months": months,
            "pfs_event": event,
            "end_reason": np.where(event, "progression", np.where(lost < follow_up, "drop_out", "follow_up")),
            "response_month": first,
            "dor_months": np.where(np.isnan(first), np.nan, months - first),
            "dor_event": event & ~np.isnan(first),
            "benefit": (change <= -30) | ((change < 20) & (months >= 5.5)),
            "nadir_percent": change,
            "pcr_chance": np.nan,
            "os_months": np.nan,
            "os_event": False,
            "baseline_mm": np.exp(rng.normal(4.0, 0.4, n)),
        }
    )


def shifts(draws: int, sd: float, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return what each parameter draw adds to the log hazard ratio."""
    return np.random.default_rng([seed, draws]).normal(0.0, sd, draws)


def sizes(table: pd.DataFrame, every: float = 63.0) -> pd.DataFrame:
    """Return sums of diameters at visits: down to the nadir by the second visit, then up to progression."""
    rows = []
    for row in table.itertuples():
        end = float(row.pfs_months) * 30.4375  # type: ignore[arg-type]
        days = np.arange(0.0, end + 1.0, every)
        base, low = float(row.baseline_mm), float(row.nadir_percent)  # type: ignore[arg-type]
        down = np.minimum(days / (2 * every), 1.0) * min(low, 0.0)
        up = np.clip((days - 0.5 * end) / max(end, 1.0), 0.0, 1.0) * (40.0 if row.pfs_event else 5.0)
        rows.append(
            pd.DataFrame({"patient": row.patient, "day": days, "mm": base * (1 + (down + up) / 100).clip(0)})
        )
    return pd.concat(rows, ignore_index=True)
