"""What a case has several of: read from the text of the profile and written into it, comments and order kept.

An entry is addressed by its place: `(1,)` is the second of a list, `(1, 0)` the first of a list in that one.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from erbium.web.pages.entry_lists import BY_KEY, LISTS, NO, YES, Entries, Part, Value

Place = tuple[int, ...]


def read(text: str) -> dict[str, dict[Place, list[Value]]]:
    """Return the values of every entry, by list and place; nothing where the text is broken."""
    data = _parsed(text)
    plain: Any = {} if data is None else data.unwrap()
    return {
        one.key: {
            place: [_shown(part, row.get(part.key)) for part in one.parts] for place, row in _each(plain, one)
        }
        for one in LISTS
    }


def _parsed(text: str) -> tomlkit.TOMLDocument | None:
    try:
        return tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError):
        return None


def _each(data: Any, one: Entries) -> Iterator[tuple[Place, Any]]:
    """Yield the entries of a list with their places, those of every entry that holds such a list."""
    for above, holder in _holders(data, one):
        given = holder.get(one.key)
        rows = [given] if one.single else given
        if isinstance(rows, list):
            yield from (((*above, at), row) for at, row in enumerate(rows) if isinstance(row, MutableMapping))


def _holders(data: Any, one: Entries) -> Iterator[tuple[Place, Any]]:
    if one.under:
        yield from _each(data, BY_KEY[one.under])
    else:
        yield (), data


def _shown(part: Part, value: Any) -> Value:
    if isinstance(value, dict):
        value = value.get("value")
    if part.kind == "mechanisms":
        names = [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
        return list(dict.fromkeys(names)) or None
    if part.kind == "flag":
        return {True: YES, False: NO}.get(value) if isinstance(value, bool) else None
    if part.kind in ("number", "whole"):
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if value is None or part.words:
        return None if value is None else part.word(value)
    return value if isinstance(value, str) else str(value)


def write(text: str, key: str, place: Place, part: str, value: Value) -> str:
    """Return a text with one field of one entry changed; as it was where there is no such entry.

    Assay, specimen, date and whatever else stands beside a value stay, also while there is none.
    """
    data, row = _row(text, key, place)
    one = next((field for field in BY_KEY[key].parts if field.key == part), None)
    if data is None or row is None or one is None or _shown(one, _unwrapped(row.get(part))) == value:
        return text
    old = row.get(part)
    if isinstance(old, MutableMapping):
        old.pop("status", None)
        old.pop("value", None)
    if value in (None, "", []):
        if not (isinstance(old, MutableMapping) and old):
            row.pop(part, None)
        return tomlkit.dumps(data)
    kept: Any = value == YES if one.kind == "flag" else value
    if one.kind == "whole" and isinstance(kept, float) and kept.is_integer():
        kept = int(kept)
    if isinstance(old, MutableMapping):
        old["value"] = kept
    elif isinstance(old, list) and isinstance(kept, list):
        _made_equal(old, kept)
    else:
        row[part] = kept
    return tomlkit.dumps(data)


def _made_equal(old: list[Any], new: list[str]) -> None:
    """Take out of a list the names that are gone and add those that are new; the rest stays as it stands."""
    for at in reversed(range(len(old))):
        if isinstance(old[at], str) and old[at] not in new:
            del old[at]
    for name in new:
        if name not in old:
            old.append(name)


def add(text: str, key: str, above: Place = ()) -> str:
    """Return a text with one more entry at the end of a list; as it was where it is no TOML.

    Parameters
    ----------
    above
        Place of the entry that holds the list; none for a list of the profile itself.
    """
    data, one = _parsed(text), BY_KEY[key]
    holder = None if data is None else dict(_holders(data, one)).get(above)
    if data is None or holder is None:
        return text
    inline = isinstance(holder, tomlkit.items.InlineTable)
    rows: Any = holder.get(key)
    if one.single:
        if rows is not None:
            return text
        holder[key] = tomlkit.inline_table() if inline else tomlkit.table()
        return _spaced(tomlkit.dumps(data))
    if rows is None:
        holder[key] = tomlkit.array() if inline else tomlkit.aot()
        rows = holder[key]
    if not isinstance(rows, list):
        return text
    row: Any = tomlkit.inline_table() if isinstance(rows, tomlkit.items.Array) else tomlkit.table()
    if one.named:
        first = one.parts[0].key
        taken = {str(other.get(first)) for other in rows if isinstance(other, MutableMapping)}
        numbers = range(1, len(rows) + 2)
        row[first] = next(name for n in numbers if (name := one.named.format(n)) not in taken)
    rows.append(row)
    return _spaced(tomlkit.dumps(data))


def _spaced(text: str) -> str:
    """Return a text with an empty line above every table, where that changes nothing else."""
    lines: list[str] = []
    for line in text.split("\n"):
        head = line.startswith("[") and line.endswith("]")
        if head and lines and lines[-1].strip() and not lines[-1].startswith("#"):
            lines.append("")
        lines.append(line)
    spaced = "\n".join(lines)
    return spaced if tomlkit.parse(spaced).unwrap() == tomlkit.parse(text).unwrap() else text


def remove(text: str, key: str, place: Place) -> str:
    """Return a text without one entry; as it was where there is none."""
    data, row = _row(text, key, place)
    if data is None or row is None:
        return text
    one = BY_KEY[key]
    holder: Any = dict(_holders(data, one))[place[:-1]]
    if not one.single:
        del holder[key][place[-1]]
    if one.single or not holder[key]:
        del holder[key]
    return tomlkit.dumps(data)


def _row(text: str, key: str, place: Place) -> tuple[tomlkit.TOMLDocument | None, Any]:
    data = _parsed(text)
    return data, None if data is None else dict(_each(data, BY_KEY[key])).get(place)


def _unwrapped(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value
