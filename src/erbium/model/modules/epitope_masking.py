"""Mucins and hyaluronan over HER2: which epitopes an antibody can reach, and MUC1-C's push on the kinase."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="epitope_masking",
    needs=("NFKB", "pSTAT3", "muc1c_open"),
    gives=("unmasked_IV", "unmasked_II", "mucin_kinase", "mucin_coat"),
    species=(Species("MUC1", "1", "MUC1_abundance", "MUC1, relative; N and C subunits are made as one"),),
    rules=(
        Rule("mucin_coat", "MUC4_abundance / (1 + MUC4_abundance)", "1", "HER2 under MUC4"),
        Rule("hyaluronan_coat", "CD44_abundance / (1 + CD44_abundance)", "1", "HER2 under CD44-hyaluronan"),
        Rule("muc1n_coat", "mask_MUC1N * MUC1 / (1 + MUC1)", "1", "HER2 under the N subunit of MUC1"),
        Rule(
            "unmasked_IV",
            "(1 - mucin_coat) * (1 - hyaluronan_coat) * (1 - muc1n_coat)",
            "1",
            "domain IV not covered",
        ),
        Rule(
            "unmasked_II",
            "(1 - mask_II * mucin_coat) * (1 - mask_II * hyaluronan_coat) * (1 - mask_II * muc1n_coat)",
            "1",
            "domain II not covered: it lies further out",
        ),
        Rule(
            "mucin_kinase",
            "1 + w_MUC1C_HER2 * MUC1 * muc1c_open + muc4_activates_HER2 * w_MUC4_HER2 * mucin_coat",
            "1",
            "HER2 kinase under MUC1-C, and under MUC4 where it activates",
        ),
    ),
    reactions=(
        Reaction(
            "muc1_synthesis",
            "-> MUC1",
            "k_MUC1 * (MUC1_abundance * (1 + w_NFKB_MUC1 * NFKB) + w_STAT3_MUC1 * pSTAT3)",
        ),
        Reaction("muc1_degradation", "MUC1 ->", "k_MUC1 * MUC1"),
    ),
    readouts=(Readout("MUC1C", "MUC1", "1", "MUC1-C at the membrane, relative"),),
)
