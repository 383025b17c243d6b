"""Heat maps of two drugs: living cells, and the effect beyond each reference of no interaction."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from erbium.report.numbers import finite
from erbium.report.palette import MUTED, PAPER, diverging, sequential, text_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

#: Size of the row of heat maps of one arm, inches.
MATRIX_WIDTH, MATRIX_HEIGHT = 13.2, 3.5
#: Most concentrations of a drug, 0 included, between whose cells numbers have room.
MOST_NUMBERS = 9
#: Excess that has full colour where no pair has more: below, differences are hardly any.
_LEAST_SCALE = 0.05
#: Steps of a scale of colours.
_STEPS = 128
#: Columns from which on numbers are smaller.
_TIGHT = 8
#: Letters of all doses together above which those along an axis are turned.
_LETTERS = 26


def widest_excess(matrices: Iterable[Mapping[str, Any]]) -> float:
    """Return the largest excess in size of some matrices, which share one scale of colours."""
    found = (
        abs(_number(value))
        for matrix in matrices
        for excess in matrix["excess"].values()
        for line in excess["value"]
        for value in line
    )
    return max([_LEAST_SCALE, *(x for x in found if math.isfinite(x))])


def draw_matrix(part: SubFigure, matrix: Mapping[str, Any], widest: float) -> None:
    """Draw living cells over two drugs, and the excess effect over each reference, each with its scale.

    Parameters
    ----------
    matrix
        One of `matrix` in the dict of `ExperimentResult.json()`.
    widest
        Excess of full colour, as :func:`widest_excess` returns it.
    """
    panels = part.subplots(1, 1 + len(matrix["excess"]))
    words = "living cells as share of the untreated, and the effect beyond each reference"
    part.suptitle(
        f"{matrix['arm'].replace('_', ' ')}, {matrix['time_h']:g} h: {words}", fontsize=9.5, x=0.01, ha="left"
    )
    shown = [("living cells", matrix["relative_viability"]["value"], None)]
    shown += [(f"{name} excess", one["value"], one["mean"]) for name, one in matrix["excess"].items()]
    for axes, (title, values, mean) in zip(panels, shown, strict=True):
        _draw_cells(axes, matrix, values, None if mean is None else widest)
        said = "" if mean is None else f", mean {_signed(_number(mean['value']))}"
        axes.set_title(f"{title}{said}", fontsize=9)
    for axes in panels[1:]:
        axes.set_ylabel("")
    _scale(part, panels[:1], lambda x: sequential(1.0 - x), (0.0, 1.0), "living cells, of untreated")
    _scale(
        part,
        panels[1:],
        lambda x: diverging(x / widest),
        (-widest, widest),
        "effect beyond the reference, share of cells",
    )


def _draw_cells(
    axes: Axes, matrix: Mapping[str, Any], values: Sequence[Sequence[Any]], widest: float | None
) -> None:
    """Draw one matrix as coloured cells with their numbers; `widest` is the excess of full colour."""
    from matplotlib.patches import Rectangle

    first = 0 if widest is None else 1  # a drug alone has no excess
    rows, columns = (doses[first:] for doses in matrix["concentrations_nM"])
    room = max(len(rows), len(columns)) <= MOST_NUMBERS
    size = 7.0 if len(columns) < _TIGHT else 6.2
    for i, line in enumerate(values[first:]):
        for j, value in enumerate(map(_number, line[first:])):
            fill = sequential(1.0 - value) if widest is None else diverging(value / widest)
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=fill, edgecolor=PAPER, lw=1.2))
            if room:
                text = f"{value:.2f}" if widest is None else _signed(value)
                axes.text(j, i, text, ha="center", va="center", fontsize=size, color=text_on(fill))
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(-0.5, len(rows) - 0.5)
    long = sum(len(f"{dose:g}") for dose in columns) > _LETTERS
    axes.set_xticks(range(len(columns)), [f"{dose:g}" for dose in columns], rotation=45.0 if long else 0.0)
    axes.set_yticks(range(len(rows)), [f"{dose:g}" for dose in rows])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    down, across = (str(name).replace("_", " ") for name in matrix["drugs"])
    axes.set_xlabel(f"{across}, nM")
    axes.set_ylabel(f"{down}, nM")


def _scale(
    part: SubFigure,
    panels: Sequence[Axes],
    colour: Callable[[float], str],
    ends: tuple[float, float],
    label: str,
) -> None:
    """Draw what the colours of some panels mean, beside them."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize

    low, high = ends
    steps = [colour(low + (high - low) * k / (_STEPS - 1)) for k in range(_STEPS)]
    bar = part.colorbar(
        ScalarMappable(Normalize(low, high), ListedColormap(steps)), ax=list(panels), aspect=18, pad=0.015
    )
    bar.outline.set_visible(False)
    middle = 0.5 * (low + high)
    bar.set_ticks([low, middle, high], labels=[_tick(x, signed=low < 0.0) for x in (low, middle, high)])
    bar.ax.tick_params(length=0, labelsize=7.5)
    bar.set_label(label, fontsize=7.5, color=MUTED)


def _tick(value: float, *, signed: bool) -> str:
    return _signed(value) if signed and value else f"{value:g}"


def _signed(value: float) -> str:
    """Return an excess with its sign; what rounds to nothing has none."""
    text = f"{value:+.2f}"
    return text[1:] if float(text) == 0.0 else text.replace("-", "−")


def _number(value: object) -> float:
    found = finite(value)
    return math.nan if found is None else found
