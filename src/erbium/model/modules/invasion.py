"""Invasion, adhesion and the seeding of new lesions."""

from erbium.model.reaction import Module, Readout, Rule, Total

MODULE = Module(
    id="invasion",
    needs=(
        "pFAK",
        "FOXM1",
        "NFKB",
        "EMT",
        "AKT_activity",
        "p95_output",
        "mucin_coat",
        "adenosine",
        "volume",
        "senescent",
    ),
    gives=("seeding_volume",),
    rules=(
        Rule(
            "invasive_state",
            "w_FAK_invasion * pFAK + w_FOXM1_invasion * FOXM1 + w_NFKB_invasion * NFKB + w_EMT_invasion * EMT + w_p95_invasion * p95_output + w_adenosine_invasion * adenosine",
            "1",
            "movement through matrix, relative",
        ),
        Rule(
            "adhesion",
            "1 / (1 + w_MUC4_adhesion * mucin_coat + w_EMT_adhesion * EMT)",
            "1",
            "adhesion, relative",
        ),
        Rule(
            "seeding",
            "invasive_state / adhesion * (1 + w_AKT_seeding * AKT_activity) * (1 - senescent) / seeding_reference",
            "1",
            "seeding per cell, relative to the reference tumour: movement, detachment and survival on the way",
        ),
    ),
    totals=(Total("seeding_volume", "volume * seeding", "cm^3", "living cells weighted by their seeding"),),
    readouts=(
        Readout("invasion", "invasive_state", "1", "invasion, relative"),
        Readout("adhesion", "adhesion", "1", "adhesion, relative"),
        Readout("metastatic_seeding", "seeding", "1", "seeding of new lesions per cell, relative"),
    ),
)
