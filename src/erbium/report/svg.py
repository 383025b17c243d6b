"""Elements of a picture as text: every figure that is not drawn by matplotlib is built from these."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any, Literal

from erbium.report.palette import INK, MUTED

Point = tuple[float, float]
End = Literal["activates", "inhibits", "none"]
FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans Condensed', sans-serif"


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def attributes(**named: object) -> str:
    """Return the named attributes as text, `stroke_width` as `stroke-width`; None is left out."""
    written = {
        name.rstrip("_").replace("_", "-"): number(value) if isinstance(value, float) else str(value)
        for name, value in named.items()
        if value is not None
    }
    return "".join(f' {name}="{escape(value)}"' for name, value in written.items())


def element(tag: str, content: str = "", **named: Any) -> str:
    """Return an element; `content` is already SVG."""
    head = f"<{tag}{attributes(**named)}"
    return f"{head}>{content}</{tag}>" if content else f"{head}/>"


def text(x: float, y: float, words: str, size: float = 12.0, *, anchor: str = "start", **named: Any) -> str:
    """Return a text, escaped; `anchor` is start, middle or end."""
    styled: dict[str, Any] = {"fill": INK, "text_anchor": anchor, **named}
    return element("text", escape(words), x=float(x), y=float(y), font_size=float(size), **styled)


def rectangle(x: float, y: float, width: float, height: float, **named: Any) -> str:
    """Return a rectangle by its top left corner."""
    return element("rect", x=float(x), y=float(y), width=float(width), height=float(height), **named)


def text_width(words: str, size: float) -> float:
    """Return about how wide a text is in a Helvetica-like face."""
    narrow, wide = "iljtfrI.,:;|'()[] -/", "mwMW@%"
    units = sum(0.30 if c in narrow else 0.87 if c in wide else 0.67 if c.isupper() else 0.56 for c in words)
    return units * size


def pill(x: float, y: float, words: str, fill: str, *, size: float = 11.0) -> str:
    """Return a capsule centred on (x, y) with a white text in it."""
    width = text_width(words, size) * 1.06 + 14.0
    height = size + 7.0
    shape = rectangle(x - width / 2, y - height / 2, width, height, rx=height / 2, fill=fill)
    return shape + text(x, y + size * 0.36, words, size, anchor="middle", fill="#ffffff", font_weight=600)


def connector(
    points: Sequence[Point],
    end: End = "activates",
    *,
    colour: str = MUTED,
    width: float = 1.5,
    dashed: bool = False,
) -> str:
    """Return a line through the points with an arrow head or a bar at its end."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    tail = list(points[:-1])
    tip: Point = (x1 - ux * 5.0, y1 - uy * 5.0) if end == "activates" else (x1 - ux * 1.5, y1 - uy * 1.5)
    path = "M" + " L".join(f"{number(x)} {number(y)}" for x, y in [*tail, tip])
    line = element(
        "path",
        d=path,
        fill="none",
        stroke=colour,
        stroke_width=float(width),
        stroke_linejoin="round",
        stroke_dasharray="5 3" if dashed else None,
    )
    if end == "activates":
        base_x, base_y, half = x1 - ux * 8.0, y1 - uy * 8.0, 3.8
        corners = (
            (x1, y1),
            (base_x - uy * half, base_y + ux * half),
            (base_x + uy * half, base_y - ux * half),
        )
        shape = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
        return line + element("polygon", points=shape, fill=colour)
    if end == "inhibits":
        tx, ty, half = x1 - ux * 1.5, y1 - uy * 1.5, 6.0
        ends = ((tx - uy * half, ty + ux * half), (tx + uy * half, ty - ux * half))
        bar = "M" + " L".join(f"{number(x)} {number(y)}" for x, y in ends)
        return line + element("path", d=bar, stroke=colour, stroke_width=width + 0.9)
    return line


def picture(width: float, height: float, content: str, title: str, *, css_class: str | None = None) -> str:
    """Return a whole SVG that scales with the page and says what it shows to a screen reader."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" role="img"'
        f'{attributes(class_=css_class)} font-family="{FONT}"><title>{escape(title)}</title>{content}</svg>'
    )
