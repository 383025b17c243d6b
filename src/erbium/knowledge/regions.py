"""Loader of the regions in which drugs are approved."""

from __future__ import annotations

import functools
import tomllib

from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.drug import RegionName


@functools.cache
def load_regions() -> dict[str, RegionName]:
    """Return code and name of every region, by the agency a profile names."""
    read = tomllib.loads((data_folder() / "regions.toml").read_text(encoding="utf-8"))
    return {agency: RegionName.model_validate(entry) for agency, entry in read.items()}
