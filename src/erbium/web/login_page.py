"""The page that takes the token of the server, where it has one."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Erbium: token</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/erbium.css"></head>
<body><main id="content" class="narrow"><h1>Erbium</h1>
<p>This server asks for its token, which the person who started it knows.</p>
<form id="form"><label for="token">Token</label>
<input id="token" type="password" autocomplete="current-password" required>
<p><button class="primary" type="submit">Enter</button></p>
<p id="said" role="alert" class="error-text"></p></form></main>
<script src="/login.js"></script></body></html>
"""
_SCRIPT = """document.getElementById("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = document.getElementById("said");
  const answer = await fetch("/api/v1/session", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({token: document.getElementById("token").value}),
  });
  if (answer.ok) { window.location.replace("/"); return; }
  said.textContent = (await answer.json()).detail;
});
"""


def add_login(app: FastAPI) -> None:
    """Add the page under /login."""

    @app.get("/login", include_in_schema=False)
    def login() -> HTMLResponse:
        """Return the page."""
        return HTMLResponse(_PAGE)

    @app.get("/login.js", include_in_schema=False)
    def script() -> Response:
        """Return its script."""
        return Response(_SCRIPT, media_type="text/javascript")
