"""Forest figure of a trial: the effect in all patients and in subgroups, simulated beside published."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from erbium.report.numbers import NONE, percent, probability
from erbium.report.palette import BLUE, INK, MUTED, VERMILION
from erbium.report.plots import figure_style, new_figure
from erbium.report.trial_marks import ratio_words, short
from erbium.trial.statistics import Difference, Interaction, Ratio, Summary
from erbium.trial.statistics.beside import figure_pairs, ratio_pairs
from erbium.trial.statistics.difference import rate_difference
from erbium.trial.statistics.endpoint import times_of
from erbium.trial.statistics.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from erbium.knowledge.schema.criterion import Criterion
    from erbium.knowledge.schema.trial import Trial

Effect = tuple[float | None, float | None, float | None]
NOTHING: Effect = (None, None, None)
#: Ratios beyond these are drawn as arrows at the edge.
SMALLEST, LARGEST = 0.1, 8.0


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest: who, how many, and the effect with its interval, simulated and published."""

    label: str
    n: tuple[int, int]
    simulated: Effect
    published: Effect
    p: float | None = None


@dataclass(frozen=True)
class Forest:
    """What one forest shows.

    Attributes
    ----------
    arm, versus, endpoint
        The comparison.
    kind
        "ratio" of hazards, or "difference" of rates.
    rows
        All patients first.
    """

    arm: str
    versus: str
    endpoint: str
    kind: str
    rows: tuple[ForestRow, ...]


def forest_of(trial: Trial, summary: Summary, arm: str, versus: str) -> Forest | None:
    """Return the forest of a comparison: hazard ratios if there are any, else differences of the rate.

    Where pCR is the primary endpoint the forest is of its differences. None where the arms were not compared.
    """
    ratio = summary.ratio(arm, versus)
    if ratio is not None and trial.design.primary != "pCR":
        return Forest(arm, versus, ratio.endpoint, "ratio", tuple(_ratio_rows(trial, summary, ratio)))
    found = [item for item in summary.differences if (item.arm, item.versus) == (arm, versus)]
    if not found:
        return None
    chosen = next((item for item in found if item.endpoint == trial.design.primary), found[0])
    return Forest(arm, versus, chosen.endpoint, "difference", tuple(_rate_rows(trial, summary, chosen)))


def _ratio_rows(trial: Trial, summary: Summary, ratio: Ratio) -> Iterable[ForestRow]:
    setting = trial.setting
    key = (ratio.arm, ratio.versus, times_of(ratio.endpoint, setting))
    published: dict[Criterion | None, Effect] = {}
    for pair in ratio_pairs(trial, summary):
        if (pair.arm, pair.versus, times_of(pair.endpoint, setting)) == key:
            published.setdefault(pair.subgroup, (pair.reported.value, pair.reported.low, pair.reported.high))
    yield ForestRow("all patients", ratio.n, (ratio.hr, ratio.low, ratio.high), published.get(None, NOTHING))
    for group in summary.subgroups:
        found = next(
            (r for r in group.ratios if (r.arm, r.versus, times_of(r.endpoint, setting)) == key), None
        )
        n, effect = (found.n, (found.hr, found.low, found.high)) if found else ((0, 0), NOTHING)
        p = _interaction(group.interactions, ratio.endpoint, ratio.arm, ratio.versus)
        yield ForestRow(group.label, n, effect, published.get(group.criterion, NOTHING), p)


def _rate_rows(trial: Trial, summary: Summary, whole: Difference) -> Iterable[ForestRow]:
    published = _published_differences(trial, summary, whole)
    effect = (whole.value, whole.low, whole.high)
    yield ForestRow("all patients", whole.n, effect, published.get(None, NOTHING))
    for group in summary.subgroups:
        key = (whole.endpoint, whole.arm, whole.versus)
        found = next((d for d in group.differences if (d.endpoint, d.arm, d.versus) == key), None)
        n, effect = (found.n, (found.value, found.low, found.high)) if found else ((0, 0), NOTHING)
        p = _interaction(group.interactions, *key)
        yield ForestRow(group.label, n, effect, published.get(group.criterion, NOTHING), p)


def _published_differences(
    trial: Trial, summary: Summary, whole: Difference
) -> dict[Criterion | None, Effect]:
    """Return the differences of published rates; with an interval where both arms give their number."""
    rates: dict[tuple[Criterion | None, str], Estimate] = {}
    for pair in figure_pairs(trial, summary):
        if pair.endpoint == whole.endpoint:
            value, n = pair.reported.value, pair.reported.n or 0
            rates.setdefault((pair.subgroup, pair.arm), Estimate(value, None, None, "fraction", n))
    out: dict[Criterion | None, Effect] = {}
    for (group, arm), one in rates.items():
        other = rates.get((group, whole.versus))
        if arm != whole.arm or other is None or one.value is None or other.value is None:
            continue
        if one.n and other.n:
            found = rate_difference(whole.endpoint, arm, whole.versus, one, other)
            out[group] = (found.value, found.low, found.high)
        else:
            out[group] = (one.value - other.value, None, None)
    return out


def _interaction(
    found: Iterable[tuple[str, str, str, Interaction]], endpoint: str, arm: str, versus: str
) -> float | None:
    return next((i.p for e, a, v, i in found if (e, a, v) == (endpoint, arm, versus)), None)


