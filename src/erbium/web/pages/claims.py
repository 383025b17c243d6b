"""The page Claims: what the reviews say, asked of the model; a list to search, and one claim opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.web import ask, claims
from erbium.web.api import Work
from erbium.web.pages import follow
from erbium.web.pages.claim import one_claim, run_now
from erbium.web.pages.claim_words import STATUS_WORDS, status_badge
from erbium.web.pages.parts import aria, choice, empty, error_box, field, table, wrong_values
from erbium.web.pages.still import still
from erbium.web.questions import ClaimRequest

KIND = ask.CLAIM
SHOWN = 60
_MEMBERS = 32


def layout(work: Work, given: dict[str, str]) -> list[Any]:
    """Return the list of claims, or one of them."""
    name = given.get("id")
    if name is None and given.get("job"):
        name = _claim_of(work, given["job"])
    return _list() if name is None else _one(name, given.get("job"))


def _claim_of(work: Work, job: str) -> str | None:
    try:
        return str(work.store.request(work.store.job(job).id)["claim"])
    except (ErbiumError, KeyError):
        return None


def _list() -> list[Any]:
    statuses = [{"label": words, "value": key} for key, words in STATUS_WORDS.items()]
    able = [{"label": "yes", "value": "yes"}, {"label": "no", "value": "no"}]
    text = dcc.Input(id="cl-text", type="search", debounce=0.4, maxLength=200)
    return [
        html.H1("Claims"),
        html.P(
            "Every statement of two reviews, and whether the model shows it. A claim that can be asked of "
            "the model is an experiment with what must be seen; the verdict is that of the last full run."
        ),
        still(_run(claims.run_of())),
        html.Div(
            [
                field("Words", text, "cl-text"),
                field("Verdict", choice("cl-status", statuses, placeholder="any"), "cl-status"),
                field(
                    "System", choice("cl-system", _plain(claims.systems()), placeholder="any"), "cl-system"
                ),
                field("Kind", choice("cl-kind", _plain(claims.KINDS), placeholder="any"), "cl-kind"),
                field("Executable", choice("cl-able", able, placeholder="any"), "cl-able"),
            ],
            className="row",
            role="search",
        ),
        html.Div(id="cl-found", **aria(live="polite")),
    ]


def _plain(names: Any) -> list[dict[str, str]]:
    return [{"label": str(name).replace("-", " "), "value": str(name)} for name in names]


def _run(run: Mapping[str, Any]) -> html.Div:
    totals = run["totals"]
    rows = [("executable", "Executable and counted"), *STATUS_WORDS.items()]
    strip = [
        html.Div([html.Dt(words), html.Dd(html.B(str(totals[key])))])
        for key, words in rows
        if totals.get(key) is not None
    ]
    said = f"Run of {run['date']}, version {run['version']}, {run['members']} draws, seed {run['seed']}"
    same = (
        "knowledge as now"
        if run["same_knowledge"]
        else "knowledge has changed since; run a claim anew to see it as it is"
    )
    return html.Div(
        [html.Dl(strip, className="strip"), html.P(f"{said}; {same}.", className="small muted")],
        className="card",
    )


def _one(name: str, job: str | None) -> list[Any]:
    back = html.P(dcc.Link("All claims", href="/claims"))
    try:
        found = claims.claim(name)
    except ErbiumError as error:
        return [html.H1("Claims"), error_box(error), back]
    parts: list[Any] = [html.H1(f"Claim {found['id']}"), back, still(one_claim(found))]
    if claims.runs(name):
        number = dcc.Input(
            id="cl-members", type="number", min=1, max=200, step=1, value=_MEMBERS, debounce=True
        )
        parts += [
            html.H2("Run it now"),
            html.Div(
                [
                    field("Parameter draws", number, "cl-members"),
                    html.Button("Run this claim", id="cl-run", className="primary"),
                ],
                className="row end",
            ),
            html.Div(id="cl-start", **aria(live="assertive")),
            follow.follower(KIND, job),
            html.Div(id="cl-result", **aria(live="polite")),
        ]
    return [*parts, dcc.Store(id="cl-id", data=found["id"])]


def register(app: Dash, work: Work) -> None:
    """Let the page work."""
    follow.register(app, work, KIND)

    @app.callback(
        Output("cl-found", "children"),
        Input("cl-text", "value"),
        Input("cl-status", "value"),
        Input("cl-system", "value"),
        Input("cl-kind", "value"),
        Input("cl-able", "value"),
    )
    def find(
        text: str | None, status: str | None, system: str | None, kind: str | None, able: str | None
    ) -> Any:
        found = claims.find(
            (text or "")[:200],
            status=status,
            system=system,
            kind=kind,
            executable={"yes": True, "no": False}.get(able or ""),
            limit=SHOWN,
        )
        if not found["claims"]:
            return empty("No claim fits. Take a word away, or choose any verdict.")
        rows = [_row(one) for one in found["claims"]]
        more = f", the first {len(rows)} shown" if found["found"] > len(rows) else ""
        counts = ", ".join(
            f"{number} {STATUS_WORDS.get(key, key)}" for key, number in sorted(found["by_status"].items())
        )
        heads = ["Id", "Claim", "System", "Kind", "Verdict"]
        return still(
            html.P(f"{found['found']} claims{more}: {counts}"), table(heads, rows, "claims", "named")
        )

    @app.callback(
        Output(f"{KIND}-job", "data"),
        Output("cl-start", "children"),
        Input("cl-run", "n_clicks"),
        State("cl-id", "data"),
        State("cl-members", "value"),
        prevent_initial_call=True,
    )
    def run(clicks: int | None, name: str, members: Any) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        try:
            return ask.claim(work, ClaimRequest.model_validate({"claim": name, "members": members})).id, None
        except ErbiumError as error:
            return no_update, error_box(error)
        except ValidationError as error:
            return no_update, wrong_values(error)

    @app.callback(Output("cl-result", "children"), Input(f"{KIND}-done", "data"))
    def show(job: str | None) -> Any:
        if not job:
            return None
        try:
            return still(run_now(work.store.result(job)))
        except ErbiumError as error:
            return error_box(error)


def _row(one: Mapping[str, Any]) -> list[Any]:
    return [
        html.A(one["id"], href=f"/claims?id={one['id']}"),
        html.Div([one["statement"], html.Div(one["source"], className="small muted")]),
        str(one["system"]).replace("-", " "),
        str(one["kind"]).replace("-", " "),
        status_badge(one["status"]),
    ]
