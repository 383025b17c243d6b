"""Tolerance of inhibitors below the receptors, and how their loss of growth selects for it.

PI3K to mTOR, CDK4/6 and ER: what a cell has lost of an inhibitor's potency, be it by another way round its
target, a changed target or less drug in the cell, is one fold per class.
"""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

#: Targets of inhibitors of PI3K to mTOR.
PI3K_TO_MTOR = ("p110a", "p110b", "mtor", "akt", "aktph")
CLASSES = ("pi3k_mtor", "cdk", "endocrine")

MODULE = Module(
    id="acquired_tolerance",
    needs=(
        *(f"{target}_open" for target in PI3K_TO_MTOR),
        "cdk_open",
        "er_bound",
        "aromatase_open",
        "estradiol_untreated",
        "endocrine_degradation",
        "lost_growth",
        "tolerance_spread",
    ),
    gives=(
        *(f"{target}_left" for target in PI3K_TO_MTOR),
        "cdk_left",
        "er_held",
        "er_degrader",
        "estradiol",
    ),
    species=(
        Species(
            "selected_pi3k_mtor",
            "1",
            "0",
            "tolerance that inhibitors of PI3K to mTOR selected, 0: none",
            settles=False,
        ),
        Species("selected_cdk", "1", "0", "the same by inhibitors of CDK4/6", settles=False),
        Species("selected_endocrine", "1", "0", "the same by endocrine drugs", settles=False),
    ),
    rules=(
        Rule(
            "pi3k_mtor_lost",
            "pi3k_mtor_tolerance * (1 + selected_pi3k_mtor)",
            "1",
            "fold of potency that inhibitors of PI3K to mTOR have lost",
        ),
        Rule("cdk_lost", "cdk_tolerance * (1 + selected_cdk)", "1"),
        Rule("endocrine_lost", "endocrine_tolerance * (1 + selected_endocrine)", "1"),
        *(
            Rule(
                f"{target}_left",
                f"{target}_open * pi3k_mtor_lost / (1 + {target}_open * (pi3k_mtor_lost - 1))",
                "1",
                f"{target} not inhibited, tolerance counted",
            )
            for target in PI3K_TO_MTOR
        ),
        Rule(
            "cdk_left",
            "cdk_open * cdk_lost / (1 + cdk_open * (cdk_lost - 1))",
            "1",
            "CDK4/6 not inhibited, tolerance counted",
        ),
        Rule(
            "er_held",
            "er_bound / (er_bound + endocrine_lost * (1 - er_bound))",
            "1",
            "ER held by an antagonist, tolerance counted",
        ),
        Rule("er_degrader", "endocrine_degradation * er_held", "1", "extra ER turnover under a degrader"),
        Rule(
            "aromatase_left",
            "aromatase_open * endocrine_lost / (1 + aromatase_open * (endocrine_lost - 1))",
            "1",
            "oestradiol left to the cell, tolerance counted",
        ),
        Rule("estradiol", "estradiol_untreated * aromatase_left", "nM", "oestradiol in the tumour"),
        Rule(
            "pi3k_mtor_missing",
            "max(0, 0 - log(max(1e-6, p110a_left * p110b_left * mtor_left * akt_left * aktph_left)))",
            "1",
            "log activity that the inhibitors take",
        ),
        Rule("cdk_missing", "max(0, 0 - log(max(1e-6, cdk_left)))", "1"),
        Rule("endocrine_missing", "max(0, 0 - log(max(1e-6, (1 - er_held) * aromatase_left)))", "1"),
        Rule(
            "growth_per_missing",
            "lost_growth / (pi3k_mtor_missing + cdk_missing + endocrine_missing + 1e-9)",
            "1/h",
            "growth that signalling has lost, shared among the classes by the log activity each has taken",
        ),
    ),
    reactions=(
        *(
            Reaction(
                f"{of}_selects",
                f"-> selected_{of}",
                f"tolerance_spread * growth_per_missing * {of}_missing ^ 2 / ({of}_missing ^ 2 + tolerance_spread + 1e-12) * (1 + selected_{of})",
            )
            for of in CLASSES
        ),
    ),
    readouts=(
        Readout(
            "pi3k_mtor_lost",
            "pi3k_mtor_lost",
            "1",
            "fold of potency that inhibitors of PI3K to mTOR have lost",
        ),
        Readout("cdk_lost", "cdk_lost", "1", "fold of potency that CDK4/6 inhibitors have lost"),
        Readout("endocrine_lost", "endocrine_lost", "1", "fold of potency that endocrine drugs have lost"),
    ),
)
