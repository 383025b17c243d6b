"""The checks on cells: what the model must show whatever the claims say."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from erbium.core.errors import DataError, DataErrors, ErbiumError
from erbium.knowledge.claims import read_blocks
from erbium.knowledge.parameters import data_folder
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
        try:
            for _, check in read_blocks(CellCheck, file, "checks"):
                if check.id in found:
                    errors.append(DataError(f"{check.id} stands twice.", file=file.name, key=check.id))
                found[check.id] = check
        except DataErrors as several:
            errors.extend(several.errors)
    if errors:
        raise DataErrors(errors)
    return found
