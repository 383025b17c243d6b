"""Output files: checked before any work, written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erbium.cli.json_face import dumps
from erbium.core.errors import DataError, nearest


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

    def write(self, fill: Callable[[Path], object]) -> None:
        """Let `fill` write a temporary file in the same folder, then put it in place.

        Whatever interrupts `fill`, the old file stays as it was and no new one is left behind.
        """
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{self.path.stem}-", suffix=self.suffix)
        os.close(handle)
        part = Path(name)
        try:
            fill(part)
            part.chmod(_mode(self.path))
            part.replace(self.path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def write_text(self, text: str) -> None:
        """Write `text` in UTF-8."""
        self.write(lambda part: part.write_text(text, encoding="utf-8"))

    def write_json(self, payload: Mapping[str, Any]) -> None:
        """Write `payload` as JSON."""
        self.write_text(dumps(payload))

    def write_csv(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write `rows` as CSV, the columns in the order in which they first appear."""
        self.write_text(csv_text(rows))


def target(out: Path | None, suffixes: Sequence[str]) -> Target | None:
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
            key="--out",
            expected=f"one of {', '.join(suffixes)}",
            nearest=nearest(suffix, suffixes) if suffix else None,
        )
    if out.is_dir():
        raise DataError("is a folder.", file=out, key="--out", expected="a file")
    check_folder(out.parent)
    return Target(out, suffix)


def check_folder(folder: Path) -> None:
    """Raise DataError unless files can be written in `folder`, which may still have to be made."""
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        raise DataError("is a file, not a folder.", file=existing, key="--out", expected="a folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise DataError("nothing can be written in this folder.", file=existing, key="--out")


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
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(str(_cell(part)) for part in value)
    return dumps(value, indent=None).strip() if isinstance(value, Mapping) else value


def _mode(path: Path) -> int:
    """Return the mode of the file that is replaced, or that of a new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
