"""Sampled patients beside the figures they are meant to look like: shares, amounts and correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.report.palette import BLUE, FAINT, INK, LINE, MUTED, PAPER, VERMILION, diverging, text_on
from erbium.report.plots import figure_style, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Title and unit of an amount in its panel.
AMOUNTS = {
    "her2_copies": "HER2 copies per cell",
    "her2_thousands": "HER2, 1,000 receptors per cell",
    "til_percent": "stromal TIL, %",
    "baseline_mm": "sum of diameters, mm",
    "weight_kg": "weight, kg",
    "albumin_g_L": "albumin, g/L",
}
#: Names of attributes for readers.
NAMES = {
    "er": "ER-positive",
    "hr": "HR-positive",
    "her2_ihc": "HER2 IHC",
    "her2_status": "HER2 status",
    "her2_thousands": "HER2 receptors",
    "her2_copies": "HER2 copies",
    "p95": "p95HER2-positive",
    "pdl1_positive": "PD-L1-positive",
    "til_percent": "stromal TIL",
    "fcgr3a": "FCGR3A",
    "pam50": "PAM50-like",
    "baseline_mm": "sum of diameters",
    "weight_kg": "weight",
    "albumin_g_L": "albumin",
}
_UNITS = {"til_percent": "%"}
_ROW = 0.3


def population_figure(summary: Mapping[str, Any]) -> Figure:
    """Return the figure of one sampled population.

    Parameters
    ----------
    summary
        Plain data of a population's summary, as in the JSON of ``erbium population sample``.
    """
    rows = _grouped(summary["published"])
    height = max(7.6, 2.2 + _ROW * len(rows))
    with figure_style():
        figure = new_figure(14.0, height)
        halves: Any = figure.subfigures(1, 2, width_ratios=[1.0, 1.15], wspace=0.02)
        left, right = halves
        line = f", line {summary['line']}" if summary.get("line") else ""
        figure.suptitle(
            f"{summary['name']}{line}: {summary['patients']:,} virtual patients",
            fontsize=12, fontweight="bold", x=0.01, ha="left",
        )  # fmt: skip
        _shares(left.subplots(), rows, int(summary["patients"]))
        top, bottom = right.subfigures(2, 1, height_ratios=[1.0, 1.35], hspace=0.02)
        panels = top.subplots(2, 3)
        for axes, (name, title) in zip(panels.flat, AMOUNTS.items(), strict=True):
            found = next(row for row in summary["distributions"] if row["attribute"] == name)
            _amount(axes, found, title)
        _correlations(bottom.subplots(), summary["correlations"])
    return figure


def _grouped(published: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return the published figures of each share, in the order of the file."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in published:
        if row["simulated_percent"] is not None:
            found.setdefault(row["what"], []).append(row)
    return list(found.items())


def shown(what: str) -> str:
    """Return a criterion such as ``til_percent at least 30`` as a reader would say it."""
    head, _, of = what.partition(" of those with ")
    name, *rest = head.split(" ")
    text = " ".join([NAMES.get(name, name.replace("_", " ")), *rest]) + _UNITS.get(name, "")
    text = text.replace(" = true", "").replace(" = ", " ")
    if not of:
        return text
    inner = of.split(" ")[0]
    side = NAMES.get(inner, inner.replace("_", " "))
    return f"{text}, if {'not ' if of.endswith('false') else ''}{side}"


def short(value: float) -> str:
    """Return a number with three figures and no power of ten."""
    return f"{float(f'{value:.3g}'):,g}"


def _shares(axes: Axes, rows: Sequence[tuple[str, list[Mapping[str, Any]]]], patients: int) -> None:
    axes.set_title("Shares: sampled, and published cohorts")
    if not rows:
        axes.text(0.5, 0.5, "this population names no published figures", ha="center", color=MUTED)
        axes.set_axis_off()
        return
    for y, (_, found) in enumerate(rows):
        axes.axhline(y, color=LINE, linewidth=0.6, zorder=0)
        step = min(0.22, 0.6 / max(len(found), 1))
        for k, row in enumerate(found):
            at = y + (k - (len(found) - 1) / 2.0) * step
            if row["low"] is not None:
                axes.plot([row["low"], row["high"]], [at, at], color=VERMILION, linewidth=1.4, zorder=2)
            read = row["status"] in ("verified", "derived")
            axes.plot(
                row["published_percent"], at, "D", markersize=5.0, zorder=3, markeredgecolor=VERMILION,
                markerfacecolor=VERMILION if read else PAPER,
            )  # fmt: skip
        axes.plot(found[0]["simulated_percent"], y, "o", color=BLUE, markersize=9.5, zorder=1.5)
    axes.set_yticks(range(len(rows)), [shown(what) for what, _ in rows], color=INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of patients")
    axes.tick_params(axis="y", length=0)
    marks = [
        axes.plot([], [], "o", color=BLUE, markersize=9.5, label=f"sampled ({patients:,} patients)")[0],
        axes.plot([], [], "D", color=VERMILION, markersize=5, label="published; bar: its interval")[0],
        axes.plot(
            [], [], "D", markerfacecolor=PAPER, markeredgecolor=VERMILION, markersize=5, linestyle="",
            label="published, not checked at its source",
        )[0],
    ]  # fmt: skip
    axes.legend(
        handles=marks, loc="upper center", bbox_to_anchor=(0.4, -0.07), ncol=3, frameon=False, fontsize=8
    )


def _amount(axes: Axes, row: Mapping[str, Any], title: str) -> None:
    edges, counts = np.asarray(row["edges"], dtype=float), np.asarray(row["counts"], dtype=float)
    held = np.flatnonzero(counts)
    counts = counts / max(counts.sum(), 1.0) * 100.0
    axes.stairs(counts, edges, color=BLUE, fill=True, alpha=0.75, linewidth=0)
    axes.axvline(row["median"], color=INK, linewidth=1.2)
    for end in (row["low"], row["high"]):
        axes.axvline(end, color=FAINT, linewidth=1.0, linestyle=(0, (3, 2)))
    if row["log"]:
        from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

        axes.set_xscale("log")
        span = edges[held[-1]] / edges[held[0]]
        axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0) if span < 60 else (1.0,)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(edges[max(held[0] - 1, 0)], edges[min(held[-1] + 2, len(edges) - 1)])
    axes.set_title(
        f"{title}\n{short(row['median'])} ({short(row['low'])} to {short(row['high'])})", fontsize=8
    )
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _correlations(axes: Axes, table: Mapping[str, Any]) -> None:
    names = [NAMES.get(name, name.replace("_", " ")) for name in table["attributes"]]
    size = len(names)
    axes.set_title("Correlations between patients (Pearson r; amounts by their logarithm)")
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)
    from matplotlib.patches import Rectangle

    for i in range(size):
        for j in range(i):
            r = table["r"][i][j]
            fill = PAPER if r is None else diverging(max(min(r * 1.25, 1.0), -1.0))
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=fill, edgecolor=PAPER, linewidth=1))
            told = "–" if r is None else f"{r:.2f}".replace("-", "−")
            strong = r is not None and abs(r) >= 0.05
            axes.text(
                j, i, told, ha="center", va="center", fontsize=7,
                color=text_on(fill) if strong else FAINT, fontweight="bold" if strong else "normal",
            )  # fmt: skip
    axes.set_xticks(range(size - 1), names[:-1], rotation=38, ha="right", fontsize=7.5)
    axes.set_yticks(range(1, size), names[1:], fontsize=7.5)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
