"""The page Experiment: dose-responses and time courses in cells, designed, run and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from dash import Dash, Input, Output, State, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.report.experiment_table import reading_table
from erbium.report.numbers import general, percent
from erbium.web import ask
from erbium.web.api import Work
from erbium.web.pages import designer, follow, which_case
from erbium.web.pages.drug_words import drug_name
from erbium.web.pages.parts import aria, empty, error_box, message, picture, table, wrong_values
from erbium.web.pages.still import still
from erbium.web.questions import MOST_MEMBERS, ExperimentRequest

KIND = ask.EXPERIMENT
_MEMBERS = 16


def layout(work: Work, given: dict[str, str]) -> list[Any]:
    """Return the page."""
    return [
        html.H1("Experiment"),
        html.P(
            "Cells in a dish: a drug at many concentrations, or readouts over time under treatments beside "
            "each other. Concentrations are nominal, in the medium; a draw is the same cell in every dish."
        ),
        html.Div(
            [
                *designer.form(_MEMBERS, MOST_MEMBERS),
                html.Div(
                    [which_case.case_field("exp-case", "Case, for its cells")],
                    className="row",
                    id="exp-case-row",
                ),
                which_case.about("exp-case"),
                html.Div(id="exp-start", **aria(live="assertive")),
            ],
            className="card",
        ),
        follow.follower(KIND, given.get("job")),
        html.Div(id="exp-result"),
        html.Section([html.H2("Run before"), html.Div(_recent(work), id="exp-recent")]),
    ]


def _recent(work: Work) -> html.Div:
    jobs = work.store.jobs(KIND, limit=10)
    if not jobs:
        return message("empty", html.P("No experiment was run yet."))
    return still(
        follow.earlier(jobs, "/experiment", ["Experiment", "State", "Asked (UTC)"], "earlier experiments")
    )


def register(app: Dash, work: Work) -> None:
    """Let the page work."""
    follow.register(app, work, KIND)
    which_case.register(app, "exp-case")

    @app.callback(
        Output("exp-doses", "style"),
        Output("exp-course", "style"),
        Output("exp-case-row", "style"),
        Output("exp-case-about", "style"),
        Input("exp-design", "value"),
        Input("exp-cells", "value"),
    )
    def show_fields(design: str, cells: list[str] | None) -> tuple[dict[str, str], ...]:
        hidden = {"display": "none"}
        case = {} if designer.CASE_CELLS in (cells or []) else hidden
        return (hidden, {}, case, case) if design == designer.COURSE else ({}, hidden, case, case)

    @app.callback(
        Output(f"{KIND}-job", "data"),
        Output("exp-start", "children"),
        Input("exp-run", "n_clicks"),
        State("exp-case", "value"),
        State("case-kept", "data"),
        State("exp-members", "value"),
        State("exp-seed", "value"),
        *(State(name, "value") for name in designer.FIELDS.values()),
        prevent_initial_call=True,
    )
    def run(
        clicks: int | None, case: str | None, kept: str | None, members: Any, seed: Any, *said: Any
    ) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        form = dict(zip(designer.FIELDS, said, strict=True))
        lacking = _lacking(form, which_case.given(case, kept))
        if lacking:
            return no_update, message("error", html.P(lacking), role="alert")
        of_case = designer.CASE_CELLS in form["cells"]
        asked = {
            "experiment": designer.experiment_of(form), "members": members, "seed": seed,
            "case": which_case.given(case, kept) if of_case else None,
        }  # fmt: skip
        try:
            return ask.experiment(work, ExperimentRequest.model_validate(asked)).id, None
        except ErbiumError as error:
            return no_update, error_box(error)
        except ValidationError as error:
            return no_update, wrong_values(error)

    @app.callback(
        Output("exp-result", "children"), Output("exp-recent", "children"), Input(f"{KIND}-done", "data")
    )
    def show(job: str | None) -> tuple[Any, Any]:
        if not job:
            return None, no_update
        try:
            return still(_result(work, job, work.store.result(job))), _recent(work)
        except ErbiumError as error:
            return error_box(error), no_update


def _lacking(form: Mapping[str, Any], case: Mapping[str, Any] | None) -> str:
    """Return what is still to be chosen or typed, in words; nothing where the form is full."""
    if not form["cells"]:
        return "Choose the cells."
    if designer.CASE_CELLS in form["cells"] and case is None:
        return "There is no case: choose one, or leave out its cells."
    doses = form["design"] == designer.DOSES
    if doses and not form["drug"]:
        return "Choose the drug."
    needed = {"low": "From", "high": "To", "points": "Concentrations", "hours": "Read at"}
    needed = needed if doses else {"end": "Until", "readings": "Readings"}
    pairs = [("ligand", "ligand_dose"), *([("beside", "beside_dose")] if doses else [])]
    pairs += [] if doses else [(f"drug_{k}", f"dose_{k}") for k in range(designer.ROWS)]
    for key, words in needed.items():
        if form[key] is None:
            return f"{words}: give a number within the bounds of the field."
    if any(form[name] and form[dose] is None for name, dose in pairs):
        return "Give a concentration, 0 nM or more, for each drug and ligand."
    if not doses and not form["readouts"]:
        return "Choose what is read."
    return ""


def _result(work: Work, job: str, found: Mapping[str, Any]) -> list[Any]:
    head = html.Div(
        [
            html.H2(f"{found['name']}: {found['members']} draws, seed {found['seed']}"),
            follow.downloads(job),
        ],
        className="row between",
    )
    figure = work.store.part(job, "figure")
    parts: list[Any] = [head]
    parts += [message("note", html.P(text)) for text in found["warnings"]]
    if figure:
        parts.append(html.Figure([picture(figure, _in_words(found), _size(found))], className="paper"))
    else:
        parts.append(empty("There is no picture of this experiment."))
    parts += [*_metrics(found), *_readings(found), *_about(work, job, found)]
    return parts


def _size(found: Mapping[str, Any]) -> str:
    """Return how wide the figure may be: pictures of many panels have all the room."""
    panels = {row["readout"] for row in found["results"]}
    return "picture middle" if found["dose_response"] or len(panels) < 3 else "picture wide"


def _in_words(found: Mapping[str, Any]) -> str:
    """Return what the figure shows, for those who do not see it."""
    doses = found["dose_response"]
    if doses:
        told = [
            ", ".join(
                [one["arm"], *(f"{name} {_interval(one['metrics'][name])} nM" for name in ("IC50", "GR50"))]
            )
            for one in doses
        ]
        drug = drug_name(doses[0]["drug"])
        return f"Living cells and growth-rate inhibition against the dose of {drug}. {'; '.join(told)}"
    readouts = ", ".join(dict.fromkeys(row["readout"] for row in found["results"]))
    arms = ", ".join(arm["name"] for arm in found["arms"])
    return f"{readouts} over time in {arms}; the table below has the numbers."


def _interval(value: Mapping[str, Any]) -> str:
    """Return "12.4 (9 to 20)", and what was not reached."""
    missed = value.get("not_reached") or 0.0
    if value["value"] is None:
        return "not reached" if missed else "–"
    high = "not reached" if value["high"] is None and missed else general(value["high"])
    return f"{general(value['value'])} ({general(value['low'])} to {high})"


def _metrics(found: Mapping[str, Any]) -> list[Any]:
    rows = []
    for one in found["dose_response"]:
        told = one["metrics"]
        missed = f"{percent(told['IC50']['not_reached'])} % / {percent(told['GR50']['not_reached'])} %"
        rows.append(
            [
                one["arm"],
                *(_interval(told[name]) for name in ("IC50", "GR50", "GR_max", "GR_AOC", "E_max")),
                missed,
            ]
        )
    if not rows:
        return []
    heads = [
        "Cells", "IC50, nM", "GR50, nM", "GR at the highest dose", "Area over the GR curve",
        "Living cells at the highest dose, of untreated", "IC50 / GR50 not reached in",
    ]  # fmt: skip
    words = (
        "Median (5th to 95th percentile over the draws). IC50: half the cells of the untreated; GR50: half "
        "the growth rate; GR is 1 without effect, 0 without growth, below 0 where cells die."
    )
    return [
        html.H3("Half effects"),
        table(heads, rows, "metrics of the dose-response", "named"),
        html.P(words, className="small muted"),
    ]


def _readings(found: Mapping[str, Any]) -> list[Any]:
    heads, rows = reading_table(found)
    if not rows:
        return []
    body = [
        [row[name].replace("_", " ") if name in ("readout", "arm") else row[name] for name in heads]
        for row in rows
    ]
    words = (
        "Median (5th to 95th percentile over the draws), at some of the times; the CSV has all. "
        "Unit 1: relative."
    )
    return [
        html.H3("Readings"),
        table(heads, body, "readings", "named"),
        html.P(words, className="small muted"),
    ]


def _about(work: Work, job: str, found: Mapping[str, Any]) -> list[Any]:
    arms = [html.Li([html.B(arm["name"]), f": {arm['condition']}"]) for arm in found["arms"]]
    sources = [html.Li(f"{one['text']} ({one['status']})") for one in found["sources"]]
    asked = work.store.request(job)
    text = asked.get("text") or tomlkit.dumps(asked.get("experiment") or {})
    parts = [
        html.Details([html.Summary("Dishes"), html.Ul(arms)]),
        html.Details(
            [html.Summary("As a file, for erbium experiment run"), html.Pre(text, className="code")]
        ),
    ]
    if sources:
        parts.append(
            html.Details([html.Summary(f"{len(sources)} sources of the drugs' numbers"), html.Ul(sources)])
        )
    return parts
