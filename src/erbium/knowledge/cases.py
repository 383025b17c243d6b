"""Where the example cases are: beside the data in an installed package, else in the repository."""

from __future__ import annotations

import functools
from pathlib import Path

from erbium.knowledge.parameters import data_folder


@functools.cache
def case_files() -> dict[str, Path]:
    """Return the profile files of the example cases, by name."""
    repository = Path(__file__).parents[3] / "examples" / "cases"
    folder = next((place for place in (data_folder() / "cases", repository) if place.is_dir()), None)
    return {} if folder is None else {file.stem: file for file in sorted(folder.glob("*.toml"))}
