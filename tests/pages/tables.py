"""Tables of a page of the docs, replaced where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def with_table(text: str, header: str, rows: Sequence[str]) -> str:
    """Return a page whose table under `header`, its first line, has these rows.

    Raises
    ------
    ValueError
        The page has no such table, or more than one.
    """
    lines = text.split("\n")
    found = [place for place, line in enumerate(lines) if line == header]
    if len(found) != 1:
        raise ValueError(f"{len(found)} tables start with {header!r}")
    first = found[0] + 2
    last = first
    while last < len(lines) and lines[last].startswith("|"):
        last += 1
    return "\n".join([*lines[:first], *rows, *lines[last:]])
