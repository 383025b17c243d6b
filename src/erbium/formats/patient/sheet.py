"""A table as rows of cells: CSV, TSV or the first filled sheet of an XLSX workbook."""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import dataclass, field
from typing import Any

from erbium.core.errors import DataError, MissingExtra
from erbium.formats.patient.source import Source, open_workbook_archive

MAX_ROWS = 2000
MAX_COLUMNS = 500
_SEPARATORS = ("\t", ";", ",", "|")


@dataclass
class Sheet:
    """A table.

    Parameters
    ----------
    header
        Column names; "" for a column without one.
    rows
        Number of the row in the file, and its cells.
    others
        Other sheets of the workbook, which are not read.
    """

    header: list[str]
    rows: list[tuple[int, list[Any]]]
    others: list[str] = field(default_factory=list)


def read_sheet(source: Source) -> Sheet:
    """Return the table of a file.

    Raises
    ------
    DataError
        It has no header and row, is too long or broken.
    MissingExtra
        It is a workbook and openpyxl is not installed.
    """
    if source.workbook:
        cells, others = _workbook(source)
    else:
        cells, others = _text(source), []
    filled = [(number, row) for number, row in cells if any(_filled(cell) for cell in row)]
    if len(filled) < 2:
        raise DataError(
            "the table has no row below a header.",
            file=source.path,
            expected="a header and one row for each result or patient",
        )
    first, header = filled[0]
    names = ["" if not _filled(cell) else " ".join(str(cell).split()) for cell in header]
    if sum(1 for name in names if name) < 2:
        raise DataError(
            "the first row has fewer than two column names.",
            file=source.path,
            key=f"row {first}",
            expected="column names",
        )
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            "a column name is there twice.",
            file=source.path,
            key=f"row {first}, column {names.index(twice) + 1}",
            expected="different names",
        )
    return Sheet(names, filled[1:], others)


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _text(source: Source) -> list[tuple[int, list[Any]]]:
    text = source.text()
    if "\0" in text:
        raise DataError("not a text table.", file=source.path, expected="CSV, TSV or XLSX")
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    if not first.count(separator):
        raise DataError(
            "the first line has one field.",
            file=source.path,
            key="line 1",
            expected="column names separated by commas, semicolons or tabs",
        )
    rows: list[tuple[int, list[Any]]] = []
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        for row in reader:
            if len(rows) > MAX_ROWS:
                _too_long(source)
            if len(row) > MAX_COLUMNS:
                raise DataError(
                    f"more than {MAX_COLUMNS} columns.", file=source.path, key=f"line {reader.line_num}"
                )
            rows.append((reader.line_num, list(row)))
    except csv.Error as error:
        raise DataError(
            f"the table is broken ({error}).",
            file=source.path,
            key=f"line {reader.line_num}",
            expected="one row a line",
        ) from None
    return rows


def _too_long(source: Source) -> None:
    raise DataError(f"more than {MAX_ROWS} rows.", file=source.path, expected=f"at most {MAX_ROWS} rows")


def _workbook(source: Source) -> tuple[list[tuple[int, list[Any]]], list[str]]:
    archive = open_workbook_archive(source)
    if "xl/workbook.xml" not in archive.namelist():
        raise DataError("a zip archive, and no workbook.", file=source.path, expected="an XLSX file")
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise MissingExtra.named("tables", "openpyxl", "Reading an XLSX file") from None
    # What openpyxl raises on a broken workbook depends on the part that is broken.
    broken = (
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        SyntaxError,
        AssertionError,
        EOFError,
        OverflowError,
        RuntimeError,
    )
    rows: list[tuple[int, list[Any]]] = []
    others: list[str] = []
    try:
        # What it cannot keep (styles, validation) it drops with a warning; cells are all that is read here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets[:50]:
                if rows:
                    others.append(sheet.title)
                    continue
                for number, row in enumerate(
                    sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS), start=1
                ):
                    rows.append((number, [_cell(cell) for cell in row]))
                rows = rows if any(_filled(cell) for _, row in rows for cell in row) else []
            book.close()
    except broken as error:
        raise DataError(
            f"the workbook is broken ({type(error).__name__}).", file=source.path, expected="an XLSX file"
        ) from None
    if len(rows) > MAX_ROWS + 1:
        _too_long(source)
    return rows, others


def _cell(cell: Any) -> Any:
    value = cell.value
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and "%" in str(getattr(cell, "number_format", ""))
    ):
        return f"{value * 100:g} %"
    return value
