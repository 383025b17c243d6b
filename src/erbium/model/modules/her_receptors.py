"""EGFR, HER2, HER3, HER4 and p95HER2: dimers, ligand-free HER2 signalling, traffic, shedding, blockade.

Receptors are counted in thousands per cell. Ligand-bound fractions and receptor phosphorylation
equilibrate within a minute and are rules; dimers, endosomes and synthesis are states.
"""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

# receptor, basal internalisation, recycling, degradation in the endosome
MONOMERS = (
    ("EGFR", "k_internalise_EGFR", "k_recycle_EGFR", "k_degrade_EGFR"),
    (
        "HER2",
        "k_internalise_HER2 * her2_uptake",
        "k_recycle_HER2",
        "k_degrade_HER2 * client_loss * kinase_loss",
    ),
    ("HER3", "k_internalise_HER3", "k_recycle_HER3", "k_degrade_HER3"),
    ("HER4", "k_internalise_HER3", "k_recycle_HER3", "k_degrade_HER3"),
)

# dimer, partners, association, dissociation, internalisation, what the kinases of it see
DIMERS = (
    (
        "EGFR_EGFR",
        "EGFR",
        "EGFR",
        "k_EGFR_EGFR * egf_bound * egf_bound",
        "k_off_ligand_dimer",
        "k_internalise_EGFR_EGFR",
    ),
    (
        "EGFR_HER2",
        "EGFR",
        "HER2",
        "k_EGFR_HER2 * egf_bound * arm_free * stalk_egfr_free",
        "k_off_ligand_dimer",
        "k_internalise_EGFR_HER2",
    ),
    ("EGFR_HER3", "EGFR", "HER3", "k_EGFR_HER3 * egf_bound", "k_off_ligand_dimer", "k_internalise_EGFR_HER3"),
    (
        "HER2_HER3_NRG1",
        "HER2",
        "HER3",
        "k_HER2_HER3_NRG1 * nrg_bound * arm_free",
        "k_off_ligand_dimer",
        "k_internalise_HER2_HER3",
    ),
    (
        "HER2_HER3",
        "HER2",
        "HER3",
        "k_HER2_HER3 * clustering * (1 - nrg_bound) * arm_partly_free * stalk_free",
        "k_off_HER2_HER3",
        "k_internalise_HER2 * her2_uptake",
    ),
    (
        "HER2_HER2",
        "HER2",
        "HER2",
        "k_HER2_HER2 * clustering * her2_homodimer_affinity * arm_half_free * stalk_half_free",
        "k_off_HER2_HER2",
        "k_internalise_HER2 * her2_uptake",
    ),
    (
        "HER2_HER4",
        "HER2",
        "HER4",
        "k_HER2_HER4 * nrg_bound * arm_free",
        "k_off_ligand_dimer",
        "k_internalise_HER2_HER3",
    ),
    (
        "HER4_HER4",
        "HER4",
        "HER4",
        "k_HER4_HER4 * nrg_bound * nrg_bound",
        "k_off_ligand_dimer",
        "k_internalise_HER2_HER3",
    ),
)

