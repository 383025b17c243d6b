"""What the clones of a tumour tell the tissue around them, as volume-weighted sums."""

from erbium.model.reaction import Module, Rule, Total

MODULE = Module(
    id="tissue_signals",
    needs=(
        "HER2",
        "her2_output",
        "hypoxia",
        "PDL1",
        "chemokines",
        "NFKB",
        "IL6",
        "volume",
        "fc_kill_rate",
        "payload_kill_rate",
        "chemotherapy_kill_rate",
        "damage_kill_rate",
        "signal_death_rate",
        "cd8_kill_rate",
    ),
    gives=(
        "vegf_secretion",
        "pdl1_load",
        "chemokine_load",
        "cytokine_load",
        "antigen_release",
        "fc_engagement",
        "her2_shown",
    ),
    rules=(
        Rule(
            "vegf_expression",
            "VEGF_basal + w_HER2_VEGF * her2_output + w_HIF_VEGF * hypoxia",
            "1",
            "VEGFA expression, relative",
        ),
        Rule(
            "immunogenic_death",
            "fc_kill_rate + w_cd8_antigen * cd8_kill_rate + w_payload_antigen * payload_kill_rate + w_chemo_antigen * (chemotherapy_kill_rate + damage_kill_rate) + w_loss_antigen * signal_death_rate",
            "1/h",
            "death that hands antigen to dendritic cells",
        ),
    ),
    totals=(
        Total("vegf_secretion", "volume * vegf_expression", "cm^3", "VEGF made by all clones"),
        Total("pdl1_load", "volume * PDL1", "cm^3", "PD-L1 of all clones"),
        Total("chemokine_load", "volume * chemokines", "cm^3", "chemokines of all clones"),
        Total("cytokine_load", "volume * (NFKB + IL6)", "cm^3", "suppressive cytokines of all clones"),
        Total("antigen_release", "volume * immunogenic_death", "cm^3/h", "antigen set free"),
        Total("fc_engagement", "volume * fc_kill_rate", "cm^3/h", "killing by Fc receptors"),
        Total(
            "her2_shown",
            "volume * HER2 / (HER2 + K_HER2_peptides)",
            "cm^3",
            "cells that show peptides of HER2",
        ),
    ),
)
