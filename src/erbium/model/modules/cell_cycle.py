"""G1 to S: cyclin D1-CDK4/6, p27, cyclin E-CDK2, Rb and E2F."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="cell_cycle",
    needs=(
        "ERK_activity",
        "AKT_activity",
        "FOXO",
        "translation",
        "ER_target",
        "cdk_open",
        "cdk2_open",
        "p21",
        "jnk_growth",
        "NFKB",
    ),
    gives=("CDK46_activity", "S_phase", "cyclin_D1", "p27", "E2F"),
    species=(
        Species("CCND1_mRNA", "1", "0.5", "CCND1 transcript, relative"),
        Species("cyclin_D1", "1", "0.5", "cyclin D1"),
        Species("cyclin_E", "1", "0.3", "cyclin E"),
        Species("p27", "1", "0.5", "p27 (CDKN1B)"),
        Species("RB", "1", "RB1_abundance", "unphosphorylated Rb"),
        Species("pRB", "1", "0", "phosphorylated Rb"),
        Species("E2F", "1", "0.3", "E2F output"),
    ),
    rules=(
        Rule(
            "p27_nuclear",
            "p27 * (1 + w_AKT_p27 * AKT_reference) / (1 + w_AKT_p27 * AKT_activity)",
            "1",
            "nuclear p27; AKT keeps it out (T157)",
        ),
        Rule(
            "CDK46_activity",
            "CDK46_abundance * cyclin_D1 / (cyclin_D1 + K_cyclin_D1) / (1 + p27_nuclear / K_p27_CDK46) * cdk_open",
            "1",
            "cyclin D1-CDK4/6 activity",
        ),
        Rule(
            "CDK2_activity",
            "CDK2_abundance * cdk2_open * cyclin_E / (cyclin_E + K_cyclin_E) / (1 + p27_nuclear / K_p27_CDK2 + p21 / K_p21_CDK2)",
            "1",
            "cyclin E-CDK2 activity",
        ),
        Rule(
            "S_phase",
            "hill(E2F / K_E2F_S, 1, 4) * (1 - erk_gate + erk_gate * hill(ERK_activity / K_erk_gate, 1, 2))",
            "1",
            "rate of S-phase entry, relative",
        ),
    ),
    reactions=(
        Reaction(
            "ccnd1_transcription",
            "-> CCND1_mRNA",
            "k_CCND1_mRNA * CCND1_dosage * (cyclin_D1_basal + w_ERK_cyclin_D1 * ERK_activity + w_ER_cyclin_D1 * ER_target + w_JUN_cyclin_D1 * jnk_growth + w_NFKB_cyclin_D1 * NFKB)",
        ),
        Reaction("ccnd1_mrna_decay", "CCND1_mRNA ->", "k_CCND1_mRNA * CCND1_mRNA"),
        Reaction(
            "cyclin_d1_synthesis",
            "-> cyclin_D1",
            "k_cyclin_D1 * CCND1_mRNA * (1 - translation_share + translation_share * translation)",
        ),
        Reaction(
            "cyclin_d1_degradation",
            "cyclin_D1 ->",
            "k_cyclin_D1 * (1 + gsk3_cyclin_D1 * max(0, 1 - AKT_activity)) * cyclin_D1",
        ),
        Reaction(
            "p27_synthesis",
            "-> p27",
            "k_p27 * CDKN1B_abundance * (1 - foxo_p27 + foxo_p27 * FOXO / K_FOXO_p27)",
        ),
        Reaction(
            "p27_degradation",
            "p27 ->",
            "k_p27 * (1 + w_CDK2_p27 * CDK2_activity / (p27_stability * PPM1H_abundance)) * p27",
        ),
        Reaction("cyclin_e_synthesis", "-> cyclin_E", "k_cyclin_E * CCNE1_dosage * (cyclin_E_basal + E2F)"),
        Reaction("cyclin_e_degradation", "cyclin_E ->", "k_cyclin_E * cyclin_E"),
        Reaction(
            "rb_phosphorylation",
            "RB -> pRB",
            "(k_RB_CDK46 * CDK46_activity + k_RB_CDK2 * CDK2_activity) * RB",
        ),
        Reaction("rb_dephosphorylation", "pRB -> RB", "k_RB_off * pRB"),
        Reaction("e2f_release", "-> E2F", "k_E2F * E2F1_abundance / (1 + (RB / K_RB_E2F)^4)"),
        Reaction("e2f_decay", "E2F ->", "k_E2F * E2F"),
    ),
    readouts=(
        Readout("cyclin_D1", "cyclin_D1", "1", "cyclin D1 protein, relative"),
        Readout("p27", "p27", "1", "p27 protein, relative"),
        Readout("pRB", "pRB / (RB + pRB + 1e-6)", "1", "phosphorylated share of Rb"),
        Readout("Ki67", "S_phase", "1", "cycling cells, relative"),
        Readout("G1_fraction", "1 / (1 + w_S_G1 * S_phase)", "1", "share of cells in G1"),
        Readout("CDK2_activity", "CDK2_activity", "1", "cyclin E-CDK2 activity, relative"),
        Readout("CDK46_activity", "CDK46_activity", "1", "cyclin D1-CDK4/6 activity, relative"),
        Readout("E2F1", "E2F", "1", "E2F output, relative"),
        Readout("RB_active", "RB", "1", "unphosphorylated Rb, relative"),
        Readout("nuclear_p27", "p27_nuclear", "1", "nuclear p27, relative"),
        Readout("p27_CDK2", "p27_nuclear / (p27_nuclear + K_p27_CDK2)", "1", "share of CDK2 held by p27"),
    ),
)
