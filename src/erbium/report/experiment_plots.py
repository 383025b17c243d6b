"""Figures of experiments on cells: courses with their band, dose-response, two-drug matrices."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from erbium.report import palette
from erbium.report.matrix_plot import MATRIX_HEIGHT, MATRIX_WIDTH, draw_matrix, widest_excess
from erbium.report.numbers import finite
from erbium.report.palette import BLUE, INK, LINE, MUTED, PAPER, VERMILION
from erbium.report.plots import figure_style, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

#: Arms are told apart by colour and by line and mark as well.
COLOURS = (
    BLUE, VERMILION, palette.GREEN, palette.PURPLE, palette.ORANGE, palette.SKY, INK,
)  # fmt: skip
LINES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1.5, 2)))
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
PANELS_PER_ROW = 3
PANEL_WIDTH, PANEL_HEIGHT = 3.5, 2.6
#: Names of units as they are read on an axis.
UNITS = {"1": "relative", "kreceptor": "thousands per cell", "1/h": "per hour", "cm^3": "cm³"}
_VIABILITY, _NEIGHBOURS = "viability", "neighbours."
_WHAT_IS_DRAWN = "median over the members, with the 5th to 95th percentile where a band or bar is drawn"
#: Values at one time that differ more than this are drawn on a logarithmic axis.
_WIDE = 100.0
#: Sizes in a legend, inches: line with its gaps, a letter, and the height of a row.
_HANDLE, _LETTER, _LEGEND_ROW = 0.85, 0.072, 0.2


@dataclass(frozen=True)
class Look:
    """Colour, line and mark of an arm."""

    colour: str
    line: Any
    mark: str


def looks(arms: Sequence[Mapping[str, Any]]) -> dict[str, Look]:
    """Return how each arm is drawn; a first arm without drugs, beside others with, is grey."""
    control = [arm["name"] for arm in arms[:1] if not arm["drugs"] and any(other["drugs"] for other in arms)]
    found = {name: Look(MUTED, "-", "o") for name in control}
    others = [arm["name"] for arm in arms if arm["name"] not in control]
    for place, name in enumerate(others):
        mark = MARKS[(place + len(control)) % len(MARKS)]
        found[name] = Look(COLOURS[place % len(COLOURS)], LINES[place % len(LINES)], mark)
    return found


def experiment_figure(experiment: Mapping[str, Any]) -> Figure:
    """Return one figure of an experiment.

    Parameters
    ----------
    experiment
        The dict of `ExperimentResult.json()`.
    """
    arms = looks(experiment["arms"])
    readings = [row for row in experiment["results"] if row["arm"] in arms]
    readouts = list(dict.fromkeys(row["readout"] for row in readings))
    doses, matrices = experiment["dose_response"], experiment["matrix"]
    across = _across(len(readouts))
    rows = -(-len(readouts) // across)
    width = max(PANEL_WIDTH * across, 7.4 if doses else 0.0, MATRIX_WIDTH if matrices else 0.0, 6.2)
    legend = _LEGEND_ROW * ((len(arms) - 1) // _columns(list(arms), width))
    heights = [PANEL_HEIGHT * rows + 0.55 + legend] if readouts else []
    heights += [PANEL_HEIGHT + 0.75 + legend] if doses else []
    heights += [MATRIX_HEIGHT] * len(matrices)
    with figure_style():
        figure = new_figure(width, sum(heights) + 0.45)
        figure.suptitle(str(experiment["name"]), fontsize=12, fontweight="bold", x=0.01, ha="left")
        figure.supxlabel(_WHAT_IS_DRAWN, fontsize=8, color=MUTED, x=0.99, ha="right")
        parts = list(figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
        if readouts:
            _draw_readings(parts.pop(0), readings, readouts, arms)
        if doses:
            _draw_doses(parts.pop(0), doses, arms)
        widest = widest_excess(matrices)
        for part, matrix in zip(parts, matrices, strict=True):
            draw_matrix(part, matrix, widest)
        return figure


def axis_label(readout: str, unit: str) -> str:
    """Return the label of an axis: the readout with its unit in words."""
    if readout == _NEIGHBOURS + _VIABILITY:
        return "neighbours, of those at 0 h"
    if readout.startswith(_NEIGHBOURS):
        return f"neighbours: {axis_label(readout.removeprefix(_NEIGHBOURS), unit)}"
    if readout == _VIABILITY:
        return "living cells, of those at 0 h"
    return f"{readout.replace('_', ' ')}, {UNITS.get(unit, unit)}"


def _across(panels: int) -> int:
    """Return how many panels stand side by side; four make a square."""
    return 2 if panels == 4 else min(max(panels, 1), PANELS_PER_ROW)


def _draw_readings(
    part: SubFigure, readings: Sequence[Mapping[str, Any]], readouts: Sequence[str], arms: Mapping[str, Look]
) -> None:
    across = _across(len(readouts))
    grid = part.subplots(-(-len(readouts) // across), across, squeeze=False).flatten()
    single = len({row["time_h"] for row in readings}) == 1
    for axes, readout in zip(grid, readouts, strict=False):
        rows = [row for row in readings if row["readout"] == readout]
        (_draw_points if single else _draw_course)(axes, rows, arms)
        label = axis_label(readout, rows[0]["unit"])
        (axes.set_xlabel if single else axes.set_ylabel)(label)
    if single:
        for axes in (axes for place, axes in enumerate(grid) if place % across):
            axes.set_yticklabels([])
    for axes in grid[len(readouts) :]:
        axes.set_visible(False)
    if not single:
        fullest = max(grid[: len(readouts)], key=lambda axes: len(axes.get_legend_handles_labels()[1]))
        _legend(part, fullest, len(arms))


def _draw_course(axes: Axes, rows: Sequence[Mapping[str, Any]], arms: Mapping[str, Look]) -> None:
    """Draw a readout against time, one line with its band per arm."""
    end = max(row["time_h"] for row in rows)
    for arm, look in arms.items():
        own = sorted((row for row in rows if row["arm"] == arm), key=lambda row: row["time_h"])
        if not own:
            continue
        time = [row["time_h"] for row in own]
        axes.fill_between(
            time, [_number(row["low"]) for row in own], [_number(row["high"]) for row in own],
            color=look.colour, alpha=0.13, lw=0,
        )  # fmt: skip
        axes.plot(
            time, [_number(row["value"]) for row in own], color=look.colour, lw=1.8, ls=look.line,
            marker=look.mark if len(own) <= 15 else None, ms=4, label=arm.replace("_", " "),
        )  # fmt: skip
    step = next(s for s in (1, 2, 4, 6, 12, 24, 48, 96, 168) if end / s <= 8 or s == 168)
    axes.set_xticks([float(hours) for hours in range(0, int(end) + 1, step)])
    axes.set_xlim(-0.01 * end, 1.02 * end)
    if min(_number(row["low"]) for row in rows) >= 0.0:
        axes.set_ylim(bottom=0.0)
    axes.set_xlabel("hours")


def _draw_points(axes: Axes, rows: Sequence[Mapping[str, Any]], arms: Mapping[str, Look]) -> None:
    """Draw a readout at one time, one point with its interval per arm."""
    for place, (arm, look) in enumerate(arms.items()):
        row = next((row for row in rows if row["arm"] == arm), None)
        if row is None:
            continue
        axes.plot(
            [_number(row["low"]), _number(row["high"])], [place, place], color=look.colour, lw=3, alpha=0.35
        )
        axes.plot([_number(row["value"])], [place], look.mark, color=look.colour, ms=6)
    axes.set_yticks(range(len(arms)), [arm.replace("_", " ") for arm in arms])
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    ends = [_number(row[key]) for row in rows for key in ("low", "high")]
    if min(ends) > 0.0 and max(ends) > _WIDE * min(ends):
        axes.set_xscale("log")
    else:
        ends.append(0.0)
        room = 0.04 * ((max(ends) - min(ends)) or 1.0)
        axes.set_xlim(min(ends) - room, max(ends) + room)
    axes.set_title(f"at {rows[0]['time_h']:g} h")


def _draw_doses(part: SubFigure, curves: Sequence[Mapping[str, Any]], arms: Mapping[str, Look]) -> None:
    """Draw living cells relative to the untreated, and growth-rate inhibition, against dose."""
    left, right = part.subplots(1, 2)
    drug, hours = str(curves[0]["drug"]), curves[0]["time_h"]
    labels = (
        (left, "relative_viability", "IC50", f"living cells at {hours:g} h, of untreated"),
        (right, "GR", "GR50", "GR (1 no effect, 0 no growth, < 0 killing)"),
    )
    for axes, series, half, label in labels:
        for curve in curves:
            look, doses = arms[curve["arm"]], curve["concentrations_nM"]
            band = {key: [_number(value) for value in curve[series][key]] for key in ("value", "low", "high")}
            axes.fill_between(doses, band["low"], band["high"], color=look.colour, alpha=0.13, lw=0)
            axes.plot(
                doses, band["value"], color=look.colour, lw=1.8, ls=look.line, marker=look.mark, ms=4,
                label=curve["arm"].replace("_", " "),
            )  # fmt: skip
            found = finite(curve["metrics"][half]["value"])
            if found is not None:
                axes.plot([found], [0.5], look.mark, mfc=PAPER, mec=look.colour, mew=1.6, ms=8, zorder=5)
        axes.axhline(0.5, color=LINE, lw=1.0, ls=(0, (3, 3)), zorder=0)
        axes.set_xscale("log")
        axes.set_xlabel(f"{drug.replace('_', ' ')}, nM")
        axes.set_ylabel(label)
        axes.set_ylim(top=1.08)
    left.set_ylim(bottom=0.0)
    right.axhline(0.0, color=LINE, lw=1.0, zorder=0)
    left.set_title("Viability (open mark: IC50)")
    right.set_title("Growth rate (open mark: GR50)")
    right.set_ylim(bottom=min(-0.08, right.get_ylim()[0]))
    _legend(part, left, len(curves))


def _legend(part: SubFigure, axes: Axes, count: int) -> None:
    handles, labels = axes.get_legend_handles_labels()
    columns = min(count, _columns(labels, part.bbox.width / part.dpi))
    part.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, handlelength=4.2)


def _columns(labels: Sequence[str], width: float) -> int:
    """Return how many labels of a legend stand beside each other in a width, inches."""
    return min(max(int(width / (_HANDLE + _LETTER * max(map(len, labels), default=0))), 1), 4)


def _number(value: object) -> float:
    found = finite(value)
    return math.nan if found is None else found
