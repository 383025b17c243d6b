"""The page Options: the answer to a case, in order, with intervals, reasons and evidence."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from erbium.core.errors import ErbiumError
from erbium.report import view
from erbium.web.api import Work
from erbium.web.pages import compare, follow, what_if
from erbium.web.pages.option import one_option
from erbium.web.pages.parts import aria, badge, empty, error_box, message, picture, table
from erbium.web.pages.still import still

KIND = "advise"


def layout(work: Work, given: dict[str, str]) -> list[Any]:
    """Return the page for one job, or the list of the last ones."""
    job = given.get("job")
    if not job:
        return [html.H1("Options"), _recent(work)]
    return [
        html.H1("Options"),
        follow.follower(KIND, job),
        dcc.Store(id="opened"),
        html.Div(id="options-answer"),
        html.Div(id="options-one", **aria(live="polite")),
    ]


def _recent(work: Work) -> html.Div:
    jobs = work.store.jobs(KIND, limit=20)
    if not jobs:
        return message("empty", html.P("Nothing was asked yet."), html.P(dcc.Link("Load a case", href="/")))
    heads = ["Case", "State", "Asked (UTC)"]
    return still(html.H2("Asked before"), follow.earlier(jobs, "/options", heads, "earlier answers"))


def register(app: Dash, work: Work) -> None:
    """Let the page work."""
    browser: Any = app  # what runs in the browser is registered by a function without types
    follow.register(app, work, KIND)

    @functools.lru_cache(maxsize=4)
    def answer_of(job: str) -> Mapping[str, Any]:
        return work.store.result(job)

    @functools.lru_cache(maxsize=32)
    def drawn(job: str, rank: str) -> Any:
        advice = answer_of(job)
        option = next((one for one in advice["options"] if str(one["rank"]) == rank), None)
        return empty("No such option.") if option is None else still(one_option(advice, option))

    @app.callback(Output("options-answer", "children"), Input(f"{KIND}-done", "data"))
    def show(job: str | None) -> Any:
        if not job:
            return None
        try:
            return _answer(job, answer_of(job))
        except ErbiumError as error:
            return error_box(error)

    @app.callback(
        Output("options-one", "children"),
        Input("opened", "data"),
        State(f"{KIND}-done", "data"),
        prevent_initial_call=True,
    )
    def open_one(opened: dict[str, Any] | None, job: str | None) -> Any:
        if not job or not opened:
            return no_update
        try:
            return drawn(job, str(opened.get("name")))
        except ErbiumError as error:
            return error_box(error)

    compare.register(app, f"{KIND}-done", answer_of)
    what_if.register(app, work, f"{KIND}-done", answer_of)

    # The option that was opened comes into view and takes the focus, so that the keyboard goes on there.
    browser.clientside_callback(
        """function(content) {
            const heading = content && document.getElementById("option-title");
            window.requestAnimationFrame(() => {
                const there = document.getElementById("option-title");
                if (there) { there.focus(); there.scrollIntoView({block: "start"}); }
            });
            return heading ? "open" : "";
        }""",
        Output("options-one", "className"),
        Input("options-one", "children"),
        prevent_initial_call=True,
    )


def _answer(job: str, advice: Mapping[str, Any]) -> list[Any]:
    reference = advice.get("reference") or {}
    engine = advice.get("engine") or {}
    her2 = advice.get("her2_status") or {}
    said = [
        str(advice.get("setting")),
        *([str(advice["line"])] if advice.get("line") else []),
        f"{engine.get('twins')} digital twins",
        f"{advice.get('horizon_months'):g} months",
        f"knowledge of {advice.get('knowledge_date')}",
        f"seed {advice.get('seed')}",
    ]
    parts: list[Any] = [
        html.Div(
            [
                html.P(
                    [
                        html.B((advice.get("case") or {}).get("id", "")),
                        " · ",
                        badge(str(her2.get("label")), str(her2.get("status"))),
                        " · ".join(["", *said]),
                    ]
                ),
                html.Div(
                    [
                        html.Span("Report: "),
                        *(
                            html.A(form, href=f"/api/v1/jobs/{job}/{place}", className="button")
                            for form, place in (("HTML", "report?download=true"), ("PDF", "report.pdf"))
                        ),
                    ],
                    className="buttons",
                    role="group",
                    **aria(label="download the report"),
                ),
            ],
            className="row between",
        ),
        html.P(
            [
                html.B("Reference: "),
                str(reference.get("name")),
                html.Span(f" – {reference.get('why')}", className="muted"),
            ]
        ),
    ]
    parts += [message("note", html.P(text)) for text in advice.get("outside_support") or []]
    standard, untested = (view.option_rows(advice, name) for name in ("standard", "hypothesis"))
    columns = view.columns(advice)
    if standard:
        parts += [html.H2("Options"), _table(columns, standard, "options in order")]
    else:
        parts.append(empty("No regimen of the catalogue is allowed for this case."))
    parts.append(
        html.P(
            "Ordered by tier of evidence, then by simulation within a tier. Dot: median; bar: 5th to 95th "
            "percentile over parameter draws; dashed: the reference. Ties are differences below Monte-Carlo "
            "error or the noise of trials.",
            className="small muted",
        )
    )
    after: list[Any] = []
    if untested:
        title = html.H2(["Hypotheses ", html.Span("no clinical evidence in this setting", className="muted")])
        after += [title, _table(columns, untested, "hypotheses in order")]
    gaps = advice.get("not_tested") or []
    if gaps:
        rows = [
            html.Li([html.B(one["marker"]), f". {one.get('change') or one.get('why') or ''}"]) for one in gaps
        ]
        after += [html.H2("What was not tested"), html.Ul(rows)]
    refused = advice.get("not_allowed") or []
    if refused:
        rows = [html.Li([html.B(one["name"]), f": {'; '.join(one['reasons'])}"]) for one in refused]
        after.append(html.Details([html.Summary(f"{len(rows)} regimens are ruled out"), html.Ul(rows)]))
    after += [message("note", html.P(text)) for text in advice.get("warnings") or []]
    return [still(parts), *compare.chooser(advice), *what_if.chooser(advice), still(after)]


def _table(columns: list[tuple[str, str]], rows: list[dict[str, Any]], caption: str) -> html.Div:
    heads = [
        "#",
        "Regimen",
        "Tier",
        *(title for _, title in columns),
        "Median PFS, months",
        "From reference",
        "P(better)",
    ]
    body = []
    for row in rows:
        option = row["option"]
        opens: dict[str, Any] = {"data-open": str(option["rank"])}
        name: list[Any] = [
            html.Button(option["name"], className="link", **opens),
        ]
        if row["is_reference"]:
            name.append(badge("reference", "reference"))
        if row["ties"]:
            name.append(html.Div(f"ties {row['ties']}", className="small muted"))
        difference = row["difference"]
        body.append(
            [
                str(option["rank"]),
                html.Div(name),
                badge(option["tier"], "tier"),
                *(_bar(cell["median"], cell["range"], cell["bar"]) for cell in row["cells"]),
                html.Div([html.Div(row["months"]), html.Div(row["months_range"], className="small muted")]),
                _bar(difference["median"], difference["range"], row["difference_bar"]) if difference else "",
                row["p_better"] or "",
            ]
        )
    return table(heads, body, caption, "options")


def _bar(median: str, interval: str, svg: str) -> html.Div:
    return html.Div(
        [
            html.Span(median, className="value"),
            html.Span(f" {interval}", className="small muted"),
            picture(svg, "", "bar"),
        ]
    )
