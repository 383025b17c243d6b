"""The page that shows the API, with its script and style from an installed package."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Erbium API</title>
<link rel="stylesheet" href="/api/docs/assets/swagger-ui.css"></head>
<body><div id="swagger"></div>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script></body></html>
"""
_START = """SwaggerUIBundle({
  url: "/api/openapi.json", dom_id: "#swagger", validatorUrl: null, deepLinking: true,
});
"""


def add_docs(app: FastAPI) -> None:
    """Add the page under /api/docs."""
    import swagger_ui_bundle

    vendor = Path(swagger_ui_bundle.__file__).parent / "vendor"
    folder = next(path.parent for path in sorted(vendor.rglob("swagger-ui-bundle.js")))
    app.mount("/api/docs/assets", StaticFiles(directory=folder))

    @app.get("/api/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        """Return the page."""
        return HTMLResponse(_PAGE)

    @app.get("/api/docs/start.js", include_in_schema=False)
    def start() -> Response:
        """Return the script that starts the page."""
        return Response(_START, media_type="text/javascript")
