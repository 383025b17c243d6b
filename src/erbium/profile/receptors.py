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

Fragment = Annotated[
    Literal["611", "648"],
    BeforeValidator(words("p95HER2 fragment", ("611", "648"), {"611-CTF": "611", "648-CTF": "648"})),
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
    p95_fragment: Measurement[Fragment] = reading("Which p95HER2: the 611 or the 648 fragment.")
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
    her4: Measurement[Level] = reading("HER4.")
    tgfa: Measurement[Level] = reading("TGF-alpha.")
    igfbp3: Measurement[Level] = reading("IGFBP3.")
    igf1r_her2: Measurement[Level] = reading("IGF1R in complex with HER2.")
    fgfr1: Measurement[Level] = reading("FGFR1.")
    fgf2: Measurement[Level] = reading("FGF2.")
    hgf: Measurement[Level] = reading("HGF.")
    timp1: Measurement[Level] = reading("TIMP1.")
    adam10: Measurement[Level] = reading("ADAM10.")
    adam17: Measurement[Level] = reading("ADAM17.")
    cbl: Measurement[Level] = reading("CBL.")
    sh3gl1: Measurement[Level] = reading("Endophilin A2 (SH3GL1).")
    cul5: Measurement[Level] = reading("CUL5.")
    src: Measurement[Level] = reading("SRC, total or active.")
    fak: Measurement[Level] = reading("FAK (PTK2).")
    foxm1: Measurement[Level] = reading("FOXM1.")
    stat3: Measurement[Level] = reading("STAT3, nuclear or phosphorylated.")
    jnk: Measurement[Level] = reading("JNK, phosphorylated.")
    p38: Measurement[Level] = reading("p38, phosphorylated.")
    nfkb: Measurement[Level] = reading("NF-kB: nuclear p65.")
    ikka: Measurement[Level] = reading("IKKalpha (CHUK).")
    ikba: Measurement[Level] = reading("IkBa (NFKBIA).")
    a20: Measurement[Level] = reading("A20 (TNFAIP3).")
    nik: Measurement[Level] = reading("NIK (MAP3K14).")
    tnf: Measurement[Level] = reading("TNF.")
    ppm1h: Measurement[Level] = reading("PPM1H.")
    cdk2: Measurement[Level] = reading("CDK2.")
    e2f1: Measurement[Level] = reading("E2F1.")
    mdm2: Measurement[Level] = reading("MDM2.")
    pcna: Measurement[Level] = reading("PCNA.")
    parp1: Measurement[Level] = reading("PARP1.")
    bcl2: Measurement[Level] = reading("BCL2.")
    mtor: Measurement[Level] = reading("mTOR.")
    vimentin: Measurement[Level] = reading("Vimentin.")
    emt: Measurement[Level] = reading("EMT signature, as the assay calls it.")
    tgfb1: Measurement[Level] = reading("TGF-beta 1.")
    aldh1: Measurement[Level] = reading("ALDH1.")
    cd44_cd24: Measurement[Level] = reading("CD44-high, CD24-low cells.")
    axl: Measurement[Level] = reading("AXL.")
    mhc1: Measurement[Level] = reading("MHC class I.")
    beta_catenin: Measurement[Level] = reading("Beta-catenin, nuclear.")
    gli1: Measurement[Level] = reading("GLI1.")
    ca9: Measurement[Level] = reading("CA9.")
    vegfa: Measurement[Level] = reading("VEGF-A.")
    ang2: Measurement[Level] = reading("Angiopoietin-2.")
    ido1: Measurement[Level] = reading("IDO1.")
    tdo2: Measurement[Level] = reading("TDO2.")
    cd73: Measurement[Level] = reading("CD73 (NT5E).")
    hyaluronan: Measurement[Level] = reading("Hyaluronan.")


class Transcripts(Block):
    """Non-coding RNA in the tumour: a number, or low, normal, high."""

    mir21: Measurement[Level] = reading("miR-21.")
    mir155: Measurement[Level] = reading("miR-155.")
    mir146a: Measurement[Level] = reading("miR-146a.")
    mir33a: Measurement[Level] = reading("miR-33a.")
    mir34: Measurement[Level] = reading("miR-34.")
    mir873: Measurement[Level] = reading("miR-873.")
    afap1as1: Measurement[Level] = reading("AFAP1-AS1.")
    uca1: Measurement[Level] = reading("UCA1.")
    snhg20: Measurement[Level] = reading("SNHG20.")
    nkx21as1: Measurement[Level] = reading("NKX2-1-AS1.")
    malat1: Measurement[Level] = reading("MALAT1.")


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
    pd1_til: Measurement[Percent] = reading("PD-1-positive cells among TIL.", "percent")
    pd1: Measurement[Level] = reading("PD-1 on immune cells.")
    nk: Measurement[Level] = reading("NK cells.")
    cd16: Measurement[Level] = reading("CD16 (FCGR3A) on effector cells.")
    fcgr2b: Measurement[Level] = reading("CD32B (FCGR2B) on effector cells.")
    tigit: Measurement[Level] = reading("TIGIT.")
    cd112r: Measurement[Level] = reading("CD112R (PVRIG).")
    treg: Measurement[Level] = reading("Regulatory T cells.")
    macrophages: Measurement[Level] = reading("Macrophages.")
    dendritic: Measurement[Level] = reading("Dendritic cells.")
