"""The page Network: the signalling network as a picture to move in, and as a list."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import dash_cytoscape
from dash import Dash, Input, Output, ctx, html, no_update

from erbium.report.palette import BLUE, FAINT, INK, ORANGE, PAPER, PURPLE, SKY, VERMILION
from erbium.web import lookup
from erbium.web.api import Work
from erbium.web.pages.parts import aria, badge, choice, empty, field, table
from erbium.web.pages.still import still

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
_STYLE: list[dict[str, Any]] = [
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

_LAYOUT = {
    "name": "cose", "animate": False, "randomize": False, "fit": True, "padding": 20, "numIter": 1500,
    "nodeRepulsion": 90000, "idealEdgeLength": 55, "edgeElasticity": 60, "gravity": 0.4, "nodeOverlap": 24,
    "componentSpacing": 60,
}  # fmt: skip


def layout(_work: Work, _given: dict[str, str]) -> list[Any]:
    """Return the page."""
    data = lookup.network()
    modules = sorted({str(node["module"]) for node in data["nodes"] if node["module"]})
    words = [{"label": name.replace("_", " "), "value": name} for name in modules]
    nodes = [{"label": str(node["label"]), "value": str(node["id"])} for node in data["nodes"]]
    return [
        html.H1("Network"),
        html.P(
            [
                "Who acts on whom in one clone. ",
                badge("blue arrow", "for"),
                " raises, ",
                badge("orange bar, dashed", "against"),
                " lowers, grey converts. Choose a node in the picture or in the list.",
            ]
        ),
        html.Div(
            [
                field("Pathways", choice("net-modules", words, list(START), multi=True), "net-modules"),
                field(
                    "Node",
                    choice(
                        "net-node", sorted(nodes, key=lambda n: n["label"].casefold()), placeholder="choose"
                    ),
                    "net-node",
                ),
            ],
            className="row",
        ),
        html.Div(
            [
                html.Div(
                    dash_cytoscape.Cytoscape(
                        id="net-picture",
                        elements=elements(START),
                        stylesheet=_STYLE,
                        layout=_LAYOUT,
                        style={"width": "100%", "height": "600px"},
                        minZoom=0.2,
                        maxZoom=4,
                        boxSelectionEnabled=False,
                    ),
                    className="canvas",
                    role="img",
                    **aria(label="picture of the network; the list beside it says the same"),
                ),
                html.Div(id="net-about", className="card", **aria(live="polite")),
            ],
            className="two wide-left",
        ),
    ]


def register(app: Dash, _work: Work) -> None:
    """Let the page work."""

    @app.callback(Output("net-picture", "elements"), Input("net-modules", "value"), prevent_initial_call=True)
    def draw(modules: list[str] | None) -> Any:
        return elements(tuple(sorted(modules or [])))

    @app.callback(
        Output("net-about", "children"), Input("net-node", "value"), Input("net-picture", "tapNodeData")
    )
    def about(listed: str | None, tapped: dict[str, Any] | None) -> Any:
        name = (tapped or {}).get("id") if ctx.triggered_id == "net-picture" else listed
        if name is None:
            return empty("No node is chosen.") if ctx.triggered_id is None or listed is None else no_update
        return still(_node(str(name)))


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


def _node(name: str) -> list[Any]:
    data = lookup.network()
    node = next((one for one in data["nodes"] if one["id"] == name), None)
    if node is None:
        return [empty("No such node.")]
    labels = {one["id"]: one["label"] for one in data["nodes"]}
    onto = [edge for edge in data["edges"] if edge["target"] == name]
    from_ = [edge for edge in data["edges"] if edge["source"] == name]
    parts: list[Any] = [
        html.H2(str(node["label"])),
        html.P(f"{node['kind']} of {str(node['module']).replace('_', ' ')}"),
    ]
    if node.get("forms"):
        parts.append(html.P([html.B("Forms: "), str(node["forms"])]))
    for title, edges, key in (("What acts on it", onto, "source"), ("What it acts on", from_, "target")):
        rows = [[labels[edge[key]], edge["kind"], edge["reactions"]] for edge in edges]
        parts.append(html.H3(title))
        parts.append(table(["Node", "How", "Reactions or rules"], rows, title) if rows else empty("Nothing."))
    return parts
