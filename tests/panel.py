"""Reads the proteome panel of breast lines, which is kept outside the repository."""

from __future__ import annotations

import csv
import math
import re
import statistics
from collections import defaultdict
from pathlib import Path

BRIDGES = {5: "New Bridge5", 8: "New Bridge8"}

Logs = dict[str, dict[str, float]]


def key(name: str) -> str:
    """Return the name of a line without the number of its repeat, in capitals and digits."""
    return re.sub(r"[^A-Z0-9]", "", re.sub(r"\(.*?\)", "", name).upper())


def read_proteome(folder: Path) -> tuple[Logs, set[str]]:
    """Return ln of line over bridge by line and gene, mean of repeats, and the HER2-amplified lines."""
    with (folder / "metadata.csv").open(encoding="utf-8") as stream:
        samples = list(csv.DictReader(stream))
    amplified = {key(s["cell_line"]) for s in samples if s["receptor_status"] == "Her2amp"}
    known = {key(s["cell_line"]) for s in samples if s["molecular_subtype"] != "Bridge"}
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for batch in range(1, 9):
        with (folder / f"batch{batch}.csv").open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        for gene, row in _best(rows, batch).items():
            bridge = _number(row[BRIDGES.get(batch, f"Bridge{batch}")])
            for column, text in row.items():
                amount = _number(text) if key(column) in known else 0.0
                if amount > 0.0 and bridge > 0.0:
                    values[key(column)][gene].append(math.log(amount / bridge))
    logs = {line: {g: statistics.mean(v) for g, v in genes.items()} for line, genes in values.items()}
    return logs, amplified


def _best(rows: list[dict[str, str]], batch: int) -> dict[str, dict[str, str]]:
    """Return one row per gene, that with most peptides."""
    found: dict[str, dict[str, str]] = {}
    peptides = f"Set{batch} Peptides"
    for row in rows:
        gene = row.get("Gene Symbol") or row["Gene_Symbol"]
        if gene not in found or _number(row[peptides]) > _number(found[gene][peptides]):
            found[gene] = row
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
