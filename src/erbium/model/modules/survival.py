"""Survival: BIM, BAD, BCL2 and MCL1 decide the signal-driven share of cell death."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="survival",
    needs=(
        "ERK_activity",
        "AKT_activity",
        "FOXO",
        "translation",
        "ER_target",
        "p53",
        "stress_death",
        "NFKB",
        "EMT",
        "tnf_bound",
    ),
    gives=("apoptosis_signal",),
    species=(
        Species("BIM", "1", "0.3", "BIM (BCL2L11)"),
        Species("MCL1", "1", "0.5", "MCL1"),
        Species("BCL2", "1", "0.5", "BCL2"),
    ),
    rules=(
        Rule(
            "BAD_free",
            "1 / (1 + (AKT_activity + w_ERK_BAD * ERK_activity) / K_BAD)",
            "1",
            "unphosphorylated BAD",
        ),
        Rule(
            "tnf_death",
            "w_TNF_death * tnf_bound^2 / (1 + (AKT_activity / K_AKT_TNF)^6)",
            "1",
            "caspase-8 under TNF receptors; AKT of HER2-driven cells keeps it shut",
        ),
        Rule(
            "apoptosis_signal",
            "hill((BIM + w_BAD * BAD_free + w_p53_BAX * p53 + stress_death + tnf_death) / (K_apoptosis * (MCL1 + BCL2)), 1, 4)",
            "1",
            "pro- over anti-apoptotic balance, 0 to 1",
        ),
    ),
    reactions=(
        Reaction(
            "bim_synthesis",
            "-> BIM",
            "k_BIM * (1 - foxo_BIM + foxo_BIM * FOXO / K_FOXO_BIM) * (1 + w_EMT_BIM * EMT_reference) / (1 + w_EMT_BIM * EMT)",
        ),
        Reaction("bim_degradation", "BIM ->", "k_BIM * (1 + w_ERK_BIM * ERK_activity) * BIM"),
        Reaction(
            "mcl1_synthesis",
            "-> MCL1",
            "k_MCL1 * MCL1_abundance * (1 - translation_MCL1 + translation_MCL1 * translation)",
        ),
        Reaction("mcl1_degradation", "MCL1 ->", "k_MCL1 * MCL1"),
        Reaction(
            "bcl2_synthesis",
            "-> BCL2",
            "k_BCL2 * BCL2_abundance * (1 - er_BCL2 + er_BCL2 * ER_target) * (1 - nfkb_BCL2 + nfkb_BCL2 * NFKB / K_NFKB_BCL2)",
        ),
        Reaction("bcl2_degradation", "BCL2 ->", "k_BCL2 * BCL2"),
    ),
    readouts=(
        Readout("apoptosis", "apoptosis_signal", "1", "signal-driven apoptosis, relative"),
        Readout("BIM", "BIM", "1", "BIM protein, relative"),
        Readout("MCL1", "MCL1", "1", "MCL1 protein, relative"),
        Readout("BCL2", "BCL2", "1", "BCL2 protein, relative"),
    ),
)
