"""Where the blocks of a run are kept: in memory, or in a folder that a killed run goes on from."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from erbium.core.errors import DataError, MissingExtra
from erbium.core.files import write_whole
from erbium.trial.run_block import BlockResult

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "erbium.trial-folder/1"
_RUN = "run.json"
_PATIENTS, _SIZES = "blocks", "sizes"


class Store(Protocol):
    """What keeps the blocks of a run."""

    def done(self) -> set[int]:
        """Return the blocks that are there, whole and unchanged."""

    def put(self, index: int, result: BlockResult) -> None:
        """Keep a block."""

    def patients(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the patients of all blocks in order; all columns, or those of `columns`."""

    def sizes(self, most: int) -> pd.DataFrame:
        """Return the sums of diameters of the first blocks, until `most` patients are shown."""

    def warnings(self) -> list[str]:
        """Return what was said of the blocks, each once."""


class Memory:
    """Keeps the blocks in memory."""

    def __init__(self) -> None:
        self._blocks: dict[int, BlockResult] = {}

    def done(self) -> set[int]:
        """Return the blocks that are there."""
        return set(self._blocks)

    def put(self, index: int, result: BlockResult) -> None:
        """Keep a block."""
        self._blocks[index] = result

    def patients(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the patients of all blocks in order."""
        frame = _joined(self._blocks[index].patients for index in sorted(self._blocks))
        return frame if columns is None else frame[list(columns)]

    def sizes(self, most: int) -> pd.DataFrame:
        """Return the sums of diameters of the first blocks, until `most` patients are shown."""
        return _first(
            ((self._blocks[i].sizes, len(self._blocks[i].patients)) for i in sorted(self._blocks)), most
        )

    def warnings(self) -> list[str]:
        """Return what was said of the blocks, each once."""
        return _once(self._blocks[index].warnings for index in sorted(self._blocks))


class Folder:
    """Keeps each block as Parquet files beside their checksums.

    A block counts once its checksums are written, which is last; until then it is simulated again. What
    is there is never written over.

    Parameters
    ----------
    path
        The folder.
    run
        What the results depend on: another run does not go on in this folder.
    trial_text
        The trial file, of which a copy is kept.

    Raises
    ------
    DataError
        The folder belongs to something else, or a block in it is damaged; names the file.
    """

    def __init__(self, path: Path, run: Mapping[str, Any], trial_text: str) -> None:
        need_parquet()
        self.path = path
        self.run = {"schema": SCHEMA, **run}
        if path.exists() and not path.is_dir():
            raise DataError("is a file.", file=path, key="--out", expected="a folder")
        if path.is_dir() and any(item for item in path.iterdir() if not item.name.startswith(".")):
            self._check_same()
        else:
            path.mkdir(parents=True, exist_ok=True)
            write_whole(path / "trial.toml", trial_text)
            write_whole(path / _RUN, _text(self.run))
        for name in (_PATIENTS, _SIZES):
            (path / name).mkdir(exist_ok=True)

    def _check_same(self) -> None:
        file = self.path / _RUN
        if not file.is_file():
            raise DataError(
                f"holds other things, and no {_RUN}.", file=self.path, key="--out",
                expected="a new or an empty folder, or one of this run",
            )  # fmt: skip
        there = _read(file)
        if there.get("schema") != SCHEMA:
            raise DataError("is no run of a trial.", file=file, key="schema", expected=f'"{SCHEMA}"')
        for key, value in self.run.items():
            if there.get(key) != value:
                raise DataError(
                    f"this folder holds another run: {key} is {there.get(key)!r}, now it is {value!r}.",
                    file=file, key=key, expected="the run that was begun here, or another folder",
                )  # fmt: skip

    def done(self) -> set[int]:
        """Return the blocks that are there, after checking each against its checksum."""
        found: set[int] = set()
        for file in sorted((self.path / _PATIENTS).glob("*.json")):
            index = int(file.stem) if file.stem.isdigit() else -1
            if not 0 <= index < self.run["blocks"]:
                raise DataError(
                    "does not belong to this run.",
                    file=file,
                    expected=f"blocks 0 to {self.run['blocks'] - 1}",
                )
            told = _read(file)
            if all(self._is_whole(name, index, told) for name in (_PATIENTS, _SIZES)):
                found.add(index)
        return found

    def _is_whole(self, name: str, index: int, told: Mapping[str, Any]) -> bool:
        """Return whether a file is there; DataError if it is not what was written."""
        file = self._file(name, index)
        if not file.is_file():
            return False
        if told.get(name) != hashlib.sha256(file.read_bytes()).hexdigest():
            raise DataError(
                "is damaged: it does not have its checksum.", file=file,
                expected="the file as it was written",
                hint=f"delete it, and the same command simulates block {index} again",
            )  # fmt: skip
        return True

    def put(self, index: int, result: BlockResult) -> None:
        """Write a block: its sizes, its patients, and last their checksums."""
        told: dict[str, Any] = {"block": index, "patients": len(result.patients)}
        for name, frame in ((_SIZES, result.sizes), (_PATIENTS, result.patients)):
            content = parquet(frame)
            write_whole(self._file(name, index), content)
            told[name] = hashlib.sha256(content).hexdigest()
        told["warnings"] = list(result.warnings)
        write_whole(self._file(_PATIENTS, index).with_suffix(".json"), _text(told))

    def patients(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the patients of all blocks in order."""
        import pandas as pd

        def read(index: int) -> pd.DataFrame:
            wanted = None if columns is None else list(columns)
            return pd.read_parquet(self._file(_PATIENTS, index), engine="pyarrow", columns=wanted)

        return _joined(read(index) for index in self._indices())

    def sizes(self, most: int) -> pd.DataFrame:
        """Return the sums of diameters of the first blocks, until `most` patients are shown."""
        import pandas as pd

        read = (
            (pd.read_parquet(self._file(_SIZES, i), engine="pyarrow"), self._told(i)["patients"])
            for i in self._indices()
        )
        return _first(read, most)

    def warnings(self) -> list[str]:
        """Return what was said of the blocks, each once."""
        return _once(self._told(index)["warnings"] for index in self._indices())

    def _indices(self) -> list[int]:
        return sorted(int(file.stem) for file in (self.path / _PATIENTS).glob("*.json"))

    def _told(self, index: int) -> dict[str, Any]:
        return _read(self._file(_PATIENTS, index).with_suffix(".json"))

    def _file(self, name: str, index: int) -> Path:
        return self.path / name / f"{index:05d}.parquet"


def need_parquet() -> None:
    """Raise MissingExtra unless Parquet can be written."""
    try:
        import pyarrow as pa  # noqa: F401
    except ImportError as error:
        raise MissingExtra.named("scale", "pyarrow", "a folder of results") from error


def parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet, the same bytes for the same table."""
    stream = io.BytesIO()
    frame.to_parquet(stream, engine="pyarrow", index=False, compression="zstd")
    return stream.getvalue()


def _joined(frames: Iterator[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(list(frames), ignore_index=True)


def _first(blocks: Iterator[tuple[pd.DataFrame, int]], most: int) -> pd.DataFrame:
    frames: list[pd.DataFrame] = []
    shown = 0
    for frame, count in blocks:
        if shown >= most:
            break
        frames.append(frame)
        shown += count
    return _joined(iter(frames))


def _once(said: Iterator[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(text for texts in said for text in texts))


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"is damaged ({error}).", file=file, expected="the file as it was written") from error
    if not isinstance(data, dict):
        raise DataError("is damaged: no table.", file=file, expected="the file as it was written")
    return data
