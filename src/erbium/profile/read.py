"""Reads a profile file (TOML or JSON, the same shape) and reports every error in it at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.profile import checks, faults
from erbium.profile.schema import SCHEMA, Profile


def read_profile(path: str | Path) -> Profile:
    """Return the profile in a TOML or JSON file.

    Raises
    ------
    DataErrors
        Everything that is wrong with the file, each with key, what was expected and the nearest match.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is a folder" if file.is_dir() else "is not text" if file.exists() else "does not exist"
        raise DataErrors(
            [DataError(f"the file {reason}.", file=path, expected="a profile in TOML or JSON")]
        ) from error
    return profile_from(_parse(text, file), file=path)


def profile_from_text(text: str) -> Profile:
    """Return the profile in the text of a TOML or JSON file that never was one, as sent by a browser.

    Raises
    ------
    DataErrors
        Everything that is wrong with it.
    """
    return profile_from(_parse(text, None))


def _parse(text: str, file: Path | None) -> Any:
    suffix = "" if file is None else file.suffix.casefold()
    looks_like_json = suffix == ".json" or text.lstrip().startswith("{")
    try:
        return json.loads(text) if looks_like_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if looks_like_json else "TOML"
        hint = "YAML is not read: write TOML or JSON" if suffix in (".yaml", ".yml") else None
        raise DataErrors(
            [DataError(f"not {kind}: {error}.", file=file, expected=f"valid {kind}", hint=hint)]
        ) from error


def profile_from(data: Any, *, file: str | Path | None = None) -> Profile:
    """Return the profile held by plain data, as read from TOML or JSON.

    Parameters
    ----------
    data
        Tables, lists and values in the shape of ``erbium.profile/1``.
    file
        File named in errors.

    Raises
    ------
    DataErrors
        Everything that is wrong.
    """
    if not isinstance(data, Mapping):
        raise DataErrors(
            [DataError("a profile is a table.", file=file, expected=f'a table with schema = "{SCHEMA}"')]
        )
    errors: list[DataError] = []
    try:
        profile = Profile.model_validate(data)
    except ValidationError as error:
        errors = faults.data_errors(error, data, file)
        # The parts that can be read are still checked against each other, so that one reading shows all.
        rest = _without_faults(data, error)
        if rest is None:
            raise DataErrors(errors) from None
        profile = rest
    seen = {error.key for error in errors}
    schema_errors = tuple(errors)
    for problem in checks.problems(profile):
        key = _original_key(problem.key, data, schema_errors)
        if key not in seen:
            errors.append(
                DataError(
                    problem.message,
                    file=file,
                    key=key,
                    expected=problem.expected,
                    nearest=problem.nearest,
                    hint=problem.hint,
                )
            )
    if errors:
        raise DataErrors(errors)
    return profile


def _original_key(key: str | None, data: Mapping[str, Any], errors: tuple[DataError, ...]) -> str | None:
    """Return `key` with the list index of the file, where faulty entries before it were left out."""
    if key is None or not errors:
        return key
    head, bracket, tail = key.partition("[")
    if not bracket or not isinstance(data.get(head), list):
        return key
    index, _, rest = tail.partition("]")
    faulty = {
        error.key.partition("]")[0] for error in errors if error.key and error.key.startswith(f"{head}[")
    }
    kept = [number for number in range(len(data[head])) if f"{head}[{number}" not in faulty]
    position = int(index)
    return f"{head}[{kept[position]}]{rest}" if position < len(kept) else key


def _without_faults(data: Mapping[str, Any], error: ValidationError) -> Profile | None:
    bad: dict[str, set[int] | None] = {}
    for violation in error.errors(include_url=False):
        location = violation["loc"]
        if not location:
            return None
        head = str(location[0])
        value = data.get(head)
        if isinstance(value, list) and len(location) > 1 and isinstance(location[1], int):
            indices = bad.setdefault(head, set())
            if indices is not None:
                indices.add(location[1])
        else:
            bad[head] = None
    rest = {key: value for key, value in data.items() if key not in bad}
    for key, indices in bad.items():
        if indices is not None:
            rest[key] = [entry for number, entry in enumerate(data[key]) if number not in indices]
    if "meta" not in rest:
        rest["meta"] = {"id": "unnamed"}
    try:
        return Profile.model_validate(rest)
    except ValidationError:
        return None


def profile_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a profile file."""
    schema = Profile.model_json_schema(by_alias=True, mode="validation")
    # Pydantic names each kind of measurement by its whole type; numbers are readable.
    long_names = [name for name in schema.get("$defs", {}) if name.startswith("Measurement_")]
    names = {name: f"Measurement{number}" for number, name in enumerate(sorted(long_names), start=1)}
    tidied: dict[str, Any] = _tidy(schema, names)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **tidied}


def _tidy(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_tidy(entry, names) for entry in node]
    if not isinstance(node, dict):
        return node
    tidied = {}
    for key, value in node.items():
        if key == "default" and isinstance(value, dict):
            continue
        if key == "$ref":
            tidied[key] = f"#/$defs/{names.get(value.rpartition('/')[2], value.rpartition('/')[2])}"
        else:
            tidied[names.get(key, key)] = _tidy(value, names)
    return tidied