def forest_plot(summary: Summary, forest: Forest) -> Figure:
    """Return the figure of a forest.

    Parameters
    ----------
    summary
        The level of its intervals is named.
    forest
        What to draw.
    """
    rows, is_ratio = forest.rows, forest.kind == "ratio"
    with figure_style():
        figure = new_figure(9.4, 1.35 + 0.42 * len(rows))
        width = min(max(0.075 * max(len(row.label) for row in rows), 1.0), 3.2)
        names, axes, texts = figure.subplots(1, 3, width_ratios=[width, 6.1 - width, 4.1], sharey=True)
        for panel in (names, texts):
            panel.set_axis_off()
            panel.set_xlim(0.0, 1.0)
        has_published = any(row.published[0] is not None for row in rows)
        low, high = _limits(rows, is_ratio=is_ratio)
        for place, row in enumerate(rows):
            shift = 0.17 if has_published else 0.0
            _mark(axes, place - shift, row.simulated, BLUE, "s", (low, high))
            _mark(axes, place + shift, row.published, VERMILION, "D", (low, high))
            names.text(0.0, place, row.label, va="center", fontweight="bold" if place == 0 else "normal")
            _texts(texts, place, row, is_ratio=is_ratio)
        for panel, x, word in (
            (names, 0.0, "patients"), (texts, 0.0, "n, both arms"), (texts, 0.25, "simulated"),
            (texts, 0.58, "published"), (texts, 0.9, "p inter-\naction"),
        ):  # fmt: skip
            panel.text(x, -0.75, word, color=MUTED, fontsize=8.0, va="bottom")
        axes.set_ylim(len(rows) - 0.4, -0.8)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.axvline(1.0 if is_ratio else 0.0, color=MUTED, lw=0.9, zorder=0)
        if is_ratio:
            _log_axis(axes, low, high)
        else:
            axes.set_xlim(low, high)
        _label(axes, forest)
        axes.plot([], [], "s", color=BLUE, ms=6, label=f"simulated, {100 * summary.level:.0f} % interval")
        if has_published:
            axes.plot([], [], "D", color=VERMILION, mfc="white", ms=5, label="published, 95 % interval")
        figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=8.5)
        return figure


def _limits(rows: Iterable[ForestRow], *, is_ratio: bool) -> tuple[float, float]:
    ends = [v for row in rows for effect in (row.simulated, row.published) for v in effect if v is not None]
    if is_ratio:
        values = [e[0] for row in rows for e in (row.simulated, row.published) if e[0] is not None]
        low, high = min([*ends, 0.5]) / 1.1, max([*ends, 1.6]) * 1.1
        # Wide intervals of few patients run off the edge, so that the others stay readable.
        low, high = max(low, 0.4 * min([*values, 0.5])), min(high, 2.5 * max([*values, 1.0]))
        return max(low, SMALLEST), min(high, LARGEST)
    low, high = 100.0 * min([*ends, -0.1]) - 3.0, 100.0 * max([*ends, 0.1]) + 3.0
    return low, high


def _mark(
    axes: Axes, y: float, effect: Effect, colour: str, marker: str, limits: tuple[float, float]
) -> None:
    scale = 1.0 if limits[0] > 0.0 else 100.0
    value, low, high = (None if item is None else scale * item for item in effect)
    if value is None:
        return
    left, right = (value if end is None else min(max(end, limits[0]), limits[1]) for end in (low, high))
    axes.plot([left, right], [y, y], color=colour, lw=1.5, solid_capstyle="butt")
    for end, edge, arrow in ((low, limits[0], "<"), (high, limits[1], ">")):
        if end is not None and (end < edge if arrow == "<" else end > edge):
            axes.plot([edge], [y], arrow, color=colour, ms=5, clip_on=False)
    if limits[0] <= value <= limits[1]:
        axes.plot(
            [value],
            [y],
            marker,
            color=colour,
            mfc=colour if marker == "s" else "white",
            ms=6 if marker == "s" else 5,
        )


def _texts(panel: Axes, place: int, row: ForestRow, *, is_ratio: bool) -> None:
    words = [f"{row.n[0]} + {row.n[1]}"]
    words += [_words(effect, is_ratio=is_ratio) for effect in (row.simulated, row.published)]
    words.append("" if row.p is None else probability(row.p))
    for x, word in zip((0.0, 0.25, 0.58, 0.9), words, strict=True):
        panel.text(x, place, word, va="center", fontsize=8.5, color=INK)


def _words(effect: Effect, *, is_ratio: bool) -> str:
    if is_ratio:
        return ratio_words(*effect)
    if effect[0] is None:
        return NONE
    value = percent(effect[0], signed=True)
    if effect[1] is None or effect[2] is None:
        return value
    return f"{value} ({percent(effect[1], signed=True)} to {percent(effect[2], signed=True)})"


def _log_axis(axes: Axes, low: float, high: float) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = [t for t in (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0) if low <= t <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


def _label(axes: Axes, forest: Forest) -> None:
    arm, versus = (textwrap.fill(short(name), 22) for name in (forest.arm, forest.versus))
    if forest.kind == "ratio":
        word, left, right, middle = f"hazard ratio, {forest.endpoint}", arm, versus, 1.0
    else:
        word, left, right, middle = f"difference of {forest.endpoint}, percentage points", versus, arm, 0.0
    for side, step, text in (("right", -6, f"← {left} better"), ("left", 6, f"{right} better →")):
        axes.annotate(
            text, (middle, -0.5), xytext=(step, 0), textcoords="offset points", ha=side, va="bottom",
            color=MUTED, fontsize=8.0,
        )  # fmt: skip
    axes.set_xlabel(word)
