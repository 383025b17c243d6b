"""The library: every course under many designs of the numbers, kept in Parquet, resumable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from erbium.calibrate.population.coordinates import BOUND, Coordinate, designs
from erbium.calibrate.population.courses import Courses
from erbium.calibrate.population.simulate import Group, moved
from erbium.core.errors import DataError
from erbium.core.files import write_whole
from erbium.core.result import version
from erbium.core.twins import Array
from erbium.knowledge.parameters import data_folder
from erbium.model import build_network
from erbium.trial.store import need_parquet, parquet

if TYPE_CHECKING:
    import pandas as pd

#: Folders and files of the data that no course depends on: published figures, claims, texts.
_NOT_SIMULATED = (
    "calibration", "cautions.toml", "cell_checks", "celllines", "claims", "experiment", "held_out",
    "proteome", "sources", "trials",
)  # fmt: skip
#: Courses that are simulated together, and lost together if a run is ended.
TOGETHER = 3000
#: Patients and days with which is asked which numbers an arm feels, and how far they are moved.
SCREENED, SCREEN_DAYS, SCREEN_AT = 6, 130.0, (-1.5, 1.5)
Report = Callable[[str, float], None]


def say_nothing(label: str, share: float) -> None:
    """Take note of nothing."""
    del label, share


@dataclass
class Library:
    """Courses under designs of the numbers.

    Attributes
    ----------
    courses, place
        What is simulated, and the coordinates.
    designs, patients, groups
        Designs; patients of an enrolment in each; groups of patients that the designs take in turn.
    folder
        Folder that keeps finished designs; None keeps them in memory.
    """

    courses: Courses
    place: tuple[Coordinate, ...]
    designs: int
    patients: int
    groups: int
    seed: int
    folder: Path | None = None
    report: Report = say_nothing
    further: Array | None = None
    _memory: dict[str, bytes] = field(default_factory=dict)
    _group: Group | None = None

    def __post_init__(self) -> None:
        for key, number, least in (
            ("--designs", self.designs, 4), ("--patients", self.patients, 2), ("--groups", self.groups, 1),
        ):  # fmt: skip
            if number < least:
                raise DataError(f"{number}.", key=key, expected=f"a whole number from {least}")
        if self.groups * 2 > self.designs:
            raise DataError(
                f"{self.groups} groups for {self.designs} designs.", key="--groups",
                expected="at most one group for two designs",
            )  # fmt: skip
        need_parquet()

    @property
    def numbers(self) -> tuple[Coordinate, ...]:
        """The coordinates that change courses."""
        return tuple(item for item in self.place if item.kind == "number")

    @property
    def shares(self) -> tuple[str, ...]:
        """The attributes whose share is reached by weighting."""
        return tuple(item.name for item in self.place if item.kind == "share")

    @cached_property
    def z(self) -> Array:
        """Coordinates of the designs over the prior, shape (designs, coordinates)."""
        return designs(self.place, self.designs, self.seed)

    @property
    def every_z(self) -> Array:
        """Coordinates of all designs, those near the posterior last."""
        return self.z if self.further is None else np.vstack([self.z, self.further])

    @property
    def group_of(self) -> NDArray[np.int64]:
        """Group of patients of each of all designs."""
        return np.arange(len(self.every_z)) % self.groups

    @property
    def count(self) -> int:
        """Courses of the whole library, those that say which numbers an arm feels not counted."""
        return self.designs * self.patients * len(self.courses.courses)

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What the courses depend on; more designs may be added to a library."""
        return {
            "schema": "erbium.calibration-library/1",
            "network": build_network(2).hash,
            "data": simulated_data_hash(),
            "courses": self.courses.hash,
            "version": version(),
            "seed": self.seed,
            "patients": self.patients,
            "groups": self.groups,
            "numbers": [[item.name, item.value, item.low, item.high, item.shipped] for item in self.numbers],
            "shares": list(self.shares),
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the identity."""
        return hashlib.sha256(json.dumps(self.identity, sort_keys=True).encode()).hexdigest()

    @property
    def path(self) -> Path | None:
        """Folder of this library inside the one given: its name holds the hash of network and data."""
        return None if self.folder is None else self.folder / f"population-{self.hash[:16]}"

    def group(self, number: int) -> Group:
        """Return a group of patients; one is kept at a time."""
        if self._group is None or self._group.number != number:
            self._group = Group(self.courses, self.seed, number, self.patients)
        return self._group

    def factors(self, z: Array) -> dict[str, float]:
        """Return the factors on the numbers at coordinates, shape (coordinates,)."""
        return {item.name: float(item.factor(np.array(x))) for item, x in zip(self.place, z, strict=True)
                if item.kind == "number"}  # fmt: skip

    def fill(self) -> None:
        """Simulate whatever is missing, group by group."""
        if self.path is not None:
            self.path.mkdir(parents=True, exist_ok=True)
            write_whole(self.path / "library.json", json.dumps(self.identity, indent=2) + "\n")
        together = max(1, TOGETHER // (self.patients * len(self.courses.courses)))
        done = 0
        for number in range(self.groups):
            self.marks(number)
            of_group = [int(m) for m in np.flatnonzero(self.group_of == number)]
            missing = [m for m in of_group if self._read(self._design(m)) is None]
            done += len(of_group) - len(missing)
            for first in range(0, len(missing), together):
                self.report("simulating", done / len(self.every_z))
                some = missing[first : first + together]
                for m, table in zip(some, self.simulated(self.every_z[some], number), strict=True):
                    self._write(self._design(m), parquet(table))
                done += len(some)
        self.report("simulating", 1.0)

    def simulated(self, z: Array, group: int) -> list[pd.DataFrame]:
        """Return the outcomes of one group of patients at coordinates, shape (points, coordinates)."""
        return self.group(group).outcomes([self.factors(row) for row in z])

    def design(self, m: int) -> pd.DataFrame:
        """Return the outcomes of a design."""
        number = int(self.group_of[m])
        return self._stage(self._design(m), lambda: self.simulated(self.every_z[m : m + 1], number)[0])

    def marks(self, group: int) -> pd.DataFrame:
        """Return who has which attribute in a group."""
        return self._stage(f"patients-{group:03d}", lambda: self.group(group).marks(self.shares))

    def at(self, z: Array, group: int) -> pd.DataFrame:
        """Return the outcomes of a group at coordinates that are no design, kept as well."""
        return self._stage(self._point(z, group), lambda: self.simulated(z[None], group)[0])

    def _point(self, z: Array, group: int) -> str:
        name = hashlib.sha256(np.round(z[: len(self.numbers)], 12).tobytes()).hexdigest()[:12]
        return f"at-{name}-{group:03d}"

    def _design(self, m: int) -> str:
        """Return the name of a design: its number, or its place for one near the posterior."""
        if m < self.designs:
            return f"design-{m:05d}"
        return self._point(self.every_z[m], int(self.group_of[m]))

    def felt(self) -> NDArray[np.bool_]:
        """Return which numbers each course feels, shape (courses, numbers).

        A few patients are run for some months with one number moved at a time: what leaves all sizes
        as they were has no place in the emulator of that course.
        """
        import pandas as pd

        def screened() -> pd.DataFrame:
            group = Group(self.courses, self.seed, 0, min(self.patients, SCREENED))
            everything = range(len(self.courses.courses))
            self.report("which numbers an arm feels", 0.0)
            moves = [(item, z) for item in self.numbers for z in SCREEN_AT]
            factors = [{item.name: float(item.factor(np.array(z)))} for item, z in moves]
            before, *after = group.run(everything, [{}, *factors], SCREEN_DAYS)
            table: dict[str, list[bool]] = {item.name: [False] * len(everything) for item in self.numbers}
            for (item, _), courses in zip(moves, after, strict=True):
                for c in everything:
                    table[item.name][c] |= moved(before[c], courses[c])
            for item, factor in zip(self.numbers, factors[1 :: len(SCREEN_AT)], strict=True):
                for c in everything:
                    table[item.name][c] |= group.reads_otherwise(c, factor)
            return pd.DataFrame(table)

        found = self._stage("felt", screened)
        return np.asarray(found[[item.name for item in self.numbers]].to_numpy(dtype=bool))

    def _stage(self, name: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        import io

        import pandas as pd

        content = self._read(name)
        if content is None:
            content = parquet(compute())
            self._write(name, content)
        return pd.read_parquet(io.BytesIO(content), engine="pyarrow")

    def _read(self, name: str) -> bytes | None:
        if self.path is None:
            return self._memory.get(name)
        file, told = self.path / f"{name}.parquet", self.path / f"{name}.sha256"
        if not file.is_file() or not told.is_file():
            return None
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != told.read_text(encoding="utf-8").strip():
            raise DataError(
                "is damaged: it does not have its checksum.", file=file,
                expected="the file as it was written",
                hint="delete it, and the same command simulates it again",
            )  # fmt: skip
        return content

    def _write(self, name: str, content: bytes) -> None:
        if self.path is None:
            self._memory[name] = content
            return
        self.path.mkdir(parents=True, exist_ok=True)
        write_whole(self.path / f"{name}.parquet", content)
        write_whole(self.path / f"{name}.sha256", hashlib.sha256(content).hexdigest() + "\n")


def simulated_data_hash() -> str:
    """Return SHA-256 of the data files that courses depend on."""
    root = data_folder()
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.toml"), key=lambda p: p.relative_to(root).as_posix()):
        relative = path.relative_to(root)
        if relative.parts[0] not in _NOT_SIMULATED:
            digest.update(relative.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


assert max(map(abs, SCREEN_AT)) <= BOUND
