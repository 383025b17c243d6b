"""DNA damage and its repair, p53 with MDM2 and p21, senescence.

Averaged: p53 and MDM2 settle without the pulses that single cells show, on the course grid as in cell mode.
"""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="dna_damage",
    needs=(
        "her2_output",
        "genotoxic_effect",
        "parp_open",
        "radiation_dose_rate",
        "radiation_partner",
        "oxygen",
    ),
    gives=(
        "drug_damage",
        "damage_made",
        "DNA_damage",
        "p53",
        "p21",
        "senescent",
        "p53_loss",
        "mitotic_damage",
        "radiation_kill_rate",
    ),
    species=(
        Species("DNA_damage", "1", "0.1", "unrepaired lesions, relative"),
        Species("p53", "1", "0.1", "p53, relative"),
        Species("MDM2", "1", "0.1", "MDM2, relative"),
        Species("p21", "1", "0.1", "p21 (CDKN1A), relative"),
        Species("senescent", "1", "0", "share of senescent cells"),
    ),
    rules=(
        Rule(
            "PCNA_active",
            "PCNA_abundance * (1 - w_HER2_PCNA + w_HER2_PCNA * her2_output)",
            "1",
            "PCNA on chromatin, held by HER-family phosphorylation",
        ),
        Rule("parp_function", "PARP1_abundance * parp_open", "1", "PARP1 left"),
        Rule(
            "repair_rate",
            "k_repair * PCNA_active * (repair_other + w_PARP_repair * parp_function + w_HR_repair * HR_repair + w_joint_repair * parp_function * HR_repair)",
            "1/h",
            "repair of lesions; PARP and homologous recombination stand in for each other",
        ),
        Rule(
            "oxygen_effect",
            "(OER * oxygen + K_OER) / (OER * (oxygen + K_OER))",
            "1",
            "effect of a gray in this much oxygen, over that in full oxygen",
        ),
        Rule(
            "misrepair",
            "(1 + w_repair_radiation) / (1 + w_repair_radiation * repair_rate / (k_repair * repair_reference))",
            "1",
            "lesions that end lethal, over those of a cell with usual repair",
        ),
        Rule(
            "radiation_kill_rate",
            "in_vivo_radiation * misrepair * oxygen_effect * radiation_dose_rate * (alpha_radiation + 2 * beta_radiation * oxygen_effect * radiation_partner)",
            "1/h",
            "killing by radiation, linear-quadratic: alpha d + beta d^2 for one fraction",
        ),
        Rule(
            "drug_damage",
            "w_genotoxic_damage * genotoxic_effect",
            "1/h",
            "lesions by payload and drugs that damage DNA",
        ),
        Rule(
            "damage_made",
            "damage_basal + w_radiation_damage * (radiation_rate + radiation_dose_rate) + drug_damage",
            "1/h",
            "lesions made, by whatever makes them",
        ),
        Rule("p53_loss", "1 - min(1, TP53_function)", "1", "p53 function lost"),
        Rule(
            "mitotic_damage",
            "p53_loss * hill(DNA_damage * k_repair / (damage_basal * fold_mitotic_damage), 1, 6)",
            "1",
            "cells that p53 does not hold back and that replicate and divide with unrepaired breaks",
        ),
    ),
    reactions=(
        Reaction(
            "damage_formation",
            "-> DNA_damage",
            "damage_made",
        ),
        Reaction("damage_repair", "DNA_damage ->", "repair_rate * DNA_damage"),
        Reaction(
            "p53_stabilisation",
            "-> p53",
            "k_p53 * TP53_function * (p53_basal + DNA_damage / (DNA_damage + K_damage_p53))",
        ),
        Reaction("p53_degradation", "p53 ->", "k_p53 * (1 + w_MDM2_p53 * MDM2) * p53"),
        Reaction("mdm2_induction", "-> MDM2", "k_MDM2 * MDM2_abundance * p53"),
        Reaction("mdm2_decay", "MDM2 ->", "k_MDM2 * MDM2"),
        Reaction("p21_induction", "-> p21", "k_p21 * (p21_basal + w_p53_p21 * p53)"),
        Reaction("p21_decay", "p21 ->", "k_p21 * p21"),
        Reaction(
            "senescence_entry",
            "-> senescent",
            "k_senescence * hill(p21 / K_p21_senescence, 1, 4) * (1 - senescent)",
        ),
        Reaction("senescence_clearance", "senescent ->", "k_senescence_loss * senescent"),
    ),
    readouts=(
        Readout("radiation_kill_rate", "radiation_kill_rate", "1/h", "killing by radiation"),
        Readout("DNA_damage", "DNA_damage", "1", "unrepaired DNA lesions, relative"),
        Readout("repair_rate", "repair_rate", "1/h", "repair of DNA lesions"),
        Readout("PCNA", "PCNA_active", "1", "PCNA on chromatin, relative"),
        Readout("p53", "p53", "1", "p53 protein, relative"),
        Readout("p21", "p21", "1", "p21 protein, relative"),
        Readout("senescence", "senescent", "1", "share of senescent cells"),
    ),
)
