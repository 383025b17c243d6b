"""Arrays in the cache: written whole, read if they are there and not damaged."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from erbium.core.files import write_whole
from erbium.core.twins import Array
from erbium.engine.build import cache_folder


def kept_in(part: str) -> Path:
    """Return the folder of one part of the cache, mode 0700."""
    folder = cache_folder().parent / part
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep_arrays(file: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays by name, the whole file or none of it."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    write_whole(file, buffer.getvalue())


def read_arrays(file: Path) -> dict[str, Any] | None:
    """Return the arrays of a file, which counts as used; None if there is none, or it is damaged."""
    if not file.is_file():
        return None
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as held:
            found = {name: np.asarray(held[name]) for name in held.files}
        os.utime(file)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return found
