"""Answers of the API as JSON, with the head that every document has."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response

from erbium.core.result import version
from erbium.knowledge import load_knowledge
from erbium.web.problems import json_text


def json_answer(data: dict[str, Any]) -> Response:
    """Return plain data as JSON."""
    return Response(json_text(data), media_type="application/json")


def document(kind: str, **fields: Any) -> Response:
    """Return fields under the head of the schema ``erbium.web-KIND/1``."""
    head: dict[str, Any] = {
        "schema": f"erbium.web-{kind}/1",
        "version": version(),
        "seed": None,
        "knowledge_hash": load_knowledge().hash,
        "warnings": [],
    }
    return json_answer(head | fields)
