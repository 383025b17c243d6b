"""The page Combinations: which agents together keep a tumour down, at what burden, and why."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.knowledge import load_knowledge
from erbium.web import ask
from erbium.web.api import Work
from erbium.web.pages import follow, which_case
from erbium.web.pages.combination import one_set
from erbium.web.pages.combination_result import result
from erbium.web.pages.drug_words import drug_choices
from erbium.web.pages.pairs import MEASURES, heat_map
from erbium.web.pages.parts import (
    aria,
    choice,
    empty,
    error_box,
    field,
    message,
    wrong_values,
)
from erbium.web.pages.still import still
from erbium.web.questions import MOST_DRAWS, CombineRequest

KIND = ask.COMBINE
_ALL, _SOME, _NODES = "all", "some", "nodes"
_POOLS = [
    {"label": "the drugs chosen below: seconds", "value": _SOME},
    {"label": "all drugs of the catalogue: a minute or more", "value": _ALL},
    {"label": "all drugs, and nodes of the network without a drug: minutes", "value": _NODES},
]
#: Drugs that a small search begins with.
_FEW = 8


def layout(work: Work, given: dict[str, str]) -> list[Any]:
    """Return the page."""
    drugs = drug_choices(load_knowledge().drugs.values())
    sizes = [{"label": words, "value": n} for n, words in ((1, "one"), (2, "two"), (3, "three"))]
    return [
        html.H1("Combinations"),
        html.P(
            "Sets of agents that keep the tumour down through adaptation, what they cost the patient, and "
            "which escapes their partners close. No trial or guideline enters: what it finds is hypotheses."
        ),
        html.P(
            "Against measured pairs in dishes, two drugs alone told more of their synergy than the simulated "
            "pair did; conjugates and radiation drown others by their kill alone (docs/combinations.md).",
            className="small muted",
        ),
        html.Div(
            [
                html.Div(
                    [
                        which_case.case_field("comb-case"),
                        _choice("Given anyway", "comb-given", drugs, "none"),
                    ],
                    className="row",
                ),
                which_case.about("comb-case"),
                html.Fieldset(
                    [html.Legend("Searched among"), dcc.RadioItems(_POOLS, _SOME, id="comb-pool")],
                    className="plain",
                ),
                html.Div(
                    [_choice("Drugs to combine", "comb-drugs", drugs, "choose two or more", usual())],
                    className="row",
                    id="comb-some",
                ),
                html.Div(
                    [
                        field(
                            "Most agents of a set",
                            choice("comb-size", sizes, 2, clearable=False),
                            "comb-size",
                        ),
                        field("Parameter draws", _number("comb-draws", 6, 2, MOST_DRAWS), "comb-draws"),
                        field("Sets to explain", _number("comb-explain", 8, 0, 60), "comb-explain"),
                        field("Seed", _number("comb-seed", 1, 0, 2**31 - 1), "comb-seed"),
                        html.Button("Search", id="comb-run", className="primary"),
                    ],
                    className="row end",
                ),
                html.Div(id="comb-start", **aria(live="assertive")),
            ],
            className="card",
        ),
        follow.follower(KIND, given.get("job")),
        dcc.Store(id="opened"),
        html.Div(id="comb-result"),
        html.Div(id="comb-one", **aria(live="polite")),
        html.Section([html.H2("Searched before"), html.Div(_recent(work), id="comb-recent")]),
    ]


@functools.cache
def usual() -> list[str]:
    """Return the drug of each class that most regimens of the catalogue hold: drugs to begin with."""
    known = load_knowledge()
    counts = Counter(name for regimen in known.regimens.values() for name in regimen.drug_ids)
    of_class: dict[str, str] = {}
    for name, _ in counts.most_common():
        of_class.setdefault(known.drugs[name].drug_class, name)
    return list(of_class.values())[:_FEW]


def _choice(label: str, name: str, words: list[Any], without: str, value: Any = None) -> html.Div:
    return field(label, choice(name, words, value, multi=True, placeholder=without), name)


def _number(name: str, value: int, least: int, most: int) -> dcc.Input:
    return dcc.Input(id=name, type="number", min=least, max=most, step=1, value=value, debounce=True)


def _recent(work: Work) -> html.Div:
    jobs = work.store.jobs(KIND, limit=10)
    if not jobs:
        return message("empty", html.P("Nothing was searched yet."))
    return still(
        follow.earlier(jobs, "/combinations", ["Search", "State", "Asked (UTC)"], "earlier searches")
    )


def register(app: Dash, work: Work) -> None:
    """Let the page work."""
    browser: Any = app  # what runs in the browser is registered by a function without types
    follow.register(app, work, KIND)
    which_case.register(app, "comb-case")

    @functools.lru_cache(maxsize=4)
    def result_of(job: str) -> Mapping[str, Any]:
        return work.store.result(job)

    @app.callback(Output("comb-some", "style"), Input("comb-pool", "value"))
    def show_drugs(pool: str) -> dict[str, str]:
        return {} if pool == _SOME else {"display": "none"}

    @app.callback(
        Output(f"{KIND}-job", "data"),
        Output("comb-start", "children"),
        Input("comb-run", "n_clicks"),
        State("comb-case", "value"),
        State("case-kept", "data"),
        State("comb-pool", "value"),
        State("comb-drugs", "value"),
        State("comb-given", "value"),
        State("comb-size", "value"),
        State("comb-draws", "value"),
        State("comb-explain", "value"),
        State("comb-seed", "value"),
        prevent_initial_call=True,
    )
    def run(
        clicks: int | None,
        case: str | None,
        kept: str | None,
        pool: str,
        drugs: Any,
        given: Any,
        *numbers: Any,
    ) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        chosen = which_case.given(case, kept)
        if chosen is None:
            return no_update, message("error", html.P("There is no case: choose one above."), role="alert")
        if pool == _SOME and len({*(drugs or []), *(given or [])}) < 2:
            return no_update, message("error", html.P("Choose two drugs or more to combine."), role="alert")
        size, draws, explain, seed = numbers
        asked = {
            **chosen, "drugs": drugs if pool == _SOME else [], "nodes": pool == _NODES, "given": given or [],
            "size": size, "draws": draws, "explain": explain, "seed": seed,
        }  # fmt: skip
        try:
            return ask.combination(work, CombineRequest.model_validate(asked)).id, None
        except ErbiumError as error:
            return no_update, error_box(error)
        except ValidationError as error:
            return no_update, wrong_values(error)

    @app.callback(
        Output("comb-result", "children"), Output("comb-recent", "children"), Input(f"{KIND}-done", "data")
    )
    def show(job: str | None) -> tuple[Any, Any]:
        if not job:
            return None, no_update
        try:
            return result(job, result_of(job), work.store.part(job, "figure")), _recent(work)
        except ErbiumError as error:
            return error_box(error), no_update

    @app.callback(
        Output("comb-map", "children"), Input("comb-measure", "value"), State(f"{KIND}-done", "data")
    )
    def draw(measure: str | None, job: str | None) -> Any:
        if not job or measure is None or measure not in MEASURES:
            return no_update
        return still(heat_map(result_of(job), measure))

    @app.callback(
        Output("comb-one", "children"),
        Input("opened", "data"),
        State(f"{KIND}-done", "data"),
        prevent_initial_call=True,
    )
    def open_one(opened: dict[str, Any] | None, job: str | None) -> Any:
        if not job or not opened:
            return no_update
        found = result_of(job)
        one = next((one for one in found["sets"] if str(one["rank"]) == str(opened.get("name"))), None)
        return empty("No such set.") if one is None else still(one_set(found, one))

    # The set that was opened comes into view and takes the focus, so that the keyboard goes on there.
    browser.clientside_callback(
        """function(content) {
            window.requestAnimationFrame(() => {
                const there = document.getElementById("set-title");
                if (there) { there.focus(); there.scrollIntoView({block: "start"}); }
            });
            return content ? "open" : "";
        }""",
        Output("comb-one", "className"),
        Input("comb-one", "children"),
        prevent_initial_call=True,
    )
