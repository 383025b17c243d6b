"""Growth and death of one clone: cycle entry, signal-driven death, Fc killing, payload, chemotherapy."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species, Total

MODULE = Module(
    id="tumour_growth",
    needs=(
        "S_phase",
        "pS6",
        "apoptosis_signal",
        "HER2",
        "bound_IV",
        "bound_II",
        "adc_share",
        "shedding_free",
        "payload",
        "site_chemotherapy_1",
        "site_chemotherapy_2",
    ),
    gives=("volume", "live_volume", "tumour_volume", "shed_HER2"),
    species=(
        Species("volume", "cm^3", "initial_volume", "living cells", settles=False),
        Species("dying", "cm^3", "0", "dying cells not yet cleared", settles=False),
    ),
    rules=(
        Rule("crowding", "max(0, 1 - tumour_volume / volume_capacity)", "1", "room and supply left"),
        Rule(
            "growth_per_pace",
            "S_phase * (1 - s6_growth + s6_growth * pS6 / K_S6_growth)",
            "1",
            "division relative to full S-phase entry",
        ),
        Rule("growth_rate", "k_growth * growth_per_pace * crowding", "1/h", "cell division in tissue"),
        Rule(
            "signal_death_rate",
            "k_loss + k_signal_death * apoptosis_signal * (resting_death + (1 - resting_death) * growth_per_pace)",
            "1/h",
            "natural and signal-driven loss; resting cells die less than cycling ones",
        ),
        Rule(
            "fc_density",
            "HER2 * (bound_IV * (fc_antibody_IV * (1 - adc_share) + fc_adc * adc_share) + bound_II * fc_antibody_II)",
            "kreceptor",
            "Fc parts on the cell, weighted by their receptor affinity",
        ),
        Rule(
            "fc_kill_rate",
            "k_fc_kill * effector_cells * fc_density / (fc_density + K_fc_density)",
            "1/h",
            "killing by NK cells and macrophages",
        ),
        Rule("payload_effect", "mm(payload, EC50_payload * payload_tolerance)", "1"),
        Rule(
            "payload_kill_rate",
            "(k_kill_tubulin_payload * (1 - payload_is_top1) + k_kill_top1_payload * payload_is_top1) * payload_effect",
            "1/h",
        ),
        Rule(
            "chemotherapy_1_effect",
            "hill(site_chemotherapy_1 / (EC50_chemotherapy_1 * cytotoxic_tolerance), 1, hill_chemotherapy_1)",
            "1",
        ),
        Rule(
            "chemotherapy_2_effect",
            "hill(site_chemotherapy_2 / (EC50_chemotherapy_2 * cytotoxic_tolerance), 1, hill_chemotherapy_2)",
            "1",
        ),
        Rule(
            "chemotherapy_kill_rate",
            "(k_kill_tubulin * chemotherapy_1_tubulin + k_kill_antimetabolite * chemotherapy_1_antimetabolite + k_kill_dna_damage * chemotherapy_1_dna_damage) * chemotherapy_1_effect + (k_kill_tubulin * chemotherapy_2_tubulin + k_kill_antimetabolite * chemotherapy_2_antimetabolite + k_kill_dna_damage * chemotherapy_2_dna_damage) * chemotherapy_2_effect",
            "1/h",
        ),
        Rule(
            "net_growth_rate",
            "growth_rate - signal_death_rate - fc_kill_rate - payload_kill_rate - chemotherapy_kill_rate",
            "1/h",
        ),
    ),
    totals=(
        Total("live_volume", "volume", "cm^3", "living cells of all clones"),
        Total("tumour_volume", "volume + dying", "cm^3", "all clones with dying cells"),
        Total(
            "shed_HER2",
            "k_shed_serum * shedding_free * HER2 * volume",
            "kreceptor * cm^3 / h",
            "ectodomain shed by the whole tumour",
        ),
    ),
    reactions=(
        Reaction("cell_division", "-> volume", "growth_rate * volume"),
        Reaction("signal_death", "volume -> dying", "signal_death_rate * volume"),
        Reaction("fc_killing", "volume -> dying", "fc_kill_rate * volume"),
        Reaction("payload_killing", "volume -> dying", "payload_kill_rate * volume"),
        Reaction("chemotherapy_killing", "volume -> dying", "chemotherapy_kill_rate * volume"),
        Reaction("dead_cell_clearance", "dying ->", "k_clear_dying * dying"),
    ),
    readouts=(
        Readout("volume", "volume", "cm^3", "living cells of the clone"),
        Readout("growth_rate", "net_growth_rate", "1/h", "net growth rate"),
        Readout(
            "signal_growth_rate",
            "growth_rate - signal_death_rate",
            "1/h",
            "growth as signalling alone would have it",
        ),
        Readout("fc_kill_rate", "fc_kill_rate", "1/h", "killing by effector cells"),
        Readout("payload_kill_rate", "payload_kill_rate", "1/h", "killing by payload"),
        Readout("chemotherapy_kill_rate", "chemotherapy_kill_rate", "1/h", "killing by chemotherapy"),
    ),
)
