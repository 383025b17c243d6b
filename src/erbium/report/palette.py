"""Colours of every figure: readable with any colour vision, and in grey print.

Categories follow Okabe and Ito; the diverging scale runs blue - grey - orange, the sequential one from
pale to dark teal, so that lightness alone carries the order.
"""

from __future__ import annotations

import itertools
import math

INK = "#1c2731"
MUTED = "#5a6772"
FAINT = "#8b96a0"
LINE = "#d5dbe0"
PAPER = "#ffffff"
BLUE = "#0072b2"
SKY = "#56b4e9"
GREEN = "#009e73"
VERMILION = "#d55e00"
ORANGE = "#e69f00"
PURPLE = "#aa3377"
DRUG = "#7a2e8e"

_SEQUENTIAL = ((0.0, "#f1f6f5"), (0.35, "#b5d9d2"), (0.7, "#4f9f97"), (1.0, "#0c4f4c"))
_DIVERGING = (
    (-1.0, "#08488a"),
    (-0.6, "#4a90c8"),
    (-0.25, "#b6d5ea"),
    (0.0, "#f4f4f2"),
    (0.25, "#f9d3a6"),
    (0.6, "#e58a35"),
    (1.0, "#9c4a03"),
)


def _mix(stops: tuple[tuple[float, str], ...], x: float) -> str:
    x = min(max(x, stops[0][0]), stops[-1][0])
    for (x0, c0), (x1, c1) in itertools.pairwise(stops):
        if x <= x1:
            share = (x - x0) / (x1 - x0)
            low = [int(c0[i : i + 2], 16) for i in (1, 3, 5)]
            high = [int(c1[i : i + 2], 16) for i in (1, 3, 5)]
            return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(low, high, strict=True))
    return stops[-1][1]


def sequential(x: float) -> str:
    """Return the colour of an activity between 0 and 1."""
    return _mix(_SEQUENTIAL, x)


def diverging(x: float) -> str:
    """Return the colour of a signed value between -1 (blue) and 1 (orange)."""
    return _mix(_DIVERGING, x)


def fold_colour(ratio: float) -> str:
    """Return the colour of a fold change; full colour is eightfold either way."""
    return diverging(math.log2(min(max(ratio, 1e-3), 1e3)) / 3.0)


def text_on(fill: str) -> str:
    """Return black-ish or white, whichever reads better on `fill`."""
    red, green, blue = (
        (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4)
        for c in (int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5))
    )
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.30 else PAPER
