"""Loader of the regions in which drugs are approved."""

from __future__ import annotations

import functools

from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.drug import RegionName


@functools.cache
def load_regions() -> dict[str, RegionName]:
    """Return code and name of every region, by the agency a profile names."""
    read = read_toml(data_folder() / "regions.toml")
    return {agency: RegionName.model_validate(entry) for agency, entry in read.items()}
