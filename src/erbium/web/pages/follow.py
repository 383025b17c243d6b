"""Following a job in a page: progress, cancel, run again, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from erbium.core.errors import ErbiumError
from erbium.web.api import Work
from erbium.web.jobs import Job
from erbium.web.pages.parts import aria, badge, error_box, message, table

PERIOD = 700  # milliseconds between two looks
_SAID = {
    "queued": "waiting for its turn",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}


def follower(kind: str, job: str | None) -> html.Div:
    """Return the part of a page that follows a job; `kind`-done holds its id once it is done."""
    return html.Div(
        [
            dcc.Store(id=f"{kind}-job", data=job),
            dcc.Store(id=f"{kind}-done"),
            dcc.Interval(id=f"{kind}-tick", interval=PERIOD, disabled=True),
            html.Div(id=f"{kind}-progress", **aria(live="polite")),
            html.Div(id=f"{kind}-said", **aria(live="assertive")),
        ]
    )


def earlier(jobs: Sequence[Job], path: str, heads: Sequence[str], caption: str) -> html.Div:
    """Return jobs as a table, each a link to the page that shows it."""
    rows = [
        [
            html.A(job.title, href=f"{path}?job={job.id}"),
            badge(job.state, job.state),
            job.created[:16].replace("T", " "),
        ]
        for job in jobs
    ]
    return table(heads, rows, caption)


def downloads(job: str) -> html.Div:
    """Return the links to the numbers and the picture of a job."""
    links = (("Numbers (CSV)", "table"), ("Picture (SVG)", "figure"))
    made = [html.A(words, href=f"/api/v1/jobs/{job}/{part}", className="button") for words, part in links]
    return html.Div(made, className="row")


def register(app: Dash, work: Work, kind: str) -> None:
    """Let the page of a kind of job follow it."""

    @app.callback(
        Output(f"{kind}-progress", "children"),
        Output(f"{kind}-done", "data"),
        Output(f"{kind}-tick", "disabled"),
        Input(f"{kind}-job", "data"),
        Input(f"{kind}-tick", "n_intervals"),
        State(f"{kind}-done", "data"),
    )
    def look(name: str | None, _ticks: int | None, shown: str | None) -> tuple[Any, Any, bool]:
        if not name:
            return None, None, True
        try:
            job = work.store.job(name)
        except ErbiumError as error:
            return error_box(error), None, True
        if job.state == "done":
            return None, no_update if shown == name else name, True
        return _state(kind, job), None, job.state not in ("queued", "running")

    @app.callback(
        Output(f"{kind}-job", "data", allow_duplicate=True),
        Output(f"{kind}-said", "children"),
        Input(f"{kind}-act", "n_clicks"),
        State(f"{kind}-job", "data"),
        prevent_initial_call=True,
    )
    def act(clicks: int | None, name: str | None) -> tuple[Any, Any]:
        if not clicks or not name:
            return no_update, no_update
        try:
            job = work.store.job(name)
            if job.state in ("queued", "running"):
                work.pool.cancel(name)
                return name, None
            return work.pool.again(name).id, None
        except ErbiumError as error:
            return no_update, error_box(error)


def _state(kind: str, job: Job) -> html.Div:
    act = html.Button(
        "Cancel" if job.state in ("queued", "running") else "Run again",
        id=f"{kind}-act",
        className="secondary",
    )
    if job.state in ("queued", "running"):
        percent = round(100 * job.share)
        return message(
            "note",
            html.P([html.B(job.title), f" · {_SAID[job.state]}", f" · {job.doing}" if job.doing else ""]),
            html.Div(
                [
                    html.Progress(value=str(percent), max="100", **aria(label="share that is done")),
                    html.Span(f"{percent} %", className="percent"),
                    act,
                ],
                className="row",
            ),
        )
    why = str((job.error or {}).get("message") or "")
    return message(
        "error", html.P([html.B(job.title), f" · {_SAID[job.state]}. {why}"]), html.P(act), role="alert"
    )
