"""The log of scoring runs: one line each, never rewritten, so that nobody scores until it fits unseen."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError
from erbium.core.files import write_whole
from erbium.trial.scoreboard.frozen import Frozen

COLUMNS = (
    "run", "date", "seed", "patients", "draws", "trials", "parameters", "network", "knowledge",
    "skill", "skill_low", "skill_high", "spearman", "hr_inside", "null_right", "orr_inside", "pfs_within",
    "subgroups", "crps_skill", "coverage_90", "in_sample_skill", "in_sample_hr_inside", "claims_inside",
    "earlier_lines",
)  # fmt: skip
#: Columns that older logs do not have, and what their rows then say.
ADDED = {"earlier_lines": "counted"}


class ScoringLog:
    """A table of tab-separated values, one scoring run a line.

    Parameters
    ----------
    file
        The log; it is begun with the first line.

    Raises
    ------
    DataError
        The file is something else; nothing is written over.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.rows: tuple[dict[str, str], ...] = ()
        if file.is_dir():
            raise DataError("is a folder.", file=file, key="--log", expected="a .tsv file")
        if file.is_file():
            self.rows = _read(file)

    @property
    def next_run(self) -> int:
        """Number of the next run."""
        return 1 + max((int(row["run"]) for row in self.rows), default=0)

    def changes(self, frozen: Frozen) -> list[str]:
        """Return in words what differs from the last run: parameters, network, or tables of results alone."""
        if not self.rows:
            return [f"first scoring run of {self.file.name}: nothing to compare the parameters with"]
        last = self.rows[-1]
        when = f"run {last['run']} of {last['date']}"
        if last["network"] != frozen.network:
            return [f"the network changed since {when}: scores before and after are of different models"]
        if last["parameters"] != frozen.parameters:
            return [f"parameters changed since {when}: scores before and after are of different models"]
        if last["knowledge"] != frozen.knowledge:
            return [f"parameters are those of {when}; files of trials, results or texts changed"]
        return [f"parameters are those of {when}"]

    def append(self, row: Mapping[str, Any]) -> int:
        """Add a run and return its number.

        Parameters
        ----------
        row
            Values by column; the number is given here, what is missing stays empty.
        """
        number = self.next_run
        line = {name: _cell(row.get(name)) for name in COLUMNS} | {"run": str(number)}
        stream = io.StringIO()
        writer = csv.DictWriter(stream, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*self.rows, line])
        self.file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.file, stream.getvalue())
        self.rows = (*self.rows, line)
        return number


def _read(file: Path) -> tuple[dict[str, str], ...]:
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t")
        names = tuple(reader.fieldnames or ())
        if names not in (COLUMNS, tuple(name for name in COLUMNS if name not in ADDED)):
            raise DataError(
                "is no log of scoring runs.", file=file, key="--log",
                expected=f"the columns {', '.join(COLUMNS[:4])}, ..., or a new file",
            )  # fmt: skip
        rows = tuple({**ADDED, **row} for row in reader)
    for place, row in enumerate(rows, start=2):
        if not row["run"].isdigit():
            raise DataError(
                f'line {place} has the run "{row["run"]}".', file=file, key="run", expected="a whole number"
            )
    return rows


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
