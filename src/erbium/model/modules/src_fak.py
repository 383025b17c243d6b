"""SRC, FAK, FOXM1 and STAT3, with the beta2-adrenergic loop and miR-21 on PTEN."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="src_fak",
    needs=(
        "her2_output",
        "full_length_output",
        "igf1r_signal",
        "bound_IV",
        "IL6",
        "src_open",
        "adrb2_open",
        "jak_open",
    ),
    gives=("pSRC", "pFAK", "FOXM1", "pSTAT3", "miR21", "adrb2_signal"),
    species=(
        Species("pSRC", "1", "0.3", "active SRC"),
        Species("FOXM1", "1", "0.3", "FOXM1, relative"),
        Species("pSTAT3", "1", "0.1", "active STAT3"),
        Species("ADRB2", "1", "ADRB2_abundance", "beta2-adrenergic receptor, relative"),
        Species("miR21", "1", "MIR21", "miR-21, relative"),
    ),
    rules=(
        Rule(
            "adrb2_signal",
            "ADRB2 * adrb2_open * catecholamine / (catecholamine + K_catecholamine)",
            "1",
            "beta2-adrenergic signal",
        ),
        Rule(
            "src_input",
            "SRC_basal + w_HER2_SRC * src_coupling * (her2_output - src_release_by_IV * bound_IV * full_length_output) + w_IGF1R_SRC * igf1r_signal + w_ADRB2_SRC * adrb2_signal",
            "1",
            "what activates SRC; a domain-IV antibody parts SRC from full-length HER2",
        ),
        Rule(
            "fak_input",
            "pSRC + w_IGF1R_FAK * igf1r_signal * SRC_abundance * src_open",
            "1",
            "SRC on FAK, that of IGF1R's own complex included",
        ),
        Rule("pFAK", "FAK_abundance * fak_input / (fak_input + K_SRC_FAK)", "1", "active FAK"),
    ),
    reactions=(
        Reaction("src_activation", "-> pSRC", "k_SRC * src_input * src_open * max(0, SRC_abundance - pSRC)"),
        Reaction("src_inactivation", "pSRC ->", "k_SRC_off * pSRC"),
        Reaction(
            "foxm1_synthesis",
            "-> FOXM1",
            "k_FOXM1 * FOXM1_abundance * (FOXM1_basal + w_SRC_FOXM1 * pFAK)",
        ),
        Reaction("foxm1_degradation", "FOXM1 ->", "k_FOXM1 * FOXM1"),
        Reaction(
            "stat3_activation",
            "-> pSTAT3",
            "k_STAT3 * jak_open * (w_ADRB2_STAT3 * adrb2_signal + w_SRC_STAT3 * pSRC + w_IL6_STAT3 * IL6) * max(0, STAT3_abundance - pSTAT3)",
        ),
        Reaction("stat3_inactivation", "pSTAT3 ->", "k_STAT3_off * pSTAT3"),
        Reaction(
            "adrb2_synthesis",
            "-> ADRB2",
            "k_ADRB2 * ADRB2_abundance * (1 - w_HER2_ADRB2 + w_HER2_ADRB2 * her2_output / K_HER2_ADRB2)",
        ),
        Reaction("adrb2_degradation", "ADRB2 ->", "k_ADRB2 * ADRB2"),
        Reaction(
            "mir21_synthesis",
            "-> miR21",
            "k_MIR21 * MIR21 * (1 + w_STAT3_MIR21 * pSTAT3) / (1 + w_STAT3_MIR21 * STAT3_reference)",
        ),
        Reaction("mir21_degradation", "miR21 ->", "k_MIR21 * miR21"),
    ),
    readouts=(
        Readout("pSRC", "pSRC", "1", "active SRC, relative"),
        Readout("pFAK", "pFAK", "1", "active FAK, relative"),
        Readout("FOXM1", "FOXM1", "1", "FOXM1 protein, relative"),
        Readout("pSTAT3", "pSTAT3", "1", "active STAT3, relative"),
        Readout("ADRB2", "ADRB2", "1", "beta2-adrenergic receptor, relative"),
    ),
)
