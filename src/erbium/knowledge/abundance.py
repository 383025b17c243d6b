"""The abundance tables: one TOML file each, of the name of its field in :class:`Abundance`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, DataErrors, ErbiumError, nearest
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.abundance import (
    Abundance,
    Bypass,
    Her2Abundance,
    OestrogenReceptor,
    ReceptorAbundance,
)
from erbium.knowledge.schema.number import Record

TABLES: dict[str, type[Record]] = {
    "her2": Her2Abundance,
    "receptors": ReceptorAbundance,
    "oestrogen_receptor": OestrogenReceptor,
    "bypass": Bypass,
}


def load_abundance(folder: Path | str | None = None) -> Abundance:
    """Return the shipped tables, of which those in `folder` take the place.

    Raises
    ------
    DataErrors
        Every mistake in the files, with file and key.
    """
    files = {file.stem: file for file in sorted((data_folder() / "abundance").glob("*.toml"))}
    errors: list[ErbiumError] = []
    if folder is not None:
        if not Path(folder).is_dir():
            raise DataError("no such folder.", file=folder, expected="a folder with abundance tables in TOML")
        files |= {file.stem: file for file in sorted(Path(folder).glob("*.toml"))}
    tables: dict[str, Any] = {}
    for name, file in files.items():
        if name not in TABLES:
            errors.append(
                DataError(f'no abundance table "{name}".', file=file, nearest=nearest(name, TABLES))
            )
            continue
        try:
            tables[name] = read_record(TABLES[name], file)
        except DataErrors as several:
            errors.extend(several.errors)
        except DataError as error:
            errors.append(error)
    if errors:
        raise DataErrors(errors)
    return Abundance(**tables)
