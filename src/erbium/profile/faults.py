"""Turns schema violations into errors a user can act on: file, key, expected, nearest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from erbium.core.errors import DataError, nearest
from erbium.profile.measurement import Block, Measurement
from erbium.profile.schema import Profile, nearest_key

_TYPES = {
    "float_parsing": "a number", "float_type": "a number", "finite_number": "a finite number",
    "int_parsing": "a whole number", "int_type": "a whole number", "int_from_float": "a whole number",
    "string_type": "a text", "bool_parsing": "true or false", "bool_type": "true or false",
    "tuple_type": "a list", "list_type": "a list", "dict_type": "a table", "model_type": "a table",
    "model_attributes_type": "a table", "string_pattern_mismatch": "another form",
}  # fmt: skip


def dotted(location: Sequence[str | int]) -> str:
    """Return a location as a dotted path: ``variants[0].vaf``."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part.startswith(("function-", "literal[", "constrained-")):
            path += f".{part}" if path else part
    return path


def data_errors(error: ValidationError, raw: Any, file: str | Path | None) -> list[DataError]:
    """Return one :class:`DataError` per violation."""
    found: dict[tuple[str, str], DataError] = {}
    for violation in error.errors(include_url=False):
        location = _as_written(violation["loc"], raw)
        one = _data_error(dict(violation), location, file)
        found.setdefault((one.key or "", one.message), one)
    return list(found.values())


def _as_written(location: tuple[str | int, ...], raw: Any) -> tuple[str | int, ...]:
    """Drop the `value` that lifting added to a value written short."""
    if location and location[-1] == "value":
        node = raw
        for part in location[:-1]:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return location[:-1]
        if not isinstance(node, dict):
            return location[:-1]
    return location


def _data_error(
    violation: dict[str, Any], location: tuple[str | int, ...], file: str | Path | None
) -> DataError:
    key, kind, given = dotted(location), violation["type"], violation.get("input")
    context = violation.get("ctx", {})
    if kind == "erbium":
        return DataError(
            context["message"],
            file=file,
            key=key,
            expected=context["expected"] or None,
            nearest=context["nearest"] or None,
            hint=context["hint"] or None,
        )
    if kind == "extra_forbidden":
        block = block_at(location[:-1])
        names = sorted(field.alias or name for name, field in block.model_fields.items()) if block else []
        return DataError(
            f'no key "{location[-1]}".',
            file=file,
            key=key,
            expected="one of " + ", ".join(names) if names else None,
            nearest=nearest_key(block, str(location[-1])) if block else None,
        )
    if kind == "missing":
        expected = f'a value for "{location[-1]}"'
        if meaning := _meaning(location):
            expected += f": {meaning}"
        return DataError(f'"{location[-1]}" is missing.', file=file, key=key, expected=expected)
    if kind == "literal_error":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "")
        close = nearest(str(given), allowed.split(", "))
        return DataError(
            f'"{given}" is not allowed.', file=file, key=key, expected=f"one of {allowed}", nearest=close
        )
    limits = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most"),
              "greater_than": ("gt", "more than"), "less_than": ("lt", "less than")}  # fmt: skip
    if kind in limits:
        name, words = limits[kind]
        limit = context[name]
        return DataError(
            f"{_shown(given)} is out of range.",
            file=file,
            key=key,
            expected=f"a number {words} {limit:g}",
            nearest=_nearest_in_range(key, given, limit),
        )
    return DataError(
        f"{_shown(given)} does not fit.", file=file, key=key, expected=_TYPES.get(kind, violation["msg"])
    )


def _meaning(location: Sequence[str | int]) -> str:
    """Return what the description of a field says, within a sentence; nothing where it has none."""
    block = block_at(location[:-1])
    field = block.model_fields.get(str(location[-1])) if block else None
    text = (field.description or "").rstrip(".") if field else ""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _nearest_in_range(key: str, given: Any, limit: float) -> str:
    if key.endswith("vaf") and isinstance(given, int | float) and 1 < given <= 100:
        return f"{given / 100:g}"
    return f"{limit:g}"


def _shown(given: Any) -> str:
    if isinstance(given, str):
        return f'"{given}"'
    if isinstance(given, dict):
        return "a table"
    if isinstance(given, list | tuple):
        return "a list"
    if isinstance(given, float):
        return f"{given:g}"
    return str(given).lower() if isinstance(given, bool) else str(given)


def block_at(location: Sequence[str | int]) -> type[Block] | None:
    """Return the block class found at a location of a profile."""
    block: type[BaseModel] = Profile
    for part in location:
        if isinstance(part, int):
            continue
        fields = {field.alias or name: field for name, field in block.model_fields.items()}
        if part not in fields:
            return None
        inner = _model_in(fields[part].annotation)
        if inner is None:
            return None
        block = inner
    return block if issubclass(block, Block | Measurement) else None  # type: ignore[return-value]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
