"""Vessels, oxygen and pH: VEGF and ANG2 in, perfusion and hypoxia out."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="vasculature",
    scope="patient",
    needs=("vegf_secretion", "live_volume", "vegf_open"),
    gives=("hypoxia", "oxygen", "perfusion", "acidity", "VEGF_free"),
    species=(
        Species("VEGF", "1", "1", "VEGF in the tumour, relative"),
        Species("ANG2", "1", "1", "angiopoietin 2 in the tumour, relative"),
        Species("vessels", "1", "0.5", "vessel density, relative"),
    ),
    rules=(
        Rule("VEGF_free", "VEGF * vegf_open", "1", "VEGF not held by an antibody"),
        Rule(
            "sprouting",
            "VEGF_free * (1 - w_ANG2_vessels + w_ANG2_vessels * ANG2)",
            "1",
            "VEGF with ANG2, which loosens vessels so that VEGF makes them sprout; without VEGF none",
        ),
        Rule(
            "vessel_abnormality",
            "hill(VEGF_free * (1 - w_ANG2_abnormality + w_ANG2_abnormality * ANG2) / K_abnormality, 1, 2)",
            "1",
            "leaky, unripe share of the vessels",
        ),
        Rule(
            "perfusion",
            "vessels * (1 - w_abnormality_perfusion * vessel_abnormality)",
            "1",
            "blood flow, relative",
        ),
        Rule(
            "demand",
            "live_volume / (live_volume + V_hypoxia)",
            "1",
            "share of the tumour beyond diffusion from its rim",
        ),
        Rule(
            "oxygen",
            "(1 - hypoxia_clamp) * (1 - demand * K_perfusion / (K_perfusion + perfusion))",
            "1",
            "oxygen in the tumour, relative to normal tissue",
        ),
        Rule("hypoxia", "1 - oxygen", "1", "lack of oxygen; HIF1 follows it"),
        Rule(
            "acidity",
            "w_acidity * demand * K_perfusion / (K_perfusion + perfusion)",
            "1",
            "fall of pH below 7.4",
        ),
    ),
    reactions=(
        Reaction(
            "vegf_release",
            "-> VEGF",
            "k_VEGF * VEGFA_expression * vegf_secretion / (live_volume + least_volume)",
        ),
        Reaction("vegf_clearance", "VEGF ->", "k_VEGF * VEGF"),
        Reaction(
            "ang2_release",
            "-> ANG2",
            "k_ANG2 * ANGPT2_expression * (1 - w_HIF_ANG2 + 2 * w_HIF_ANG2 * hypoxia)",
        ),
        Reaction("ang2_clearance", "ANG2 ->", "k_ANG2 * ANG2"),
        Reaction("vessel_growth", "-> vessels", "k_vessels * sprouting / (sprouting + K_VEGF_vessels)"),
        Reaction("vessel_regression", "vessels ->", "k_vessels * vessels"),
    ),
    readouts=(
        Readout("VEGF", "VEGF", "1", "VEGF in the tumour, relative"),
        Readout("ANG2", "ANG2", "1", "angiopoietin 2, relative"),
        Readout(
            "angiogenic_ratio",
            "VEGF_free * ANG2",
            "1",
            "pro- over anti-angiogenic factors (the latter constant), relative",
        ),
        Readout("vessel_density", "vessels", "1", "vessel density, relative"),
        Readout("oxygen", "oxygen", "1", "oxygen, relative to normal tissue"),
        Readout("pH", "7.4 - acidity", "1", "extracellular pH"),
    ),
)
