"""The page Network: who acts on whom, how active it is in a case, what a treatment does to it."""

from __future__ import annotations

from typing import Any

import dash_cytoscape
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.knowledge import load_knowledge
from erbium.knowledge.search_nodes import load_search_nodes
from erbium.search.activity import MOST_NODES
from erbium.web import lookup
from erbium.web.api import Work
from erbium.web.asked import ActivityRequest, as_request
from erbium.web.case import profile_of
from erbium.web.pages import network_activity as shown
from erbium.web.pages.case import START as FIRST_CASE
from erbium.web.pages.network_facts import edge_facts, node_facts
from erbium.web.pages.network_picture import (
    LAYOUT,
    START,
    STYLE,
    coloured,
    elements,
    fold_legend,
    share_legend,
)
from erbium.web.pages.parts import (
    aria,
    badge,
    choice,
    empty,
    error_box,
    field,
    message,
    picture,
    wrong_values,
)
from erbium.web.pages.still import still

VIEWS = (
    ("kind", "kind of node"),
    ("share", "activity in this case"),
    ("mechanisms", "what its mechanisms do"),
    ("course", "treatment or knock-down"),
)


def layout(work: Work, _given: dict[str, str]) -> list[Any]:
    """Return the page."""
    work.quick.warm("activity", as_request(ActivityRequest.model_validate({"example": FIRST_CASE})))
    data = lookup.network()
    modules = sorted({str(node["module"]) for node in data["nodes"] if node["module"]})
    words = [{"label": name.replace("_", " "), "value": name} for name in modules]
    nodes = [{"label": str(node["label"]), "value": str(node["id"])} for node in data["nodes"]]
    nodes.sort(key=lambda node: node["label"].casefold())
    return [
        html.H1("Network"),
        html.P(
            [
                "Who acts on whom in one clone: ",
                badge("blue arrow", "for"),
                " raises, ",
                badge("orange bar, dashed", "against"),
                " lowers, grey converts. Choose a node or an arrow in the picture, or a node in the list.",
            ],
            className="wide",
        ),
        dcc.Store(id="net-asked"),
        html.Div(
            [
                html.Div(
                    [
                        html.Div(
                            [
                                field(
                                    "Pathways",
                                    choice("net-modules", words, list(START), multi=True),
                                    "net-modules",
                                ),
                                field("Node", choice("net-node", nodes, placeholder="choose"), "net-node"),
                            ],
                            className="row",
                        ),
                        _picture(),
                        _time(),
                        html.Div(id="net-legend"),
                    ],
                    className="held",
                ),
                html.Div(
                    [
                        _questions(),
                        html.Div(id="net-said", **aria(live="assertive")),
                        html.Div(id="net-movers", **aria(live="polite")),
                        html.Div(id="net-about", className="card", **aria(live="polite")),
                    ]
                ),
            ],
            className="two three-two",
        ),
    ]


def _questions() -> html.Fieldset:
    regimens = sorted(
        ({"label": one.name, "value": one.id} for one in load_knowledge().regimens.values()),
        key=lambda one: one["label"].casefold(),
    )
    nodes = [{"label": one.name, "value": one.id} for one in load_search_nodes().values()]
    strength = dcc.Input(id="net-strength", type="number", min=1, max=99, step=1, value=80, debounce=True)
    views = [{"label": words, "value": key} for key, words in VIEWS]
    return html.Fieldset(
        [
            html.Legend("Colours"),
            field(
                "Colour by", choice("net-view", views, "kind", clearable=False, searchable=False), "net-view"
            ),
            html.Div(
                [
                    field("Regimen", choice("net-regimen", regimens, placeholder="none"), "net-regimen"),
                    field(
                        "Knock down",
                        choice("net-knock", nodes, [], multi=True, placeholder="nothing"),
                        "net-knock",
                    ),
                    field("Strength", strength, "net-strength", "% inhibited"),
                ],
                className="row end",
                id="net-given",
                hidden=True,
            ),
        ]
    )


def _picture() -> html.Div:
    return html.Div(
        dash_cytoscape.Cytoscape(
            id="net-picture",
            elements=elements(START),
            stylesheet=STYLE,
            layout=LAYOUT,
            style={"width": "100%", "height": "clamp(380px, calc(100vh - 400px), 780px)"},
            minZoom=0.2,
            maxZoom=4,
            boxSelectionEnabled=False,
        ),
        className="canvas",
        role="img",
        **aria(label="picture of the network; the lists beside it say the same"),
    )


def _time() -> html.Div:
    slider = dcc.Slider(
        0, 1, 1, value=0, id="net-time", marks={0: "before"}, included=False, allow_direct_input=False
    )
    return html.Div(
        [html.Div("Time on treatment", className="label", id="label-of-net-time"), slider],
        id="net-time-field",
        hidden=True,
    )


