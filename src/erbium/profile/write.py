"""Writes a profile as TOML or JSON in the shape that is read: what is unknown is left out."""

from __future__ import annotations

import json
from typing import Any

from erbium.profile.measurement import UNKNOWN, Block, Measurement
from erbium.profile.schema import SCHEMA, Profile


def as_data(profile: Profile) -> dict[str, Any]:
    """Return the profile as plain data; reading it again gives the same profile."""
    return {"schema": SCHEMA, **_block(profile)}


def _block(block: Block) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, field in type(block).model_fields.items():
        value = getattr(block, name)
        if name == "schema_id" or value is None or value == field.default or value in ((), {}):
            continue
        plain = _plain(value)
        if plain not in ({}, []):
            data[name] = plain
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, Measurement):
        return _measurement(value)
    if isinstance(value, Block):
        return _block(value)
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    return value


def _measurement(value: Measurement[Any]) -> Any:
    table = {name: entry for name, entry in value.model_dump().items() if entry is not None}
    if value == UNKNOWN:
        return "unknown"
    if set(table) == {"status"}:
        return table["status"]
    if value.status == "measured":
        del table["status"]
    return table["value"] if set(table) == {"value"} else table


def to_json(profile: Profile) -> str:
    """Return the profile as JSON text."""
    return json.dumps(as_data(profile), indent=2, ensure_ascii=False, default=str) + "\n"


def to_toml(profile: Profile) -> str:
    """Return the profile as TOML text."""
    data = as_data(profile)
    lines = [f"schema = {_value(data.pop('schema'))}"]
    for name, entry in data.items():
        if isinstance(entry, dict):
            lines += ["", f"[{name}]", *(f"{_key(key)} = {_value(inner)}" for key, inner in entry.items())]
        elif isinstance(entry, list) and all(isinstance(inner, dict) for inner in entry):
            for inner in entry:
                lines += [
                    "",
                    f"[[{name}]]",
                    *(f"{_key(key)} = {_value(part)}" for key, part in inner.items()),
                ]
        else:
            lines.insert(1, f"{_key(name)} = {_value(entry)}")
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    plain = name and all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in name)
    return name if plain else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(str(key))} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
