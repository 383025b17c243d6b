"""Receptors beside the HER family: IGF1R with IGFBP3 and its HER2 complex, MET and FGFR bypass."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="bypass_receptors",
    needs=("FOXO", "ER_target", "HER2", "igf1r_open", "met_open", "fgfr_open", "axl_signal"),
    gives=("igf1r_signal", "igf1r_on_her2", "rtk_PI3K", "rtk_RAS"),
    species=(Species("IGF1R", "1", "1", "IGF1R, relative"),),
    rules=(
        Rule("igf1_free", "IGF1 / (1 + IGFBP3)", "nM", "IGF1 not held by IGFBP3"),
        Rule(
            "igf1r_signal",
            "IGF1R_kinase * igf1r_open * igf1_free / (igf1_free + K_IGF1) * IGF1R",
            "1",
            "active IGF1R",
        ),
        Rule(
            "igf1r_her2",
            "IGF1R * HER2 / (HER2 + K_IGF1R_HER2)",
            "1",
            "IGF1R in complex with HER2",
        ),
        Rule(
            "igf1r_on_her2",
            "w_IGF1R_HER2 * hill(igf1r_signal / K_IGF1R_signal, 1, 3) * HER2 / (HER2 + K_IGF1R_HER2)",
            "1",
            "push of IGF1R on the kinase of HER2, relative to what it does alone",
        ),
        Rule(
            "met_signal",
            "MET_abundance * met_open * (HGF / (HGF + K_HGF) + hill(MET_abundance / K_MET_cluster, 1, 4))",
            "1",
            "active MET: by ligand, or by crowding when amplified",
        ),
        Rule(
            "fgfr_signal",
            "FGFR_abundance * fgfr_open * (FGF / (FGF + K_FGF) + hill(FGFR_abundance / K_FGFR_cluster, 1, 4))",
            "1",
            "active FGFR: by ligand, or by crowding when amplified",
        ),
        Rule(
            "rtk_PI3K",
            "w_MET_PI3K * met_signal + w_FGFR_PI3K * fgfr_signal + w_AXL_PI3K * axl_signal",
            "1",
            "input of the bypass receptors to PI3K",
        ),
        Rule(
            "rtk_RAS",
            "w_MET_RAS * met_signal + w_FGFR_RAS * fgfr_signal + w_AXL_RAS * axl_signal",
            "1",
            "input of the bypass receptors to SOS-RAS",
        ),
    ),
    reactions=(
        Reaction(
            "igf1r_synthesis",
            "-> IGF1R",
            "k_IGF1R * IGF1R_abundance * (1 - foxo_IGF1R + foxo_IGF1R * FOXO / K_FOXO_IGF1R + w_ER_IGF1R * ER_target)",
        ),
        Reaction("igf1r_degradation", "IGF1R ->", "k_IGF1R * IGF1R"),
    ),
    readouts=(
        Readout("IGF1R_total", "IGF1R", "1", "IGF1R protein, relative"),
        Readout("IGF1R_HER2_complex", "igf1r_her2", "1", "IGF1R in complex with HER2, relative"),
        Readout("igf1r_signal", "igf1r_signal", "1", "active IGF1R, relative"),
        Readout("pMET", "met_signal", "1", "active MET, relative"),
    ),
)
