"""Figure of a search for combinations: benefit against burden, the sets on the front marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from erbium.report.numbers import finite
from erbium.report.palette import BLUE, FAINT, INK, LINE, PAPER
from erbium.report.plots import figure_style, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Marks of sets by how many agents they hold; the last stands for more.
MARKS = ("o", "s", "^", "D")
_WORDS = ("one agent", "two agents", "three agents", "four agents or more")
WIDTH, HEIGHT = 7.6, 4.6


def front_figure(combined: Mapping[str, Any]) -> Figure:
    """Return benefit against burden, one mark for every set that was run.

    Parameters
    ----------
    combined
        The dict of `Combination.json()`.
    """
    ranks = {frozenset(_ids(one)): one["rank"] for one in combined["sets"]}
    courses = [one for one in combined["courses"] if finite(one["benefit"]["median"]) is not None]
    with figure_style():
        figure = new_figure(WIDTH, HEIGHT)
        axes = figure.subplots()
        for one in courses:
            if not one["on_front"]:
                _draw(axes, one, FAINT)
        for one in courses:
            if one["on_front"]:
                _draw(axes, one, BLUE)
        _number(axes, courses, ranks)
        axes.axhline(0.0, color=LINE, lw=1.0, zorder=0)
        benefit = combined["benefit"]
        axes.set_xlabel("burden: kinds of severe event (grade 3 or more) expected in a patient")
        axes.set_ylabel(f"benefit over {benefit['against']}: cells fewer, log10")
        axes.set_xlim(left=0.0)
        _legend(figure, courses)
        return figure


def _ids(one: Mapping[str, Any]) -> list[str]:
    return [agent if isinstance(agent, str) else str(agent["id"]) for agent in one["agents"]]


def _draw(axes: Axes, one: Mapping[str, Any], colour: str) -> None:
    value, burden = one["benefit"], one["burden"]
    x, y = burden["severe_events"], value["median"]
    low, high = (finite(value[key]) for key in ("low", "high"))
    front = colour == BLUE
    if front and low is not None and high is not None:
        axes.plot([x, x], [low, high], color=colour, lw=1.4, alpha=0.45, zorder=2)
    face = PAPER if burden["rates_unknown"] else colour
    mark = MARKS[min(len(one["agents"]), len(MARKS)) - 1]
    axes.plot(
        [x], [y], mark, ms=7.5 if front else 5.5, mfc=face, mec=colour, mew=1.3, zorder=4 if front else 3
    )


def _number(axes: Axes, courses: Sequence[Mapping[str, Any]], ranks: Mapping[frozenset[str], int]) -> None:
    """Write the places of the explained sets beside their marks; off the front only where there is room."""
    top = max((abs(one["benefit"]["median"]) for one in courses), default=1.0) or 1.0
    right = max((one["burden"]["severe_events"] for one in courses), default=1.0) or 1.0
    taken: list[tuple[float, float]] = []
    for one in sorted(courses, key=lambda one: (not one["on_front"], -one["benefit"]["median"])):
        rank = ranks.get(frozenset(_ids(one)))
        x, y = one["burden"]["severe_events"], one["benefit"]["median"]
        near = any(math.hypot((x - a) / right, (y - b) / top) < 0.045 for a, b in taken)
        if rank is None or (near and not one["on_front"]):
            continue
        taken.append((x, y))
        axes.annotate(
            str(rank), (x, y), xytext=(-6, -11) if near else (6, 4), textcoords="offset points",
            fontsize=8.5, color=INK, ha="right" if near else "left",
            fontweight="bold" if one["on_front"] else "normal",
        )  # fmt: skip


def _legend(figure: Figure, courses: Sequence[Mapping[str, Any]]) -> None:
    from matplotlib.lines import Line2D

    def mark(shape: str, face: str, edge: str) -> Line2D:
        return Line2D([], [], ls="", marker=shape, mfc=face, mec=edge, mew=1.3, ms=7)

    sizes = sorted({min(len(one["agents"]), len(MARKS)) for one in courses})
    handles = [mark(MARKS[n - 1], FAINT, FAINT) for n in sizes]
    labels = [_WORDS[n - 1] for n in sizes]
    handles.append(mark("o", BLUE, BLUE))
    labels.append("on the front, bar: 5th to 95th percentile")
    if any(one["burden"]["rates_unknown"] for one in courses):
        handles.append(mark("o", PAPER, FAINT))
        labels.append("open: a rate is not published")
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
