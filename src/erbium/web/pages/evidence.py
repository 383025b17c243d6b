"""The page Evidence: look for items, and see where they contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, dcc, html

from erbium.core.errors import ErbiumError
from erbium.knowledge.evidence_tables import LEVELS
from erbium.web import lookup
from erbium.web.api import Work
from erbium.web.pages.parts import aria, badge, choice, empty, error_box, field, table
from erbium.web.pages.still import still

SHOWN = 40


def layout(_work: Work, _given: dict[str, str]) -> list[Any]:
    """Return the page."""
    return [
        html.H1("Evidence"),
        html.P("What was published on a marker and a treatment, how strong it is, and where it conflicts."),
        html.Div(
            [
                field(
                    "Words", dcc.Input(id="ev-text", type="search", debounce=0.4, maxLength=200), "ev-text"
                ),
                field(
                    "Marker",
                    dcc.Input(id="ev-marker", type="text", debounce=0.6, maxLength=120, placeholder="any"),
                    "ev-marker",
                ),
                field(
                    "Drug",
                    dcc.Input(id="ev-drug", type="text", debounce=0.6, maxLength=120, placeholder="any"),
                    "ev-drug",
                ),
                field("Level", choice("ev-level", LEVELS, placeholder="any"), "ev-level"),
                field("Setting", choice("ev-setting", lookup.SETTINGS, placeholder="any"), "ev-setting"),
            ],
            className="row",
            role="search",
        ),
        html.Section([html.H2("Items"), html.Div(id="ev-items", **aria(live="polite"))]),
        html.Section(
            [
                html.H2("Conflicts"),
                html.P(
                    "Claims with items on both sides, of the marker above or of all. Open one to read both."
                ),
                html.Div(id="ev-conflicts", **aria(live="polite")),
            ]
        ),
    ]


def register(app: Dash, _work: Work) -> None:
    """Let the page work."""

    @app.callback(
        Output("ev-items", "children"),
        Input("ev-text", "value"),
        Input("ev-marker", "value"),
        Input("ev-drug", "value"),
        Input("ev-level", "value"),
        Input("ev-setting", "value"),
    )
    def search(
        text: str | None, marker: str | None, drug: str | None, level: str | None, setting: str | None
    ) -> Any:
        try:
            found = lookup.evidence_search(
                (text or "")[:200], marker=marker, drug=drug, level=level, setting=setting, limit=SHOWN
            )
        except ErbiumError as error:
            return error_box(error)
        if not found["items"]:
            return empty("No item fits. Nothing found is no finding: the marker may not have been studied.")
        rows = [_row(item) for item in found["items"]]
        more = f", the strongest {len(rows)} shown" if found["found"] > len(rows) else ""
        heads = ["Level", "Claim", "Setting", "Design", "n", "Source"]
        return still(html.P(f"{found['found']} items{more}"), table(heads, rows, "items of evidence"))

    @app.callback(Output("ev-conflicts", "children"), Input("ev-marker", "value"), State("url", "pathname"))
    def conflicts(marker: str | None, _path: str | None) -> Any:
        try:
            found = lookup.evidence_conflicts(marker or None, limit=30)
        except ErbiumError as error:
            return error_box(error)
        if not found["groups"]:
            return empty("No item contradicts another here.")
        groups = [_group(group, found["items"]) for group in found["groups"]]
        return still(html.P(f"{found['found']} claims"), groups)


def _row(item: Mapping[str, Any]) -> list[Any]:
    verb = {"supports": "", "disputes": "disputed: ", "neutral": "open: "}[str(item["direction"])]
    result = (item.get("measure") or {}).get("text") or ""
    return [
        badge(str(item["level"]), "tier"),
        html.Div([f"{verb}{item['claim']}", html.Div(result, className="small muted")]),
        item.get("setting") or "–",
        str(item.get("design") or "").replace("_", " "),
        str(item.get("n") or "–"),
        html.Div([_source(item), html.Div(f"{item['id']}, {item['status']}", className="small muted")]),
    ]


def _source(item: Mapping[str, Any]) -> str:
    source = item.get("source")
    if isinstance(source, Mapping):
        return str(source.get("text") or source.get("id") or "")
    return str(source or "")


def _group(group: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]) -> html.Details:
    what = group["treatment"] or "any treatment"
    index = f"{group['conflict']:.2f}"
    marks = [badge("contradicted", "failed")] if group["contradicted"] else []
    said = [
        f"{str(group['claim']).replace('_', ' ')} ({group['setting'] or 'setting not stated'})",
        f"level {group['level'] or '–'}",
        f"{len(group['for'])} for",
        f"{len(group['against'])} against",
        f"conflict {index} ",
    ]
    head = html.Summary([html.B(f"{group['marker']}, {what}"), ": ", ", ".join(said), *marks])
    sides = [
        html.Div([html.H4(title), html.Ul([_item(items[name]) for name in group[key]], className="bare")])
        for title, key in (("For", "for"), ("Against", "against"))
    ]
    reasons = [html.Li(text) for text in group["possible_reasons"]]
    why = [html.H4("What may explain it"), html.Ul(reasons)] if reasons else []
    return html.Details([head, html.Div(sides, className="two"), *why])


def _item(item: Mapping[str, Any]) -> html.Li:
    return html.Li(
        [
            badge(str(item["level"]), "tier"),
            f" {item['claim']}",
            html.Div(f"{_source(item)} · {item['id']}", className="small muted"),
        ]
    )
