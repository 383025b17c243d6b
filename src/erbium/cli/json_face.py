"""JSON as the contract wants it: absent is null, never NaN; every document names its schema."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib import metadata
from typing import Any


def document(schema: str, *, seed: int | None = None, warnings: tuple[str, ...] = (), **body: Any) -> dict[str, Any]:
    """Return a JSON document with the top keys of the contract before `body`."""
    return {
        "schema": f"erbium.{schema}/1",
        "version": version(),
        "seed": seed,
        "knowledge_hash": knowledge_hash(),
        "warnings": list(warnings),
        **body,
    }


def version() -> str:
    """Return the version of Erbium."""
    import erbium

    known = getattr(erbium, "__version__", None)
    if known:
        return str(known)
    try:
        return metadata.version("erbium")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def knowledge_hash() -> str:
    """Return the hash of the shipped knowledge."""
    from erbium.tumour.knowledge import load_knowledge

    return load_knowledge().hash


def plain(value: Any) -> Any:
    """Return `value` made of dicts, lists, text, finite numbers, booleans and None alone."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        return plain(value.tolist())
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(mode="json", by_alias=True))
    return str(value)


def dumps(value: Any, *, indent: int | None = 2) -> str:
    """Return `value` as JSON text with a final line break."""
    return json.dumps(plain(value), indent=indent, ensure_ascii=False, allow_nan=False) + "\n"
