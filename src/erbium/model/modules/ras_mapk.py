"""SOS-RAS-RAF-MEK-ERK with NF1, DUSP and SPRY feedback, and AKT's brake on RAF."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

CASCADE = (
    (
        "RAS",
        "k_RAS * (hill((drive_RAS + w_PIP3_RAS * PIP3) / K_RAS_input, 1, hill_RAS) / (1 + SPRY / K_SPRY) + RAS_leak + RAS_mutant)",
        "k_RAS_off * NF1",
    ),
    ("RAF", "k_RAF * pRAS / (1 + ERK_activity / K_ERK_RAF) / (1 + AKT_activity / K_AKT_RAF)", "k_RAF_off"),
    ("MEK", "k_MEK * pRAF^2 * mek_open", "k_MEK_off"),
    ("ERK", "k_ERK * pMEK^2", "k_ERK_off * (1 + DUSP / K_DUSP)"),
)

MODULE = Module(
    id="ras_mapk",
    needs=("drive_RAS", "PIP3", "AKT_activity", "mek_open"),
    gives=("ERK_activity", "pRAS", "DUSP"),
    species=(
        *(
            Species(kinase, "1", f"0.9 * {kinase}_abundance", f"inactive {kinase}")
            for kinase, _, _ in CASCADE
        ),
        *(
            Species(f"p{kinase}", "1", f"0.1 * {kinase}_abundance", f"active {kinase}")
            for kinase, _, _ in CASCADE
        ),
        Species("DUSP", "1", "0.1", "ERK-induced phosphatase"),
        Species("SPRY", "1", "0.1", "ERK-induced inhibitor of SOS"),
    ),
    rules=(
        Rule(
            "ERK_activity",
            "ERK_output * pERK / (pERK + K_ERK_output)",
            "1",
            "ERK on its substrates, which saturate",
        ),
    ),
    reactions=(
        *(Reaction(f"{k.lower()}_activation", f"{k} -> p{k}", f"{on} * {k}") for k, on, _ in CASCADE),
        *(Reaction(f"{k.lower()}_inactivation", f"p{k} -> {k}", f"{off} * p{k}") for k, _, off in CASCADE),
        Reaction(
            "dusp_induction", "-> DUSP", "k_DUSP * DUSP_abundance * hill(ERK_activity / K_ERK_DUSP, 1, 2)"
        ),
        Reaction("dusp_decay", "DUSP ->", "k_DUSP * DUSP"),
        Reaction("spry_induction", "-> SPRY", "k_SPRY * hill(ERK_activity / K_ERK_SPRY, 1, 2)"),
        Reaction("spry_decay", "SPRY ->", "k_SPRY * SPRY"),
    ),
    readouts=(Readout("pERK", "pERK", "1", "phosphorylated ERK1/2, relative to all ERK of the reference"),),
)