def register(app: Dash, work: Work) -> None:
    """Let the page work."""

    def answer(asked: dict[str, Any]) -> Any:
        return work.quick.ask("activity", asked)

    @app.callback(Output("net-picture", "elements"), Input("net-modules", "value"), prevent_initial_call=True)
    def draw(modules: list[str] | None) -> Any:
        return elements(tuple(sorted(modules or [])))

    @app.callback(
        Output("net-asked", "data"),
        Output("net-said", "children"),
        Output("net-time", "max"),
        Output("net-time", "marks"),
        Output("net-time", "value"),
        Output("net-time-field", "hidden"),
        Output("net-given", "hidden"),
        Input("net-view", "value"),
        Input("net-regimen", "value"),
        Input("net-knock", "value"),
        Input("net-strength", "value"),
        State("case-kept", "data"),
        State("net-time", "value"),
        running=[(Output("net-picture", "className"), "busy", "")],
    )
    def ask(
        view: str, regimen: str | None, knocked: list[str] | None, strength: Any, kept: str | None, now: int
    ) -> tuple[Any, ...]:
        course = view == "course"

        def without(said: Any) -> tuple[Any, ...]:
            return None, said, no_update, no_update, no_update, True, not course

        if view == "kind":
            return without(None)
        wanted: dict[str, Any] = {"text": kept} if kept else {"example": FIRST_CASE}
        if course:
            if not regimen and not knocked:
                return without(message("empty", html.P("Choose a regimen, or nodes to knock down.")))
            if strength is None:
                return without(_wrong_strength())
            wanted |= {"regimen": regimen, "knock_down": dict.fromkeys(knocked or [], strength / 100.0)}
        try:
            question = ActivityRequest.model_validate(wanted)
            profile_of(question)
            asked = as_request(question)
            found = answer(asked)
        except ErbiumError as error:
            return without(error_box(error))
        except ValidationError as error:
            return without(_unfit(error))
        said = _about_case(found, view)
        days = found["time_days"]
        if len(days) == 1:
            return asked, said, no_update, no_update, no_update, True, not course
        last = len(days) - 1
        place = now if 0 < (now or 0) <= last else last
        return asked, said, last, shown.marks(days), place, False, False

    @app.callback(
        Output("net-picture", "stylesheet"),
        Output("net-movers", "children"),
        Output("net-legend", "children"),
        Input("net-asked", "data"),
        Input("net-time", "value"),
        Input("net-modules", "value"),
        State("net-view", "value"),
    )
    def colour(asked: dict[str, Any] | None, moment: int | None, modules: list[str] | None, view: str) -> Any:
        if not asked:
            return STYLE, None, None
        try:
            found = answer(asked)
        except ErbiumError as error:
            return STYLE, error_box(error), None
        place = min(moment or 0, len(found["time_days"]) - 1)
        style = coloured(shown.colours(found, view, place))
        legend = _legend(view)
        if view != "course":
            return style, None, legend
        nodes = {one["id"]: one for one in lookup.network()["nodes"] if one["module"] in (modules or [])}
        names = [name for name, one in nodes.items() if one["kind"] != "drug"]
        labels = {name: str(one["label"]) for name, one in nodes.items()}
        return style, still(html.Div(shown.movers(found, names, labels, place), className="card")), legend

    @app.callback(
        Output("net-about", "children"),
        Input("net-node", "value"),
        Input("net-picture", "tapNodeData"),
        Input("net-picture", "tapEdgeData"),
        Input("net-asked", "data"),
        State("net-about", "children"),
    )
    def about(
        listed: str | None, node: dict[str, Any] | None, edge: dict[str, Any] | None, asked: Any, there: Any
    ) -> Any:
        causes = [one["prop_id"] for one in ctx.triggered]
        if "net-picture.tapEdgeData" in causes and edge:
            return still(edge_facts(str(edge["source"]), str(edge["target"])))
        tapped = (node or {}).get("id") if "net-picture.tapNodeData" in causes else None
        name = tapped or listed or (node or {}).get("id")
        if name is None:
            return empty("No node is chosen.") if there is None else no_update
        facts = node_facts(str(name))
        if asked:
            label = next((str(n["label"]) for n in lookup.network()["nodes"] if n["id"] == name), str(name))
            try:
                facts[2:2] = shown.of_node(answer(asked), str(name), label)
            except ErbiumError as error:
                facts.insert(2, error_box(error))
        return still(facts)


def _about_case(found: Any, view: str) -> html.Div:
    """Return which case is coloured, and with how many twins."""
    said: list[Any] = [html.B(found["case"]), f" · {found['twins']} digital twins · clone “{found['clone']}”"]
    if view == "course":
        given = [found["regimen"]["name"]] if found["regimen"] else []
        given += [f"{one['name']} −{one['strength']:.0%}" for one in found["knock_down"]]
        said += [" · from day 0: ", html.B("; ".join(given)), ", doses as planned, followed past progression"]
    if view == "mechanisms":
        names = [f"{one['name']} ({one['share']:.0%} of twins)" for one in found["mechanisms"]]
        said += [" · ", "; ".join(names) or "no mechanism is present: every node is as without"]
    parts: list[Any] = [html.P(said)]
    texts = [html.Li(text) for text in found["warnings"]]
    if texts:
        parts.append(html.Details([html.Summary(f"{len(texts)} remarks"), html.Ul(texts)]))
    return message("note", *parts)


def _legend(view: str) -> list[Any]:
    pale = "Dashed and pale: silent before, so that there is no multiple."
    if view == "share":
        words = "Acting share of each node, median of the twins, from 0 (pale) to 1 (dark)"
        svg, note = share_legend(), "Dashed and pale: its activity is an amount and no share."
    else:
        words = (
            "Activity as a multiple, median of the twins: blue below, orange above; full colour is eightfold"
        )
        if view == "mechanisms":
            words = words.replace("a multiple,", "a multiple of the same twins without any mechanism,")
        else:
            words = words.replace("a multiple,", "a multiple of that before,")
        svg, note = fold_legend(), pale
    return [
        picture(svg, words, "legend"),
        html.P(f"{words}. {note}", className="small muted"),
    ]


def _wrong_strength() -> html.Div:
    return message("error", html.P("Strength: expected a whole number from 1 to 99 %."), role="alert")


def _unfit(error: ValidationError) -> html.Div:
    if any(fault["loc"][:1] == ("knock_down",) and fault["type"] == "too_long" for fault in error.errors()):
        return message(
            "error", html.P(f"Knock down: expected at most {MOST_NODES} nodes together."), role="alert"
        )
    return wrong_values(error)
