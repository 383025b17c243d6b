"""The picture of the network: what stands in it, where, and in which colours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from erbium.report.palette import (
    BLUE,
    FAINT,
    INK,
    LINE,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    VERMILION,
    fold_colour,
    sequential,
)
from erbium.web import lookup

#: Modules that are shown first: signalling from receptor to cycle.
START = ("her_receptors", "pi3k_akt_mtor", "ras_mapk", "cell_cycle")
_SHAPES = {
    "protein": "ellipse",
    "rule": "round-rectangle",
    "drug": "diamond",
    "complex": "hexagon",
    "transcript": "tag",
}
_FILL = {"protein": SKY, "rule": PAPER, "drug": ORANGE, "complex": BLUE, "transcript": PURPLE}
STYLE: list[dict[str, Any]] = [
    {
        "selector": "node",
        "style": {
            "label": "data(label)",
            "font-size": 15,
            "font-family": "system-ui, sans-serif",
            "color": INK,
            "width": 24,
            "height": 24,
            "border-width": 1,
            "border-color": FAINT,
            "text-valign": "bottom",
            "text-margin-y": 3,
            "text-background-color": PAPER,
            "text-background-opacity": 0.8,
        },
    },
    *(
        {"selector": f'[kind = "{kind}"]', "style": {"shape": shape, "background-color": _FILL[kind]}}
        for kind, shape in _SHAPES.items()
    ),
    {
        "selector": "edge",
        "style": {
            "width": 1.4,
            "line-color": FAINT,
            "curve-style": "bezier",
            "target-arrow-shape": "triangle",
            "target-arrow-color": FAINT,
            "arrow-scale": 0.9,
            "opacity": 0.8,
        },
    },
    {
        "selector": '[sign = "-1"]',
        "style": {
            "line-color": VERMILION,
            "target-arrow-color": VERMILION,
            "target-arrow-shape": "tee",
            "line-style": "dashed",
        },
    },
    {"selector": '[sign = "1"]', "style": {"line-color": BLUE, "target-arrow-color": BLUE}},
    {
        "selector": ":selected",
        "style": {"border-width": 4, "border-color": INK, "line-color": INK, "width": 34, "height": 34},
    },
]

LAYOUT = {
    "name": "cose", "animate": False, "randomize": False, "fit": True, "padding": 20, "numIter": 1500,
    "nodeRepulsion": 90000, "idealEdgeLength": 55, "edgeElasticity": 60, "gravity": 0.4, "nodeOverlap": 24,
    "componentSpacing": 60,
}  # fmt: skip


def elements(modules: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the nodes of some pathways and the influences among them.

    The nodes begin on a spiral, pathway after pathway; from there the browser draws together what is
    connected, and always ends with the same picture.
    """
    data = lookup.network()
    kept = {node["id"]: node for node in sorted(data["nodes"], key=_order) if node["module"] in modules}
    drawn: list[dict[str, Any]] = []
    for place, (name, node) in enumerate(kept.items()):
        turn, reach = 2.4 * place, 40.0 * math.sqrt(place)
        position = {"x": round(1.4 * reach * math.cos(turn)), "y": round(reach * math.sin(turn))}
        held = {"id": name, "label": node["label"], "kind": node["kind"]}
        drawn.append({"data": held, "position": position})
    for edge in data["edges"]:
        ends = edge["source"], edge["target"]
        if ends[0] in kept and ends[1] in kept:
            held = {"id": ">".join(ends), "source": ends[0], "target": ends[1], "sign": str(edge["sign"])}
            drawn.append({"data": held})
    return drawn


def _order(node: Mapping[str, Any]) -> tuple[str, str]:
    return str(node["module"]), str(node["id"])


def coloured(colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the style of the picture with nodes filled by activity; those without a colour are pale."""
    by_colour: dict[str, list[str]] = {}
    for name, colour in colours.items():
        by_colour.setdefault(colour, []).append(f'node[id = "{name}"]')
    unknown = {"background-color": PAPER, "border-style": "dashed", "border-color": FAINT}
    filled = [
        {
            "selector": ", ".join(names),
            "style": {
                "background-color": colour,
                "border-style": "solid",
                "border-color": INK,
                "width": 32,
                "height": 32,
            },
        }
        for colour, names in by_colour.items()
    ]
    return [*STYLE[:-1], {"selector": "node", "style": unknown}, *filled, STYLE[-1]]


def fold_legend() -> str:
    """Return the scale of fold changes as SVG text."""
    steps = [(2.0 ** (k / 4.0), k) for k in range(-12, 13)]
    ticks = [(-12, "÷8"), (-8, "÷4"), (-4, "÷2"), (0, "as before"), (4, "×2"), (8, "×4"), (12, "×8")]
    return _legend([fold_colour(ratio) for ratio, _ in steps], [(k + 12, text) for k, text in ticks])


def share_legend() -> str:
    """Return the scale of shares as SVG text."""
    return _legend(
        [sequential(k / 24.0) for k in range(25)],
        [(0, "0"), (6, "0.25"), (12, "0.5"), (18, "0.75"), (24, "1")],
    )


def _legend(colours: list[str], ticks: list[tuple[int, str]]) -> str:
    width, box = 440.0, 400.0 / len(colours)
    bars = "".join(
        f'<rect x="{20 + k * box:.1f}" y="2" width="{box + 0.4:.1f}" height="14" fill="{colour}"/>'
        for k, colour in enumerate(colours)
    )
    words = "".join(
        f'<text x="{20 + (k + 0.5) * box:.1f}" y="30" font-size="11" text-anchor="middle" fill="{INK}" '
        f'font-family="sans-serif">{text}</text>'
        for k, text in ticks
    )
    frame = f'<rect x="20" y="2" width="400" height="14" fill="none" stroke="{LINE}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} 36" width="{width:.0f}" '
        f'height="36">{bars}{frame}{words}</svg>'
    )
