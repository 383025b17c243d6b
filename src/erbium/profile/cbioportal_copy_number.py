"""Discrete copy number of a cBioPortal study, wide or long.

Calls run from -2 (deep loss) to 2 (high-level amplification). They are thresholds on a measured signal:
an amplification read from them is inferred.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError
from erbium.profile.cbioportal_tables import MISSING, Row, Table, read_table

_GENE = ("Hugo_Symbol", "Gene Symbol", "Gene_Symbol")
_LONG_SAMPLE = ("Sample_Id", "SAMPLE_ID", "Tumor_Sample_Barcode", "sampleId")
_LONG_VALUE = ("Value", "value", "CNA", "cna", "Copy_Number_Call", "alteration")
_NOT_SAMPLES = {*_GENE, "Entrez_Gene_Id", "Gene ID", "Locus ID", "Cytoband", "Entrez_Gene_ID"}
CALLS = (-2.0, -1.5, -1.0, 0.0, 1.0, 2.0)


@dataclass
class CopyNumbers:
    """Calls by sample, in the shape of a profile (zeros left out), and the genes that were looked at."""

    genes: tuple[str, ...] = ()
    calls: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    untested: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    errors: dict[str, list[DataError]] = field(default_factory=lambda: defaultdict(list))
    without_sample: list[tuple[str, DataError]] = field(default_factory=list)
    long_tested: dict[str, list[str]] | None = None

    def tested(self, sample: str) -> tuple[str, ...]:
        """Return the genes with a call in `sample`."""
        if self.long_tested is not None:
            return tuple(self.long_tested.get(sample, ()))
        if sample not in self.calls:
            return ()
        missing = self.untested.get(sample)
        return tuple(gene for gene in self.genes if gene not in missing) if missing else self.genes


def read_copy_number(file: Path) -> CopyNumbers:
    """Return the copy-number calls of a file, one gene a row (wide) or one call a row (long).

    Raises
    ------
    DataError
        The file is empty, is no table, or names no genes.
    """
    table = read_table(file, "copy-number file", [_GENE])
    gene_column = next(name for name in _GENE if name in table.columns)
    sample_column = next((name for name in _LONG_SAMPLE if name in table.columns), None)
    value_column = next((name for name in _LONG_VALUE if name in table.columns), None)
    found = CopyNumbers()
    broken = {error.key: error for error in table.broken}
    found.without_sample = [(f"{file.name} {key}", error) for key, error in broken.items() if key]
    table.rows = [row for row in table.rows if f"line {row.line}" not in broken]
    if sample_column and value_column:
        _read_long(table, gene_column, sample_column, value_column, found)
    else:
        _read_wide(table, gene_column, found)
    return found


def _call(text: str, file: Path, key: str) -> float | None:
    if text.casefold() in MISSING:
        return None
    try:
        call = float(text)
    except ValueError:
        call = float("nan")
    if call not in CALLS:
        raise DataError(
            f'"{text}" is not a copy-number call.', file=file, key=key, expected="-2, -1, 0, 1 or 2"
        )
    return call


def _entry(gene: str, call: float, file: Path) -> dict[str, Any]:
    return {"gene": gene, "call": call, "method": "discrete call", "status": "inferred", "source": file.name}


def _read_wide(table: Table, gene_column: str, found: CopyNumbers) -> None:
    samples = [name for name in table.columns if name not in _NOT_SAMPLES]
    if not samples:
        raise DataError(
            "no sample column in the copy-number file.", file=table.file, expected="one column a sample"
        )
    found.calls = {sample: [] for sample in samples}
    genes: dict[str, None] = {}
    for row in table.rows:
        gene = row.get(gene_column)
        if not _usable(gene, row, table, gene in genes, found):
            continue
        genes[gene] = None
        for sample in samples:
            text = row.values[sample].strip()
            if text in ("0", "0.0"):
                continue
            try:
                call = _call(text, table.file, f"line {row.line}, {sample}")
            except DataError as error:
                found.errors[sample].append(error)
                continue
            if call is None:
                found.untested[sample].add(gene)
            elif call != 0:
                found.calls[sample].append(_entry(gene, call, table.file))
    found.genes = tuple(genes)


def _usable(gene: str, row: Row, table: Table, twice: bool, found: CopyNumbers) -> bool:
    if gene and not twice:
        return True
    message = f'gene "{gene}" is there twice.' if gene else "no gene."
    error = DataError(message, file=table.file, key=f"line {row.line}", expected="one row for each gene")
    found.without_sample.append((f"{table.file.name} line {row.line}", error))
    return False


def _read_long(
    table: Table, gene_column: str, sample_column: str, value_column: str, found: CopyNumbers
) -> None:
    tested: dict[str, list[str]] = defaultdict(list)
    genes: dict[str, None] = {}
    for row in table.rows:
        gene, sample = row.get(gene_column), row.get(sample_column)
        if not gene or not sample:
            error = DataError(
                "no gene or no sample.", file=table.file, key=f"line {row.line}", expected="both"
            )
            found.without_sample.append((f"{table.file.name} line {row.line}", error))
            continue
        calls = found.calls.setdefault(sample, [])
        genes[gene] = None
        try:
            call = _call(row.get(value_column), table.file, f"line {row.line}, {value_column}")
        except DataError as error:
            found.errors[sample].append(error)
            continue
        if call is not None:
            tested[sample].append(gene)
            if call != 0:
                calls.append(_entry(gene, call, table.file))
    found.genes, found.long_tested = tuple(genes), dict(tested)
