"""Kaplan-Meier figure of a trial: curves, bands, numbers at risk, and the published curve beside."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from erbium.report.palette import INK, LINE, MUTED
from erbium.report.plots import figure_style, new_figure
from erbium.report.trial_marks import TIMES, colours, interval, ratio_words, short, value
from erbium.trial.statistics import Curve, Summary, curve
from erbium.trial.statistics.endpoint import times_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from erbium.knowledge.schema.trial import Trial

DASHED = (0, (5, 2))
#: Below this many patients each end of follow-up is ticked.
TICKED = 150
#: When times begin that do not begin at randomisation.
_SINCE = {"dor": "the first response", "idfs": "surgery"}
#: Letters of an arm's name on one line beside the numbers at risk.
NAME_WIDTH = 26


def survival_figure(
    trial: Trial,
    summary: Summary,
    *,
    times: str = "pfs",
    published: pd.DataFrame | None = None,
) -> Figure:
    """Return the Kaplan-Meier curves of all arms.

    Parameters
    ----------
    trial
        The trial: order and names of the arms.
    summary
        What it showed.
    times
        "pfs" (or what stands for it in the trial), "os", "dor", "cns_pfs" or "idfs".
    published
        Reconstructed patients (`arm`, `months`, `event`) of these times, drawn dashed.
    """
    drawn = {arm.name: found for arm in summary.arms if (found := getattr(arm, times)) is not None}
    others = {} if published is None else _published(published, drawn)
    end = max((found.end for found in drawn.values()), default=12.0)
    ticks = _ticks(max(end, 1.0))
    with figure_style():
        names = {name: textwrap.fill(short(name), NAME_WIDTH) for name in drawn}
        rows = 0.05 + 0.21 * max(sum(1 + text.count("\n") for text in names.values()), 1)
        entries = len(drawn) * (2 if len(drawn) > 2 else 1) + len(others)
        figure = new_figure(7.6, 4.4 + rows + 0.2 * entries)
        top, below = figure.subplots(2, 1, height_ratios=[4.1, 0.3 + rows], sharex=True)
        for name, found in drawn.items():
            _draw(top, found, colours(trial)[name], _legend(summary, name, times, trial.setting))
        for name, found in others.items():
            months, share = _steps(found, end)
            label = _published_legend(name, found)
            top.step(months, share, where="post", color=colours(trial)[name], lw=1.3, ls=DASHED, label=label)
        _finish(top, trial, summary, times, end, ticks)
        lines = top.get_legend_handles_labels()
        figure.legend(*lines, loc="outside upper left", frameon=False, fontsize=8.5, handlelength=2.8)
        _at_risk(below, trial, drawn, names, ticks)
        return figure


def _published(table: pd.DataFrame, drawn: dict[str, Curve]) -> dict[str, Curve]:
    parts = {name: table[table["arm"] == name] for name in drawn}
    return {name: curve(part["months"], part["event"]) for name, part in parts.items() if len(part)}


def _steps(found: Curve, end: float) -> tuple[list[float], list[float]]:
    """Return the corners of a curve in per cent up to `end`, the last level drawn to its last patient."""
    kept = [place for place, month in enumerate(found.months) if month <= end]
    months = [float(found.months[place]) for place in kept]
    return [*months, min(found.end, end)], [100.0 * float(found.survival[place]) for place in kept] + [
        100.0 * float(found.survival[kept[-1]])
    ]


def _draw(axes: Axes, found: Curve, colour: str, label: str) -> None:
    months, share = _steps(found, found.end)
    low, high = ([100.0 * float(item) for item in (*end, end[-1])] for end in (found.low, found.high))
    axes.fill_between(months, low, high, step="post", color=colour, alpha=0.16, lw=0)
    axes.step(months, share, where="post", color=colour, lw=1.9, label=label)
    if found.n <= TICKED:
        lost = found.risk - found.fallen
        for place, month in enumerate(found.months[1:], start=1):
            after = found.risk[place + 1] if place + 1 < len(found.risk) else 0.0
            if lost[place] > after:
                axes.plot([month], [100.0 * found.survival[place]], "|", color=colour, ms=6, mew=1.0)


def _legend(summary: Summary, name: str, times: str, setting: str) -> str:
    """Return the arm with its median and, where there are several, its ratios to the others."""
    median = summary.arm(name).figures[f"median_{times}"]
    ends = interval(median.low, median.high, "months")
    unit = "" if median.not_reached else " months"
    text = f"{short(name)}: median {value(median)}{unit}{f' ({ends})' if ends else ''}"
    if len(summary.arms) < 3 or times == "dor":
        return text
    for ratio in summary.ratios:
        if ratio.arm == name and ratio.hr is not None and times_of(ratio.endpoint, setting) == times:
            words = ratio_words(ratio.hr, ratio.low, ratio.high)
            text += f"\nhazard ratio against {short(ratio.versus)} {words}"
    return text


def _published_legend(name: str, found: Curve) -> str:
    median = found.median()
    told = "median not reached" if median.not_reached else f"median {value(median)} months"
    return f"{short(name)}, published (dashed; reconstructed from the figure, n = {found.n}): {told}"


def _finish(axes: Axes, trial: Trial, summary: Summary, times: str, end: float, ticks: list[float]) -> None:
    endpoint = {"os": "OS", "dor": "PFS", "cns_pfs": "CNS_PFS", "idfs": "iDFS"}.get(times)
    if endpoint is None:
        endpoint = next((ratio.endpoint for ratio in summary.ratios if ratio.endpoint != "OS"), "PFS")
    axes.axhline(50.0, color=LINE, lw=0.8, zorder=0)
    axes.set_xlim(0.0, max(end, ticks[-1]))
    axes.set_ylim(0.0, 102.0)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_ylabel(f"patients {TIMES.get(endpoint, 'without event')}, %")
    axes.set_xticks(ticks)
    axes.tick_params(axis="x", labelbottom=True)
    axes.set_xlabel("months since randomisation" if trial.randomised else "months since the start")
    if times in _SINCE:
        axes.set_xlabel(f"months since {_SINCE[times]}")
    ratios = [ratio for ratio in summary.ratios if ratio.endpoint == endpoint and ratio.hr is not None]
    if len(summary.arms) == 2 and ratios and times != "dor":
        words = ratio_words(ratios[0].hr, ratios[0].low, ratios[0].high)
        label = "hazard ratio, exploratory," if times == "os" else "hazard ratio"
        axes.text(0.012, 0.03, f"{label} {words}", transform=axes.transAxes, color=INK, fontsize=8.5)
    axes.text(
        0.99, 0.975, f"shaded: {100 * summary.level:.0f} % intervals", transform=axes.transAxes,
        ha="right", va="top", color=MUTED, fontsize=8.0,
    )  # fmt: skip


def _at_risk(
    axes: Axes, trial: Trial, drawn: dict[str, Curve], names: dict[str, str], ticks: list[float]
) -> None:
    axes.set_ylim(len(drawn) - 0.4, -1.4)
    axes.set_yticks(range(len(drawn)), list(names.values()), fontsize=8.0)
    axes.tick_params(axis="y", length=0, pad=16)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.text(0.0, -0.95, "patients at risk", color=MUTED, fontsize=8.5, va="center")
    for row, (name, found) in enumerate(drawn.items()):
        colour = colours(trial)[name]
        axes.get_yticklabels()[row].set_color(colour)
        for tick, count in zip(ticks, found.at_risk(ticks), strict=True):
            axes.text(
                tick, row, str(count), ha="center", va="center", fontsize=8.5, color=colour, clip_on=False
            )


def _ticks(end: float) -> list[float]:
    """Return at most nine ticks on whole months from 0 past the end."""
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120) if end / step <= 9 or step == 120)
    return [float(step * place) for place in range(math.ceil(end / step - 1e-9) + 1)]
