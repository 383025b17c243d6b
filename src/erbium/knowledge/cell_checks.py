"""The checks on cells: what the model must show whatever the claims say."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors, ErbiumError
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import explain
from erbium.knowledge.schema.cell_check import CellCheck


@functools.cache
def load_cell_checks() -> dict[str, CellCheck]:
    """Return the shipped checks by id.

    Raises
    ------
    DataErrors
        Every mistake in the files, with file, check and key.
    """
    return read_cell_checks(sorted((data_folder() / "cell_checks").glob("*.toml")))


def read_cell_checks(files: Sequence[Path]) -> dict[str, CellCheck]:
    """Return the checks of `files` by id; errors as in :func:`load_cell_checks`."""
    found: dict[str, CellCheck] = {}
    errors: list[ErbiumError] = []
    for file in files:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("checks", [])
        for number, row in enumerate(rows):
            where = str(row.get("id") or f"checks[{number}]")
            try:
                check = CellCheck.model_validate(row)
                check.contexts()
            except ValidationError as error:
                errors += [explain(file.name, CellCheck, issue, where) for issue in error.errors()]
                continue
            except ValueError as error:
                errors.append(DataError(f"{error}.", file=file.name, key=where))
                continue
            if check.id in found:
                errors.append(DataError(f"{check.id} stands twice.", file=file.name, key=where))
            found[check.id] = check
    if errors:
        raise DataErrors(errors)
    return found
