"""Measured combinations on cell lines, from the tables of two screens."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.search_nodes import load_stand_ins

#: File, separator, and the columns of line, two compounds, score, and quality (with the value that counts).
_AZ = ("azdream_breast_calibration.csv", ",", "CELL_LINE", "COMPOUND_A", "COMPOUND_B", "SYNERGY_SCORE")
_ONEIL = ("oneil_breast_controls.tsv", "\t", "cell_line", "drug_a", "drug_b", "score")
TABLES = {"AZ-DREAM": _AZ, "O'Neil": _ONEIL}
_QUALITY, _GOOD = "QA", "1"
_ALONE = ("Einf_A", "Einf_B")


@dataclass(frozen=True)
class Measured:
    """One measured pair.

    Attributes
    ----------
    table
        The screen.
    line, drugs
        Name of the cell line, and ids of the two drugs, in order.
    score
        Its synergy score, in percent of cells above the reference; positive is more than additive.
    by_name
        Whether both compounds are drugs of the catalogue, none standing in.
    alone
        Measured effect of the two alone at the highest concentrations, summed, percent; None if not told.
    """

    table: str
    line: str
    drugs: tuple[str, str]
    score: float
    by_name: bool
    alone: float | None


@dataclass(frozen=True)
class Reading:
    """The pairs that can be predicted, and how many were left out by reason."""

    pairs: tuple[Measured, ...]
    left_out: Counter[str]


def read_measured(folder: Path) -> Reading:
    """Return the measured pairs of `folder` whose drugs and lines are in the model.

    Raises
    ------
    DataError
        No such folder, none of the tables, a missing column or a score that is no number.
    """
    if not folder.is_dir():
        raise DataError("no such folder.", file=folder, expected="a folder with measured combinations")
    present = [name for name, table in TABLES.items() if (folder / table[0]).is_file()]
    if not present:
        files = " or ".join(table[0] for table in TABLES.values())
        raise DataError("no table of measured combinations.", file=folder, expected=files)
    pairs: list[Measured] = []
    left_out: Counter[str] = Counter()
    for name in present:
        for found in _rows(name, folder):
            if isinstance(found, str):
                left_out[found] += 1
            else:
                pairs.append(found)
    return Reading(tuple(pairs), left_out)


def _rows(table: str, folder: Path) -> Iterator[Measured | str]:
    file, separator, line, first, second, score = TABLES[table]
    path = folder / file
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter=separator)
        missing = [name for name in (line, first, second, score) if name not in (reader.fieldnames or ())]
        if missing:
            raise DataError(f'no column "{missing[0]}".', file=path, key=missing[0])
        for number, row in enumerate(reader, start=2):
            if row.get(_QUALITY, _GOOD) != _GOOD:
                yield "poor quality"
                continue
            value = _number(row, score, path, number)
            left = [_number(row, name, path, number) if row.get(name) else None for name in _ALONE]
            yield _pair(table, row[line], (row[first], row[second]), value, left)


def _number(row: dict[str, str], column: str, path: Path, line: int) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        said = f'"{row[column]}" is not a number.'
        raise DataError(said, file=path, key=f"{column}, line {line}", expected="a number")
    return value


def _pair(
    table: str, line: str, compounds: tuple[str, str], score: float, left: Sequence[float | None]
) -> Measured | str:
    try:
        cell = resolve_cell_line(line).name
    except UnknownName:
        return "line not in the model"
    known = [_drug(name) for name in compounds]
    drugs = [drug for drug, _ in filter(None, known)]
    if len(drugs) < 2:
        return "compound not in the model"
    if drugs[0] == drugs[1]:
        return "one drug stands for both"
    effects = [100.0 - value for value in left if value is not None]
    told = sum(effects) if len(effects) == len(left) else None
    by_name = all(named for _, named in filter(None, known))
    a, b = sorted(drugs)
    return Measured(table, cell, (a, b), score, by_name, told)


def _drug(compound: str) -> tuple[str, bool] | None:
    """Return the drug of a compound, and whether it is the compound itself."""
    stand_in = load_stand_ins().get(compound)
    if stand_in is not None:
        return stand_in.drug, False
    try:
        return resolve_drug(compound).id, True
    except UnknownName:
        return None
