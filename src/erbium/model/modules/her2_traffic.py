"""What carries HER2 off the surface: caveolae and cholesterol, CBL and endophilin, HSP90, ADAM proteases."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="her2_traffic",
    needs=("hsp90_open", "hmgcr_open", "ampk_open", "adam_open"),
    gives=(
        "basal_uptake",
        "caveolar_access",
        "clathrin_uptake",
        "conjugate_route",
        "client_loss",
        "protease_free",
    ),
    species=(Species("CAV1", "1", "CAV1_abundance", "caveolin-1 in caveolae, relative"),),
    rules=(
        Rule(
            "cholesterol",
            "1 - statin_share + statin_share * hmgcr_open",
            "1",
            "membrane cholesterol, relative",
        ),
        Rule(
            "caveolae",
            "CAV1 * (1 + K_caveolae) / (CAV1 + K_caveolae)",
            "1",
            "caveolar uptake, relative; what caveolin-1 builds saturates",
        ),
        Rule(
            "caveolar_access",
            "1 - w_CAV1_access * hill(CAV1 / K_CAV1_access, 1, 3)",
            "1",
            "HER2 that antibody reaches: what lies in caveolae signals, out of its reach",
        ),
        Rule(
            "basal_uptake",
            "(1 - w_CAV1_internalise - w_SH3GL1_internalise) + w_CAV1_internalise * caveolae + w_SH3GL1_internalise * SH3GL1_abundance",
            "1",
            "internalisation of HER2 without antibody, relative",
        ),
        Rule(
            "clathrin_uptake",
            "CBL_activity * CBL_site * SH3GL1_abundance",
            "1",
            "antibody-driven route: ubiquitin of CBL on Y1112, endophilin A2",
        ),
        Rule(
            "conjugate_route",
            "1 - w_CAV1_conjugate * caveolar_adc_route + w_CAV1_conjugate * caveolar_adc_route * CAV1",
            "1",
            "uptake of conjugate by caveolae, relative",
        ),
        Rule("HSP90_function", "min(1, HSP90_abundance) * hsp90_open", "1", "chaperone left to clients"),
        Rule(
            "client_loss",
            "1 + w_HSP90_client * CUL5_abundance * (1 - HSP90_function)",
            "1",
            "degradation of HSP90 clients, relative",
        ),
        Rule("protease_free", "adam_open / (1 + TIMP1)", "1", "ADAM10/17 activity left"),
    ),
    reactions=(
        Reaction(
            "cav1_synthesis",
            "-> CAV1",
            "k_CAV1 * CAV1_abundance * cholesterol * (1 + w_AMPK_CAV1 * (1 - ampk_open))",
        ),
        Reaction("cav1_degradation", "CAV1 ->", "k_CAV1 * CAV1"),
    ),
    readouts=(Readout("CAV1", "CAV1", "1", "caveolin-1 in caveolae, relative"),),
)
