"""Held-out drug responses of cells beside what the others predict for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from erbium.report.palette import BLUE, GREEN, LINE, ORANGE, PURPLE, SKY, VERMILION

COLOURS, MARKERS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY), "os^vD"


class HeldOut(Protocol):
    """What the plot needs of a held-out pair."""

    @property
    def dataset(self) -> str: ...  # noqa: D102
    @property
    def measure(self) -> str: ...  # noqa: D102
    @property
    def drug(self) -> str: ...  # noqa: D102
    @property
    def observed(self) -> float: ...  # noqa: D102
    @property
    def predicted(self) -> float: ...  # noqa: D102


def write_held_out_plot(pairs: Sequence[HeldOut], path: Path) -> None:
    """Write observed against predicted, one panel per data set and measure, as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    groups = list(dict.fromkeys((p.dataset, p.measure) for p in pairs))
    figure = Figure(figsize=(3.0 * len(groups), 4.4), layout="constrained", dpi=90)
    FigureCanvasAgg(figure)
    for k, (dataset, measure) in enumerate(groups, start=1):
        some = [p for p in pairs if (p.dataset, p.measure) == (dataset, measure)]
        axes = figure.add_subplot(1, len(groups), k)
        both = [p.observed for p in some] + [p.predicted for p in some]
        ends = [min(both), max(both)]
        axes.plot(ends, ends, color=LINE, linewidth=1)
        for number, drug in enumerate(dict.fromkeys(p.drug for p in some)):
            here = [p for p in some if p.drug == drug]
            axes.plot(
                [p.predicted for p in here],
                [p.observed for p in here],
                MARKERS[number // len(COLOURS) % len(MARKERS)],
                color=COLOURS[number % len(COLOURS)],
                label=drug,
                markersize=4,
            )
        axes.set_title(f"{dataset} {measure}", fontsize=9)
        axes.set_xlabel("predicted from other donors")
        axes.set_ylabel("observed")
        axes.legend(fontsize=6, ncol=2, loc="upper center", bbox_to_anchor=(0.5, -0.24), frameon=False)
    figure.savefig(path)
