"""Neutrophils and the drugs that hold back their precursors: proliferation, three transits, blood (Friberg 2002)."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

#: Slots of drugs, as in the module of their exposure.
SLOTS = (
    "antibody_IV",
    "antibody_II",
    "adc",
    "tki",
    "pi3k_inhibitor",
    "mtor_inhibitor",
    "cdk_inhibitor",
    "endocrine",
    "targeted_1",
    "targeted_2",
    "chemotherapy_1",
    "chemotherapy_2",
)
STAGES = (
    "marrow_proliferating",
    "marrow_transit_1",
    "marrow_transit_2",
    "marrow_transit_3",
    "neutrophils",
)

MODULE = Module(
    id="neutrophils",
    scope="patient",
    needs=(*(f"plasma_{slot}" for slot in SLOTS),),
    species=(
        *(
            Species(stage, "1", "1", f"{stage}, over those without treatment", settles=False)
            for stage in STAGES
        ),
    ),
    rules=(
        Rule("k_marrow", "4 / marrow_transit_time", "1/h", "from one stage to the next"),
        *(
            Rule(f"marrow_inhibition_{slot}", f"slope_{slot} * plasma_{slot}", "1", f"by the {slot} slot")
            for slot in SLOTS
        ),
        Rule(
            "marrow_inhibition",
            "marrow_inhibition_antibody_IV + marrow_inhibition_antibody_II + marrow_inhibition_adc + marrow_inhibition_tki + marrow_inhibition_pi3k_inhibitor + marrow_inhibition_mtor_inhibitor + marrow_inhibition_cdk_inhibitor + marrow_inhibition_endocrine + marrow_inhibition_targeted_1 + marrow_inhibition_targeted_2 + marrow_inhibition_chemotherapy_1 + marrow_inhibition_chemotherapy_2",
            "1",
            "division of precursors lost to drugs in plasma; above 1 they die",
        ),
        Rule(
            "marrow_feedback",
            "(neutrophils + least_neutrophils) ^ (-marrow_feedback_exponent)",
            "1",
            "more division while neutrophils are few",
        ),
    ),
    reactions=(
        Reaction(
            "precursor_division",
            "-> marrow_proliferating",
            "k_marrow * marrow_proliferating * marrow_feedback",
        ),
        Reaction(
            "precursor_loss_to_drugs",
            "marrow_proliferating ->",
            "k_marrow * marrow_proliferating * marrow_feedback * marrow_inhibition",
        ),
        Reaction(
            "maturation_1", "marrow_proliferating -> marrow_transit_1", "k_marrow * marrow_proliferating"
        ),
        Reaction("maturation_2", "marrow_transit_1 -> marrow_transit_2", "k_marrow * marrow_transit_1"),
        Reaction("maturation_3", "marrow_transit_2 -> marrow_transit_3", "k_marrow * marrow_transit_2"),
        Reaction("maturation_4", "marrow_transit_3 -> neutrophils", "k_marrow * marrow_transit_3"),
        Reaction("neutrophil_loss", "neutrophils ->", "k_marrow * neutrophils"),
    ),
    readouts=(
        Readout("ANC", "neutrophils * neutrophil_baseline", "1/nL", "neutrophils in blood, 10^9 per litre"),
    ),
)
