"""PD-L1 on the tumour cell with its regulators, and MHC class I.

WNT, Hedgehog, the miRNAs and the lncRNAs are lumped inputs: each has one weight and no mechanism below it.
"""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="pd_l1",
    needs=(
        "NFKB",
        "ERK_activity",
        "JUN",
        "pp38",
        "AKT_activity",
        "pSTAT3",
        "EMT",
        "hypoxia",
        "tissue_IFNG",
        "miR21",
    ),
    gives=("PDL1", "MHC1"),
    species=(Species("PDL1", "1", "0.2", "PD-L1 at the surface, relative"),),
    rules=(
        Rule(
            "ifng_seen",
            "IFNG_response * (tissue_IFNG + IFNG / K_IFNG) / (1 + tissue_IFNG + IFNG / K_IFNG)",
            "1",
            "JAK-STAT1 response to interferon gamma",
        ),
        Rule(
            "pdl1_transcription",
            "PDL1_basal + her2_to_pdl1 * w_NFKB_PDL1 * NFKB + w_IFNG_PDL1 * ifng_seen + w_STAT3_PDL1 * pSTAT3 + w_ERK_PDL1 * ERK_activity + w_JUN_PDL1 * JUN + w_p38_PDL1 * pp38 + w_HIF_PDL1 * hypoxia + w_EMT_PDL1 * EMT + w_WNT_PDL1 * WNT + w_Hedgehog_PDL1 * Hedgehog",
            "1",
            "CD274 transcription, relative",
        ),
        Rule(
            "rna_regulation",
            "(1 + w_ncRNA_PDL1 * (MIR146A + AFAP1AS1 + UCA1 + SNHG20)) / (1 + w_ncRNA_PDL1 * (MIR33A + MIR34 + MIR873 + NKX21AS1)) * exp(w_ncRNA_PDL1 * (MIR155_sign * MIR155 + MALAT1_sign * MALAT1 + MIR21_sign * (miR21 - 1)))",
            "1",
            "miRNAs and lncRNAs on the transcript and its translation",
        ),
        Rule(
            "MHC1",
            "MHC1_abundance * (1 + w_IFNG_MHC1 * ifng_seen)",
            "1",
            "MHC class I with antigen, relative",
        ),
    ),
    reactions=(
        Reaction(
            "pdl1_synthesis",
            "-> PDL1",
            "k_PDL1 * PDL1_abundance * pdl1_transcription * rna_regulation * (1 + w_AKT_PDL1 * AKT_activity)",
        ),
        Reaction("pdl1_degradation", "PDL1 ->", "k_PDL1 * PDL1"),
    ),
    readouts=(
        Readout("PDL1", "PDL1", "1", "PD-L1 at the surface, relative"),
        Readout("MHC1", "MHC1", "1", "MHC class I, relative"),
    ),
)
