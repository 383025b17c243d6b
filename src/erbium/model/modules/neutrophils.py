"""Neutrophils and the drugs that hold back their precursors: proliferation, three transits, blood (Friberg 2002)."""

import itertools

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
_CHAIN = ("marrow_proliferating", "marrow_transit_1", "marrow_transit_2", "marrow_transit_3", "neutrophils")

MODULE = Module(
    id="neutrophils",
    scope="patient",
    needs=tuple(f"plasma_{slot}" for slot in SLOTS),
    species=tuple(
        Species(name, "1", "1", f"{name.replace('_', ' ')}, over those without treatment", settles=False)
        for name in _CHAIN
    ),
    rules=(
        Rule("k_marrow", "4 / marrow_transit_time", "1/h", "from one stage to the next"),
        Rule(
            "marrow_inhibition",
            " + ".join(f"slope_{slot} * plasma_{slot}" for slot in SLOTS),
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
        *(
            Reaction(f"maturation_{number}", f"{before} -> {after}", f"k_marrow * {before}")
            for number, (before, after) in enumerate(itertools.pairwise(_CHAIN), start=1)
        ),
        Reaction("neutrophil_loss", "neutrophils ->", "k_marrow * neutrophils"),
    ),
    readouts=(
        Readout("ANC", "neutrophils * neutrophil_baseline", "1/nL", "neutrophils in blood, 10^9 per litre"),
    ),
)
