"""The HER2 network as a picture, coloured by activity before and by change on treatment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from erbium.report import svg
from erbium.report.palette import (
    DRUG,
    FAINT,
    INK,
    LINE,
    MUTED,
    PAPER,
    fold_colour,
    sequential,
    text_on,
)
from erbium.report.pathway_layout import (
    EDGES,
    MEMBRANE,
    NODES,
    NUCLEUS,
    PANEL_HEIGHT,
    PANEL_WIDTH,
    RECEPTORS,
    Node,
    Receptor,
)
from erbium.report.pathway_marks import Kind, Lesion, drug_marks, glyph, lesion_of

# Counted per cell in thousands; everything else is a fraction or relative, from 0 to about 1.
COUNTED = {"pEGFR", "pHER2", "pHER3", "surface_HER2", "HER3_total"}
_LOG_RANGE = (0.0, 3.3)  # 1 thousand to 2 million receptors
_GAP = 36.0
_HEAD = 34.0
_LEGEND = 76.0
_MARKS_PER_NODE = 2

Values = Mapping[str, float | None]


def pathway_svg(
    before: Values,
    on: Values | None = None,
    lesions: Sequence[object] = (),
    drugs: Sequence[object] = (),
    title: str = "HER2 network",
) -> str:
    """Return the picture of the network as SVG text.

    Parameters
    ----------
    before
        Readout id to value before treatment (fractions, or thousands per cell for receptors).
    on
        The same on treatment; None draws one panel.
    lesions
        Mechanisms of the tumour: dicts of the answer, or texts such as "PTEN loss".
    drugs
        Drugs of the regimen: dicts {id, name, class, targets}, or names.
    title
        What the picture shows, for screen readers.
    """
    marks = [lesion for item in lesions if (lesion := lesion_of(item)) is not None]
    known = {key: value for key, value in before.items() if _usable(value)}
    panels = [_panel(known, None, marks, ())]
    heads = ["Before treatment"]
    if on is not None:
        panels.append(
            _panel(known, {key: value for key, value in on.items() if _usable(value)}, marks, drugs)
        )
        heads.append("On treatment: change from before")
    width = len(panels) * PANEL_WIDTH + (len(panels) - 1) * _GAP
    parts: list[str] = []
    for index, (head, panel) in enumerate(zip(heads, panels, strict=True)):
        left = index * (PANEL_WIDTH + _GAP)
        parts.append(svg.text(left + 2, 20, head, 15.5, font_weight=600))
        parts.append(svg.element("g", panel, transform=f"translate({svg.number(left)} {svg.number(_HEAD)})"))
    top = _HEAD + PANEL_HEIGHT + 8
    legend = _legend(width, two=on is not None)
    parts.append(svg.element("g", legend, transform=f"translate(0 {svg.number(top)})"))
    captions, rows = _captions(marks, width)
    parts.append(
        svg.element("g", captions, transform=f"translate(0 {svg.number(top + _LEGEND)})") if captions else ""
    )
    return svg.picture(width, top + _LEGEND + 22 * rows, "".join(parts), title, css_class="pathway")


def _usable(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _panel(before: Values, on: Values | None, lesions: Sequence[Lesion], drugs: Sequence[object]) -> str:
    x, y, width, height = NUCLEUS
    top, bottom = MEMBRANE
    parts = [
        svg.rectangle(0, top, PANEL_WIDTH, PANEL_HEIGHT - top, fill="#fbfaf6", rx=4),
        svg.rectangle(0, top, PANEL_WIDTH, bottom - top, fill="#efe7d6"),
        svg.element(
            "path",
            d=f"M0 {top} H{PANEL_WIDTH} M0 {bottom} H{PANEL_WIDTH}",
            stroke="#c9b991",
            stroke_width=1.4,
        ),
        svg.rectangle(x, y, width, height, rx=34, fill="#f2f2f7", stroke="#c8c8d8", stroke_width=1.4),
        svg.text(265, top - 6, "outside", 10.5, anchor="middle", fill=FAINT, font_style="italic"),
        svg.text(265, bottom + 14, "cytosol", 10.5, anchor="middle", fill=FAINT, font_style="italic"),
        svg.text(x + 26, y + height - 6, "nucleus", 10.5, fill=FAINT, font_style="italic"),
    ]
    parts += [_receptor(receptor, before, on) for receptor in RECEPTORS]
    parts += [
        svg.connector(
            edge.points, edge.end, colour="#a3742a" if edge.feedback else "#6b7782", dashed=edge.feedback
        )
        for edge in EDGES
    ]
    parts += [_node(node, before, on) for node in NODES]
    parts.append(drug_marks(drugs))
    stacked: dict[str, int] = {}
    for lesion in lesions:
        node = next(item for item in NODES if item.id == lesion.node)
        place = stacked.get(node.id, 0)
        if place == _MARKS_PER_NODE:
            continue
        stacked[node.id] = place + 1
        corner = node.x + node.width / 2 + 1.0 - 17.0 * place
        parts.append(glyph(lesion.kind, corner, node.y - node.height / 2 - 3.0, lesion.measured))
    return "".join(parts)


def _fill(readout: str | None, before: Values, on: Values | None) -> tuple[str, str]:
    """Return the colour of a readout and what is written under its name."""
    start = before.get(readout) if readout else None
    if readout is None or start is None:
        return PAPER, ""
    if on is None:
        if readout in COUNTED:
            level = (math.log10(max(start, 1e-3)) - _LOG_RANGE[0]) / (_LOG_RANGE[1] - _LOG_RANGE[0])
            return sequential(level), _count(start)
        return sequential(start), f"{start:.2f}"
    end = on.get(readout)
    if end is None:
        return PAPER, ""
    floor = 0.1 if readout in COUNTED else 0.005
    if max(start, end) < floor:
        return fold_colour(1.0), "≈ 0"
    ratio = max(end, floor) / max(start, floor)
    return fold_colour(ratio), _fold(ratio)


def _count(thousands: float) -> str:
    if thousands >= 995:
        return f"{thousands / 1000:.1f} M"
    return f"{thousands:.0f} k" if thousands >= 9.95 else f"{thousands:.1f} k"


def _fold(ratio: float) -> str:
    if ratio < 0.01:
        return "< ×0.01"
    if ratio > 99:
        return "> ×99"
    return f"×{ratio:.2f}" if ratio < 9.95 else f"×{ratio:.0f}"


def _node(node: Node, before: Values, on: Values | None) -> str:
    fill, value = _fill(node.readout, before, on)
    ink = text_on(fill)
    box = svg.rectangle(
        node.x - node.width / 2,
        node.y - node.height / 2,
        node.width,
        node.height,
        rx=node.height / 2 if node.shape == "round" else 5.0,
        fill=fill,
        stroke="#47535d" if value else "#97a2ab",
        stroke_width=1.2,
    )
    size = min(12.5, 12.5 * (node.width - 6) / svg.text_width(node.label, 12.5))
    if not value:
        return box + svg.text(node.x, node.y + 4.3, node.label, size, anchor="middle", fill=INK)
    name = svg.text(node.x, node.y - 1.5, node.label, size, anchor="middle", fill=ink, font_weight=600)
    return box + name + svg.text(node.x, node.y + 11.5, value, 10.5, anchor="middle", fill=ink)


def _receptor(receptor: Receptor, before: Values, on: Values | None) -> str:
    x = receptor.x
    stem = svg.element("path", d=f"M{x} 136 V178", stroke="#7b8791", stroke_width=5.0, stroke_linecap="round")
    if not receptor.ectodomain:
        return stem + svg.text(x, 132, "no ectodomain", 10, anchor="middle", fill=FAINT, font_style="italic")
    fill, value = _fill(receptor.readout, before, on)
    parts = [stem]
    for row, domain in enumerate(("I", "II", "III", "IV")):
        y = 58.0 + 23.0 * row
        shown = receptor.epitopes and domain in {"II", "IV"}
        outline = DRUG if shown else "#8b96a0"
        shape = svg.element(
            "ellipse",
            cx=x,
            cy=y,
            rx=19.0,
            ry=11.5,
            fill=fill,
            stroke=outline,
            stroke_width=1.8 if shown else 1.1,
        )
        mark = (
            svg.text(x, y + 3.8, domain, 10.5, anchor="middle", fill=text_on(fill), font_weight=600)
            if shown
            else ""
        )
        parts.append(shape + mark)
    if receptor.ligand:
        parts.append(svg.element("circle", cx=x + 19.0, cy=47.0, r=6.0, fill="#e9c46a", stroke="#a3742a"))
        parts.append(svg.text(x + 29, 44, receptor.ligand, 11, fill=INK))
    if value:
        parts.append(svg.text(x, 40, value, 10.5, anchor="middle", fill=INK))
        parts.append(svg.text(x, 27, receptor.readout_label, 10.5, anchor="middle", fill=MUTED))
    return "".join(parts)


def _scale(x: float, y: float, name: str, ticks: Sequence[tuple[float, str]], *, fold: bool) -> str:
    steps, width = 40, 190.0
    parts = [svg.text(x, y - 6, name, 11.5, fill=INK)]
    for step in range(steps):
        share = (step + 0.5) / steps
        colour = fold_colour(2.0 ** (6.0 * share - 3.0)) if fold else sequential(share)
        parts.append(svg.rectangle(x + width * step / steps, y, width / steps + 0.4, 10, fill=colour))
    parts.append(svg.rectangle(x, y, width, 10, fill="none", stroke=FAINT, stroke_width=0.8))
    for share, words in ticks:
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        parts.append(svg.text(x + width * share, y + 22, words, 10.5, anchor=anchor, fill=MUTED))
    return "".join(parts)


def _legend(width: float, *, two: bool) -> str:
    parts = [svg.element("path", d=f"M0 0 H{svg.number(width)}", stroke=LINE)]
    ticks = [(0.0, "0 | 1 k"), (0.5, "0.5 | 45 k"), (1.0, "1 | 2 M")]
    parts.append(_scale(2, 26, "Activity | receptors per cell (log scale)", ticks, fold=False))
    if two:
        folds = [(0.0, "×1/8"), (0.5, "unchanged"), (1.0, "×8")]
        parts.append(_scale(232, 26, "Change on treatment, log scale", folds, fold=True))
    x = 462.0 if two else 250.0
    lines: tuple[tuple[svg.End, str, bool, str], ...] = (
        ("activates", "#6b7782", False, "activates"),
        ("inhibits", "#6b7782", False, "inhibits"),
        ("activates", "#a3742a", True, "feedback"),
    )
    for row, (end, colour, dashed, words) in enumerate(lines):
        y = 16.0 + 18.0 * row
        parts.append(svg.connector(((x, y), (x + 34, y)), end, colour=colour, dashed=dashed))
        parts.append(svg.text(x + 43, y + 4, words, 11.5))
    x += 124.0
    symbols: tuple[tuple[Kind, str], ...] = (
        ("mutated", "mutated"),
        ("amplified", "amplified or raised"),
        ("lost", "lost"),
    )
    for row, (kind, words) in enumerate(symbols):
        y = 16.0 + 18.0 * row
        parts.append(glyph(kind, x + 8, y))
        parts.append(svg.text(x + 22, y + 4, words, 11.5))
    if not two:
        return "".join(parts)
    x += 156.0
    parts += [
        glyph("mutated", x + 8, 16, measured=False),
        svg.text(x + 22, 20, "hollow: not measured, sampled", 11.5),
    ]
    parts += [svg.pill(x + 15, 36, "drug", DRUG, size=9.0), svg.text(x + 40, 40, "drug at its target", 11.5)]
    parts.append(svg.rectangle(x, 45, 26, 14, rx=4, fill=PAPER, stroke="#97a2ab"))
    parts.append(svg.text(x + 40, 56, "white: in the model, not read out", 11.5))
    x += 222.0
    parts.append(svg.text(x, 20, "Box text: AKT S473, FOXO in the nucleus,", 10.5, fill=MUTED))
    parts.append(svg.text(x, 34, "Rb, TSC2, S6, HERs: phosphorylated;", 10.5, fill=MUTED))
    parts.append(svg.text(x, 48, "p95HER2: ratio to full length; S phase: Ki67.", 10.5, fill=MUTED))
    return "".join(parts)


def _captions(lesions: Sequence[Lesion], width: float) -> tuple[str, int]:
    parts: list[str] = []
    x, row = 2.0, 0
    for lesion in lesions:
        words = lesion.label if lesion.measured else f"{lesion.label} (sampled)"
        needed = 34.0 + svg.text_width(words, 12.0)
        if x + needed > width and x > 2.0:
            x, row = 2.0, row + 1
        y = 22.0 * row
        parts.append(glyph(lesion.kind, x + 8, y + 8, lesion.measured))
        parts.append(svg.text(x + 22, y + 12, words, 12.0))
        x += needed + 10
    return "".join(parts), row + 1 if parts else 0
