"""JNK and p38 with JUN: stress, RAS and TNF in; proliferation or death, and cytokines, out."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

# kinase, its input
KINASES = (
    ("JNK", "stress + w_RAS_JNK * pRAS + w_TNF_JNK * tnf_bound + w_damage_JNK * DNA_damage"),
    ("p38", "stress + w_RAS_p38 * pRAS + w_TNF_p38 * tnf_bound + w_damage_p38 * DNA_damage"),
)

MODULE = Module(
    id="stress_kinases",
    needs=("pRAS", "ERK_activity", "DUSP", "tnf_bound", "DNA_damage"),
    gives=("pp38", "JUN", "jnk_growth", "stress_death"),
    species=(
        *(Species(f"p{kinase}", "1", "0.05", f"active {kinase}") for kinase, _ in KINASES),
        Species("JUN", "1", "0.1", "JUN (AP-1), relative"),
    ),
    rules=(
        Rule(
            "jnk_growth",
            "jnk_growth_context * JUN * w_JNK_JUN * pJNK / (w_JNK_JUN * pJNK + w_ERK_JUN * ERK_activity + 1e-9)",
            "1",
            "JUN that JNK activates, its share for proliferation; ERK drives the cycle by its own term",
        ),
        Rule(
            "stress_death",
            "w_JNK_death * (1 - jnk_growth_context) * pJNK + w_p38_death * pp38",
            "1",
            "push of JNK and p38 on BAX and BIM",
        ),
    ),
    reactions=(
        *(
            Reaction(
                f"{kinase.lower()}_activation",
                f"-> p{kinase}",
                f"k_{kinase} * ({source}) * max(0, {kinase}_abundance - p{kinase})",
            )
            for kinase, source in KINASES
        ),
        *(
            Reaction(
                f"{kinase.lower()}_inactivation",
                f"p{kinase} ->",
                f"k_{kinase}_off * (1 + DUSP / K_DUSP_{kinase}) * p{kinase}",
            )
            for kinase, _ in KINASES
        ),
        Reaction("jun_activation", "-> JUN", "k_JUN * (w_JNK_JUN * pJNK + w_ERK_JUN * ERK_activity)"),
        Reaction("jun_decay", "JUN ->", "k_JUN * JUN"),
    ),
    readouts=(
        Readout("pJNK", "pJNK", "1", "active JNK, relative"),
        Readout("pp38", "pp38", "1", "active p38, relative"),
        Readout("JUN", "JUN", "1", "JUN (AP-1), relative"),
    ),
)
