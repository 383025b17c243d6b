"""The series of a simulated treatment as CSV: one row per time, units in the column names."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erbium.report.files import write_whole
from erbium.report.numbers import finite


def csv_text(treatment: Mapping[str, Any]) -> str:
    """Return time, volume, sum of diameters and readouts of `Treatment.json()` as CSV text.

    Columns are `<series>_<median|low|high>[<unit>]`; an absent value is an empty field.
    """
    columns: list[tuple[str, list[Any]]] = [("time_days", list(treatment["time_days"]))]
    series = [(name, treatment.get(name)) for name in ("volume", "sum_of_diameters")]
    series += list((treatment.get("readouts") or {}).items())
    for name, values in series:
        for part in ("median", "low", "high"):
            if values and values.get(part):
                column = f"{name}_{part}[{values.get('unit', '1')}]"
                columns.append((column, list(values[part])))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([name for name, _ in columns])
    for row in zip(*(values for _, values in columns), strict=True):
        writer.writerow(["" if (number := finite(value)) is None else f"{number:.6g}" for value in row])
    return stream.getvalue()


def write_csv(treatment: Mapping[str, Any], path: str | Path) -> Path:
    """Write the series of a treatment as CSV, whole or not at all."""
    return write_whole(path, csv_text(treatment))
