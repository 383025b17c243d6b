"""PI3K isoforms, PTEN, AKT, TSC2, mTORC1, S6K, 4EBP1, FOXO, IRS1 and IGF1R with their feedbacks."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

# unphosphorylated form, phosphorylation, dephosphorylation
PAIRS = (
    (
        "TSC2",
        "k_TSC2 * (ppAKT + pAKT * akt_t308_share + w_ERK_TSC2 * pERK + w_CDK_TSC2 * CDK46_activity)",
        "k_TSC2_off",
    ),
    ("S6K", "k_S6K * mTORC1", "k_S6K_off"),
    ("S6", "k_S6 * pS6K", "k_S6_off"),
    ("EBP1", "k_EBP1 * mTORC1_translation", "k_EBP1_off"),
)

MODULE = Module(
    id="pi3k_akt_mtor",
    needs=(
        "drive_PI3K",
        "pRAS",
        "pERK",
        "CDK46_activity",
        "ER_target",
        "p110a_open",
        "p110b_open",
        "mtor_open",
    ),
    gives=("pS6", "ppAKT", "FOXO", "mTORC1", "pS6K", "translation"),
    species=(
        Species("PIP2", "1", "0.95", "phosphatidylinositol 4,5-bisphosphate, relative"),
        Species("PIP3", "1", "0.05", "phosphatidylinositol 3,4,5-trisphosphate, relative"),
        Species("PI3Ka", "1", "0.8", "idle p85-p110alpha"),
        Species("pPI3Ka", "1", "0.2", "membrane-engaged p85-p110alpha"),
        Species("AKT", "1", "0.8", "AKT"),
        Species("pAKT", "1", "0.1", "AKT, T308"),
        Species("ppAKT", "1", "0.1", "AKT, T308 and S473"),
        *(Species(protein, "1", "0.8", protein) for protein, _, _ in PAIRS),
        *(Species(f"p{protein}", "1", "0.2", f"phosphorylated {protein}") for protein, _, _ in PAIRS),
        Species("FOXO", "1", "0.5", "nuclear FOXO3"),
        Species("pFOXO", "1", "0.5", "cytoplasmic, AKT-phosphorylated FOXO3"),
        Species("IRS1", "1", "0.5", "IRS1"),
        Species("IGF1R", "1", "1", "IGF1R, relative"),
    ),
    rules=(
        Rule(
            "igf_drive",
            "w_IGF1R * IGF1 / (IGF1 + K_IGF1) * IGF1R * IRS1",
            "1",
            "IGF1R-IRS1 input to p110alpha",
        ),
        Rule("p110a_input", "drive_PI3K + igf_drive", "1"),
        Rule(
            "PIP3_making",
            "k_p110a * (pPI3Ka + p110a_autonomy) * p110a_open + k_p110b * (p110b_activity + w_receptor_p110b * pPI3Ka) * p110b_open",
            "1/h",
            "p110alpha and p110beta together",
        ),
        Rule("mTORC1", "mtor_open / (1 + (TSC2 / K_TSC2)^4)", "1", "mTORC1 activity, Rheb at TSC2's mercy"),
        Rule(
            "mTORC1_translation",
            "(1 - rapalog_translation + rapalog_translation * mtor_open) / (1 + (TSC2 / K_TSC2)^4)",
            "1",
            "mTORC1 on 4EBP1, only partly blocked by rapalogs",
        ),
        Rule("mTORC2", "1 / (1 + pS6K / K_S6K_mTORC2)", "1", "mTORC2, braked by S6K"),
        Rule("translation", "pEBP1 / (pEBP1 + EBP1)", "1", "cap-dependent translation"),
    ),
    reactions=(
        Reaction(
            "p110a_recruitment",
            "PI3Ka -> pPI3Ka",
            "k_PI3K * (hill(p110a_input, 1, hill_PI3K) + w_RAS_PI3K * pRAS) * PI3Ka",
        ),
        Reaction("p110a_release", "pPI3Ka -> PI3Ka", "k_PI3K_off * pPI3Ka"),
        Reaction("pip2_phosphorylation", "PIP2 -> PIP3", "PIP3_making * PIP2"),
        Reaction("pip3_dephosphorylation", "PIP3 -> PIP2", "(k_PTEN * PTEN_abundance + k_SHIP) * PIP3"),
        Reaction("akt_t308_phosphorylation", "AKT -> pAKT", "k_AKT * PIP3^2 * PDK1 * AKT"),
        Reaction("akt_t308_dephosphorylation", "pAKT -> AKT", "k_AKT_off * pAKT"),
        Reaction(
            "akt_s473_phosphorylation",
            "pAKT -> ppAKT",
            "k_AKT_S473 * mTORC2 * mm(PIP3, K_PIP3_mTORC2) * pAKT",
        ),
        Reaction("akt_s473_dephosphorylation", "ppAKT -> pAKT", "k_AKT_S473_off * ppAKT"),
        *(Reaction(f"{p.lower()}_phosphorylation", f"{p} -> p{p}", f"{on} * {p}") for p, on, _ in PAIRS),
        *(Reaction(f"{p.lower()}_dephosphorylation", f"p{p} -> {p}", f"{off} * p{p}") for p, _, off in PAIRS),
        Reaction("foxo_export", "FOXO -> pFOXO", "k_FOXO * ppAKT * FOXO"),
        Reaction("foxo_return", "pFOXO -> FOXO", "k_FOXO_off * pFOXO"),
        Reaction("irs1_synthesis", "-> IRS1", "k_IRS1 * (1 - foxo_IRS1 + foxo_IRS1 * FOXO / K_FOXO_IRS1)"),
        Reaction("irs1_degradation", "IRS1 ->", "k_IRS1 * (1 + pS6K / K_S6K_IRS1) * IRS1"),
        Reaction(
            "igf1r_synthesis",
            "-> IGF1R",
            "k_IGF1R * IGF1R_abundance * (1 - foxo_IGF1R + foxo_IGF1R * FOXO / K_FOXO_IGF1R + w_ER_IGF1R * ER_target)",
        ),
        Reaction("igf1r_degradation", "IGF1R ->", "k_IGF1R * IGF1R"),
    ),
    readouts=(
        Readout("pAKT_S473", "ppAKT / (AKT + pAKT + ppAKT)", "1", "AKT phosphorylated on S473"),
        Readout("pAKT_T308", "(pAKT + ppAKT) / (AKT + pAKT + ppAKT)", "1", "AKT phosphorylated on T308"),
        Readout("pS6", "pS6 / (S6 + pS6)", "1", "phosphorylated S6"),
        Readout("pS6K", "pS6K / (S6K + pS6K)", "1", "phosphorylated S6K"),
        Readout("pTSC2", "pTSC2 / (TSC2 + pTSC2)", "1", "phosphorylated TSC2"),
        Readout("p4EBP1", "pEBP1 / (EBP1 + pEBP1)", "1", "phosphorylated 4EBP1"),
        Readout("nuclear_FOXO", "FOXO / (FOXO + pFOXO)", "1", "nuclear share of FOXO3"),
        Readout("PIP3", "PIP3 / (PIP2 + PIP3)", "1", "share of PIP3"),
    ),
)
