"""What the network does in a case: colours of its nodes, what rises, falls and rebounds, course of a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html

from erbium.report.palette import BLUE, INK, LINE, MUTED, SKY, fold_colour, sequential
from erbium.report.plots import figure_style, figure_svg, new_figure
from erbium.web.pages.parts import empty, picture, table

#: A change that is listed, either way.
SMALLEST = 1.15
#: A node rebounds that fell below this, and came back by this factor.
FELL, BACK = 0.8, 1.25
MOST = 7
Nodes = Mapping[str, Mapping[str, Any]]


def colours(found: Mapping[str, Any], view: str, moment: int) -> dict[str, str]:
    """Return the colour of each node that has one.

    Parameters
    ----------
    view
        "share", "mechanisms" or "course".
    moment
        Which of the times, for a course.
    """
    out = {}
    for name, node in found["nodes"].items():
        if view == "course":
            if node["fold"] is not None:
                out[name] = fold_colour(node["fold"]["median"][moment])
        elif view == "mechanisms":
            if node["by_mechanisms"] is not None:
                out[name] = fold_colour(node["by_mechanisms"]["median"])
        elif node["share"] is not None:
            out[name] = sequential(node["share"]["median"])
    return out


def day_words(day: float) -> str:
    """Return a time in words: "12 h", "3 days", "6 weeks"."""
    if day == 0.0:
        return "before"
    if day < 1.0 or day % 1.0:
        return f"{24.0 * day:g} h"
    if day < 7.0 or day % 7.0:
        return f"{day:g} day{'s' if day != 1.0 else ''}"
    return f"{day / 7.0:g} week{'s' if day != 7.0 else ''}"


def marks(days: Sequence[float]) -> dict[int, str]:
    """Return the labels of a slider over times."""
    wanted = (0.0, 2.0, 7.0, 42.0, 84.0, 126.0, 168.0, 365.0)
    return {place: day_words(day) for place, day in enumerate(days) if day in wanted}


def movers(found: Mapping[str, Any], names: Iterable[str], labels: Mapping[str, str], moment: int) -> Any:
    """Return what has risen and fallen most at a time, and what fell and came back."""
    kept = {name: found["nodes"][name] for name in names if _moves(found["nodes"].get(name))}
    rows = sorted(kept, key=lambda name: kept[name]["fold"]["median"][moment])
    low = [name for name in rows if kept[name]["fold"]["median"][moment] < 1.0 / SMALLEST][:MOST]
    high = [name for name in reversed(rows) if kept[name]["fold"]["median"][moment] > SMALLEST][:MOST]
    when = day_words(found["time_days"][moment])
    parts: list[Any] = [html.H2(f"At {when}" if moment else "Before")]
    if moment == 0:
        parts.append(html.P("Move the slider: changes are told as a multiple of now.", className="muted"))
    else:
        halves = []
        for title, shown in (("Rises most", high), ("Falls most", low)):
            lines = [[labels[name], _fold(kept[name]["fold"], moment)] for name in shown]
            body = (
                table(["Node", "× before (5–95 %)"], lines, title.lower(), "tight")
                if lines
                else empty("No change above 15 %.")
            )
            halves.append(html.Div([html.H3(title), body]))
        parts.append(html.Div(halves, className="halves"))
    return [*parts, *_rebounds(found, kept, labels)]


def _rebounds(found: Mapping[str, Any], kept: Nodes, labels: Mapping[str, str]) -> list[Any]:
    days = found["time_days"]
    back = []
    for name, node in kept.items():
        course = node["fold"]["median"]
        low = min(range(len(course)), key=course.__getitem__)
        if course[low] < FELL and course[-1] > BACK * max(course[low], 1e-3):
            back.append((course[-1] / max(course[low], 1e-3), name, low))
    back.sort(reverse=True)
    lines = [
        [
            labels[name],
            f"{_fold(kept[name]['fold'], low)} at {day_words(days[low])}",
            _fold(kept[name]["fold"], -1),
        ]
        for _, name, low in back[:MOST]
    ]
    title = html.H3("Falls, and comes back")
    if not lines:
        return [title, empty("Nothing that fell below 0.8 came back by a quarter.")]
    heads = ["Node", "Lowest", f"At {day_words(days[-1])}"]
    return [title, table(heads, lines, "what fell and came back", "tight")]


def _moves(node: Mapping[str, Any] | None) -> bool:
    return node is not None and node["fold"] is not None


def _fold(band: Mapping[str, Any], moment: int) -> str:
    value, low, high = (band[key][moment] for key in ("median", "low", "high"))
    return f"{value:.2g} ({low:.2g}–{high:.2g})"


def of_node(found: Mapping[str, Any], name: str, label: str) -> list[Any]:
    """Return the activity of one node: before, by its mechanisms, and over time."""
    node = found["nodes"].get(name)
    if node is None:
        return []
    unit = "" if node["unit"] == "1" else f" {node['unit']}"
    said = [html.P([html.B("Activity before: "), f"{_band(node['before'])}{unit} (5–95 % of twins)"])]
    if node["share"] is not None:
        said.append(html.P([html.B("Acting share: "), _band(node["share"])]))
    if node["by_mechanisms"] is not None:
        said.append(
            html.P(
                [html.B("By its mechanisms: "), f"× {_band(node['by_mechanisms'])} of the same twins without"]
            )
        )
    if node["fold"] is None:
        if found["regimen"] or found["knock_down"]:
            said.append(html.P("It was silent before: there is no change to tell."))
        return said
    return [*said, picture(course_svg(found, name, label), f"{label} over time, as a multiple of before")]


def _band(band: Mapping[str, Any] | None) -> str:
    if band is None:
        return "–"
    return f"{band['median']:.3g} ({band['low']:.3g}–{band['high']:.3g})"


def course_svg(found: Mapping[str, Any], name: str, label: str) -> str:
    """Return the course of one node over time as SVG text."""
    days, band = found["time_days"], found["nodes"][name]["fold"]
    low, median, high = ([max(value, 1e-3) for value in band[key]] for key in ("low", "median", "high"))
    with figure_style():
        figure = new_figure(4.6, 2.2)
        axes = figure.subplots()
        axes.fill_between(days, low, high, color=SKY, alpha=0.35, lw=0, label="5–95 % of twins")
        axes.plot(days, median, color=BLUE, lw=1.8, label="median twin")
        axes.axhline(1.0, color=LINE, lw=0.9, zorder=0)
        axes.set_yscale("log", base=2)
        top, bottom = max(2.0, *high), min(0.5, *low)
        ticks = [
            t
            for t in (0.001, 0.01, 0.031, 0.125, 0.25, 0.5, 1, 2, 4, 8, 32)
            if bottom / 1.2 <= t <= top * 1.2
        ]
        axes.set_yticks(ticks, [f"{t:g}" for t in ticks])
        axes.minorticks_off()
        axes.set_xlim(0.0, days[-1])
        axes.set_xlabel("days", color=INK)
        axes.set_ylabel(f"{label}, × before", color=INK)
        axes.legend(frameon=False, fontsize=7.5, labelcolor=MUTED, loc="best")
        return figure_svg(figure)
