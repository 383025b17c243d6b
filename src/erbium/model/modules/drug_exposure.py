"""Pharmacokinetics of twelve generic drug slots: depot, central and peripheral compartment.

One kernel serves every regimen: a drug file fills the parameters of the slot of its class. Amounts
are in mg, concentrations in nM. `medium_*` is the concentration added to a culture medium.
"""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

# slot, class whose exposure in the tumour it shares, absorbed from a depot, cleared by a saturable route as well
SLOTS = (
    ("antibody_IV", "antibody", False, True),
    ("antibody_II", "antibody", False, True),
    ("adc", "antibody", False, True),
    ("tki", "tki", True, False),
    ("pi3k_inhibitor", "pi3k_mtor", True, False),
    ("mtor_inhibitor", "pi3k_mtor", True, False),
    ("cdk_inhibitor", "cdk", True, False),
    ("endocrine", "endocrine", True, False),
    ("targeted_1", "targeted", True, False),
    ("targeted_2", "targeted", True, False),
    ("chemotherapy_1", "chemotherapy", True, False),
    ("chemotherapy_2", "chemotherapy", True, False),
)
DEPOT = tuple(slot for slot, _, depot, _ in SLOTS if depot)
#: Slots whose drug is kept in the cell and acts from there.
CYTOTOXIC = ("chemotherapy_1", "chemotherapy_2")
SATURABLE = tuple(slot for slot, _, _, saturable in SLOTS if saturable)

MODULE = Module(
    id="drug_exposure",
    scope="patient",
    gives=(
        *(f"free_{slot}" for slot, _, _, _ in SLOTS),
        *(f"plasma_{slot}" for slot, _, _, _ in SLOTS),
        *(f"site_{slot}" for slot in CYTOTOXIC),
    ),
    species=(
        *(Species(f"depot_{slot}", "mg", "0", f"{slot}, depot or gut", settles=False) for slot in DEPOT),
        *(
            Species(f"central_{slot}", "mg", "0", f"{slot}, central", settles=False)
            for slot, _, _, _ in SLOTS
        ),
        *(
            Species(f"peripheral_{slot}", "mg", "0", f"{slot}, peripheral", settles=False)
            for slot, _, _, _ in SLOTS
        ),
        *(
            Species(f"site_{slot}", "nM", "0", f"{slot} at its effect site in the cell", settles=False)
            for slot in CYTOTOXIC
        ),
    ),
    rules=(
        *(
            Rule(
                f"plasma_{slot}",
                f"central_{slot} / V1_{slot} * molar_{slot}",
                "nM",
                f"{slot} in plasma, total",
            )
            for slot, _, _, _ in SLOTS
        ),
        *(
            Rule(
                f"free_{slot}",
                f"plasma_{slot} * unbound_{slot} * exposure_{group} + medium_{slot}",
                "nM",
                f"{slot} at its target",
            )
            for slot, group, _, _ in SLOTS
        ),
    ),
    reactions=(
        *(Reaction(f"{s}_absorption", f"depot_{s} -> central_{s}", f"ka_{s} * depot_{s}") for s in DEPOT),
        *(
            Reaction(f"{s}_elimination", f"central_{s} ->", f"CL_{s} / V1_{s} * central_{s}")
            for s, _, _, _ in SLOTS
        ),
        *(
            Reaction(
                f"{s}_saturable_elimination",
                f"central_{s} ->",
                f"Vmax_{s} * central_{s} / (Km_{s} * V1_{s} + central_{s})",
            )
            for s in SATURABLE
        ),
        *(Reaction(f"{s}_uptake", f"-> site_{s}", f"k_effect_site * free_{s}") for s in CYTOTOXIC),
        *(Reaction(f"{s}_release", f"site_{s} ->", f"k_effect_site * site_{s}") for s in CYTOTOXIC),
        *(
            Reaction(f"{s}_distribution", f"central_{s} -> peripheral_{s}", f"Q_{s} / V1_{s} * central_{s}")
            for s, _, _, _ in SLOTS
        ),
        *(
            Reaction(
                f"{s}_redistribution", f"peripheral_{s} -> central_{s}", f"Q_{s} / V2_{s} * peripheral_{s}"
            )
            for s, _, _, _ in SLOTS
        ),
    ),
    readouts=(
        *(
            Readout(f"plasma_{slot}", f"plasma_{slot}", "nM", f"plasma concentration of the {slot} slot")
            for slot, _, _, _ in SLOTS
        ),
        Readout(
            "drug_at_target",
            "free_antibody_IV + free_antibody_II + free_adc + free_tki + free_pi3k_inhibitor + free_mtor_inhibitor + free_cdk_inhibitor + free_endocrine + free_targeted_1 + free_targeted_2 + free_chemotherapy_1 + free_chemotherapy_2",
            "nM",
            "free drug in the tumour",
        ),
    ),
)
