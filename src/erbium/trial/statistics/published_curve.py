"""Curves reconstructed from published figures, as tables of times, matched to the arms of a trial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from erbium.core.errors import DataError, UnknownName
from erbium.core.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Trial

#: Names in the manifest of what stands in `pfs_months` in one setting or another.
EVENT_FREE_CURVES = ("PFS", "EFS", "iDFS", "DFS")
#: The list of the curves in a folder.
MANIFEST = "MANIFEST.csv"
_COLUMNS = ("file", "arm", "n", "time_unit", "endpoint")
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

    if not trial.km_files:
        return None
    manifest_file = check_folder(folder)
    manifest = pd.read_csv(manifest_file)
    for column in _COLUMNS:
        if column not in manifest:
            raise DataError(
                "a column is missing.", file=manifest_file, key=column, expected=", ".join(_COLUMNS)
            )
    found, taken = [], set[str]()
    for name in trial.km_files:
        rows = manifest[(manifest["file"] == name) & (manifest["endpoint"] == endpoint)]
        if rows.empty:
            continue
        table = _table(Path(folder) / name)
        for label, n, unit in zip(rows["arm"], rows["n"], rows["time_unit"], strict=True):
            arm = _arm(trial, str(label), int(n))
            part = table[table["arm"] == label]
            # Files of a trial may share an arm: it counts once.
            if arm is None or part.empty or arm in taken:
                continue
            taken.add(arm)
            if str(unit) not in _MONTHS:
                raise UnknownName.among(
                    "unit of time", str(unit), _MONTHS, file=manifest_file, key=f"{name}, time_unit"
                )
            months = part["time"].to_numpy(dtype=float) * _MONTHS[str(unit)]
            found.append(
                pd.DataFrame({"arm": arm, "months": months, "event": part["event"].to_numpy(dtype=bool)})
            )
    return pd.concat(found, ignore_index=True) if found else None


def check_folder(folder: str | Path) -> Path:
    """Return the list of the curves in a folder.

    Raises
    ------
    DataError
        There is none.
    """
    file = Path(folder) / MANIFEST
    if not file.is_file():
        raise DataError(
            "there is no such file.", file=file, key="--curves",
            expected=f"a folder of reconstructed curves with their list, columns {', '.join(_COLUMNS)}",
        )  # fmt: skip
    return file


def _table(file: Path) -> pd.DataFrame:
    import pandas as pd

    if not file.is_file():
        raise DataError("there is no such file.", file=file, expected=f"the curve that {MANIFEST} names")
    table = pd.read_csv(file)
    for column in ("time", "event", "arm"):
        if column not in table:
            raise DataError("a column is missing.", file=file, key=column, expected="time, event, arm")
    for column in ("time", "event"):
        if table[column].dtype.kind not in "biuf" or table[column].isna().any():
            raise DataError("a value is no number.", file=file, key=column, expected="times, and 0 or 1")
    return table


def read_all_published(folder: str | Path, trial: Trial) -> dict[str, pd.DataFrame]:
    """Return the reconstructed patients of a trial by what they are shown beside: "pfs" and "os".

    Parameters
    ----------
    folder, trial
        As for `read_published`.
    """
    free = (read_published(folder, trial, name) for name in EVENT_FREE_CURVES)
    found = {"pfs": next((table for table in free if table is not None), None),
             "os": read_published(folder, trial, "OS")}  # fmt: skip
    return {times: table for times, table in found.items() if table is not None}


def _arm(trial: Trial, label: str, n: int) -> str | None:
    if label in trial.arm_names:
        return label
    same = [arm.name for arm in trial.arm if arm.share == n]
    return same[0] if len(same) == 1 else None
