"""The numbers of an experiment as rows for a screen: times side by side, metrics, best pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erbium.report.numbers import NONE, finite, general

#: Times that fit side by side on a screen.
MOST_TIMES = 5


def reading_table(experiment: Mapping[str, Any]) -> tuple[list[str], list[dict[str, str]]]:
    """Return headings and rows: one row per readout and arm, one column per time.

    Of more times than fit, evenly spread ones are shown, first and last included.
    """
    arms = [arm["name"] for arm in experiment["arms"]]
    readings = [row for row in experiment["results"] if row["arm"] in arms]
    times = _spread(sorted({row["time_h"] for row in readings}))
    cells = {(row["readout"], row["arm"], row["time_h"]): row for row in readings}
    rows = []
    for readout in dict.fromkeys(row["readout"] for row in readings):
        for arm in arms:
            if (readout, arm, times[0]) not in cells:
                continue
            row = {"readout": readout, "arm": arm}
            row |= {f"{hours:g} h": _interval(cells[readout, arm, hours]) for hours in times}
            row["unit"] = next(r["unit"] for r in readings if r["readout"] == readout)
            rows.append(row)
    return ["readout", "arm", *(f"{hours:g} h" for hours in times), "unit"], rows


def dose_rows(experiment: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return one row per arm with the metrics of its dose-response."""
    return [
        {
            "arm": curve["arm"],
            "drug": curve["drug"],
            **{
                f"{name}, nM" if metric["unit"] == "nM" else name: _interval(metric)
                for name, metric in curve["metrics"].items()
            },
        }
        for curve in experiment["dose_response"]
    ]


def matrix_rows(experiment: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return one row per arm and reference: mean excess effect, and where it is largest."""
    rows = []
    for matrix in experiment["matrix"]:
        first, second = matrix["drugs"]
        for name, excess in matrix["excess"].items():
            i, j = largest_excess(excess["value"])
            top = {key: excess[key][i][j] for key in ("value", "low", "high")}
            a, b = (doses[k] for doses, k in zip(matrix["concentrations_nM"], (i, j), strict=True))
            rows.append(
                {
                    "arm": matrix["arm"],
                    "reference": name,
                    "mean excess": _interval(excess["mean"]),
                    "largest": _interval(top),
                    "at": f"{first} {a:g} nM, {second} {b:g} nM",
                }
            )
    return rows


def largest_excess(values: Sequence[Sequence[float]]) -> tuple[int, int]:
    """Return row and column of the largest excess of a two-drug design, both drugs above 0 nM."""
    _, i, j = max(
        (value, i, j) for i, line in enumerate(values) for j, value in enumerate(line) if i > 0 and j > 0
    )
    return i, j


def _interval(row: Mapping[str, Any]) -> str:
    """Return "value (low–high)"; an infinite number was not reached, all absent were not defined."""
    value, low, high = (finite(row[key]) for key in ("value", "low", "high"))
    if value is None and low is None:
        return "not reached" if row.get("not_reached") else NONE
    if value == low == high:
        return general(value)
    between = "–" if (low or 0.0) >= 0.0 else " to "
    shown = ["n.r." if number is None else general(number) for number in (value, low, high)]
    return f"{shown[0]} ({shown[1]}{between}{shown[2]})"


def _spread(times: Sequence[float]) -> list[float]:
    if len(times) <= MOST_TIMES:
        return list(times)
    last = len(times) - 1
    return [times[round(k * last / (MOST_TIMES - 1))] for k in range(MOST_TIMES)]
