"""The network's numbers: one TOML file per module, of the module's name."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.core.toml_files import read_toml
from erbium.knowledge.schema.parameter import Parameter


def data_folder() -> Path:
    """Return the folder of the shipped knowledge."""
    return Path(str(resources.files("erbium.knowledge"))) / "data"


@functools.cache
def load_parameters(folder: Path | None = None) -> dict[str, dict[str, Parameter]]:
    """Return the numbers of every module: module id, then parameter name.

    Raises
    ------
    DataErrors
        Every number that lacks a unit, kind, source or range, with file and key.
    """
    errors: list[DataError] = []
    found: dict[str, dict[str, Parameter]] = {}
    for path in sorted((folder or data_folder() / "parameters").glob("*.toml")):
        module: dict[str, Parameter] = {}
        for name, table in read_toml(path).items():
            try:
                module[name] = Parameter.model_validate(table)
            except ValidationError as error:
                for issue in error.errors():
                    key = ".".join([name, *map(str, issue["loc"])])
                    errors.append(DataError(f"{issue['msg']}.", file=path.name, key=key))
        found[path.stem] = module
    if errors:
        raise DataErrors(errors)
    return found
