"""What if the tumour were another: mechanisms on and off, a marker changed, and the order that follows.

The order appears from a few of the twins first, each against itself, and then from all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.knowledge import load_knowledge
from erbium.profile import profile_from, to_toml
from erbium.report import view
from erbium.web.api import Work
from erbium.web.asked import MOST_TWINS, WhatIfRequest, as_request
from erbium.web.case import example_text
from erbium.web.pages import fields
from erbium.web.pages.parts import aria, choice, error_box, field, message, table, wrong_values
from erbium.web.pages.still import still

#: Options that are put in order, from the top.
OPTIONS = 6
#: Fields that would ask another question than a marker does.
_OTHER_QUESTIONS = ("disease.setting", "disease.line")


def chooser(advice: Mapping[str, Any]) -> list[Any]:
    """Return the toggles."""
    options = advice.get("options") or []
    if not options:
        return []
    held = {str(one.get("mechanism")) for option in options for one in option.get("resistance") or []}
    known = sorted(
        load_knowledge().mechanisms.values(), key=lambda one: (one.id not in held, one.name.casefold())
    )
    words = [{"label": one.name, "value": one.id} for one in known if one.scope != "clone"]
    markers = [
        {"label": f"{one.label} ({one.group})", "value": place}
        for place, one in enumerate(fields.FIELDS)
        if one.key not in _OTHER_QUESTIONS
    ]
    return [
        html.H2("What if?"),
        html.P(
            f"The first {min(OPTIONS, len(options))} once more, on the same twins, with another tumour: "
            "an order from few twins comes at once, that of all of them follows."
        ),
        html.Fieldset(
            [
                html.Legend("Tumour"),
                html.Div(
                    [
                        field(
                            "Has",
                            choice("if-present", words, [], multi=True, placeholder="nothing more"),
                            "if-present",
                        ),
                        field(
                            "Lacks",
                            choice("if-absent", words, [], multi=True, placeholder="nothing"),
                            "if-absent",
                        ),
                        field("Marker", choice("if-marker", markers, placeholder="as it is"), "if-marker"),
                        field(
                            "Its value",
                            dcc.Input(
                                id="if-value",
                                type="text",
                                debounce=0.6,
                                maxLength=40,
                                placeholder="not tested",
                            ),
                            "if-value",
                        ),
                    ],
                    className="row end",
                ),
            ],
            id="what-if",
        ),
        dcc.Store(id="if-asked"),
        html.Div(id="what-if-order", **aria(live="polite")),
    ]


def question(
    work: Work,
    advice: Mapping[str, Any],
    job: str,
    present: Sequence[str],
    absent: Sequence[str],
    marker: int | None,
    value: str | None,
) -> dict[str, Any]:
    """Return what is asked, for the case of a job.

    Raises
    ------
    ErbiumError
        A value that cannot be.
    """
    request = work.store.request(job)
    case = {key: request.get(key) for key in ("profile", "text", "example")}
    wanted = {
        **case,
        "regimens": [one["regimen"] for one in advice["options"][:OPTIONS]],
        "present": list(present),
        "absent": list(absent),
        "twins": max(2, min(int(request.get("twins") or MOST_TWINS), MOST_TWINS)),
        "seed": request.get("seed", 1),
        "horizon_months": request.get("horizon_months", 24.0),
    }
    if marker is not None:
        text = _text(case)
        wanted["changed"] = fields.write(text, marker, fields.value_of(marker, value))
    return as_request(WhatIfRequest.model_validate(wanted))


def _text(case: Mapping[str, Any]) -> str:
    if case["example"] is not None:
        return example_text(case["example"])
    return str(case["text"]) if case["text"] is not None else to_toml(profile_from(case["profile"]))


def register(app: Dash, work: Work, done: str, answer_of: Callable[[str], Mapping[str, Any]]) -> None:
    """Let the toggles work; `done` is the id of the store that holds the finished job."""

    @app.callback(
        Output("what-if-order", "children"),
        Output("if-asked", "data"),
        Input("if-present", "value"),
        Input("if-absent", "value"),
        Input("if-marker", "value"),
        Input("if-value", "value"),
        State(done, "data"),
        running=[(Output("what-if-order", "className"), "busy", "")],
    )
    def at_once(
        present: Sequence[str] | None,
        absent: Sequence[str] | None,
        marker: int | None,
        value: str | None,
        job: str | None,
    ) -> tuple[Any, Any]:
        if not job:
            return no_update, no_update
        try:
            advice = answer_of(job)
            asked = question(work, advice, job, present or [], absent or [], marker, value)
            if not (present or absent or marker is not None):
                work.quick.warm("what_if", asked)  # what every change is held against
                return html.P("Nothing is changed.", className="muted"), None
            draws = advice["engine"]["parameter_draws"]
            few = asked | {"pairs": min(int(draws), asked["twins"])}
            found = work.quick.ask("what_if", few)
        except ErbiumError as error:
            return error_box(error), None
        except ValidationError as error:
            return wrong_values(error), None
        more = found["twins_changed"] < found["twins"]
        return still(order(found)), asked if more else None

    @app.callback(
        Output("what-if-order", "children", allow_duplicate=True),
        Input("if-asked", "data"),
        prevent_initial_call=True,
    )
    def all_of_them(asked: dict[str, Any] | None) -> Any:
        if not asked:
            return no_update
        try:
            return still(order(work.quick.ask("what_if", asked, patience=60.0)))
        except ErbiumError as error:
            return error_box(error)


def order(found: Mapping[str, Any]) -> list[Any]:
    """Return the options in the order they have in the changed tumour."""
    endpoint = view.ENDPOINTS.get(str(found["endpoint"]), str(found["endpoint"]))
    rows = []
    for one in found["options"]:
        moved = "" if one["rank"] == one["rank_before"] else f"was {one['rank_before']}"
        name: Any = one["name"]
        if one["ruled_out"]:
            name = html.Div(
                [name, html.Div(f"ruled out: {'; '.join(one['ruled_out'])}", className="small muted")]
            )
        unit = one["unit"]
        change, low, high = (_signed(one["change"][key], unit) for key in ("mean", "low", "high"))
        rows.append(
            [
                str(one["rank"]),
                name,
                one["tier"],
                moved,
                html.B(_value(one["after"], unit)),
                _value(one["before"], unit),
                f"{change} ({low} to {high})",
            ]
        )
    run, twins = found["twins_changed"], found["twins"]
    said = (
        f"All {twins} twins, each with and without the change."
        if run == twins
        else f"From {run} of {twins} twins, each against itself; all {twins} are being run."
    )
    if not found["paired"]:
        said = (
            f"{run} twins, drawn anew: with earlier lines, another marker is another history. Differences "
            "hold between the two groups, and not for one twin against itself."
        )
    heads = ["#", "Regimen", "Tier", "Moved", f"{endpoint} now", "as it is", "Change (5–95 % of twins)"]
    parts: list[Any] = [html.P(said, className="small muted"), table(heads, rows, "order with this tumour")]
    return parts + [message("note", html.P(text)) for text in found["warnings"]]


def _value(value: float, unit: str) -> str:
    return f"{100 * value:.0f} %" if unit == "fraction" else f"{value:.1f} {unit}"


def _signed(value: float, unit: str) -> str:
    text = f"{100 * value:+.0f}" if unit == "fraction" else f"{value:+.1f}"
    return text.replace("-", "\u2212")
