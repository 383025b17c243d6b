"""What a case has several of, as forms: specimens, earlier HER2 results, earlier treatments.

They are read from and written into the text of the profile, comments and order kept.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import tomlkit
from tomlkit.exceptions import TOMLKitError

from erbium.profile.disease import Specimen
from erbium.profile.vocabulary import IHC_SCORES, ReasonEnded, Response, Setting, Site

Value = str | float | bool | None
Kind = Literal["text", "words", "number", "whole", "flag", "regimen"]
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Part:
    """One field of an entry: its key in the profile, what stands above it, and what it takes."""

    key: str
    label: str
    kind: Kind = "text"
    words: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Entries:
    """A list of the profile: its key, its title, what one of them is called, and its fields."""

    key: str
    title: str
    one: str
    parts: tuple[Part, ...]


def _words(kind: Any) -> tuple[str, ...]:
    """Return the words of a kind of value, a Literal with its reader."""
    return get_args(get_args(kind)[0])


_TYPES = tuple(
    word
    for option in get_args(Specimen.model_fields["type"].annotation)
    for word in get_args(option)
    if isinstance(word, str)
)
LISTS = (
    Entries(
        "specimens",
        "Specimens in time",
        "specimen",
        (
            Part("id", "Id"),
            Part("site", "Site", "words", _words(Site)),
            Part("type", "Type", "words", _TYPES),
            Part("date", "Date", unit="as 2024-03-01"),
            Part("metastatic", "From a metastasis", "flag", (YES, NO)),
            Part("tumour_percent", "Tumour cells", "number", unit="%"),
            Part("line_before", "Line of therapy before", "whole"),
        ),
    ),
    Entries(
        "her2_history",
        "HER2 in earlier specimens",
        "HER2 result",
        (
            Part("ihc", "IHC", "words", IHC_SCORES),
            Part("ish_ratio", "HER2/CEP17 ratio", "number"),
            Part("copies", "HER2 copies", "number", unit="per cell"),
        ),
    ),
    Entries(
        "prior_therapies",
        "Earlier treatments, in order",
        "treatment",
        (
            Part("regimen", "Regimen", "regimen"),
            Part("setting", "Setting", "words", _words(Setting)),
            Part("line", "Line", "whole"),
            Part("duration_months", "Given for", "number", unit="months"),
            Part("best_response", "Best response", "words", _words(Response)),
            Part("reason_ended", "Reason for stopping", "words", _words(ReasonEnded)),
        ),
    ),
)
BY_KEY = {one.key: one for one in LISTS}


def read(text: str) -> dict[str, list[list[Value]]]:
    """Return the values of every entry, by list; nothing where the text is broken."""
    data = _parsed(text)
    plain: Any = {} if data is None else data.unwrap()
    found: dict[str, list[list[Value]]] = {}
    for one in LISTS:
        given = plain.get(one.key)
        rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
        found[one.key] = [[_shown(part, row.get(part.key)) for part in one.parts] for row in rows]
    return found


def _parsed(text: str) -> tomlkit.TOMLDocument | None:
    try:
        return tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError):
        return None


def _shown(part: Part, value: Any) -> Value:
    if isinstance(value, dict):
        value = value.get("value")
    if part.kind == "flag":
        return {True: YES, False: NO}.get(value) if isinstance(value, bool) else None
    if part.kind in ("number", "whole"):
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if value is None or (part.words and value not in part.words):
        return None
    return value if isinstance(value, str) else str(value)


def write(text: str, key: str, at: int, part: str, value: Value) -> str:
    """Return a text with one field of one entry changed; as it was where there is no such entry."""
    data, row = _row(text, key, at)
    one = next((field for field in BY_KEY[key].parts if field.key == part), None)
    if data is None or row is None or one is None or _shown(one, _unwrapped(row.get(part))) == value:
        return text
    if value is None or value == "":
        row.pop(part, None)
        return tomlkit.dumps(data)
    kept: Any = value == YES if one.kind == "flag" else value
    if one.kind == "whole" and isinstance(kept, float) and kept.is_integer():
        kept = int(kept)
    old = row.get(part)
    if isinstance(old, MutableMapping):
        old["value"] = kept
        old.pop("status", None)
    else:
        row[part] = kept
    return tomlkit.dumps(data)


def add(text: str, key: str) -> str:
    """Return a text with one more entry at the end of a list; as it was where it is no TOML."""
    data = _parsed(text)
    if data is None:
        return text
    rows: Any = data.get(key)
    if rows is None:
        rows = tomlkit.aot()
        data[key] = rows
    if not isinstance(rows, list):
        return text
    inline = isinstance(rows, tomlkit.items.Array)
    row: Any = tomlkit.inline_table() if inline else tomlkit.table()
    if BY_KEY[key].parts[0].key == "id":
        taken = {str(one.get("id")) for one in rows}
        row["id"] = next(name for n in range(1, len(rows) + 2) if (name := f"s{n}") not in taken)
    rows.append(row)
    return tomlkit.dumps(data)


def remove(text: str, key: str, at: int) -> str:
    """Return a text without one entry; as it was where there is none."""
    data, row = _row(text, key, at)
    if data is None or row is None:
        return text
    rows: Any = data[key]
    del rows[at]
    if not rows:
        del data[key]
    return tomlkit.dumps(data)


def _row(text: str, key: str, at: int) -> tuple[tomlkit.TOMLDocument | None, Any]:
    data = _parsed(text)
    rows: Any = None if data is None else data.get(key)
    if not isinstance(rows, list) or not 0 <= at < len(rows) or not isinstance(rows[at], MutableMapping):
        return data, None
    return data, rows[at]


def _unwrapped(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value
