"""Published against predicted: hazard ratios, medians and response rates, in and out of sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from erbium.report.palette import BLUE, FAINT, INK, LINE, MUTED, VERMILION
from erbium.report.plots import figure_style, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Colour and marker by whether the trial is in sample: told apart without colour too.
_SIDES = {False: (VERMILION, "D", "out of sample"), True: (BLUE, "o", "in sample")}
_MONTHS = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 50.0)
#: Most names in a panel, and where a name may stand about its point.
_NAMED = 14
_AROUND = (
    ((6, 0), "left", "center"), ((-6, 0), "right", "center"), ((0, 6), "center", "bottom"),
    ((0, -6), "center", "top"), ((5, 5), "left", "bottom"), ((-5, 5), "right", "bottom"),
    ((5, -5), "left", "top"), ((-5, -5), "right", "top"),
)  # fmt: skip
_RATIOS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Point:
    """A published figure beside the predicted one: value, low, high of each."""

    label: str
    in_sample: bool
    published: tuple[float, float | None, float | None]
    predicted: tuple[float, float | None, float | None]


def write_scoreboard_plot(board: Mapping[str, Any], path: Path) -> None:
    """Write the figure of a scoreboard as PNG.

    Parameters
    ----------
    board
        The scoreboard as JSON.
    path
        Where.
    """
    with figure_style():
        ratios = _ratios(board["rows"])
        height = max(7.0, 1.5 + 0.25 * len(ratios))
        figure = new_figure(13.2, height)
        grid = figure.add_gridspec(2, 2, width_ratios=[1.25, 1.0])
        _forest(figure.add_subplot(grid[:, 0]), ratios)
        medians, responses = (figure.add_subplot(grid[row, 1]) for row in (0, 1))
        _scatter(medians, _medians(board["figures"]), "median PFS, months", _MONTHS)
        _scatter(responses, _responses(board["figures"]), "response rate (ORR), %", None)
        handles = [
            *(_mark(colour, marker, f"predicted, {word}") for colour, marker, word in _SIDES.values()),
            _mark(INK, "|", "published, 95 % interval"),
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
        figure.draw_without_rendering()  # places the panels, so that names can be measured
        for axes, points in (
            (medians, _medians(board["figures"])),
            (responses, _responses(board["figures"])),
        ):
            if points:
                _names(axes, points)
        figure.savefig(path, dpi=130, metadata={"Software": None})


def _mark(colour: str, marker: str, label: str) -> Any:
    from matplotlib.lines import Line2D

    line = Line2D([], [], color=colour, marker=marker, markersize=7, label=label)
    if marker != "|":
        line.set_linestyle("none")
    return line


def _ratios(rows: Sequence[Mapping[str, Any]]) -> list[Point]:
    found = [
        Point(
            _comparison(row),
            row["in_sample"],
            (row["published"]["hr"], row["published"]["low"], row["published"]["high"]),
            (row["predicted"]["hr"], row["predicted"]["low"], row["predicted"]["high"]),
        )
        for row in rows
        if row["predicted"]["hr"] is not None
    ]
    return sorted(found, key=lambda point: (point.in_sample, point.published[0]))


def _comparison(row: Mapping[str, Any]) -> str:
    name = str(row["name"])
    label = name if row["primary"] else f"{name}: {_short(row['arm'])}"
    return f"{label} ({row['endpoint']})" if row.get("flag") else label


def _short(arm: str) -> str:
    return arm if len(arm) <= 26 else f"{arm[:25].rstrip()}…"


def _medians(rows: Sequence[Mapping[str, Any]]) -> list[Point]:
    return _points(rows, "median_PFS", 1.0)


def _responses(rows: Sequence[Mapping[str, Any]]) -> list[Point]:
    return _points(rows, "ORR", 100.0)


def _points(rows: Sequence[Mapping[str, Any]], endpoint: str, scale: float) -> list[Point]:
    def ends(item: Mapping[str, Any]) -> tuple[float, float | None, float | None]:
        value, low, high = (
            None if item.get(k) is None else scale * item[k] for k in ("value", "low", "high")
        )
        return (value or 0.0, low, high)

    return [
        Point(str(row["name"]), row["in_sample"], ends(row["published"]), ends(row["predicted"]))
        for row in rows
        if row["endpoint"] == endpoint and row["predicted"]["value"] is not None
    ]


def _forest(axes: Axes, points: Sequence[Point]) -> None:
    axes.set_title("Hazard ratios: published, and predicted with 90 % interval")
    if not points:
        _nothing(axes)
        return
    ends = [e for p in points for e in (*p.published, *p.predicted) if e is not None and e > 0.0]
    low, high = max(min([*ends, 0.5]) / 1.1, 0.08), min(max([*ends, 1.5]) * 1.1, 6.0)
    first = True
    for place, point in enumerate(points):
        colour, marker, _ = _SIDES[point.in_sample]
        _bar(axes, place - 0.18, point.published, INK, "|", (low, high))
        _bar(axes, place + 0.18, point.predicted, colour, marker, (low, high))
        if point.in_sample and first:
            first = False
            if place:
                axes.axhline(place - 0.5, color=FAINT, lw=0.8, ls=(0, (4, 3)))
    axes.axvline(1.0, color=MUTED, lw=0.9, zorder=0)
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_xticks([t for t in _RATIOS if low <= t <= high], [f"{t:g}" for t in _RATIOS if low <= t <= high])
    axes.minorticks_off()
    axes.set_yticks(range(len(points)), [point.label for point in points], color=INK)
    axes.tick_params("y", length=0)
    axes.set_ylim(len(points) - 0.4, -0.6)
    axes.set_xlabel("hazard ratio (below 1: the tested arm is better)")


def _bar(
    axes: Axes,
    y: float,
    ends: tuple[float, float | None, float | None],
    colour: str,
    marker: str,
    limits: tuple[float, float],
) -> None:
    value, low, high = ends
    left, right = (min(max(value if end is None else end, limits[0]), limits[1]) for end in (low, high))
    axes.plot([left, right], [y, y], color=colour, lw=1.4, solid_capstyle="butt")
    if limits[0] <= value <= limits[1]:
        axes.plot(
            [value], [y], marker, color=colour, ms=8 if marker == "|" else 5, mew=1.6 if marker == "|" else 1
        )
    else:
        edge, arrow = (limits[1], ">") if value > limits[1] else (limits[0], "<")
        axes.plot([edge], [y], arrow, color=colour, ms=6, clip_on=False)


def _scatter(axes: Axes, points: Sequence[Point], what: str, ticks: Sequence[float] | None) -> None:
    axes.set_title(what[0].upper() + what[1:])
    if not points:
        _nothing(axes)
        return
    log = ticks is not None
    values = [v for p in points for v in (p.published[0], p.predicted[0])]
    low, high = (max(min(values), 0.5) / 1.35, max(values) * 1.35) if log else (-4.0, 104.0)
    line = [low, high]
    axes.plot(line, line, color=LINE, lw=1.2, zorder=0)
    if log:
        for factor in (0.7, 1.3):
            axes.plot(line, [factor * end for end in line], color=LINE, lw=0.8, ls=(0, (3, 3)), zorder=0)
    for point in sorted(points, key=lambda item: not item.in_sample):
        colour, marker, _ = _SIDES[point.in_sample]
        x, left, right = point.published
        if left is not None and right is not None:
            axes.plot([left, right], [point.predicted[0]] * 2, color=colour, lw=0.7, alpha=0.45, zorder=1)
        axes.plot([x], [point.predicted[0]], marker, color=colour, ms=5, zorder=2)
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log")
        shown = [t for t in ticks or () if low <= t <= high]
        for side in ("x", "y"):
            getattr(axes, f"set_{side}ticks")(shown, [f"{t:g}" for t in shown])
        axes.minorticks_off()
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_xlabel(f"published {what}")
    axes.set_ylabel("predicted")


def _names(axes: Axes, points: Sequence[Point]) -> None:
    """Name the points that lie furthest from the line, as long as names cover no point and no other name."""
    from matplotlib.patheffects import withStroke

    log = axes.get_xscale() == "log"

    def away(point: Point) -> float:
        x, y = point.published[0], point.predicted[0]
        return abs(math.log(y / x)) if log and x > 0.0 and y > 0.0 else abs(y - x)

    places = axes.transData.transform([(point.published[0], point.predicted[0]) for point in points])
    panel, taken = axes.get_window_extent(), list[Any]()
    for point in sorted(points, key=away, reverse=True):
        if len(taken) >= _NAMED:
            return
        for shift, side, level in _AROUND:
            name = axes.annotate(
                point.label.partition(",")[0], (point.published[0], point.predicted[0]), xytext=shift,
                textcoords="offset points", ha=side, va=level, fontsize=7.5, color=MUTED,
                path_effects=[withStroke(linewidth=2.0, foreground="white")],
            )  # fmt: skip
            box = name.get_window_extent()
            free = panel.x0 <= box.x0 and box.x1 <= panel.x1 and panel.y0 <= box.y0 and box.y1 <= panel.y1
            if free and not box.count_overlaps(taken) and not box.expanded(1.02, 1.15).count_contains(places):
                taken.append(box)
                break
            name.remove()


def _nothing(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "nothing published and simulated", ha="center", color=MUTED, transform=axes.transAxes)
