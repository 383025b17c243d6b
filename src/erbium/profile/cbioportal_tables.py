"""The tables of a cBioPortal study folder: found, opened, and read row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from erbium.core.errors import DataError, nearest

MISSING = {"", "na", "n/a", "nan", "null", "none"}


@dataclass(frozen=True)
class Row:
    """One row of a table, with its line number in the file."""

    line: int
    values: dict[str, str]

    def get(self, column: str) -> str:
        """Return the trimmed text of a column, "" where it is absent."""
        return (self.values.get(column) or "").strip()


@dataclass
class Table:
    """A tab-separated table with its header, and the rows that could not be read."""

    file: Path
    columns: tuple[str, ...]
    rows: list[Row]
    broken: list[DataError] = field(default_factory=list)


def find_file(folder: Path, patterns: Sequence[str]) -> Path | None:
    """Return the first file of `folder` whose name fits one of `patterns`, in any case."""
    files = sorted(entry for entry in folder.iterdir() if entry.is_file())
    for pattern in patterns:
        for entry in files:
            if Path(entry.name.casefold()).match(pattern):
                return entry
    return None


def read_table(file: Path, what: str, required: Sequence[Sequence[str]]) -> Table:
    """Return a tab-separated table; rows that start with ``#`` are comments.

    Parameters
    ----------
    file
        The file.
    what
        What it is, for messages ("MAF").
    required
        Columns that must be there; each entry lists the names that will do.

    Raises
    ------
    DataError
        The file is empty, is no table, has no row, or lacks a required column.
    """
    lines = _lines(file, what)
    header_line, columns = _header(file, what, lines)
    for names in required:
        if not any(name in columns for name in names):
            raise DataError(
                f'the {what} has no column "{names[0]}".',
                file=file,
                key=f"line {header_line}",
                expected="columns " + ", ".join(choice[0] for choice in required),
                nearest=nearest(names[0], columns),
            )
    table = Table(file, columns, [])
    for number, fields in lines:
        if len(fields) != len(columns):
            table.broken.append(
                DataError(
                    f"{len(fields)} fields in a table of {len(columns)} columns.",
                    file=file,
                    key=f"line {number}",
                    expected=f"{len(columns)} fields separated by tabs",
                )
            )
        table.rows.append(Row(number, dict(zip(columns, fields, strict=False))))
    if not table.rows:
        raise DataError(f"the {what} is empty: a header and no row.", file=file, expected="at least one row")
    if len(table.broken) == len(table.rows):
        raise DataError(
            f"the {what} is broken: no row has the {len(columns)} columns of its header.",
            file=file,
            key=f"line {header_line}",
            expected="fields separated by tabs",
        )
    return table


def _lines(file: Path, what: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"the {what} is not text.", file=file, expected="a tab-separated table") from error
    if not text.strip():
        raise DataError(f"the {what} is empty.", file=file, expected="a header and at least one row")
    numbered = enumerate(text.splitlines(), start=1)
    kept = ((number, line) for number, line in numbered if line.strip() and not line.startswith("#"))
    for number, line in kept:
        yield number, next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))


def _header(file: Path, what: str, lines: Iterator[tuple[int, list[str]]]) -> tuple[int, tuple[str, ...]]:
    first = next(lines, None)
    if first is None:
        raise DataError(f"the {what} has no header.", file=file, expected="a row of column names")
    number, fields = first
    columns = tuple(name.strip() for name in fields)
    if len(columns) < 2:
        raise DataError(
            f"the {what} is broken: its first row has one field.",
            file=file,
            key=f"line {number}",
            expected="column names separated by tabs",
        )
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise DataError(
            f'column "{twice[0]}" is there twice.',
            file=file,
            key=f"line {number}",
            expected="different names",
        )
    return number, columns
