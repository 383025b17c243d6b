"""A table of patients, Parquet or CSV, written block by block in flat memory, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from erbium.core.errors import MissingExtra

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".parquet", ".csv")
#: Rows of one row group: each group of a Parquet file costs memory until the file is closed.
GROUP = 10_000


class TableFile:
    """Takes blocks of rows; the file appears under its name when all are written.

    Parameters
    ----------
    path
        A .parquet or .csv file; its folder must exist.

    Raises
    ------
    MissingExtra
        Parquet needs a library that is not installed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: Any = None
        if path.suffix.casefold() == ".parquet":
            try:
                import pyarrow as pa  # noqa: F401
            except ImportError as error:
                raise MissingExtra.named("scale", "pyarrow", "a Parquet file") from error
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        self._part = Path(name)
        self._rows = 0
        self._waiting: list[pd.DataFrame] = []

    def __enter__(self) -> TableFile:
        return self

    def add(self, rows: pd.DataFrame) -> None:
        """Take the rows of one block."""
        self._waiting.append(rows)
        if sum(len(part) for part in self._waiting) >= GROUP:
            self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        import pandas as pd

        rows = pd.concat(self._waiting, ignore_index=True)
        self._waiting = []
        if self.path.suffix.casefold() == ".parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            table = pa.Table.from_pandas(rows, preserve_index=False)
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._part, table.schema)
            self._writer.write_table(table)
        else:
            text = rows.to_csv(index=False, header=self._rows == 0, lineterminator="\n")
            with self._part.open("a", encoding="utf-8", newline="") as stream:
                stream.write(text)
        self._rows += len(rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._write()
        if self._writer is not None:
            self._writer.close()
        if kind is not None:
            self._part.unlink(missing_ok=True)
            return
        umask = os.umask(0)
        os.umask(umask)
        self._part.chmod(0o666 & ~umask)
        self._part.replace(self.path)
