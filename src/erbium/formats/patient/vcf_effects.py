"""Annotations of a VCF record: which transcript counts, and what class of change it is."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from erbium.formats.patient.identity import tidy
from erbium.knowledge import genes
from erbium.profile.genome import TRUNCATING_CLASSES

# From the most to the least severe, as VEP orders them; the class is that of a MAF file.
_CLASSES = {
    "splice_acceptor_variant": "Splice_Site",
    "splice_donor_variant": "Splice_Site",
    "stop_gained": "Nonsense_Mutation",
    "frameshift_variant": "Frame_Shift",
    "stop_lost": "Nonstop_Mutation",
    "start_lost": "Translation_Start_Site",
    "initiator_codon_variant": "Translation_Start_Site",
    "inframe_insertion": "In_Frame_Ins",
    "conservative_inframe_insertion": "In_Frame_Ins",
    "disruptive_inframe_insertion": "In_Frame_Ins",
    "inframe_deletion": "In_Frame_Del",
    "conservative_inframe_deletion": "In_Frame_Del",
    "disruptive_inframe_deletion": "In_Frame_Del",
    "missense_variant": "Missense_Mutation",
    "protein_altering_variant": "Missense_Mutation",
}
_HEADER = re.compile(r"##INFO=<ID=(CSQ|ANN),.*?Description=\"(.*)\"")
_VEP = {
    "gene": "SYMBOL",
    "consequence": "Consequence",
    "protein": "HGVSp",
    "cdna": "HGVSc",
    "transcript": "Feature",
    "allele": "Allele",
}
_SNPEFF = {
    "gene": "Gene_Name",
    "consequence": "Annotation",
    "protein": "HGVS.p",
    "cdna": "HGVS.c",
    "transcript": "Feature_ID",
    "allele": "Allele",
}
MAX_TRANSCRIPTS = 500
_gene = functools.lru_cache(maxsize=65_536)(genes.gene)


@dataclass(frozen=True)
class Layout:
    """The order of the fields of an annotation."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Annotation:
    """One allele on one transcript."""

    gene: str
    consequence: str
    protein: str
    cdna: str
    transcript: str
    allele: str
    maf_class: str | None
    preferred: int


def layout_of(line: str) -> Layout | None:
    """Return the layout that a header line declares, None for other lines."""
    match = _HEADER.match(line)
    if not match:
        return None
    fields = match[2].rpartition("Format:")[2] if "Format:" in match[2] else match[2].partition(":")[2]
    names = tuple(name.strip().strip("'\"").split(" / ")[0].strip() for name in fields.split("|"))
    return Layout(match[1], names) if len(names) > 3 else None


def best_effect(
    info: dict[str, str], layouts: list[Layout], ref: str, alt: str, alleles: int
) -> Annotation | None:
    """Return the annotation of an allele that counts.

    A transcript whose numbering is that of the gene's reference comes first, then the one named MANE or
    canonical, then the most severe consequence.
    """
    found = []
    for layout in layouts:
        for text in info.get(layout.key, "").split(",")[:MAX_TRANSCRIPTS]:
            annotation = _annotation(text, layout)
            if annotation is not None and (alleles == 1 or annotation.allele in (alt, _trimmed(ref, alt))):
                found.append(annotation)
    found.sort(key=lambda one: (one.preferred, -_severity(one.consequence)))
    return found[-1] if found else None


def variant_of(effect: Annotation) -> dict[str, Any]:
    """Return the variant of a profile that an annotation describes."""
    gene = genes.gene(effect.gene)
    variant: dict[str, Any] = {"gene": genes.symbol(effect.gene), "maf_class": effect.maf_class}
    if effect.protein:
        variant["protein"] = effect.protein
    if effect.cdna:
        variant["cdna"] = effect.cdna
    if effect.transcript:
        variant["transcript"] = effect.transcript
    if gene and gene.truncation_is_loss and effect.maf_class in TRUNCATING_CLASSES:
        variant |= {"effect": "loss", "classified_by": "truncating variant of a tumour suppressor"}
    return variant


def _annotation(text: str, layout: Layout) -> Annotation | None:
    values = dict(zip(layout.names, text.split("|"), strict=False))
    names = _SNPEFF if layout.key == "ANN" and "Gene_Name" in layout.names else _VEP
    taken = {key: values.get(name, "").strip() for key, name in names.items()}
    if not taken["gene"] or not taken["consequence"]:
        return None
    # SnpEff writes p.Leu755Ser bare, VEP with its accession and percent signs.
    protein = tidy(unquote(taken["protein"]).rpartition(":")[2], 200)
    cdna = tidy(unquote(taken["cdna"]).rpartition(":")[2], 200)
    gene = _gene(taken["gene"])
    transcript = taken["transcript"] if re.match(r"(ENST|NM_)", taken["transcript"]) else ""
    reference = bool(gene and transcript.partition(".")[0] in gene.transcripts)
    mane = (
        bool(values.get("MANE_SELECT") or values.get("MANE"))
        or values.get("CANONICAL") == "YES"
        or values.get("PICK") == "1"
    )
    return Annotation(
        tidy(taken["gene"], 20),
        taken["consequence"],
        protein,
        cdna,
        tidy(transcript, 40),
        taken["allele"],
        _maf_class(taken["consequence"], cdna, protein),
        2 * reference + mane,
    )


def _maf_class(consequence: str, cdna: str, protein: str) -> str | None:
    terms = re.split(r"[&,]", consequence)
    found = next((name for term, name in _CLASSES.items() if term in terms), None)
    if found == "Frame_Shift":
        return "Frame_Shift_Ins" if re.search(r"ins|dup", cdna or protein) else "Frame_Shift_Del"
    return found


def _severity(consequence: str) -> int:
    terms = re.split(r"[&,]", consequence)
    return next((len(_CLASSES) - index for index, term in enumerate(_CLASSES) if term in terms), 0)


def _trimmed(ref: str, alt: str) -> str:
    """Return the allele as VEP names it: without the first base that both share, "-" for nothing left."""
    if ref and alt and ref[0] == alt[0] and len(ref) != len(alt):
        return alt[1:] or "-"
    return alt
