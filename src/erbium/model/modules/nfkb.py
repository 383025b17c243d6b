"""NF-kB: IKK, IkBa and A20, the two routes from HER2, the non-canonical route, cytokines.

Averaged: the loops through IkBa and A20 settle without the oscillation that single cells show, on the
course grid as in cell mode.
"""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="nfkb",
    needs=("her2_output", "AKT_activity", "pp38", "hypoxia", "ikk_open", "tnf_open"),
    gives=("NFKB", "IL6", "chemokines", "tnf_bound", "TNF_autocrine"),
    species=(
        Species("IKK", "1", "0.1", "active IKK complex"),
        Species("IkBa", "1", "0.5", "IkB-alpha, relative"),
        Species("NFKB", "1", "0.2", "nuclear NF-kB, relative"),
        Species("A20", "1", "0.2", "A20 (TNFAIP3), relative"),
        Species("IL6", "1", "0.2", "interleukin 6 around the cells, relative"),
        Species("TNF_autocrine", "1", "0.1", "TNF made by the cells, relative"),
        Species("chemokines", "1", "0.2", "CXCL8, CCL2, CCL3 and CCL5 together, relative"),
    ),
    rules=(
        Rule(
            "tnf_level",
            "(TNF / K_TNF + w_TNF_autocrine * TNF_autocrine) * tnf_open",
            "1",
            "TNF over its half-effect",
        ),
        Rule("tnf_bound", "tnf_level / (1 + tnf_level)", "1", "TNF receptor occupied"),
        Rule(
            "ikk_input",
            "IKK_basal + her2_to_ikk * w_HER2_IKK * IKKA_abundance * her2_output + akt_to_ikk * w_AKT_IKK * AKT_activity + w_TNF_IKK * tnf_bound + w_HIF_IKK * hypoxia + w_p38_IKK * pp38",
            "1",
            "what activates IKK: HER2 without PI3K, TNF, hypoxia, stress, and AKT where that route is on",
        ),
        Rule(
            "IKK_activity",
            "IKK * (IKKA_share * IKKA_abundance + (1 - IKKA_share) * IKKB_abundance * ikk_open)",
            "1",
            "IKK on IkB-alpha",
        ),
    ),
    reactions=(
        Reaction("ikk_activation", "-> IKK", "k_IKK * ikk_input / (1 + A20 / K_A20) * (1 - IKK)"),
        Reaction("ikk_inactivation", "IKK ->", "k_IKK_off * IKK"),
        Reaction("ikba_synthesis", "-> IkBa", "k_IkBa * IKBA_abundance * (IkBa_basal + w_NFKB_IkBa * NFKB)"),
        Reaction("ikba_degradation", "IkBa ->", "(k_IkBa + k_IKK_IkBa * IKK_activity) * IkBa"),
        Reaction(
            "nfkb_import",
            "-> NFKB",
            "k_NFKB * RELA_abundance * (NFKB_free / (1 + (IkBa / K_IkBa)^2) + w_NIK * NIK)",
        ),
        Reaction("nfkb_export", "NFKB ->", "k_NFKB * NFKB"),
        Reaction("a20_induction", "-> A20", "k_A20 * A20_abundance * NFKB"),
        Reaction("a20_decay", "A20 ->", "k_A20 * A20"),
        Reaction("il6_release", "-> IL6", "k_cytokine * (w_NFKB_IL6 * NFKB + w_p38_cytokines * pp38)"),
        Reaction("il6_clearance", "IL6 ->", "k_cytokine * IL6"),
        Reaction(
            "tnf_release", "-> TNF_autocrine", "k_cytokine * (w_NFKB_TNF * NFKB + w_p38_cytokines * pp38)"
        ),
        Reaction("tnf_clearance", "TNF_autocrine ->", "k_cytokine * TNF_autocrine"),
        Reaction("chemokine_release", "-> chemokines", "k_cytokine * w_NFKB_chemokines * NFKB"),
        Reaction("chemokine_clearance", "chemokines ->", "k_cytokine * chemokines"),
    ),
    readouts=(
        Readout("IKK_activity", "IKK_activity", "1", "IKK activity, relative"),
        Readout("IkBa", "IkBa", "1", "IkB-alpha protein, relative"),
        Readout("nuclear_NFkB", "NFKB", "1", "nuclear NF-kB, relative"),
        Readout("IL6", "IL6", "1", "interleukin 6, relative"),
        Readout("TNF_autocrine", "TNF_autocrine", "1", "TNF made by the cells, relative"),
        Readout("chemokines", "chemokines", "1", "CXCL8, CCL2, CCL3 and CCL5, relative"),
    ),
)
