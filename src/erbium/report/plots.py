"""Figures for reports, the command line and the web: tumour course, forest, waterfall, signals.

Matplotlib is loaded when a figure is drawn. Figures are never registered with pyplot, so that they
need no display and are freed with the answer.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from erbium.report.files import write_whole
from erbium.report.numbers import finite, months
from erbium.report.palette import BLUE, FAINT, GREEN, INK, LINE, MUTED, ORANGE, SKY, VERMILION
from erbium.report.svg import FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DAYS_PER_MONTH = 30.4375
RESPONSE = -30.0
PROGRESSION = 20.0
_CLASS_COLOURS = {"CR": GREEN, "PR": BLUE, "SD": ORANGE, "PD": VERMILION}


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw inside with the type, colours and lines of our figures."""
    import matplotlib as mpl

    settings: dict[str, Any] = {
        "svg.fonttype": "none", "svg.hashsalt": "erbium", "font.family": "DejaVu Sans", "font.size": 9.0,
        "axes.edgecolor": MUTED, "axes.labelcolor": INK, "axes.linewidth": 0.8, "axes.spines.top": False,
        "axes.spines.right": False, "xtick.color": MUTED, "ytick.color": MUTED, "text.color": INK,
        "axes.titlesize": 10.0, "axes.titleweight": "bold", "axes.titlelocation": "left",
        "axes.unicode_minus": True,
    }  # fmt: skip
    with mpl.rc_context(cast(Any, settings)):
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches that needs no display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    figure = NewFigure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def figure_svg(figure: Figure) -> str:
    """Return a figure as SVG text that can stand in a page; the same bytes for the same figure."""
    stream = io.StringIO()
    with figure_style():
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    drawn = stream.getvalue()
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    drawn = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", drawn, count=1)
    drawn = re.sub(r'(<svg[^>]*?) width="[^"]*"', r'\1 role="img"', drawn, count=1)
    # The address of the xlink namespace is needed only for <use>, which stays.
    return drawn.replace("'DejaVu Sans'", FONT.replace('"', "'")).strip()


def save_figure(figure: Figure, path: str | Path) -> Path:
    """Write a figure as .png, .svg or .pdf, whole or not at all."""
    ending = Path(path).suffix.lower().lstrip(".") or "png"
    if ending == "svg":
        return write_whole(path, figure_svg(figure) + "\n")
    stream = io.BytesIO()
    with figure_style():
        figure.savefig(stream, format=ending, dpi=160)
    return write_whole(path, stream.getvalue())


def _numbers(series: Sequence[Any]) -> list[float]:
    return [math.nan if (value := finite(item)) is None else value for item in series]


def _change(series: Mapping[str, Any]) -> dict[str, list[float]]:
    """Return the series in per cent change from its first median."""
    start = next((value for value in _numbers(series["median"]) if value > 0.0), math.nan)
    return {
        key: [100.0 * (value / start - 1.0) for value in _numbers(series[key])]
        for key in ("median", "low", "high")
        if series.get(key)
    }


def _progression_line(change: Sequence[float]) -> list[float]:
    """Return, for each time, 20 % above the smallest sum so far (RECIST 1.1, from nadir)."""
    line, nadir = [], 0.0
    for value in change:
        nadir = min(nadir, value) if math.isfinite(value) else nadir
        line.append(1.2 * (100.0 + nadir) - 100.0)
    return line


