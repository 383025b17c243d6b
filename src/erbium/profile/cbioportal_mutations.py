"""Mutations of a cBioPortal study (MAF)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, nearest
from erbium.knowledge import genes
from erbium.profile.cbioportal_tables import MISSING, Row, read_table
from erbium.profile.genome import TRUNCATING_CLASSES
from erbium.profile.residues import check_variant

SKIPPED_CLASSES = (
    "Silent",
    "Intron",
    "3'UTR",
    "5'UTR",
    "3'Flank",
    "5'Flank",
    "IGR",
    "RNA",
    "Targeted_Region",
    "lincRNA",
)
KEPT_CLASSES = (
    "Missense_Mutation",
    "Nonsense_Mutation",
    "Frame_Shift_Del",
    "Frame_Shift_Ins",
    "In_Frame_Del",
    "In_Frame_Ins",
    "Splice_Site",
    "Splice_Region",
    "Nonstop_Mutation",
    "Translation_Start_Site",
    "De_novo_Start_InFrame",
    "De_novo_Start_OutOfFrame",
    "Fusion",
)
_REQUIRED = [
    ("Hugo_Symbol",),
    ("Variant_Classification",),
    ("Tumor_Sample_Barcode",),
    ("HGVSp_Short", "HGVSp", "Amino_Acid_Change"),
]
_ORIGIN = {"somatic": "somatic", "germline": "germline"}


@dataclass
class Mutations:
    """Variants by sample, in the shape of a profile; skipped classes counted; errors by sample."""

    variants: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    skipped: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    errors: dict[str, list[DataError]] = field(default_factory=lambda: defaultdict(list))
    without_sample: list[tuple[str, DataError]] = field(default_factory=list)


def read_mutations(file: Path) -> Mutations:
    """Return the mutations of a MAF.

    Raises
    ------
    DataError
        The MAF is empty, is no table, or lacks a required column.
    """
    table = read_table(file, "MAF", _REQUIRED)
    broken = {error.key: error for error in table.broken}
    found = Mutations()
    for row in table.rows:
        sample = row.get("Tumor_Sample_Barcode")
        error = broken.get(f"line {row.line}")
        if not sample:
            missing = DataError(
                "no sample.", file=file, key=f"line {row.line}", expected="Tumor_Sample_Barcode"
            )
            found.without_sample.append((f"{file.name} line {row.line}", error or missing))
            continue
        variants = found.variants.setdefault(sample, [])
        if error is not None:
            found.errors[sample].append(error)
            continue
        if row.get("Variant_Classification") in SKIPPED_CLASSES:
            found.skipped[sample][row.get("Variant_Classification")] += 1
            continue
        try:
            variants.append(_variant(row))
        except DataError as problem:
            found.errors[sample].append(
                DataError(
                    problem.message,
                    file=file,
                    key=f"line {row.line}, {problem.key or 'HGVSp_Short'}",
                    expected=problem.expected,
                    nearest=problem.nearest,
                    hint=problem.hint,
                )
            )
    return found


def _variant(row: Row) -> dict[str, Any]:
    maf_class, symbol = row.get("Variant_Classification"), row.get("Hugo_Symbol")
    if not symbol:
        raise DataError("no gene.", key="Hugo_Symbol", expected="an HGNC symbol")
    if maf_class not in KEPT_CLASSES:
        raise DataError(
            f'"{maf_class}" is not a variant class.',
            key="Variant_Classification",
            expected="a MAF class such as Missense_Mutation",
            nearest=nearest(maf_class, (*KEPT_CLASSES, *SKIPPED_CLASSES)),
        )
    protein = next((row.get(column) for column in _REQUIRED[3] if _present(row.get(column))), None)
    transcript = row.get("Transcript_ID") or None
    variant: dict[str, Any] = {"gene": symbol, "maf_class": maf_class, "source": f"MAF line {row.line}"}
    if protein:
        try:
            check_variant(symbol, protein, transcript)
            variant["protein"] = protein
        except DataError:
            # Of a gene that is not modelled the text is kept, not read: no answer rests on it.
            if genes.gene(symbol) is not None:
                raise
            variant["source"] += f", {protein} not read"
    if transcript:
        variant["transcript"] = transcript
    if _present(row.get("HGVSc")):
        variant["cdna"] = row.get("HGVSc")
    vaf = _fraction(row)
    if vaf is not None:
        variant["vaf"] = vaf
    origin = _ORIGIN.get(row.get("Mutation_Status").casefold())
    if origin:
        variant["origin"] = origin
    gene = genes.gene(symbol)
    if gene and gene.truncation_is_loss and maf_class in TRUNCATING_CLASSES:
        variant |= {"effect": "loss", "classified_by": "truncating variant of a tumour suppressor"}
    return variant


def _present(text: str) -> bool:
    return text.casefold() not in MISSING and text != "."


def _fraction(row: Row) -> float | None:
    counts = []
    for column in ("t_alt_count", "t_ref_count"):
        text = row.get(column)
        if not _present(text):
            return None
        try:
            count = float(text)
        except ValueError:
            raise DataError(f'"{text}" is not a read count.', key=column, expected="a whole number") from None
        if not 0 <= count < float("inf"):
            raise DataError(
                f"{text} reads.", key=column, expected="a number that is not negative", nearest="0"
            )
        counts.append(count)
    return round(counts[0] / sum(counts), 4) if sum(counts) > 0 else None
