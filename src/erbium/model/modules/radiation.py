"""External radiation: dose delivered, and the lesions that can still join to lethal ones (incomplete repair)."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

#: Where a fraction goes: it is delivered over the first hours, which the course grid follows.
RADIATION_PENDING = "radiation_pending"

MODULE = Module(
    id="radiation",
    scope="patient",
    gives=("radiation_dose_rate", "radiation_partner"),
    species=(
        Species(RADIATION_PENDING, "Gy", "0", "dose of the fraction that is not yet counted", settles=False),
        Species(
            "radiation_unrepaired", "Gy", "0", "dose whose sublethal lesions are unrepaired", settles=False
        ),
    ),
    rules=(
        Rule(
            "radiation_dose_rate",
            f"RBE_radiation * k_radiation_delivery * {RADIATION_PENDING}",
            "Gy/h",
            "dose rate in the tumour",
        ),
        Rule(
            "radiation_partner",
            "(1 + k_sublethal_repair / k_radiation_delivery) * radiation_unrepaired",
            "Gy",
            "lesions that a new one can join to; what is repaired during the slowed delivery is made up for",
        ),
    ),
    reactions=(
        Reaction("radiation_input", f"-> {RADIATION_PENDING}", "radiation_input"),
        Reaction(
            "radiation_delivery", f"{RADIATION_PENDING} ->", f"k_radiation_delivery * {RADIATION_PENDING}"
        ),
        Reaction("sublethal_damage", "-> radiation_unrepaired", "radiation_dose_rate"),
        Reaction("sublethal_repair", "radiation_unrepaired ->", "k_sublethal_repair * radiation_unrepaired"),
    ),
    readouts=(Readout("radiation_dose_rate", "radiation_dose_rate", "Gy/h", "dose rate in the tumour"),),
)
