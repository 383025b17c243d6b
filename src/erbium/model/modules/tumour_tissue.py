"""What the clones share: interstitial payload, serum HER2, effector cells, total volume."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="tumour_tissue",
    scope="patient",
    needs=(
        "payload_leak",
        "payload_cleaved_at_surface",
        "payload_cleaved_between",
        "live_volume",
        "tumour_volume",
        "shed_HER2",
        "seeding_volume",
    ),
    gives=("payload_interstitial", "serum_HER2", "cleavage_outside", "some_volume"),
    species=(
        Species("payload_interstitial", "nM", "0", "payload between the cells", settles=False),
        Species("serum_HER2", "ng/mL", "serum_HER2_normal", "shed HER2 ectodomain in serum", settles=False),
    ),
    rules=(
        Rule(
            "some_volume",
            "live_volume + smallest_volume",
            "cm^3",
            "living cells of all clones, never none",
        ),
        Rule(
            "cleavage_outside",
            "linker_cleavable * tissue_proteases * k_cleave_outside",
            "1/h",
            "proteases of the tumour on linkers outside the cells",
        ),
    ),
    reactions=(
        Reaction(
            "payload_escape",
            "-> payload_interstitial",
            "((payload_leak + payload_cleaved_at_surface) * cell_to_interstitium + payload_cleaved_between) / some_volume",
        ),
        Reaction("payload_washout", "payload_interstitial ->", "k_washout_payload * payload_interstitial"),
        Reaction(
            "serum_her2_release",
            "-> serum_HER2",
            "k_clear_serum_HER2 * serum_HER2_normal + shed_HER2 * serum_HER2_per_shed",
        ),
        Reaction("serum_her2_clearance", "serum_HER2 ->", "k_clear_serum_HER2 * serum_HER2"),
    ),
    readouts=(
        Readout("serum_HER2", "serum_HER2", "ng/mL", "shed HER2 ectodomain in serum"),
        Readout("tumour_volume", "tumour_volume", "cm^3", "all clones, dying cells included"),
        Readout("seeding_volume", "seeding_volume", "cm^3", "living cells weighted by their seeding"),
        Readout("live_volume", "live_volume", "cm^3", "living cells of all clones"),
        Readout("payload_interstitial", "payload_interstitial", "nM", "payload between the cells"),
    ),
)
