"""Variants and copy numbers of a Phenopacket."""

from __future__ import annotations

import re
from typing import Any

from erbium.formats.patient import phenopacket_parts as parts
from erbium.formats.patient.draft import Draft
from erbium.formats.patient.identity import tidy
from erbium.formats.patient.part import read_part

_EFFECT = {
    "PATHOGENIC": None,
    "LIKELY_PATHOGENIC": None,
    "UNCERTAIN_SIGNIFICANCE": "vus",
    "BENIGN": "benign",
    "LIKELY_BENIGN": "benign",
}
#: Terms of the zygosities.
ZYGOSITY = {"GENO:0000135": "heterozygous", "GENO:0000136": "homozygous", "GENO:0000134": "hemizygous"}
_IGNORED = frozenset(
    {
        "vcfRecord",
        "xrefs",
        "alternateLabels",
        "description",
        "variation",
        "vrsRefAlleleSeq",
        "alternateIds",
        "alternateSymbols",
        "therapeuticActionability",
    }
)
#: Fields of a variant that only Erbium writes, as extensions.
OWN_FIELDS = (
    "vaf",
    "origin",
    "effect",
    "clonality",
    "classified_by",
    "maf_class",
    "transcript",
    "date",
    "status",
)
_VAF = ("vaf", "allele_frequency", "allele-frequency", "variant_allele_frequency", "allelefrequency")


def read_interpretation(raw: Any, path: str, draft: Draft) -> None:
    """Add the genomic findings of one interpretation to the draft."""
    diagnosis = raw.get("diagnosis") if isinstance(raw, dict) else None
    found = diagnosis.get("genomicInterpretations", []) if isinstance(diagnosis, dict) else []
    if not isinstance(raw, dict) or not isinstance(found, list):
        draft.fail(path, "this is no interpretation.", "an object with a diagnosis")
        return
    for index, entry in enumerate(found):
        _genomic(entry, f"{path}.diagnosis.genomicInterpretations[{index}]", draft)


def _genomic(raw: Any, path: str, draft: Draft) -> None:
    part = read_part(parts.GenomicInterpretation, raw, path, draft, ignored=_IGNORED)
    if part is None:
        return
    given = part.variant_interpretation
    if given is None or given.variation_descriptor is None:
        draft.skip(path, "gene without a variant", "a gene alone says no change")
        return
    if part.interpretation_status == "REJECTED":
        draft.skip(path, "rejected variant", "rejected in the file")
        return
    descriptor = given.variation_descriptor
    gene = descriptor.gene_context.symbol if descriptor.gene_context else ""
    where = f"{path}.variantInterpretation.variationDescriptor"
    protein, cdna, transcript = _expressions(descriptor)
    if not gene:
        gene = _gene_in(descriptor)
    if not gene:
        draft.skip(where, "variant without a gene", "no geneContext.symbol")
        return
    extensions = {tidy(entry.name, 40).casefold(): entry.value for entry in descriptor.extensions}
    found = draft.specimen(part.subject_or_biosample_id)
    specimen = found.id if found else None
    own = {
        name: extensions[f"erbium:{name}"]
        for name in (*OWN_FIELDS, "copies", "call", "method", "partner")
        if f"erbium:{name}" in extensions
    }
    if "copies" in own or "call" in own:
        numbers = {name: _number(own.get(name)) for name in ("copies", "call")}
        kept = {"method": own.get("method"), "date": own.get("date"), "status": own.get("status")}
        draft.copy_number.append((where, {"gene": gene, "specimen": specimen, **numbers, **kept}))
        return
    if not protein and not cdna and not own.get("maf_class"):
        draft.skip(where, f"variant of {tidy(gene, 20)}", "no hgvs.p or hgvs.c expression")
        return
    variant: dict[str, Any] = {
        "gene": gene,
        "protein": protein,
        "cdna": cdna,
        "transcript": transcript,
        "specimen": specimen,
        "zygosity": _zygosity(descriptor.allelic_state),
    }
    acmg = (given.acmg_pathogenicity_classification or "").upper()
    if not draft.trusted and acmg and acmg != "NOT_PROVIDED":
        effect = _EFFECT.get(acmg)
        variant |= {
            "effect": effect,
            "classified_by": f"ACMG {acmg.casefold().replace('_', ' ')[:40]}" if effect else None,
        }
    if not draft.trusted:
        raw_vaf = next((extensions[name] for name in _VAF if name in extensions), None)
        variant["vaf"] = _number(raw_vaf)
        variant["source"] = f"{draft.format}: {where}"
    variant |= own
    if own.get("vaf") is not None:
        variant["vaf"] = _number(own["vaf"])
    draft.variants.append((where, variant))


def _expressions(descriptor: parts.VariationDescriptor) -> tuple[str | None, str | None, str | None]:
    protein = cdna = transcript = None
    for expression in descriptor.expressions:
        syntax, value = expression.syntax.casefold(), tidy(expression.value, 200)
        if syntax.startswith("hgvs"):
            accession, colon, change = value.rpartition(":")
            if change.startswith("p.") and protein is None:
                protein = change
            elif change.startswith("c.") and cdna is None:
                cdna = change
                transcript = re.sub(r"\(.*\)", "", accession) if colon else None
    if protein is None and cdna is None:
        match = re.search(r"\bp\.\(?[A-Z*][A-Za-z0-9_*=()]+", f"{descriptor.label[:200]}")
        protein = match[0] if match else None
    # The protein numbering of an accession such as NP_004439.2 is that of its own sequence.
    return protein, cdna, transcript if transcript and re.match(r"(NM_|ENST)", transcript) else None


def _gene_in(descriptor: parts.VariationDescriptor) -> str:
    match = re.match(r"([A-Z][A-Z0-9-]{1,14})[\s:]", descriptor.label)
    return match[1] if match else ""


def _number(value: Any) -> Any:
    try:
        return float(value) if value is not None else None
    except (TypeError, ValueError):
        return value if isinstance(value, str) and len(value) < 20 else "no number"


def _zygosity(term: parts.Term | None) -> str | None:
    if term is None:
        return None
    word = term.label.casefold()
    return ZYGOSITY.get(term.id) or (word if word in ZYGOSITY.values() else None)
