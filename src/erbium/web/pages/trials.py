"""The page Trials: pick one, run it on virtual patients, and see its curves beside the published figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.web import lookup
from erbium.web.api import Work
from erbium.web.models import LIMITS, TrialRequest
from erbium.web.pages import follow
from erbium.web.pages.parts import aria, choice, error_box, field, message, picture, table, wrong_values
from erbium.web.pages.still import still

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
        html.Div(id="trial-start", **aria(live="assertive")),
        follow.follower(KIND, given.get("job")),
        html.Div(id="trial-result"),
        html.Section([html.H2("Run before"), _recent(work)]),
    ]


def _asked(work: Work, given: dict[str, str]) -> str:
    """Return the trial of the job that is looked at, else the one that is offered first."""
    try:
        return str(work.store.request(work.store.job(given["job"]).id)["trial"])
    except (ErbiumError, KeyError):
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
        Output(f"{KIND}-job", "data"),
        Output("trial-start", "children"),
        Input("trial-run", "n_clicks"),
        State("trial-name", "value"),
        State("trial-patients", "value"),
        State("trial-seed", "value"),
        prevent_initial_call=True,
    )
    def run(clicks: int | None, name: str | None, patients: Any, seed: Any) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        try:
            asked = TrialRequest.model_validate({"trial": name, "patients": patients, "seed": seed})
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
    parts: list[Any] = [
        html.Div(
            [
                html.H2(f"{found['name']}: {found['patients']} virtual patients, seed {found['seed']}"),
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
