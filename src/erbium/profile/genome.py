"""Genes: variants, copy number and what was looked at."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from erbium.knowledge import genes
from erbium.profile.measurement import Block, Date, Fraction, Status, fault
from erbium.profile.vocabulary import Origin, words

GENE_PATTERN = r"[A-Za-z][A-Za-z0-9-]*(\.\d+)?"


def _read_gene(raw: object) -> str:
    import re

    text = str(raw).strip()
    if not re.fullmatch(GENE_PATTERN, text):
        raise fault(f'"{text}" is not a gene symbol.', expected="an HGNC symbol such as ERBB2")
    return genes.symbol(text)


GeneSymbol = Annotated[str, BeforeValidator(_read_gene)]
"""HGNC symbol; the usual protein names of modelled genes (HER2) are read as their symbol."""

Call = Annotated[float, Field(ge=-2, le=2)]
Effect = Annotated[
    Literal["activating", "loss", "resistance", "vus", "benign"],
    BeforeValidator(
        words(
            "effect of a variant",
            ("activating", "loss", "resistance", "vus", "benign"),
            {"loss of function": "loss", "gain of function": "activating", "unknown": "vus"},
        )
    ),
]
TRUNCATING_CLASSES = (
    "Nonsense_Mutation", "Frame_Shift_Del", "Frame_Shift_Ins", "Splice_Site", "Translation_Start_Site",
)  # fmt: skip


class Variant(Block):
    """One variant of a gene."""

    gene: GeneSymbol
    protein: str | None = Field(default=None, description="HGVS protein change, for example p.L755S.")
    cdna: str | None = Field(default=None, description="HGVS coding change.")
    transcript: str | None = Field(default=None, description="Transcript of the numbering.")
    vaf: Fraction | None = Field(default=None, description="Variant allele fraction, 0 to 1.")
    origin: Origin | None = Field(default=None, description="somatic, germline or ctDNA.")
    zygosity: Literal["heterozygous", "homozygous", "hemizygous"] | None = None
    clonality: Literal["clonal", "subclonal", "unknown"] = "unknown"
    effect: Effect | None = Field(default=None, description="As classified by `classified_by`.")
    classified_by: str | None = None
    maf_class: str | None = Field(default=None, description="Variant_Classification of a MAF file.")
    status: Literal["measured", "inferred"] = "measured"
    specimen: str | None = None
    date: Date | None = None
    source: str | None = None


class CopyNumber(Block):
    """Copy number of one gene: copies, or a call from -2 (deep loss) to 2 (amplified)."""

    gene: GeneSymbol
    copies: float | None = Field(default=None, ge=0, le=500, allow_inf_nan=False)
    call: Call | None = Field(default=None, description="-2, -1, 0, 1 or 2 (some studies use -1.5).")
    method: str | None = None
    status: Literal["measured", "inferred"] = "measured"
    specimen: str | None = None
    date: Date | None = None
    source: str | None = None

    @property
    def amplified(self) -> bool:
        """Call 2, or at least 6 copies (the single-probe limit of ASCO/CAP)."""
        return self.call == 2 if self.call is not None else (self.copies or 0.0) >= 6.0

    @property
    def deleted(self) -> bool:
        """Call -2, or fewer than half a copy on average."""
        return self.call == -2 if self.call is not None else (self.copies is not None and self.copies < 0.5)


class Fusion(Block):
    """A structural variant, kept as reported."""

    gene: GeneSymbol
    partner: str | None = None
    description: str | None = None
    status: Status = "measured"


class Sequencing(Block):
    """What was looked at: a gene outside this list is not tested, inside and without variant is wild type."""

    panel: str | None = Field(default=None, description="Name of the assay.")
    genes: tuple[GeneSymbol, ...] = Field(default=(), description="Genes sequenced.")
    copy_number_genes: tuple[GeneSymbol, ...] = Field(
        default=(), description="Genes with a copy-number call."
    )
    specimen: str | None = None
    date: Date | None = None
    status: Literal["measured", "inferred"] = "measured"
