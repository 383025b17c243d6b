"""The cell lines, read from TOML, and the names they go by."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from erbium.core.errors import DataError, UnknownName, nearest
from erbium.knowledge.record_files import Folders, read_folders
from erbium.knowledge.schema.cell_line import CellLine
from erbium.knowledge.schema.mechanism import Mechanism


def load_cell_lines(folder: Folders = None) -> dict[str, CellLine]:
    """Return the cell lines by id; `folder` is one folder or several, of which a later overrides.

    Raises
    ------
    DataErrors
        Every mistake in the files, with file and key.
    """
    return read_folders(CellLine, "celllines", folder)


def resolve_cell_line(name: str, lines: Mapping[str, CellLine] | None = None) -> CellLine:
    """Return the line called `name` (``BT-474``, ``bt474``, ``BT 474``).

    Raises
    ------
    UnknownName
        No line has that name; the nearest one is suggested.
    """
    known = _shipped() if lines is None else lines
    index = {_key(word): line for line in known.values() for word in (*line.synonyms, line.id, line.name)}
    found = index.get(_key(name))
    if found is None:
        raise UnknownName.among("cell line", name, [line.name for line in known.values()])
    return found


def check_cell_lines(lines: Mapping[str, CellLine], mechanisms: Mapping[str, Mechanism]) -> list[DataError]:
    """Return one error for each mechanism of a line that does not exist."""
    return [
        DataError(
            f'no mechanism "{carried.id}".',
            file=f"celllines/{line.id}.toml",
            key=f"mechanisms[{number}].id",
            nearest=nearest(carried.id, mechanisms),
        )
        for line in lines.values()
        for number, carried in enumerate(line.mechanisms)
        if carried.id not in mechanisms
    ]


@functools.cache
def _shipped() -> dict[str, CellLine]:
    return load_cell_lines()


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