MODULE = Module(
    id="her_receptors",
    needs=(
        "ERK_activity",
        "FOXO",
        "pS6K",
        "ER_target",
        "occupancy_IV",
        "occupancy_II",
        "adc_share",
        "tki_HER2",
        "tki_EGFR",
        "tki_HER4",
        "tki_conformation",
        "tki_kinact",
        "unmasked_IV",
        "unmasked_II",
        "mucin_kinase",
        "basal_uptake",
        "caveolar_access",
        "clathrin_uptake",
        "client_loss",
        "protease_free",
        "igf1r_on_her2",
        "selected_drive",
        "rtk_PI3K",
        "rtk_RAS",
        "crosslinking",
        "delivery",
    ),
    gives=(
        "EGFR",
        "HER2",
        "HER3",
        "p95HER2",
        "drive_PI3K",
        "drive_RAS",
        "reachable_IV",
        "bound_IV",
        "bound_II",
        "bound_uptake",
        "shed_rate",
        "her2_output",
        "full_length_output",
        "p95_output",
    ),
    species=(
        Species("EGFR", "kreceptor", "EGFR_abundance", "surface EGFR monomer"),
        Species("HER2", "kreceptor", "HER2_abundance", "surface HER2 monomer"),
        Species("HER3", "kreceptor", "HER3_abundance", "surface HER3 monomer"),
        Species("HER4", "kreceptor", "HER4_abundance", "surface HER4 monomer"),
        *(Species(f"e{receptor}", "kreceptor", "0", f"endosomal {receptor}") for receptor, *_ in MONOMERS),
        *(Species(dimer, "kreceptor", "0", f"surface dimer {dimer}") for dimer, *_ in DIMERS),
        Species("p95HER2", "kreceptor", "0", "HER2 without ectodomain"),
        Species("HER3_mRNA", "1", "1", "HER3 transcript, relative"),
        Species("HER2_covalent", "1", "0", "fraction of HER2 kinase alkylated by a covalent inhibitor"),
        Species("EGFR_covalent", "1", "0", "fraction of EGFR kinase alkylated by a covalent inhibitor"),
        Species("HER4_covalent", "1", "0", "fraction of HER4 kinase alkylated by a covalent inhibitor"),
    ),
    rules=(
        Rule("egf_bound", "EGF / (EGF + K_EGF)", "1", "ligand-bound fraction of EGFR"),
        Rule("nrg_bound", "NRG1 / (NRG1 + K_NRG1)", "1", "ligand-bound fraction of HER3"),
        Rule(
            "reachable_IV",
            "antibody_access * caveolar_access * epitope_IV * unmasked_IV",
            "1",
            "HER2 whose domain IV an antibody that has passed the stroma can reach",
        ),
        Rule(
            "bound_IV",
            "reachable_IV * delivery * occupancy_IV",
            "1",
            "HER2 with antibody on domain IV",
        ),
        Rule(
            "bound_II",
            "antibody_access * caveolar_access * delivery * epitope_II * unmasked_II * occupancy_II",
            "1",
            "HER2 with antibody on domain II",
        ),
        Rule(
            "clustering",
            "HER2 / (HER2 + K_cluster_HER2)",
            "1",
            "HER2 dense enough to pair without ligand",
        ),
        Rule("arm_free", "1 - block_arm_by_II * bound_II", "1", "dimerisation arm not blocked"),
        Rule(
            "arm_partly_free",
            "1 - block_ligand_free_by_II * bound_II",
            "1",
            "ligand-free HER2-HER3 under a domain-II antibody",
        ),
        Rule(
            "arm_half_free",
            "1 - block_homodimer_by_II * bound_II * (2 - bound_II)",
            "1",
            "pairs of HER2 with an antibody on neither partner",
        ),
        Rule("stalk_free", "1 - block_HER3_by_IV * bound_IV", "1", "ligand-free HER2-HER3 not disrupted"),
        Rule("stalk_half_free", "1 - block_homodimer_by_IV * bound_IV * (2 - bound_IV)", "1"),
        Rule(
            "stalk_egfr_free", "1 - block_EGFR_by_IV * bound_IV", "1", "EGFR-HER2 under a domain-IV antibody"
        ),
        Rule("shedding_free", "1 - block_shedding_by_IV * bound_IV", "1"),
        Rule(
            "antibody_uptake",
            "1 + (antibody_downmodulation * (1 - ligand_uncoupling * egf_bound) * max(bound_IV, bound_II) + w_crosslinking * crosslinking * min(bound_IV, bound_II)) * clathrin_uptake",
            "1",
            "internalisation under antibody, relative",
        ),
        Rule(
            "bound_uptake",
            "1 + (antibody_downmodulation * (1 - ligand_uncoupling * egf_bound) + w_crosslinking * crosslinking) * clathrin_uptake",
            "1",
            "internalisation of HER2 with antibody on it, both arms of a biparatopic one bound, relative",
        ),
        Rule(
            "kinase_loss",
            "(1 - w_kinase_loss + w_kinase_loss * phospho_HER2 / phospho_reference) * (1 - w_tki_stabilises * tki_conformation * tki_HER2 / (tki_HER2 + tki_fold))",
            "1",
            "degradation that follows phosphorylation; HER2 held in the inactive form by an inhibitor is not ubiquitinated",
        ),
        Rule("her2_uptake", "basal_uptake * antibody_uptake", "1", "internalisation of HER2, relative"),
        Rule(
            "tki_fold",
            "tki_affinity_active * (1 - tki_conformation) + tki_affinity_inactive * tki_conformation",
            "1",
            "fold of the dissociation constant in this variant",
        ),
        Rule(
            "her2_kinase_open",
            "max(0, 1 - HER2_covalent) / (1 + tki_HER2 / tki_fold)",
            "1",
            "HER2 kinase not inhibited",
        ),
        Rule(
            "receptor_feedback",
            "1 / (1 + ERK_activity / K_receptor_feedback)",
            "1",
            "ERK on the juxtamembrane threonines",
        ),
        Rule(
            "her2_on",
            "(kinase_ratio * her2_kinase_activity * mucin_kinase + igf1r_on_her2) * her2_kinase_open * receptor_feedback",
            "1",
        ),
        Rule("egfr_on", "kinase_ratio * max(0, 1 - EGFR_covalent) / (1 + tki_EGFR) * receptor_feedback", "1"),
        Rule(
            "shed_rate",
            "k_shed * shedding_rate * protease_free * shedding_free * HER2",
            "kreceptor/h",
            "ectodomain shed per cell",
        ),
        Rule("her4_on", "kinase_ratio * max(0, 1 - HER4_covalent) / (1 + tki_HER4) * receptor_feedback", "1"),
        Rule("phospho_HER4", "her4_on / (1 + her4_on)", "1", "phosphorylated share of HER4-driven dimers"),
        Rule("phospho_HER2", "her2_on / (1 + her2_on)", "1", "phosphorylated share of HER2-driven dimers"),
        Rule("phospho_EGFR", "egfr_on / (1 + egfr_on)", "1", "phosphorylated share of EGFR-driven dimers"),
        Rule(
            "her2_monomer_signal",
            "her2_monomer_activity * HER2 / (1 + HER2 / K_monomer) * (1 - block_mutant_by_IV * bound_IV)",
            "kreceptor",
            "ligand-free activity of mutants at any density: of single receptors, or of ectodomain pairs that a domain-IV antibody parts",
        ),
        Rule(
            "drive_PI3K",
            "(phospho_HER2 * (HER3_p85_sites / 6 * (HER2_HER3_NRG1 + HER2_HER3) + w_PI3K_homodimer * HER2_HER2 + w_PI3K_p95 * p95_activity * p95HER2 + her2_monomer_signal) + phospho_EGFR * (HER3_p85_sites / 6 * EGFR_HER3 + w_PI3K_EGFR * (EGFR_HER2 + EGFR_EGFR)) + w_PI3K_HER4 * (phospho_HER4 * HER4_HER4 + max(phospho_HER2, phospho_HER4) * HER2_HER4)) / K_drive_PI3K + bypass_drive + selected_drive + rtk_PI3K",
            "1",
            "receptor input to p85-p110",
        ),
        Rule(
            "drive_RAS",
            "(phospho_HER2 * (w_RAS_HER3 * (HER2_HER3_NRG1 + HER2_HER3) + w_RAS_homodimer * HER2_HER2 + w_RAS_p95 * p95_activity * p95HER2 + her2_monomer_signal) + phospho_EGFR * (EGFR_HER2 + EGFR_EGFR + w_RAS_HER3 * EGFR_HER3) + w_RAS_HER4 * (phospho_HER4 * HER4_HER4 + max(phospho_HER2, phospho_HER4) * HER2_HER4)) / K_drive_RAS + bypass_drive + selected_drive + rtk_RAS",
            "1",
            "receptor input to SOS-RAS",
        ),
        Rule(
            "her2_kinase_load",
            "phospho_HER2 * (2 * HER2_HER2 + HER2_HER3 + HER2_HER3_NRG1 + HER2_HER4 + p95_activity * p95HER2 + her2_monomer_signal) + phospho_EGFR * EGFR_HER2",
            "kreceptor",
            "phosphorylated HER2, p95 included",
        ),
        Rule(
            "her2_output",
            "her2_kinase_load / (her2_kinase_load + K_her2_output)",
            "1",
            "HER2 kinase output past PI3K and RAS: to SRC, IKK, PCNA, VEGF and the stem-like state",
        ),
        Rule(
            "full_length_output",
            "(her2_kinase_load - phospho_HER2 * p95_activity * p95HER2) / (her2_kinase_load + K_her2_output)",
            "1",
            "the part of that output that HER2 with an ectodomain gives",
        ),
        Rule(
            "surface_HER2_all",
            "HER2 + 2 * HER2_HER2 + HER2_HER3 + HER2_HER3_NRG1 + HER2_HER4 + EGFR_HER2",
            "kreceptor",
            "full-length HER2 at the surface",
        ),
        Rule(
            "p95_output",
            "phospho_HER2 * p95_activity * p95HER2 / (p95HER2 + K_p95_output)",
            "1",
            "output of p95HER2 to invasion",
        ),
    ),
    reactions=(
        Reaction("egfr_synthesis", "-> EGFR", "k_turnover_EGFR * EGFR_abundance"),
        Reaction(
            "her2_synthesis",
            "-> HER2",
            "k_turnover_HER2 * HER2_abundance * (1 + er_ERBB2) / (1 + er_ERBB2 * ER_target)",
        ),
        Reaction(
            "her3_transcription",
            "-> HER3_mRNA",
            "k_HER3_mRNA * (1 - foxo_HER3 + foxo_HER3 * FOXO / K_FOXO_HER3) * (1 + S6K_reference / K_S6K_HER3) / (1 + pS6K / K_S6K_HER3)",
        ),
        Reaction("her3_mrna_decay", "HER3_mRNA ->", "k_HER3_mRNA * HER3_mRNA"),
        Reaction("her4_synthesis", "-> HER4", "k_turnover_HER3 * HER4_abundance"),
        Reaction("her3_synthesis", "-> HER3", "k_turnover_HER3 * HER3_abundance * HER3_mRNA"),
        *(
            Reaction(f"{r.lower()}_internalisation", f"{r} -> e{r}", f"{k_in} * {r}")
            for r, k_in, _, _ in MONOMERS
        ),
        *(
            Reaction(f"{r.lower()}_recycling", f"e{r} -> {r}", f"{k_rec} * e{r}")
            for r, _, k_rec, _ in MONOMERS
        ),
        *(Reaction(f"{r.lower()}_degradation", f"e{r} ->", f"{k_deg} * e{r}") for r, _, _, k_deg in MONOMERS),
        *(
            Reaction(f"{d.lower()}_association", f"{a} + {b} -> {d}", f"{k_on} * {a} * {b}")
            for d, a, b, k_on, _, _ in DIMERS
        ),
        *(
            Reaction(f"{d.lower()}_dissociation", f"{d} -> {a} + {b}", f"{k_off} * {d}")
            for d, a, b, _, k_off, _ in DIMERS
        ),
        *(
            Reaction(f"{d.lower()}_internalisation", f"{d} -> e{a} + e{b}", f"{k_in} * {d}")
            for d, a, b, _, _, k_in in DIMERS
        ),
        Reaction("her2_shedding", "HER2 -> p95HER2", "shed_rate"),
        Reaction("p95_translation", "-> p95HER2", "k_turnover_HER2 * HER2_abundance * p95_translation_ratio"),
        Reaction("p95_degradation", "p95HER2 ->", "k_degrade_p95 * client_loss * p95HER2"),
        Reaction(
            "her2_alkylation", "-> HER2_covalent", "tki_kinact * mm(tki_HER2, tki_fold) * (1 - HER2_covalent)"
        ),
        Reaction("her2_alkylated_turnover", "HER2_covalent ->", "k_turnover_HER2 * HER2_covalent"),
        Reaction("egfr_alkylation", "-> EGFR_covalent", "tki_kinact * mm(tki_EGFR, 1) * (1 - EGFR_covalent)"),
        Reaction("egfr_alkylated_turnover", "EGFR_covalent ->", "k_turnover_EGFR * EGFR_covalent"),
        Reaction("her4_alkylation", "-> HER4_covalent", "tki_kinact * mm(tki_HER4, 1) * (1 - HER4_covalent)"),
        Reaction("her4_alkylated_turnover", "HER4_covalent ->", "k_turnover_HER3 * HER4_covalent"),
    ),
    readouts=(
        Readout("pHER2", "her2_kinase_load", "kreceptor", "phosphorylated HER2, p95 included"),
        Readout(
            "pHER3",
            "phospho_HER2 * (HER2_HER3 + HER2_HER3_NRG1) + phospho_EGFR * EGFR_HER3",
            "kreceptor",
            "phosphorylated HER3",
        ),
        Readout(
            "pEGFR",
            "phospho_EGFR * (2 * EGFR_EGFR + EGFR_HER2 + EGFR_HER3)",
            "kreceptor",
            "phosphorylated EGFR",
        ),
        Readout(
            "pHER4",
            "2 * phospho_HER4 * HER4_HER4 + max(phospho_HER2, phospho_HER4) * HER2_HER4",
            "kreceptor",
            "phosphorylated HER4",
        ),
        Readout("surface_HER2", "surface_HER2_all", "kreceptor", "full-length HER2 at the surface"),
        Readout(
            "HER2_total",
            "surface_HER2_all + eHER2 + p95HER2",
            "kreceptor",
            "HER2 protein, fragments included",
        ),
        Readout(
            "her2_dimers",
            "2 * HER2_HER2 + HER2_HER3 + HER2_HER3_NRG1 + HER2_HER4 + EGFR_HER2",
            "kreceptor",
            "HER2 in dimers",
        ),
        Readout("HER2_HER3_complex", "HER2_HER3 + HER2_HER3_NRG1", "kreceptor", "HER2-HER3 dimers"),
        Readout("HER2_EGFR_complex", "EGFR_HER2", "kreceptor", "EGFR-HER2 dimers"),
        Readout(
            "bound_antibody_IV", "bound_IV * surface_HER2_all", "kreceptor", "HER2 with antibody on domain IV"
        ),
        Readout(
            "bound_antibody_II", "bound_II * surface_HER2_all", "kreceptor", "HER2 with antibody on domain II"
        ),
        Readout(
            "bound_antibody", "(bound_IV + bound_II) * surface_HER2_all", "kreceptor", "antibodies on HER2"
        ),
        Readout("antibody_per_HER2", "bound_IV + bound_II", "1", "antibodies on each full-length HER2"),
        Readout("p95HER2", "p95HER2", "kreceptor", "HER2 without ectodomain"),
        Readout("shed_ECD", "shed_rate", "kreceptor/h", "ectodomain shed per cell"),
        Readout("HER4_total", "HER4 + eHER4 + HER2_HER4 + 2 * HER4_HER4", "kreceptor", "HER4 protein"),
        Readout(
            "HER3_total", "HER3 + eHER3 + HER2_HER3 + HER2_HER3_NRG1 + EGFR_HER3", "kreceptor", "HER3 protein"
        ),
        Readout("p95_ratio", "p95HER2 / surface_HER2_all", "1", "p95HER2 over full-length HER2"),
    ),
)
