"""Tryptophan to kynurenine by IDO1 and TDO2, ATP to adenosine by CD73."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="metabolism",
    scope="patient",
    needs=("tissue_IFNG", "hypoxia", "ido1_open", "cd73_open"),
    gives=("kynurenine", "adenosine", "tryptophan"),
    species=(
        Species("IDO1", "1", "0.2", "IDO1 in the tumour, relative"),
        Species("tryptophan", "1", "1", "tryptophan, relative to plasma"),
        Species("kynurenine", "1", "0.2", "kynurenine, relative"),
        Species("adenosine", "1", "0.2", "adenosine, relative"),
    ),
    rules=(
        Rule(
            "trp_consumption",
            "w_IDO1_kynurenine * IDO1 * ido1_open + w_TDO2_kynurenine * TDO2_expression",
            "1",
            "tryptophan turned over by the enzymes, relative to its supply",
        ),
    ),
    reactions=(
        Reaction(
            "ido1_synthesis",
            "-> IDO1",
            "k_IDO1 * IDO1_expression * (IDO1_basal + w_IFNG_IDO1 * tissue_IFNG / (1 + tissue_IFNG))",
        ),
        Reaction("ido1_degradation", "IDO1 ->", "k_IDO1 * IDO1"),
        Reaction("tryptophan_supply", "-> tryptophan", "k_tryptophan"),
        Reaction("tryptophan_washout", "tryptophan ->", "k_tryptophan * tryptophan"),
        Reaction(
            "kynurenine_formation", "tryptophan -> kynurenine", "k_tryptophan * trp_consumption * tryptophan"
        ),
        Reaction("kynurenine_clearance", "kynurenine ->", "k_tryptophan * kynurenine"),
        Reaction(
            "adenosine_formation",
            "-> adenosine",
            "k_adenosine * CD73_expression * cd73_open * (adenosine_basal + w_HIF_adenosine * hypoxia)",
        ),
        Reaction("adenosine_clearance", "adenosine ->", "k_adenosine * adenosine"),
    ),
    readouts=(
        Readout("IDO1", "IDO1", "1", "IDO1, relative"),
        Readout("tryptophan", "tryptophan", "1", "tryptophan, relative to plasma"),
        Readout("kynurenine", "kynurenine", "1", "kynurenine, relative"),
        Readout("adenosine", "adenosine", "1", "adenosine, relative"),
    ),
)
