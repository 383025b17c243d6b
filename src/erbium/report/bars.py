"""Small pictures that stand in a table or a card: interval bars, the spread bar, the strip of signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erbium.report import numbers, svg
from erbium.report.palette import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    LINE,
    MUTED,
    ORANGE,
    PAPER,
    VERMILION,
    fold_colour,
    text_on,
)

WIDTH, HEIGHT = 132.0, 14.0
_PAD = 3.0


def _place(value: float, low: float, high: float) -> float:
    share = (min(max(value, low), high) - low) / (high - low)
    return _PAD + share * (WIDTH - 2 * _PAD)


def interval_bar(
    entry: Mapping[str, Any] | None, *, reference: float | None = None, limit: float = 1.0, colour: str = BLUE
) -> str:
    """Return a bar from low to high with a dot at the median, on a scale from 0 to `limit`.

    Parameters
    ----------
    entry
        median, low, high.
    reference
        Where the reference stands, as a dashed line.
    limit
        End of the scale, in the unit of the entry.
    """
    middle = HEIGHT / 2
    parts = [svg.rectangle(_PAD, middle - 0.5, WIDTH - 2 * _PAD, 1.0, fill=LINE)]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _place(share, 0.0, 1.0)
        parts.append(svg.rectangle(x - 0.4, middle - 2.5, 0.8, 5.0, fill=LINE))
    if reference is not None:
        x = _place(reference, 0.0, limit)
        dashes = f"M{svg.number(x)} 0 V{svg.number(HEIGHT)}"
        parts.append(svg.element("path", d=dashes, stroke=FAINT, stroke_width=1.0, stroke_dasharray="2 2"))
    median = numbers.finite((entry or {}).get("median"))
    low, high = (numbers.finite((entry or {}).get(key)) for key in ("low", "high"))
    words = "no value"
    if low is not None or high is not None:
        start = _place(0.0 if low is None else low, 0.0, limit)
        end = _place(limit if high is None else high, 0.0, limit)
        parts.append(
            svg.rectangle(start, middle - 2.5, max(end - start, 1.0), 5.0, rx=2.5, fill=colour, opacity=0.38)
        )
    if median is not None:
        parts.append(svg.element("circle", cx=_place(median, 0.0, limit), cy=middle, r=3.6, fill=colour))
        words = f"{numbers.general(median)}, interval {numbers.general(low)} to {numbers.general(high)}"
    return svg.picture(WIDTH, HEIGHT, "".join(parts), words, css_class="bar")


def difference_bar(entry: Mapping[str, Any] | None, limit: float) -> str:
    """Return a bar of a signed difference around zero; blue is better, orange worse, grey undecided."""
    middle, zero = HEIGHT / 2, _place(0.0, -1.0, 1.0)
    parts = [
        svg.rectangle(_PAD, middle - 0.5, WIDTH - 2 * _PAD, 1.0, fill=LINE),
        svg.rectangle(zero - 0.6, 0, 1.2, HEIGHT, fill=FAINT),
    ]
    words = "no difference given"
    median, low, high = (numbers.finite((entry or {}).get(key)) for key in ("median", "low", "high"))
    if median is not None:
        colour = MUTED
        if low is not None and high is not None:
            colour = BLUE if low > 0 else VERMILION if high < 0 else MUTED
            start, end = _place(low, -limit, limit), _place(high, -limit, limit)
            size = max(end - start, 1.0)
            parts.append(svg.rectangle(start, middle - 2.5, size, 5.0, rx=2.5, fill=colour, opacity=0.38))
        parts.append(svg.element("circle", cx=_place(median, -limit, limit), cy=middle, r=3.6, fill=colour))
        words = f"{numbers.general(median)}, interval {numbers.general(low)} to {numbers.general(high)}"
    return svg.picture(WIDTH, HEIGHT, "".join(parts), words, css_class="bar")


def effect_bar(entry: Mapping[str, Any], limit: float, colour: str) -> str:
    """Return a bar of an effect on a log scale around no effect; what lies beyond the ends is cut there."""
    middle, zero = HEIGHT / 2, _place(0.0, -1.0, 1.0)
    parts = [
        svg.rectangle(_PAD, middle - 0.5, WIDTH - 2 * _PAD, 1.0, fill=LINE),
        svg.rectangle(zero - 0.6, 0, 1.2, HEIGHT, fill=FAINT),
    ]
    median, low, high = (numbers.finite(entry.get(key)) for key in ("median", "low", "high"))
    if median is None or low is None or high is None:
        return svg.picture(WIDTH, HEIGHT, "".join(parts), "no value", css_class="bar")
    start, end = _place(low, -limit, limit), _place(high, -limit, limit)
    size = max(end - start, 1.0)
    parts.append(svg.rectangle(start, middle - 2.5, size, 5.0, rx=2.5, fill=colour, opacity=0.38))
    parts.append(svg.element("circle", cx=_place(median, -limit, limit), cy=middle, r=3.6, fill=colour))
    words = f"effect {numbers.general(median)}, interval {numbers.general(low)} to {numbers.general(high)}"
    return svg.picture(WIDTH, HEIGHT, "".join(parts), words, css_class="bar")


def balance_bar(option: Mapping[str, Any]) -> str:
    """Return published items for (blue) and against (orange) an option, as shares of all that apply."""
    for_it, against = (len(option.get(f"evidence_{side}") or []) for side in ("for", "against"))
    total = for_it + against
    width, height = 64.0, 8.0
    if not total:
        return svg.picture(
            width,
            height,
            svg.rectangle(0, 3.5, width, 1, fill=LINE),
            "nothing published",
            css_class="balance",
        )
    cut = width * for_it / total
    parts = [
        svg.rectangle(0, 0, cut, height, fill=BLUE) if for_it else "",
        svg.rectangle(cut, 0, width - cut, height, fill=VERMILION) if against else "",
    ]
    words = f"{for_it} published items for, {against} against"
    return svg.picture(width, height, "".join(parts), words, css_class="balance")


def axis(labels: Sequence[str]) -> str:
    """Return the scale of a column of bars: evenly spaced labels, first and last at the ends."""
    parts = []
    for index, label in enumerate(labels):
        x = _place(index / (len(labels) - 1), 0.0, 1.0)
        anchor = "start" if index == 0 else "end" if index == len(labels) - 1 else "middle"
        x += -_PAD if index == 0 else _PAD if index == len(labels) - 1 else 0.0
        parts.append(svg.text(x, 9, label, 9.5, anchor=anchor, fill=MUTED))
    return svg.picture(WIDTH, 12, "".join(parts), "scale", css_class="bar")


def spread_bar(spread: Mapping[str, Any]) -> str:
    """Return the shares of the spread that come from unmeasured markers, parameters and chance."""
    names = (
        ("markers", "unmeasured markers", BLUE),
        ("parameters", "parameters", ORANGE),
        ("chance", "differences between tumours and chance", GREEN),
    )
    values = [
        (words, max(numbers.finite(spread.get(key)) or 0.0, 0.0), colour) for key, words, colour in names
    ]
    total = sum(value for _, value, _ in values)
    if total <= 0.0:
        return ""
    parts: list[str] = []
    x, label_x = 0.0, 0.0
    for words, value, colour in values:
        width = 640.0 * value / total
        parts.append(svg.rectangle(x, 0, max(width - 1.5, 0.5), 22, fill=colour))
        if width > 40:
            share = f"{100 * value / total:.0f} %"
            ink = text_on(colour)
            parts.append(svg.text(x + width / 2, 15.5, share, 12, anchor="middle", fill=ink, font_weight=600))
        name = f"{words} {100 * value / total:.0f} %"
        parts.append(svg.rectangle(label_x, 33, 10, 10, rx=2, fill=colour))
        parts.append(svg.text(label_x + 15, 42, name, 12.5))
        label_x += 40 + svg.text_width(name, 12.5)
        x += width
    return svg.picture(640, 48, "".join(parts), "Where the spread comes from", css_class="spread")


STRIP = (
    ("surface_HER2", "HER2 surface"), ("pHER2", "pHER2"), ("HER3_total", "HER3"), ("pHER3", "pHER3"),
    ("pERK", "pERK"),
    ("PIP3", "PIP3"), ("pAKT_S473", "pAKT"), ("pTSC2", "pTSC2"), ("pS6", "pS6"), ("cyclin_D1", "cyclin D1"),
    ("pRB", "pRb"), ("Ki67", "Ki67"), ("apoptosis", "apoptosis"),
)  # fmt: skip


def signal_strip(readouts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one coloured cell per signal with its fold change from before to on treatment."""
    known = [(key, label) for key, label in STRIP if key in readouts]
    if not known:
        return ""
    step, parts = 78.0, []
    for index, (key, label) in enumerate(known):
        before, on = (numbers.finite(readouts[key].get(name)) for name in ("before", "on_treatment"))
        x = index * step
        parts.append(svg.text(x + step / 2 - 1, 11, label, 11.5, anchor="middle", fill=MUTED))
        if before is None or on is None:
            fill, words = PAPER, numbers.NONE
        elif max(before, on) < 0.005:
            fill, words = fold_colour(1.0), "≈ 0"
        else:
            ratio = max(on, 0.005) / max(before, 0.005)
            fill, words = fold_colour(ratio), f"×{ratio:.2f}" if ratio < 9.95 else f"×{ratio:.0f}"
        parts.append(svg.rectangle(x, 17, step - 2, 25, rx=3, fill=fill, stroke=LINE, stroke_width=0.8))
        ink = INK if fill == PAPER else text_on(fill)
        parts.append(svg.text(x + step / 2 - 1, 34, words, 13, anchor="middle", fill=ink, font_weight=600))
    return svg.picture(len(known) * step - 2, 44, "".join(parts), "Signals on treatment", css_class="strip")
