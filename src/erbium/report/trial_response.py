"""Waterfall and spider figures of a trial: best change, and the course of every patient's tumour."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core.errors import DataError
from erbium.core.units import DAYS_PER_MONTH
from erbium.report.palette import LINE, MUTED
from erbium.report.plots import PROGRESSION, RESPONSE, figure_style, new_figure
from erbium.report.trial_marks import RESPONSES, short

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from erbium.knowledge.schema.trial import Trial

#: Bars and lines of one arm; of more patients every so manieth is drawn, evenly over their rank.
BARS, LINES = 250, 60
TOP, BOTTOM = 100.0, -106.0
#: Panels side by side.
ACROSS = 3


def waterfall_figure(trial: Trial, patients: pd.DataFrame) -> Figure:
    """Return the best change of every patient, sorted, one panel an arm.

    Parameters
    ----------
    trial
        The trial: order and names of its arms.
    patients
        One row a patient: `arm`, `nadir_percent`, `response`.
    """
    _need(patients, ("arm", "nadir_percent", "response"), "patients")
    top = _top(patients["nadir_percent"].to_numpy(dtype=float))
    with figure_style():
        figure, panels = _panels(trial, patients)
        for place, (name, axes) in enumerate(panels):
            part = patients[(patients["arm"] == name) & patients["nadir_percent"].notna()]
            bars = _thinned(part.sort_values(["nadir_percent", "patient"], ascending=[False, True]), BARS)
            change = bars["nadir_percent"].to_numpy(dtype=float).clip(-100.0, 100.0)
            best = bars["response"].to_numpy()
            width = 1.0 if len(bars) > 60 else 0.85
            for response, colour in RESPONSES.items():
                chosen = np.flatnonzero(best == response)
                axes.bar(chosen, change[chosen], width=width, color=colour, edgecolor=colour, lw=0.4)
            _title(axes, name, len(part), len(bars), "bars")
            for level in (RESPONSE, PROGRESSION):
                axes.axhline(level, color=MUTED, lw=0.8, ls=(0, (4, 2)))
            axes.axhline(0.0, color=MUTED, lw=0.8)
            axes.set_xlim(-0.7, max(len(bars), 10) - 0.3)
            axes.set_xticks([])
            axes.set_xlabel("patients, sorted")
            _change_axis(axes, top, "" if place % ACROSS else "best change of sum of diameters")
        _legend(figure, patients)
        return figure


def spider_figure(trial: Trial, patients: pd.DataFrame, sizes: pd.DataFrame) -> Figure:
    """Return the sum of diameters of each patient over time, one panel an arm.

    Parameters
    ----------
    trial
        The trial: order and names of its arms.
    patients
        One row a patient: `patient`, `arm`, `response`, `nadir_percent`.
    sizes
        Sums of diameters: `patient`, `day` (days since the start), `mm`; the first is the baseline.
    """
    _need(patients, ("patient", "arm", "response", "nadir_percent"), "patients")
    _need(sizes, ("patient", "day", "mm"), "sizes")
    with figure_style():
        figure, panels = _panels(trial, patients)
        longest, highest = 1.0, 0.0
        for name, axes in panels:
            part = patients[(patients["arm"] == name) & patients["nadir_percent"].notna()]
            chosen = _thinned(part.sort_values(["nadir_percent", "patient"]), LINES)
            best = dict(zip(chosen["patient"], chosen["response"], strict=True))
            table = sizes[sizes["patient"].isin(list(best))].sort_values(["patient", "day"])
            for patient, course in table.groupby("patient"):
                months = course["day"].to_numpy(dtype=float) / DAYS_PER_MONTH
                size = course["mm"].to_numpy(dtype=float)
                if not size.size or not size[0] > 0.0:
                    continue
                change = np.minimum(100.0 * (size / size[0] - 1.0), TOP)
                longest, highest = max(longest, float(months[-1])), max(highest, float(np.nanmax(change)))
                axes.plot(months, change, color=RESPONSES.get(str(best[patient]), MUTED), lw=0.9, alpha=0.7)
            _title(axes, name, len(part), len(chosen), "lines")
            axes.axhline(RESPONSE, color=MUTED, lw=0.8, ls=(0, (4, 2)))
            axes.axhline(0.0, color=LINE, lw=0.8, zorder=0)
            axes.set_xlabel("months since the start")
        step = next(step for step in (1, 2, 3, 6, 12, 24) if longest / step <= 8 or step == 24)
        for place, (_, axes) in enumerate(panels):
            words = "" if place % ACROSS else "change of sum of diameters"
            _change_axis(axes, _top(np.array([highest])), words)
            axes.set_xlim(0.0, longest)
            axes.set_xticks(range(0, int(longest) + 1, step))
        _legend(figure, patients)
        return figure


def _need(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        raise DataError(f'the table has no column "{missing[0]}".', key=name, expected=", ".join(columns))


def _panels(trial: Trial, patients: pd.DataFrame) -> tuple[Figure, list[tuple[str, Axes]]]:
    names = [name for name in trial.arm_names if (patients["arm"] == name).any()] or list(trial.arm_names)
    across, down = min(len(names), ACROSS), -(-len(names) // ACROSS)
    figure = new_figure(max(3.3 * across, 5.0) + 0.5, 3.2 * down + 0.3)
    grid: Any = figure.subplots(down, across, squeeze=False, sharey=True)
    flat = list(grid.ravel())
    for axes in flat[len(names) :]:
        axes.set_axis_off()
    return figure, list(zip(names, flat, strict=False))


def _thinned(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return at most `most` rows, evenly over their order."""
    if len(table) <= most:
        return table
    return table.iloc[np.linspace(0, len(table) - 1, most).round().astype(int)]


def _title(axes: Axes, name: str, n: int, drawn: int, what: str) -> None:
    shown = f"n = {n}" if n == drawn else f"n = {n}, {drawn} {what} drawn"
    text = f"{short(name)} ({shown})"
    axes.set_title(textwrap.fill(text, 40), fontsize=9.0)


def _change_axis(axes: Axes, top: float, words: str = "") -> None:
    axes.set_ylim(BOTTOM, top)
    axes.set_yticks([tick for tick in range(-100, 101, 25) if tick <= top])
    if words:
        axes.set_ylabel(f"{words}, %")


def _top(changes: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Return the upper end of the axis, in per cent."""
    highest = float(np.nanmax(changes, initial=0.0))
    return min(max(highest + 8.0, 34.0), TOP + 5.0)


def _legend(figure: Figure, patients: pd.DataFrame) -> None:
    from matplotlib.lines import Line2D

    seen = [name for name in RESPONSES if (patients["response"] == name).any()]
    marks = [Line2D([], [], color=RESPONSES[name], lw=5, label=name) for name in seen]
    if marks:
        figure.legend(
            handles=marks, loc="outside lower center", ncols=4, frameon=False, fontsize=8.5, handlelength=0.9,
            title="best response", title_fontsize=8.5,
        )  # fmt: skip
