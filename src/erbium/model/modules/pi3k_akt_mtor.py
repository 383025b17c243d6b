"""PI3K isoforms, PTEN, AKT, TSC2, mTORC1, S6K, 4EBP1, FOXO and IRS1 with their feedbacks."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

# unphosphorylated form, phosphorylation, dephosphorylation
PAIRS = (
    (
        "TSC2",
        "k_TSC2 * (AKT_activity + akt_t308_share * akt_left * pAKT + w_ERK_TSC2 * ERK_activity + w_CDK_TSC2 * CDK46_activity)",
        "k_TSC2_off",
    ),
    ("S6K", "k_S6K * mTORC1", "k_S6K_off"),
    ("S6", "k_S6 * pS6K", "k_S6_off"),
    ("EBP1", "k_EBP1 * mTORC1_translation", "k_EBP1_off"),
)

AKT_FORMS = ("AKT", "pAKT", "ppAKT")

MODULE = Module(
    id="pi3k_akt_mtor",
    needs=(
        "drive_PI3K",
        "pRAS",
        "ERK_activity",
        "CDK46_activity",
        "ER_target",
        "p110a_left",
        "p110b_left",
        "mtor_left",
        "akt_left",
        "aktph_left",
        "igf1r_signal",
        "pSRC",
        "miR21",
        "adrb2_signal",
        "client_loss",
    ),
    gives=("PIP3", "pS6", "ppAKT", "AKT_activity", "FOXO", "mTORC1", "pS6K", "translation"),
    species=(
        Species("PIP2", "1", "0.95", "phosphatidylinositol 4,5-bisphosphate, relative"),
        Species("PIP3", "1", "0.05", "phosphatidylinositol 3,4,5-trisphosphate, relative"),
        Species("PI3Ka", "1", "0.8 * PIK3CA_abundance", "idle p85-p110alpha"),
        Species("pPI3Ka", "1", "0.2 * PIK3CA_abundance", "membrane-engaged p85-p110alpha"),
        Species("PTEN", "1", "PTEN_abundance", "PTEN, relative"),
        Species("AKT", "1", "0.8 * AKT_abundance", "AKT"),
        Species("pAKT", "1", "0.1 * AKT_abundance", "AKT, T308"),
        Species("ppAKT", "1", "0.1 * AKT_abundance", "AKT, T308 and S473"),
        *(Species(protein, "1", f"0.8 * {protein}_abundance", protein) for protein, _, _ in PAIRS),
        *(
            Species(f"p{protein}", "1", f"0.2 * {protein}_abundance", f"phosphorylated {protein}")
            for protein, _, _ in PAIRS
        ),
        Species("FOXO", "1", "0.5", "nuclear FOXO3"),
        Species("pFOXO", "1", "0.5", "cytoplasmic, AKT-phosphorylated FOXO3"),
        Species("IRS1", "1", "0.5", "IRS1"),
    ),
    rules=(
        Rule(
            "igf_drive",
            "w_IGF1R * igf1r_signal * IRS1",
            "1",
            "IGF1R-IRS1 input to p110alpha",
        ),
        Rule("p110a_input", "drive_PI3K + igf_drive + w_SRC_PI3K * pSRC", "1"),
        Rule(
            "PIP3_making",
            "k_p110a * (pPI3Ka + p110a_autonomy) * p110a_left + k_p110b * (p110b_activity + w_receptor_p110b * pPI3Ka) * p110b_left",
            "1/h",
            "p110alpha and p110beta together",
        ),
        Rule(
            "mtor_level",
            "MTOR_abundance * (1 + w_ADRB2_MTOR * adrb2_signal)",
            "1",
            "mTOR protein; a beta2-adrenergic signal lowers miR-199a/b-3p, which holds it down",
        ),
        Rule(
            "mTORC1",
            "mtor_level * mtor_left / (1 + (TSC2 / K_TSC2)^4)",
            "1",
            "mTORC1 activity, Rheb at TSC2's mercy",
        ),
        Rule(
            "AKT_activity",
            "AKT_output * akt_left * ppAKT / (ppAKT + K_AKT_output)",
            "1",
            "AKT on its substrates, which saturate",
        ),
        Rule(
            "PTEN_activity",
            "PTEN * (1 + SRC_reference / K_SRC_PTEN) / (1 + pSRC / K_SRC_PTEN)",
            "1",
            "PTEN at the membrane; SRC lowers it",
        ),
        Rule(
            "mTORC1_translation",
            "mtor_level * (1 - rapalog_translation + rapalog_translation * mtor_left) / (1 + (TSC2 / K_TSC2)^4)",
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
            "k_PI3K * (hill(p110a_input / K_p110a_input, 1, hill_PI3K) + w_RAS_PI3K * pRAS) * PI3Ka",
        ),
        Reaction("p110a_release", "pPI3Ka -> PI3Ka", "k_PI3K_off * pPI3Ka"),
        Reaction("pip2_phosphorylation", "PIP2 -> PIP3", "PIP3_making * PIP2"),
        Reaction("pip3_dephosphorylation", "PIP3 -> PIP2", "(k_PTEN * PTEN_activity + k_SHIP) * PIP3"),
        Reaction("akt_t308_phosphorylation", "AKT -> pAKT", "k_AKT * PIP3^2 * PDK1 * aktph_left * AKT"),
        Reaction("akt_t308_dephosphorylation", "pAKT -> AKT", "k_AKT_off * pAKT"),
        Reaction(
            "akt_s473_phosphorylation",
            "pAKT -> ppAKT",
            "k_AKT_S473 * mTORC2 * mm(PIP3, K_PIP3_mTORC2) * pAKT",
        ),
        Reaction("akt_s473_dephosphorylation", "ppAKT -> pAKT", "k_AKT_S473_off * ppAKT"),
        Reaction("akt_synthesis", "-> AKT", "k_turnover_AKT * AKT_abundance"),
        *(
            Reaction(f"{form.lower()}_degradation", f"{form} ->", f"k_turnover_AKT * client_loss * {form}")
            for form in AKT_FORMS
        ),
        Reaction(
            "pten_synthesis",
            "-> PTEN",
            "k_turnover_PTEN * PTEN_abundance * (1 + w_MIR21_PTEN) / (1 + w_MIR21_PTEN * miR21)",
        ),
        Reaction("pten_degradation", "PTEN ->", "k_turnover_PTEN * PTEN"),
        *(Reaction(f"{p.lower()}_phosphorylation", f"{p} -> p{p}", f"{on} * {p}") for p, on, _ in PAIRS),
        *(Reaction(f"{p.lower()}_dephosphorylation", f"p{p} -> {p}", f"{off} * p{p}") for p, _, off in PAIRS),
        Reaction(
            "foxo_export", "FOXO -> pFOXO", "k_FOXO * (AKT_activity + w_ERK_FOXO * ERK_activity) * FOXO"
        ),
        Reaction("foxo_return", "pFOXO -> FOXO", "k_FOXO_off * pFOXO"),
        Reaction("irs1_synthesis", "-> IRS1", "k_IRS1 * (1 - foxo_IRS1 + foxo_IRS1 * FOXO / K_FOXO_IRS1)"),
        Reaction("irs1_degradation", "IRS1 ->", "k_IRS1 * (1 + pS6K / K_S6K_IRS1) * IRS1"),
    ),
    readouts=(
        Readout(
            "pAKT_S473", "ppAKT", "1", "AKT phosphorylated on S473, relative to all AKT of the reference"
        ),
        Readout(
            "pAKT_T308",
            "pAKT + ppAKT",
            "1",
            "AKT phosphorylated on T308, relative to all AKT of the reference",
        ),
        Readout("pS6", "pS6 / (S6 + pS6)", "1", "phosphorylated S6"),
        Readout("pS6K", "pS6K / (S6K + pS6K)", "1", "phosphorylated S6K"),
        Readout("pTSC2", "pTSC2", "1", "phosphorylated TSC2, relative to all TSC2 of the reference"),
        Readout("p4EBP1", "pEBP1 / (EBP1 + pEBP1)", "1", "phosphorylated 4EBP1"),
        Readout("nuclear_FOXO", "FOXO / (FOXO + pFOXO)", "1", "nuclear share of FOXO3"),
        Readout("PIP3", "PIP3 / (PIP2 + PIP3)", "1", "share of PIP3"),
        Readout("PIP2", "PIP2 / (PIP2 + PIP3)", "1", "share of PIP2"),
        Readout("PI3K_membrane", "pPI3Ka", "1", "p85-p110alpha at the membrane, relative"),
        Readout("AKT_total", "AKT + pAKT + ppAKT", "1", "AKT protein, relative"),
        Readout("PTEN", "PTEN_activity", "1", "PTEN activity, relative"),
        Readout("mTORC1", "mTORC1", "1", "mTORC1 activity, relative"),
        Readout("TSC2_active", "TSC2", "1", "TSC2 that is not phosphorylated, relative"),
    ),
)
