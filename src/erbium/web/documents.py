"""Answers of the API as JSON, with the head that every document has, and what its addresses may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import Response

from erbium.core.result import version
from erbium.knowledge import load_knowledge
from erbium.web.problems import json_text

JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Words = Annotated[str, Query(max_length=200)]
Name = Annotated[str | None, Query(max_length=120)]


def json_answer(data: Mapping[str, Any]) -> Response:
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
