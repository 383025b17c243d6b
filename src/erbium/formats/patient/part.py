"""Parts of a file, validated one by one: what a part has besides is listed, what is wrong is reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from erbium.formats.patient.draft import Draft
from erbium.profile.faults import dotted

_KINDS = {
    "float": "a number",
    "int": "a whole number",
    "string": "a text",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "an object",
    "model": "an object",
    "missing": "this key",
}


class Part(BaseModel):
    """A part of a file: only what is read is declared."""

    model_config = ConfigDict(extra="allow", frozen=True, alias_generator=to_camel, populate_by_name=True)


P = TypeVar("P", bound=Part)


def read_part(
    model: type[P], data: Any, path: str, draft: Draft, *, ignored: frozenset[str] = frozenset()
) -> P | None:
    """Return a part of a file, or None where it does not fit; its faults and unread keys go to the draft.

    Parameters
    ----------
    model
        What is read of it.
    data
        The part as JSON gives it.
    path
        Its place in the file.
    draft
        Takes faults and unread keys.
    ignored
        Keys that carry nothing of the tumour and are not listed.
    """
    try:
        part = model.model_validate(data)
    except ValidationError as error:
        for violation in error.errors(include_url=False, include_input=False, include_context=False)[:20]:
            kind = violation["type"].partition("_")[0]
            where = dotted(violation["loc"])
            draft.fail(
                f"{path}.{where}" if where else path,
                "this part does not have the form of its format.",
                _KINDS.get(kind, "another value"),
            )
        return None
    for unread in _unread(part, path):
        if unread.rpartition(".")[2] not in ignored:
            draft.skip(unread, unread.rpartition(".")[2], "not read")
    return part


def entries(data: Any, key: str, draft: Draft) -> list[tuple[str, Any]]:
    """Return the entries of a list in an object, each with its path."""
    found = data.get(key) if isinstance(data, dict) else None
    if found is None:
        return []
    if not isinstance(found, list):
        draft.fail(key, "this is no list.", "a list")
        return []
    return [(f"{key}[{index}]", entry) for index, entry in enumerate(found)]


def _unread(part: Part, path: str) -> Iterator[str]:
    for key in part.model_extra or {}:
        yield f"{path}.{key}"
    for name in type(part).model_fields:
        value = getattr(part, name)
        inner = f"{path}.{to_camel(name)}"
        if isinstance(value, Part):
            yield from _unread(value, inner)
        elif isinstance(value, tuple):
            for index, entry in enumerate(value):
                if isinstance(entry, Part):
                    yield from _unread(entry, f"{inner}[{index}]")
