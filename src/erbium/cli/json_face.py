"""JSON as the contract wants it: absent is null, never NaN; every document names its schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from erbium.report.json_text import json_text


def document(
    schema: str,
    /,
    *,
    seed: int | None = None,
    warnings: Sequence[str] = (),
    overlay: Path | None = None,
    **body: Any,
) -> dict[str, Any]:
    """Return a JSON document: the top keys of the contract, then `body`."""
    from erbium.core.result import version
    from erbium.knowledge import load_knowledge

    return {
        "schema": f"erbium.{schema}/1",
        "version": version(),
        "seed": seed,
        "knowledge_hash": load_knowledge(overlay).hash,
        "warnings": list(warnings),
        **body,
    }


def dumps(payload: Mapping[str, Any]) -> str:
    """Return `payload` as JSON text, records of the knowledge as their fields."""
    return json_text({key: _fields(value) for key, value in payload.items()})


def _fields(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Mapping):
        return {key: _fields(part) for key, part in value.items()}
    return [_fields(part) for part in value] if isinstance(value, list | tuple) else value
