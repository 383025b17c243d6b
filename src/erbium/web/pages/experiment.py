"""The page Experiment: dose-responses, pairs of drugs and time courses in cells, designed and run."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.web import ask
from erbium.web.api import Work
from erbium.web.pages import designed, designer, experiment_result, follow, which_case
from erbium.web.pages.parts import aria, error_box, message, wrong_values
from erbium.web.pages.still import still
from erbium.web.questions import MOST_MEMBERS, ExperimentRequest

KIND = ask.EXPERIMENT
_MEMBERS = 16
#: Fields that say how many dishes two drugs take.
_COUNTED = ("cells", "knock", "removed", "knock_beside", "pair_points_0", "pair_points_1")


def layout(work: Work, given: dict[str, str]) -> list[Any]:
    """Return the page."""
    return [
        html.H1("Experiment"),
        html.P(
            "Cells in a dish: a drug at many concentrations, two drugs alone and together, or readouts over "
            "time under treatments beside each other; in cells as they are, or with genes knocked down. "
            "Concentrations are nominal, in the medium; a draw is the same cell in every dish."
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
        Output("exp-pair", "style"),
        Output("exp-course", "style"),
        Output("exp-case-row", "style"),
        Output("exp-case-about", "style"),
        Input("exp-design", "value"),
        Input("exp-cells", "value"),
    )
    def show_fields(design: str, cells: list[str] | None) -> tuple[dict[str, str], ...]:
        own = designer.CASE_CELLS in (cells or [])
        shown = [design == one for one in (designer.DOSES, designer.PAIR, designer.COURSE)]
        return tuple({} if seen else {"display": "none"} for seen in (*shown, own, own))

    @app.callback(
        Output("exp-dishes", "children"),
        *(Input(designer.FIELDS[name], "value") for name in _COUNTED),
    )
    def count(*said: Any) -> str:
        return designed.dishes(dict(zip(_COUNTED, said, strict=True)))

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
        missing = designed.lacking(form, which_case.given(case, kept))
        if missing:
            return no_update, message("error", html.P(missing), role="alert")
        of_case = designer.CASE_CELLS in form["cells"]
        asked = {
            "experiment": designed.experiment_of(form), "members": members, "seed": seed,
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
            return still(experiment_result.result(work, job, work.store.result(job))), _recent(work)
        except ErbiumError as error:
            return error_box(error), no_update
