"""Loader of the questions on which the literature disagrees."""

from __future__ import annotations

import functools

from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.alternative import Alternative


@functools.cache
def load_alternatives() -> dict[str, Alternative]:
    """Return every question by id."""
    files = sorted((data_folder() / "alternatives").glob("*.toml"))
    return {file.stem: read_record(Alternative, file) for file in files}
