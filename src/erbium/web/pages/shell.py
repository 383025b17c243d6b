"""What stands around every page: head, navigation, banner; and which page stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import parse_qs

from dash import Dash, Input, Output, dcc, html
from fastapi import FastAPI

from erbium.core.result import NOTICE, version
from erbium.web.api import Work
from erbium.web.pages import case, claims, combinations, evidence, experiment, network, options, trials
from erbium.web.pages.parts import aria, message

PAGES: tuple[tuple[str, str, ModuleType], ...] = (
    ("/", "Case", case),
    ("/options", "Options", options),
    ("/combinations", "Combinations", combinations),
    ("/evidence", "Evidence", evidence),
    ("/claims", "Claims", claims),
    ("/trials", "Trials", trials),
    ("/experiment", "Experiment", experiment),
    ("/network", "Network", network),
)
_INDEX = """<!doctype html>
<html lang="en">
<head>{%metas%}
<title>{%title%}</title>
{%favicon%}{%css%}
</head>
<body>
<a class="skip" href="#content">To the content</a>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def add_pages(app: FastAPI, work: Work) -> Sequence[str]:
    """Add the pages; return the hashes of the scripts that stand in them."""
    pages = Dash(
        "erbium.web",
        server=cast(Any, app),
        title="Erbium",
        update_title=cast(Any, None),
        assets_folder=str(Path(__file__).parents[1] / "assets"),
        serve_locally=True,
        suppress_callback_exceptions=True,
        compress=False,
        enable_mcp=False,
        websocket_callbacks=False,
        index_string=_INDEX,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    # Nothing here speaks over a websocket; without this the pages keep trying to open one.
    pages.backend.websocket_capability = False
    pages.layout = _shell()
    _route(pages, work)
    for _, _, page in PAGES:
        page.register(pages, work)
    # Else done before the first request of "/" alone: a reader who begins elsewhere would miss our files.
    begin: Any = pages._setup_server
    begin()
    return list(pages.csp_hashes())


def _shell() -> html.Div:
    links = [dcc.Link(name, href=path, id=f"to-{name.lower()}") for path, name, _ in PAGES]
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="case-kept", storage_type="session"),
            html.Header(
                [
                    html.Div(
                        [html.Span("Erbium", className="brand"), html.Span(version(), className="muted")]
                    ),
                    html.Nav(links, **aria(label="pages")),
                ],
                className="head",
            ),
            html.P([html.B("Research use only. "), NOTICE], className="banner", role="note"),
            html.Main(id="content", tabIndex=-1),
        ]
    )


def _route(app: Dash, work: Work) -> None:
    @app.callback(
        Output("content", "children"),
        *(Output(f"to-{name.lower()}", "className") for _, name, _ in PAGES),
        Input("url", "pathname"),
        Input("url", "search"),
    )
    def show(path: str | None, search: str | None) -> tuple[Any, ...]:
        given = {key: values[0] for key, values in parse_qs((search or "").removeprefix("?")).items()}
        marks = ["here" if place == path else "" for place, _, _ in PAGES]
        for place, _, page in PAGES:
            if place == (path or "/"):
                return page.layout(work, given), *marks
        lost = message("empty", html.H1("No such page"), html.P(dcc.Link("To the case", href="/")))
        return lost, *marks
