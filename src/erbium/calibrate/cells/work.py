"""A folder of finished stages, so that an interrupted calibration goes on where it stopped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from erbium.core.twins import Array

Arrays = Mapping[str, Array]


@dataclass(frozen=True)
class Work:
    """Stages kept in a folder; without a folder every stage is computed.

    Attributes
    ----------
    folder
        Where the stages lie, or None.
    fingerprint
        What the stages depend on: data, network, seed and settings. A stage of another fingerprint is
        computed anew.
    """

    folder: Path | None
    fingerprint: str

    def stage(self, name: str, compute: Callable[[], Arrays]) -> dict[str, Array]:
        """Return the arrays of a stage, from the folder if they are there, else computed and kept."""
        if self.folder is None:
            return dict(compute())
        path = self.path(name)
        if path.exists():
            try:
                with np.load(path, allow_pickle=False) as kept:
                    return {key: kept[key] for key in kept.files}
            except (OSError, ValueError, BadZipFile):
                path.unlink()
        found = dict(compute())
        self.folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **found)
        part.replace(path)
        return found

    def done(self, name: str) -> bool:
        """Return whether a stage is kept."""
        return self.folder is not None and self.path(name).exists()

    def path(self, name: str) -> Path:
        """Return the file of a stage."""
        assert self.folder is not None
        return self.folder / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', name)}.{self.fingerprint[:12]}.npz"


def fingerprint(*parts: object) -> str:
    """Return a hash of whatever the stages depend on."""
    return hashlib.sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()
