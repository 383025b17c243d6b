"""An answer as JSON text that is the same bytes for the same answer."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

DIGITS = 6


def json_ready(value: Any) -> Any:
    """Return plain data: NaN and infinities as None, floats of six significant digits, numpy unwrapped."""
    if isinstance(value, Mapping):
        return {str(key): json_ready(item) for key, item in value.items()}
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        rounded = float(f"{value:.{DIGITS}g}")
        return 0.0 if rounded == 0.0 else rounded
    if isinstance(value, set | frozenset):
        return [json_ready(item) for item in sorted(value, key=str)]
    if hasattr(value, "tolist"):
        return json_ready(value.tolist())
    if isinstance(value, list | tuple):
        return [json_ready(item) for item in value]
    return str(value)


def json_text(data: Mapping[str, Any]) -> str:
    """Return `data` as indented JSON, keys in the order of the contract, long series on one line.

    The order of keys is that of the dict, which the contract fixes; it carries meaning for a reader
    (rank before reasons), so it is not sorted.
    """
    return _write(json_ready(data), 0) + "\n"


def _write(value: Any, depth: int) -> str:
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if len(flat) <= 100 - len(inner):
            return flat
        rows = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {_write(item, depth + 1)}"
            for key, item in value.items()
        ]
        return "{\n" + ",\n".join(rows) + f"\n{outer}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "[\n" + ",\n".join(inner + _write(item, depth + 1) for item in value) + f"\n{outer}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
