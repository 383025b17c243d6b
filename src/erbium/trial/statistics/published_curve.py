"""Curves reconstructed from published figures, as tables of times, matched to the arms of a trial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from erbium.core.errors import DataError
from erbium.core.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Trial

_MONTHS = {"months": 1.0, "years": 12.0, "weeks": 7.0 / DAYS_PER_MONTH, "days": 1.0 / DAYS_PER_MONTH}


def read_published(folder: str | Path, trial: Trial, endpoint: str = "PFS") -> pd.DataFrame | None:
    """Read the reconstructed patients of a trial.

    Parameters
    ----------
    folder
        Where the files lie, with `MANIFEST.csv` (file, arm, n, time_unit, endpoint).
    trial
        The trial, with `km_files`. An arm of a file is the trial's of the same name, or else the only one
        with as many patients; an arm that matches none is left out.
    endpoint
        Endpoint of the curve, as the manifest has it.

    Returns
    -------
    DataFrame or None
        Columns `arm`, `months`, `event`; None where the trial has no such curve.
    """
    import pandas as pd

    manifest_file = Path(folder) / "MANIFEST.csv"
    if not trial.km_files:
        return None
    if not manifest_file.is_file():
        raise DataError("there is no such file.", file=manifest_file, expected="the list of the curves")
    manifest = pd.read_csv(manifest_file)
    found = []
    for name in trial.km_files:
        rows = manifest[(manifest["file"] == name) & (manifest["endpoint"] == endpoint)]
        if rows.empty:
            continue
        table = pd.read_csv(Path(folder) / name)
        for label, n, unit in zip(rows["arm"], rows["n"], rows["time_unit"], strict=True):
            arm = _arm(trial, str(label), int(n))
            part = table[table["arm"] == label]
            if arm is None or part.empty:
                continue
            months = part["time"].to_numpy(dtype=float) * _MONTHS[str(unit)]
            found.append(
                pd.DataFrame({"arm": arm, "months": months, "event": part["event"].to_numpy(dtype=bool)})
            )
    return pd.concat(found, ignore_index=True) if found else None


def _arm(trial: Trial, label: str, n: int) -> str | None:
    if label in trial.arm_names:
        return label
    same = [arm.name for arm in trial.arm if arm.share == n]
    return same[0] if len(same) == 1 else None
