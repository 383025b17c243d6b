"""Small tables of numbers: one TOML file of named numbers, read and checked."""

from __future__ import annotations

import functools
from pathlib import Path

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.number import Number


@functools.cache
def load_numbers(name: str, folder: Path | None = None) -> dict[str, Number]:
    """Return the numbers of ``<name>.toml``, for example ``host/covariates``.

    Raises
    ------
    DataErrors
        Every number that lacks a unit, kind, source or range.
    """
    path = (folder or data_folder()) / f"{name}.toml"
    errors: list[DataError] = []
    found: dict[str, Number] = {}
    for key, table in read_toml(path).items():
        try:
            found[key] = Number.model_validate(table)
        except ValidationError as error:
            errors += [DataError(f"{issue['msg']}.", file=path.name, key=key) for issue in error.errors()]
    if errors:
        raise DataErrors(errors)
    return found
