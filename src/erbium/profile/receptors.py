"""What was stained, counted or typed in the tumour, other than genes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from erbium.profile.measurement import Block, Date, Measurement, NotNegative, Percent, reading
from erbium.profile.vocabulary import Ihc, Level, Presence, Result, words

Copies = Annotated[float, Field(ge=0, le=500, allow_inf_nan=False)]
Ratio = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
P95Ratio = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Edition = Annotated[
    Literal["2007", "2013", "2018", "2023"],
    BeforeValidator(words("ASCO/CAP edition", ("2007", "2013", "2018", "2023"))),
]


class HER2(Block):
    """HER2 as measured; the status is computed from it."""

    status: Result | None = Field(default=None, description="Overall status as entered in the report.")
    ihc: Measurement[Ihc] = reading("IHC score: 0, 0+, 1+, 2+ or 3+.")
    ihc_percent: Measurement[Percent] = reading("Tumour cells with the staining of that score.", "percent")
    antibody_clone: str | None = Field(default=None, description="IHC antibody clone.")
    ish: Measurement[Result] = reading("ISH result as reported, where the counts are not at hand.")
    ish_ratio: Measurement[Ratio] = reading("HER2/CEP17 ratio.", "1")
    copies: Measurement[Copies] = reading("Mean HER2 copies per cell.", "1")
    cep17: Measurement[Copies] = reading("Mean CEP17 copies per cell.", "1")
    cells_counted: int | None = Field(default=None, ge=1)
    edition: Edition | None = Field(default=None, description="ASCO/CAP edition of the score.")
    heterogeneity_percent: Measurement[Percent] = reading("HER2-negative tumour cells.", "percent")
    p95_ratio: Measurement[P95Ratio] = reading("p95HER2 over full-length HER2, continuous.", "1")
    p95: Measurement[Level] = reading("p95HER2: an H-score, or positive or negative.")
    delta16: Measurement[Presence] = reading("The splice form without exon 16: positive or negative.")
    serum_ecd: Measurement[NotNegative] = reading("Serum HER2 extracellular domain.", "ng/mL")
    receptors_per_cell: Measurement[NotNegative] = reading("HER2 receptors per cell.", "1")
    mrna: Measurement[float] = reading("ERBB2 mRNA, as the assay reports it.")
    specimen: str | None = None
    date: Date | None = None


class Receptors(Block):
    """Hormone receptors, proliferation and intrinsic subtype."""

    er_percent: Measurement[Percent] = reading("Oestrogen receptor.", "percent")
    pr_percent: Measurement[Percent] = reading("Progesterone receptor.", "percent")
    er: Measurement[Presence] = reading("Oestrogen receptor, where the percentage is not at hand.")
    pr: Measurement[Presence] = reading("Progesterone receptor, where the percentage is not at hand.")
    ki67: Measurement[Percent] = reading("Ki-67.", "percent")
    ar_percent: Measurement[Percent] = reading("Androgen receptor.", "percent")
    subtype: str | None = Field(default=None, description="Intrinsic subtype (never used to infer HER2).")
    subtype_method: str | None = None
    her2dx: Measurement[float] = reading("An opaque score.")


class Proteins(Block):
    """Proteins by immunohistochemistry or another assay: a number, or lost, low, normal, high."""

    pten: Measurement[Level] = reading("PTEN.")
    pakt: Measurement[Level] = reading("Phosphorylated AKT.")
    ps6: Measurement[Level] = reading("Phosphorylated S6.")
    her3: Measurement[Level] = reading("HER3.")
    egfr: Measurement[Level] = reading("EGFR.")
    igf1r: Measurement[Level] = reading("IGF1R.")
    met: Measurement[Level] = reading("MET.")
    muc1: Measurement[Level] = reading("MUC1.")
    muc4: Measurement[Level] = reading("MUC4.")
    cd44: Measurement[Level] = reading("CD44.")
    cd24: Measurement[Level] = reading("CD24.")
    cav1: Measurement[Level] = reading("CAV1.")
    adrb2: Measurement[Level] = reading("Beta2-adrenergic receptor.")
    cyclin_d1: Measurement[Level] = reading("Cyclin D1.")
    cyclin_e: Measurement[Level] = reading("Cyclin E.")
    p27: Measurement[Level] = reading("p27.")
    rb: Measurement[Level] = reading("Rb.")
    nrg1: Measurement[Level] = reading("Neuregulin 1.")
    hsp90: Measurement[Level] = reading("HSP90.")
    slfn11: Measurement[Level] = reading("SLFN11.")
    top1: Measurement[Level] = reading("TOP1.")
    folr1: Measurement[Level] = reading("Folate receptor alpha.")


class Immune(Block):
    """The immune side."""

    til: Measurement[Percent] = reading("Stromal tumour-infiltrating lymphocytes.", "percent")
    pdl1: Measurement[NotNegative] = reading(
        "PD-L1; needs its assay (SP142, 22C3, SP263, 28-8), never converted."
    )
    cd8: Measurement[NotNegative] = reading("CD8 cells, as the assay reports them.")
    tmb: Measurement[NotNegative] = reading("Mutations per megabase.")
    msi: Measurement[Literal["stable", "low", "high"]] = reading("Microsatellite instability.")
    ifng_signature: Measurement[float] = reading("IFN-gamma signature score.")
    nk_count: Measurement[NotNegative] = reading("NK cells, as the assay reports them.")
