"""The page Trials: pick one, run it on virtual patients, and see its curves beside the published figures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.web import lookup
from erbium.web.api import Work
from erbium.web.models import LIMITS, LONGEST_TEXT, TrialRequest
from erbium.web.pages import follow
from erbium.web.pages.parts import (
    aria,
    badge,
    choice,
    error_box,
    field,
    message,
    picture,
    table,
    wrong_values,
)
from erbium.web.pages.still import still
from erbium.web.trial_text import checked, trial_text

KIND = "trial"


def layout(work: Work, given: dict[str, str]) -> list[Any]:
    """Return the page."""
    known = [
        {"label": f"{one['name']} ({one['setting']}, {one['year']})", "value": one["id"]}
        for one in lookup.trials()
    ]
    patients = dcc.Input(
        id="trial-patients", type="number", min=2, max=LIMITS.patients, step=1, value=200, debounce=True
    )
    seed = dcc.Input(id="trial-seed", type="number", min=0, step=1, value=1, debounce=True)
    return [
        html.H1("Trials"),
        html.P("Published trials, run on virtual patients. The same seed gives the same patients."),
        html.Div(
            [
                field(
                    "Trial", choice("trial-name", known, _asked(work, given), clearable=False), "trial-name"
                ),
                field("Patients", patients, "trial-patients"),
                field("Seed", seed, "trial-seed"),
                html.Button("Run", id="trial-run", className="primary"),
            ],
            className="row end",
        ),
        html.Div(id="trial-about"),
        _editor(),
        html.Div(id="trial-start", **aria(live="assertive")),
        follow.follower(KIND, given.get("job")),
        html.Div(id="trial-result"),
        html.Section([html.H2("Run before"), _recent(work)]),
    ]


def _editor() -> html.Details:
    area = dcc.Textarea(id="trial-text", className="code", spellCheck=False, rows=26)
    return html.Details(
        [
            html.Summary("Edit this trial: arms, eligibility, size"),
            html.Div(
                [
                    html.Div([html.Label("Trial (TOML)", htmlFor="trial-text"), area]),
                    html.Div(
                        [
                            html.Div(id="trial-check", **aria(live="polite")),
                            html.Button("Back to the shipped text", id="trial-back", className="secondary"),
                        ]
                    ),
                ],
                className="two wide-left",
            ),
        ],
        id="trial-editor",
    )


def _asked(work: Work, given: dict[str, str]) -> str:
    """Return the trial of the job that is looked at, else the one that is offered first."""
    try:
        request = work.store.request(work.store.job(given["job"]).id)
        if request["trial"] is None:
            return lookup.trial(str(tomllib.loads(request["text"])["id"])).id
        return str(request["trial"])
    except (ErbiumError, KeyError, ValueError):
        return lookup.richest_trial()


def _recent(work: Work) -> html.Div:
    jobs = work.store.jobs(KIND, limit=10)
    if not jobs:
        return message("empty", html.P("No trial was run yet."))
    heads = ["Trial", "State", "Started (UTC)"]
    return still(follow.earlier(jobs, "/trials", heads, "trials that were run"))


def register(app: Dash, work: Work) -> None:
    """Let the page work."""
    follow.register(app, work, KIND)

    @app.callback(Output("trial-about", "children"), Input("trial-name", "value"))
    def about(name: str | None) -> Any:
        if not name:
            return None
        try:
            trial = lookup.trial(name)
        except ErbiumError as error:
            return error_box(error)
        facts = (
            ("Arms", " against ".join(trial.arm_names)),
            ("Enrolled or planned", str(trial.design.patients)),
            ("Primary endpoint", trial.design.primary),
            ("Registry", trial.nct or "–"),
        )
        strip = html.Dl([html.Div([html.Dt(key), html.Dd(value)]) for key, value in facts], className="strip")
        return html.Div([html.P(trial.summary or ""), strip], className="card")

    @app.callback(
        Output("trial-text", "value"),
        Input("trial-name", "value"),
        Input("trial-back", "n_clicks"),
        State(f"{KIND}-job", "data"),
    )
    def text_of(name: str | None, _clicks: int | None, job: str | None) -> Any:
        if not name:
            return no_update
        try:
            if job and ctx.triggered_id is None and (text := work.store.request(job).get("text")):
                return text
            return trial_text(name)
        except ErbiumError:
            return no_update

    @app.callback(
        Output("trial-check", "children"),
        Output("trial-run", "disabled"),
        Input("trial-text", "value"),
        State("trial-name", "value"),
    )
    def check(text: str | None, name: str | None) -> tuple[Any, bool]:
        if not text or not name:
            return None, False
        if len(text) > LONGEST_TEXT:
            return message("error", html.P(f"Longer than {LONGEST_TEXT:,} letters."), role="alert"), True
        found = checked(text)
        return still(_told(found, edited=text != trial_text(name))), not found["valid"]

    @app.callback(
        Output(f"{KIND}-job", "data"),
        Output("trial-start", "children"),
        Input("trial-run", "n_clicks"),
        State("trial-name", "value"),
        State("trial-text", "value"),
        State("trial-patients", "value"),
        State("trial-seed", "value"),
        prevent_initial_call=True,
    )
    def run(
        clicks: int | None, name: str | None, text: str | None, patients: Any, seed: Any
    ) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        try:
            edited = bool(name and text and text != trial_text(name))
            what = {"text": text} if edited else {"trial": name}
            asked = TrialRequest.model_validate({**what, "patients": patients, "seed": seed})
            return work.trial(asked).id, None
        except ErbiumError as error:
            return no_update, error_box(error)
        except ValidationError as error:
            return no_update, wrong_values(error)

    @app.callback(Output("trial-result", "children"), Input(f"{KIND}-done", "data"))
    def show(job: str | None) -> Any:
        if not job:
            return None
        try:
            return still(_result(work, job, work.store.result(job)))
        except ErbiumError as error:
            return error_box(error)


def _result(work: Work, job: str, found: Mapping[str, Any]) -> list[Any]:
    edited = " (edited)" if found.get("edited") else ""
    parts: list[Any] = [
        html.Div(
            [
                html.H2(
                    f"{found['name']}{edited}: {found['patients']} virtual patients, seed {found['seed']}"
                ),
                html.A(
                    "Whole report", href=f"/api/v1/jobs/{job}/report", target="_blank", className="button"
                ),
            ],
            className="row between",
        )
    ]
    drawn = []
    for place, title in enumerate(found["curve_titles"]):
        svg = work.store.part(job, f"curve-{place}")
        if svg:
            words = f"Kaplan-Meier curves, {title}: {_medians(found)}"
            drawn.append(html.Figure([picture(svg, words, "picture"), html.Figcaption(title)]))
    parts.append(html.Div(drawn, className="figures"))
    parts += _effects(work, job, found)
    rows = [
        [
            f"{one['arm']} v {one['versus']}" if one["versus"] else one["arm"],
            f"{one['endpoint'].replace('_', ' ')}{' (exploratory)' if one['exploratory'] else ''}",
            one["subgroup"] or "all",
            _interval(one["simulated"]),
            _interval(one),
            f"{one['year']}, {one['status']}",
        ]
        for one in found["published"]
    ]
    if rows:
        heads = ["Arm", "Figure", "Subgroup", "Simulated (95 %)", "Published (95 %)", "Published in"]
        parts += [
            html.H3("Beside the published figures"),
            table(heads, rows, "simulated and published figures"),
        ]
    else:
        parts.append(message("empty", html.P("No published figure of this trial is in the catalogue.")))
    texts = [html.Li(text) for text in found["warnings"]]
    if texts:
        parts.append(html.Details([html.Summary(f"{len(texts)} cautions"), html.Ul(texts)]))
    return parts


def _effects(work: Work, job: str, found: Mapping[str, Any]) -> list[Any]:
    """Return the forests, beside the published ratios, and the waterfall."""
    drawn = []
    for place, title in enumerate(found.get("forest_titles") or []):
        svg = work.store.part(job, f"forest-{place}")
        if svg:
            words = f"Forest plot. {title}: simulated and published effects; the table below says the same"
            drawn.append(html.Figure([picture(svg, words, "picture wide"), html.Figcaption(title)]))
    svg = work.store.part(job, "waterfall") if found.get("waterfall") else None
    if svg:
        title = "Deepest change of the sum of diameters of each patient"
        drawn.append(html.Figure([picture(svg, _responses(found), "picture"), html.Figcaption(title)]))
    return [html.H3("Effects and responses"), *drawn] if drawn else []


def _responses(found: Mapping[str, Any]) -> str:
    said = [
        f"{arm['name']} response rate {_interval(arm.get('orr') or arm.get('response_rate'))}"
        for arm in found["arms"]
    ]
    return f"Waterfall plot: {'; '.join(said)}"


def _told(found: Mapping[str, Any], *, edited: bool) -> list[Any]:
    """Return what a trial's text says, or what is wrong with it."""
    if not found["valid"]:
        rows = [
            html.Li(
                [
                    html.Code(": ".join(part for part in (fault["file"], fault["key"]) if part) or "trial"),
                    f" {fault['message']}",
                    html.Span(f" Expected {fault['expected']}." if fault["expected"] else ""),
                    html.Span(f" Did you mean “{fault['nearest']}”?" if fault["nearest"] else ""),
                ]
            )
            for fault in found["errors"]
        ]
        title = f"{len(rows)} {'thing is' if len(rows) == 1 else 'things are'} wrong"
        return [message("error", html.H2(title), html.Ul(rows), role="alert")]
    trial = found["trial"]
    arms = [
        html.Li(
            [
                html.B(arm["name"]),
                f": {arm['treatment']}",
                html.Span(f", share {arm['share']:g}", className="muted"),
            ]
        )
        for arm in trial["arms"]
    ]
    rules = [html.Li(text) for text in trial["eligibility"]]
    state = badge("edited: Run takes this text", "running") if edited else badge("as shipped", "done")
    return [
        html.P([html.B("It can be run. "), state]),
        html.H3("Arms"),
        html.Ul(arms),
        html.H3("Patients"),
        html.P(
            f"{trial['population']}, {trial['setting']}; planned {trial['patients']}; "
            f"primary endpoint {trial['primary']}"
        ),
        html.Ul(rules) if rules else html.P("No further condition of eligibility.", className="muted"),
        html.P(
            f"{trial['subgroups']} subgroup{'s' if trial['subgroups'] != 1 else ''}; "
            f"{trial['published']} published figures",
            className="small muted",
        ),
    ]


def _medians(found: Mapping[str, Any]) -> str:
    said = [f"{arm['name']} median {_interval(arm.get('median_pfs'))} months" for arm in found["arms"]]
    return "; ".join(said)


def _interval(figure: Mapping[str, Any] | None) -> str:
    """Return "12.4 (11.0–13.0)"."""
    if figure is None or (figure.get("value") is None and not figure.get("not_reached")):
        return "–"
    if figure.get("value") is None:
        return "not reached"
    value, low, high = (
        None if figure.get(k) is None else f"{figure[k]:.3g}" for k in ("value", "low", "high")
    )
    return f"{value}" if low is None and high is None else f"{value} ({low or 'n.r.'}–{high or 'n.r.'})"
