"""What a search for combinations found: pairs, benefit against burden, the explained sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from erbium.web.pages.combination import escape_name, interval, searched
from erbium.web.pages.follow import downloads
from erbium.web.pages.pairs import MEASURES, agents_of
from erbium.web.pages.parts import aria, badge, empty, message, picture, table
from erbium.web.pages.still import still

#: Most agents whose pairs have room beside the other picture.
_BESIDE = 8
_HEADS = (
    "#", "Set", "Benefit, log10 cells", "Least adds", "Severe events", "Shared cautions", "In the tumour",
    "In a dish", "Closes",
)  # fmt: skip


def result(job: str, found: Mapping[str, Any], front: str | None) -> list[Any]:
    """Return the result of a search.

    Parameters
    ----------
    found
        The dict of `Combination.json()`.
    front
        Picture of benefit against burden.
    """
    measures = [{"label": one.label, "value": key} for key, one in MEASURES.items()]
    shown = dcc.RadioItems(measures, next(iter(MEASURES)), id="comb-measure", inline=True)
    return [
        still(_head(job, found)),
        html.Div(
            [
                html.Section(
                    [
                        html.H2("Pairs"),
                        html.Fieldset([html.Legend("What a cell shows"), shown], className="plain"),
                        html.Div(id="comb-map", **aria(live="polite")),
                    ]
                ),
                html.Section([html.H2("Benefit against burden"), still(_front(found, front))]),
            ],
            className="two" if len(agents_of(found)) <= _BESIDE else "",
        ),
        still([*_sets(found), *_cautions(found)]),
    ]


def _head(job: str, found: Mapping[str, Any]) -> list[Any]:
    said = [
        str(found["setting"]),
        f"{found['engine']['twins']} twins",
        f"knowledge of {found['knowledge_date']}",
        f"seed {found['seed']}",
        f"{found['seconds']:.0f}\N{NO-BREAK SPACE}s",
    ]
    given = ", ".join(agent["name"] for agent in found["given"]) or "nothing"
    benefit = found["benefit"]
    weeks = benefit["time_days"] / 7.0
    return [
        html.Div(
            [
                html.P([html.B(found["case"]), " · ", badge(found["her2_status"]), " · ".join(["", *said])]),
                downloads(job),
            ],
            className="row between",
        ),
        html.P(
            f"Benefit: {benefit['name']} than under {benefit['against']} after {weeks:.0f} weeks, "
            f"{benefit['unit']}. Given anyway: {given}. {searched(found)}"
        ),
    ]


def _front(found: Mapping[str, Any], front: str | None) -> Any:
    if not front:
        return empty("There is no picture of this search.")
    words = (
        f"Benefit against burden of {len(found['courses'])} sets; the table below has the numbers of the "
        "explained ones."
    )
    caption = (
        "Numbers are places in the table below. A set is on the front if no other is as good in benefit and "
        "in all parts of the burden (agents, shared cautions, severe events) and better in one."
    )
    return html.Figure([picture(front, words, "picture"), html.Figcaption(caption)], className="paper")


def _sets(found: Mapping[str, Any]) -> list[Any]:
    title = html.H2("Explained sets")
    if not found["sets"]:
        return [title, empty("No set passed: none is on the front, and none adds something over its parts.")]
    words = (
        "Benefit: median (5th to 95th percentile over the draws). ?: no rate is published for one of the "
        "drugs, which counts like the median drug of its class."
    )
    rows = [_row(one) for one in found["sets"]]
    return [
        title,
        table(_HEADS, rows, "explained sets, best first", "options"),
        html.P(words, className="small muted"),
    ]


def _row(one: Mapping[str, Any]) -> list[Any]:
    opens: dict[str, Any] = {"data-open": str(one["rank"])}
    name: list[Any] = [html.Button(one["name"], className="link", **opens)]
    if one["on_front"]:
        name.append(badge("on the front", "reference"))
    burden = one["burden"]
    cautions = [str(part["caution"]).replace("_", " ") for part in burden["overlapping"]]
    escapes = dict.fromkeys(escape_name(part) for part in one["closes"])
    return [
        str(one["rank"]),
        html.Div(name),
        interval(one["benefit"]),
        "–" if one["adds"] is None else f"{one['adds']:.2f}",
        f"{burden['severe_events']:.2f}{' ?' if burden['rates_unknown'] else ''}",
        ", ".join(cautions) or "none",
        _verdict(one, "tumour"),
        _verdict(one, "dish"),
        ", ".join(list(escapes)[:3]) or "–",
    ]


def _verdict(one: Mapping[str, Any], place: str) -> Any:
    found = one["synergy"][place]
    if found is None:
        return "–"
    bliss = interval(found["excess"]["Bliss"], signed=True)
    return html.Div([found["verdict"], html.Div(bliss, className="small muted")])


def _cautions(found: Mapping[str, Any]) -> list[Any]:
    parts: list[Any] = []
    refused = found["ruled_out"]
    if refused:
        rows = [html.Li([html.B(one["set"]), f": {one['reasons']}"]) for one in refused]
        title = html.Summary(f"{len(rows)} sets are ruled out for this patient")
        parts.append(html.Details([title, html.Ul(rows)]))
    return [*parts, *(message("note", html.P(text)) for text in found["warnings"])]