def draw_course(
    axes: Axes,
    course: Mapping[str, Any],
    *,
    reference: Mapping[str, Any] | None = None,
    reference_name: str = "reference",
    top: float = 60.0,
) -> None:
    """Draw the sum of diameters (per cent change) against months with its band and the RECIST limits."""
    days = _numbers(course["time_days"])
    time = [day / DAYS_PER_MONTH for day in days]
    change = _change(course["sum_of_diameters"])
    if "low" in change and "high" in change:
        axes.fill_between(
            time, change["low"], change["high"], color=SKY, alpha=0.35, lw=0, label="5–95 % of twins"
        )
    axes.plot(time, change["median"], color=BLUE, lw=2.0, label="median twin")
    axes.plot(
        time,
        _progression_line(change["median"]),
        color=VERMILION,
        lw=1.0,
        ls=(0, (4, 2)),
        label="progression, +20 % from nadir",
    )
    axes.axhline(RESPONSE, color=GREEN, lw=1.0, ls=(0, (4, 2)), label="response, −30 %")
    if reference is not None:
        other = _change(reference["sum_of_diameters"])
        when = [day / DAYS_PER_MONTH for day in _numbers(reference["time_days"])]
        axes.plot(when, other["median"], color=FAINT, lw=1.4, label=f"{reference_name}, median")
    axes.axhline(0.0, color=LINE, lw=0.8, zorder=0)
    end = max((value for value in time if math.isfinite(value)), default=24.0)
    axes.set_xlim(0, end)
    axes.set_xticks([float(month) for month in range(0, int(end + 0.5) + 1, 3 if end <= 30 else 6)])
    axes.set_ylim(-104, top)
    axes.set_yticks([-100, -75, -50, -25, 0, 25, 50])
    axes.set_xlabel("months on treatment")
    axes.set_ylabel("sum of diameters, % change")


def course_svg(
    course: Mapping[str, Any],
    *,
    reference: Mapping[str, Any] | None = None,
    reference_name: str = "reference",
) -> str:
    """Return the tumour course of one option as SVG text, the reference in grey."""
    with figure_style():
        figure = new_figure(5.6, 3.1)
        axes = figure.add_subplot()
        draw_course(axes, course, reference=reference, reference_name=reference_name)
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8.0, handlelength=2.4)
        return figure_svg(figure)


def forest_figure(advice: Mapping[str, Any]) -> Figure:
    """Return the difference of every option from the reference, with its interval."""
    rows = [
        option
        for option in advice.get("options", [])
        if (option.get("versus_reference") or {}).get("difference")
    ]
    with figure_style():
        figure = new_figure(7.6, 1.1 + 0.27 * max(len(rows), 1))
        axes = figure.add_subplot()
        scale, unit = 1.0, "months"
        for place, option in enumerate(rows):
            difference = option["versus_reference"]["difference"]
            unit = str(difference.get("unit", ""))
            scale = 100.0 if unit == "fraction" else 1.0
            low, median, high = (
                scale * (finite(difference.get(key)) or 0.0) for key in ("low", "median", "high")
            )
            colour = BLUE if low > 0 else VERMILION if high < 0 else MUTED
            axes.plot([low, high], [place, place], color=colour, lw=2.0, alpha=0.6, solid_capstyle="round")
            axes.plot([median], [place], "o" if option.get("list") == "standard" else "D", color=colour, ms=5)
        axes.axvline(0.0, color=MUTED, lw=1.0)
        axes.set_yticks(range(len(rows)), [f"{row['rank']}  {row['name']}" for row in rows])
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        name = (advice.get("reference") or {}).get("name") or "the reference"
        points = "percentage points" if unit == "fraction" else unit
        endpoint = rows[0]["versus_reference"].get("endpoint", "") if rows else ""
        axes.set_xlabel(
            f"{endpoint_words(endpoint)}: difference from {name}\n({points}; diamonds: hypotheses)"
        )
        axes.spines["left"].set_visible(False)
        return figure


def endpoint_words(endpoint: str) -> str:
    """Return the name of an endpoint as it is written on an axis."""
    words = {
        "PFS_12m": "12-month PFS",
        "rmst": "restricted mean PFS",
        "ORR": "response rate",
        "PFS_median": "median PFS",
    }
    return words.get(endpoint, endpoint.replace("_", " "))


