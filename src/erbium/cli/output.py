"""Output files: checked before any work, written whole or not at all."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erbium.cli.json_face import dumps
from erbium.core.errors import DataError, nearest
from erbium.report.files import write_whole


@dataclass(frozen=True)
class Target:
    """A file that the user wants written.

    Attributes
    ----------
    path
        Where.
    suffix
        Its kind, such as ``.json``.
    """

    path: Path
    suffix: str

    def ready(self) -> Path:
        """Return the path after making its folder, for writers that put a file in place themselves."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path

    def write(self, content: str | bytes) -> None:
        """Put `content` in place, whole or not at all; missing folders are made."""
        write_whole(self.ready(), content)

    def write_json(self, payload: Mapping[str, Any]) -> None:
        """Write `payload` as JSON."""
        self.write(dumps(payload))

    def write_csv(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write `rows` as CSV, the columns in the order in which they first appear."""
        self.write(csv_text(rows))


def target(out: Path | None, suffixes: Sequence[str], *, key: str = "--out") -> Target | None:
    """Return the output file after checking that it can be written; None if none is wanted.

    Raises
    ------
    DataError
        Its suffix is none of `suffixes`, it is a folder, or its folder cannot be written.
    """
    if out is None:
        return None
    suffix = out.suffix.casefold()
    if suffix not in suffixes:
        shown = f'output suffix "{suffix}" is not known.' if suffix else "the output file has no suffix."
        raise DataError(
            shown,
            file=out,
            key=key,
            expected=f"one of {', '.join(suffixes)}" if len(suffixes) > 1 else suffixes[0],
            nearest=nearest(suffix, suffixes) if suffix else None,
        )
    if out.is_dir():
        raise DataError("is a folder.", file=out, key=key, expected="a file")
    check_folder(out.parent, key=key)
    return Target(out, suffix)


def new_file(file: Path | None, out: Path | None, suffixes: Sequence[str], *, force: bool) -> Target | None:
    """Return the file that a `new` command starts; None if none is named, by argument or by --out.

    Raises
    ------
    DataError
        Two files are named, or the one that is named exists and `force` is not set.
    """
    if file is not None and out is not None and file != out:
        raise DataError("two output files are named.", file=file, key="--out", expected="one")
    place = target(file or out, suffixes)
    if place is not None and place.path.exists() and not force:
        raise DataError("the file is there already.", file=place.path, expected="a new name, or --force")
    return place


def check_folder(folder: Path, *, key: str = "--out") -> None:
    """Raise DataError unless files can be written in `folder`, which may still have to be made."""
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        raise DataError("is a file, not a folder.", file=existing, key=key, expected="a folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise DataError("nothing can be written in this folder.", file=existing, key=key)


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return `rows` as CSV text; lists are joined by "; ", what is absent is empty."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(str(_cell(part)) for part in value)
    return (
        "; ".join(f"{key}: {_cell(part)}" for key, part in value.items())
        if isinstance(value, Mapping)
        else value
    )
