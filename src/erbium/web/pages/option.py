"""One option, opened: figures, course, network, why, evidence for and against, cautions, sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from erbium.report.citations import references
from erbium.report.html import card
from erbium.web.pages.parts import aria, badge, message, picture, table


def one_option(advice: Mapping[str, Any], option: Mapping[str, Any]) -> html.Section:
    """Return all that is known of an option."""
    drawn = card(advice, option)
    title = html.H2(
        [f"{option['rank']}. {option['name']} ", badge(f"tier {option['tier']}", "tier")],
        id="option-title",
        tabIndex=-1,
    )
    figures = [
        html.Div([html.Dt(one["label"]), html.Dd([html.B(one["value"]), f" {one['range']}"])])
        for one in drawn["figures"]
    ]
    drugs = "; ".join(f"{one['name']} {one['dose']}" for one in option.get("drugs") or [])
    parts: list[Any] = [title, html.P(drugs, className="muted"), html.Dl(figures, className="strip")]
    if drawn["course"]:
        parts.append(_figure(picture(drawn["course"], _course_words(option)), "Course of the tumour"))
    if drawn["strip"]:
        words = "; ".join(option.get("reasons") or [])[:400]
        caption = "Signals on treatment, as a multiple of before"
        parts.append(_figure(picture(drawn["strip"], words, "picture wide"), caption))
    if drawn["pathway"]:
        words = f"HER2 network before and on {option['name']}; the signals are listed in the reasons."
        parts.append(
            _figure(
                picture(drawn["pathway"], words, "picture wide"),
                "Mechanism: the network before and on treatment",
            )
        )
    parts += _why(option, drawn)
    parts += _evidence(advice, option, drawn)
    parts += _cautions(option, drawn)
    return html.Section(parts, className="card option", **aria(labelledby="option-title"))


def _figure(image: Any, caption: str) -> html.Figure:
    return html.Figure([image, html.Figcaption(caption)])


def _course_words(option: Mapping[str, Any]) -> str:
    series = (option.get("course") or {}).get("sum_of_diameters") or {}
    sizes = [value for value in series.get("median") or [] if value is not None]
    if not sizes:
        return "Course of the sum of diameters"
    return (
        f"Sum of diameters of the median twin: {sizes[0]:.0f} mm at the start, smallest {min(sizes):.0f} mm, "
        f"{sizes[-1]:.0f} mm at the end"
    )


def _why(option: Mapping[str, Any], drawn: Mapping[str, Any]) -> list[Any]:
    parts: list[Any] = [html.H3("Why")]
    reasons = option.get("reasons") or []
    parts.append(
        html.Ul([html.Li(text) for text in reasons])
        if reasons
        else html.P("No reason was worked out for this option.")
    )
    if drawn["effects"]:
        rows = [
            [one["name"], one["endpoint"], one["without"], one["change"], str(one["rank_without"])]
            for one in drawn["effects"]
        ]
        heads = ["Mechanism", "Endpoint", "Without it", "What it does", "Rank without it"]
        parts.append(table(heads, rows, "what each mechanism does to this option"))
    return parts


def _evidence(advice: Mapping[str, Any], option: Mapping[str, Any], drawn: Mapping[str, Any]) -> list[Any]:
    parts: list[Any] = [html.H3("Evidence")]
    if drawn["conflict"]:
        parts.append(html.P(drawn["conflict"]))
    columns = []
    for side in drawn["sides"]:
        items = [
            html.Li(
                [
                    badge(one["level"], "tier"),
                    f" {one['claim']} ",
                    html.B(one["result"]),
                    html.Div(
                        " · ".join(
                            text
                            for text in (one["because"], one["away"], one["source"], one["status"])
                            if text
                        ),
                        className="small muted",
                    ),
                ]
            )
            for one in side["items"]
        ]
        more = html.P(f"and {side['more']} more", className="small muted") if side["more"] > 0 else None
        columns.append(
            html.Div([html.H4(f"{side['title']} ({side['count']})"), html.Ul(items, className="bare"), more])
        )
    parts.append(
        html.Div(columns, className="two")
        if columns
        else html.P("No published item on this option fits the case.")
    )
    if drawn["untested"]:
        parts.append(html.P(["Items ask for markers that were not tested: ", drawn["untested"], "."]))
    cited = {one.get("source") for one in option.get("evidence") or []}
    known = {one.get("id"): one for one in advice.get("sources") or []}
    listed = references([known[name] for name in cited if name in known])
    uses = [
        html.Li([badge(str(one["level"]), "tier"), f" {one['text']}"]) for one in option.get("evidence") or []
    ]
    if uses:
        parts += [html.H4("Its place in this setting"), html.Ul(uses, className="bare")]
    if listed:
        parts += [html.H4("Sources"), html.Ul([html.Li(_source(known[one.id])) for one in listed])]
    return parts


def _source(entry: Mapping[str, Any]) -> str:
    return f"{entry.get('text')} ({entry.get('status')})"


def _cautions(option: Mapping[str, Any], drawn: Mapping[str, Any]) -> list[Any]:
    texts = [*(option.get("cautions") or []), *drawn["overlaps"], *drawn["treatment"]]
    if not texts:
        return []
    return [
        html.H3("Cautions"),
        message("note", html.Ul([html.Li(str(text)) for text in dict.fromkeys(map(str, texts))])),
    ]