def draw_waterfall(axes: Axes, twins: Sequence[Mapping[str, Any]]) -> None:
    """Draw the best change of every twin, sorted, coloured by best response."""
    known = [(finite(twin.get("nadir_percent")), str(twin.get("best_response"))) for twin in twins]
    bars = sorted(((value, name) for value, name in known if value is not None), reverse=True)
    for name, colour in _CLASS_COLOURS.items():
        chosen = [(place, value) for place, (value, best) in enumerate(bars) if best == name]
        if chosen:
            places, values = zip(*chosen, strict=True)
            axes.bar(places, values, width=0.9, color=colour, label=name)
    axes.axhline(RESPONSE, color=MUTED, lw=0.8, ls=(0, (4, 2)))
    axes.axhline(PROGRESSION, color=MUTED, lw=0.8, ls=(0, (4, 2)))
    axes.axhline(0.0, color=MUTED, lw=0.8)
    axes.set_xticks([])
    axes.set_ylim(-104, 60)
    axes.set_xlabel(f"{len(bars)} twins, sorted (CR: what is left is too small for a scan)")
    axes.set_ylabel("best change of sum of diameters, %")
    if bars:
        axes.legend(frameon=False, ncols=4, loc="upper right", fontsize=8.0, handlelength=1.0)


def at_day(treatment: Mapping[str, Any], readout: str, day: float) -> float | None:
    """Return the median of a readout at the last time not after `day`."""
    times = _numbers(treatment["time_days"])
    series = treatment["readouts"][readout]["median"]
    passed = [value for time, value in zip(times, series, strict=True) if time <= day]
    return finite(passed[-1]) if passed else None


_SHOWN = ("pHER2", "pHER3", "pERK", "pAKT_S473", "pS6", "pRB", "Ki67", "apoptosis")


def draw_readouts(axes: Sequence[Axes], treatment: Mapping[str, Any], shown: Sequence[str]) -> None:
    """Draw the time course of readouts, one panel each, with the 5-95 % band."""
    time = [day / DAYS_PER_MONTH for day in _numbers(treatment["time_days"])]
    for place, name in zip(axes, shown, strict=True):
        series = treatment["readouts"][name]
        if series.get("low") and series.get("high"):
            place.fill_between(
                time, _numbers(series["low"]), _numbers(series["high"]), color=SKY, alpha=0.35, lw=0
            )
        place.plot(time, _numbers(series["median"]), color=BLUE, lw=1.6)
        counted = series.get("unit") == "kreceptor"
        place.set_title(f"{name.replace('_', ' ')}{', thousands per cell' if counted else ''}", fontsize=8.5)
        place.set_ylim(bottom=0)
        place.set_xlim(0, max(time, default=1.0))
        place.tick_params(labelsize=7.5)
        place.set_xlabel("months", fontsize=8)


def treatment_figure(treatment: Mapping[str, Any]) -> Figure:
    """Return one figure of a simulated treatment: course, waterfall and signals.

    Parameters
    ----------
    treatment
        The dict of `Treatment.json()`.
    """
    shown = [name for name in _SHOWN if name in (treatment.get("readouts") or {})]
    rows = -(-len(shown) // 4)
    with figure_style():
        figure = new_figure(10.0, 4.3 + 1.7 * rows)
        grid = figure.add_gridspec(1 + rows, 4, height_ratios=[2.3] + [1.0] * rows)
        course = figure.add_subplot(grid[0, :2])
        draw_course(course, treatment)
        course.set_title("Tumour course")
        course.legend(frameon=False, fontsize=7.5, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
        draw_waterfall(figure.add_subplot(grid[0, 2:]), treatment.get("twins") or [])
        panels = [figure.add_subplot(grid[1 + place // 4, place % 4]) for place in range(len(shown))]
        draw_readouts(panels, treatment, shown)
        middle, interval = months(treatment.get("pfs_months"))
        shown_pfs = f"{middle} months ({interval})" if interval else middle
        figure.suptitle(
            f"{treatment.get('name', '')}   median PFS {shown_pfs}",
            fontsize=11,
            x=0.01,
            ha="left",
        )
        return figure
