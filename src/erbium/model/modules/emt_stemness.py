"""Epithelial-mesenchymal state and stem-like share: what drives them, AXL's bypass, tolerance to drugs."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="emt_stemness",
    needs=("NFKB", "pSRC", "IL6", "her2_output", "hypoxia", "p53_loss", "axl_open"),
    gives=("EMT", "stem", "axl_signal"),
    species=(
        Species("EMT", "1", "0.1", "mesenchymal share of the state, 0 to 1"),
        Species("stem", "1", "0.1", "stem-like (ALDH-high, CD44-high CD24-low) share, 0 to 1"),
    ),
    rules=(
        Rule(
            "emt_input",
            "EMT_drive + w_NFKB_EMT * NFKB + w_SRC_EMT * pSRC + w_TGFB_EMT * TGFB + w_HIF_EMT * hypoxia",
            "1",
            "what pushes towards the mesenchymal state",
        ),
        Rule(
            "stem_input",
            "stem_drive + w_HER2_stem * her2_output + w_EMT_stem * EMT + w_IL6_stem * IL6 + w_p53_stem * p53_loss",
            "1",
            "what keeps cells stem-like",
        ),
        Rule(
            "axl_signal",
            "(AXL_epithelial * EMT + (1 - AXL_epithelial) * hill(EMT / K_EMT_AXL, 1, 5)) * AXL_abundance * axl_open",
            "1",
            "AXL-type receptors of the mesenchymal state; epithelial cells have little",
        ),
    ),
    reactions=(
        Reaction("emt_gain", "-> EMT", "k_EMT * emt_input / (emt_input + K_EMT)"),
        Reaction("emt_reversal", "EMT ->", "k_EMT * EMT"),
        Reaction("stem_gain", "-> stem", "k_stem * stem_input / (stem_input + K_stem)"),
        Reaction("stem_differentiation", "stem ->", "k_stem * stem"),
    ),
    readouts=(
        Readout("EMT", "EMT", "1", "mesenchymal state, 0 to 1"),
        Readout("stem_fraction", "stem", "1", "stem-like share of the cells"),
    ),
)
