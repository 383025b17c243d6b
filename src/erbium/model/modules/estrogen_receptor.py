"""Oestrogen receptor: oestradiol, antagonists and degraders, ESR1 variants, cross-talk with HER2 and PI3K."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="estrogen_receptor",
    needs=("ERK_activity", "AKT_activity", "er_held", "er_degrader", "estradiol"),
    gives=("ER_target",),
    species=(
        Species("ER", "1", "ER_abundance", "oestrogen receptor alpha"),
        Species("ER_target", "1", "0.5 * ER_abundance", "output of ER target genes"),
    ),
    rules=(
        Rule(
            "ER_liganded",
            "(estradiol / (estradiol + K_estradiol) + ESR1_autonomy) * (1 - er_held * (1 - ESR1_antagonist_loss))",
            "1",
            "share of ER that is transcriptionally competent",
        ),
        Rule(
            "ER_activity",
            "ER * (ER_liganded + w_ERK_ER * ERK_activity * (1 - er_held))",
            "1",
            "ER activity, S118 route included",
        ),
    ),
    reactions=(
        Reaction(
            "er_synthesis",
            "-> ER",
            "k_ER * ER_abundance * (1 + akt_ER) / (1 + akt_ER * AKT_activity / K_AKT_ER)",
        ),
        Reaction("er_degradation", "ER ->", "k_ER * (1 + er_degrader) * ER"),
        Reaction(
            "er_target_expression",
            "-> ER_target",
            "k_ER_target * ER_activity / (ER_activity + K_ER_activity)",
        ),
        Reaction("er_target_decay", "ER_target ->", "k_ER_target * ER_target"),
    ),
    readouts=(Readout("ER_output", "ER_target", "1", "ER target genes, relative"),),
)
