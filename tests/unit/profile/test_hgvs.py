"""HGVS protein changes: every spelling of one event gives the same change."""

from __future__ import annotations

import pytest

from erbium.core.errors import DataError
from erbium.knowledge import genes
from erbium.profile import hgvs


@pytest.mark.parametrize(
    ("text", "kind", "short"),
    [
        ("p.L755S", "substitution", "p.L755S"),
        ("L755S", "substitution", "p.L755S"),
        ("p.Leu755Ser", "substitution", "p.L755S"),
        ("p.(Leu755Ser)", "substitution", "p.L755S"),
        (" p.(L755S) ", "substitution", "p.L755S"),
        ("p.l755s", "substitution", "p.L755S"),
        ("NP_004439.2:p.Leu755Ser", "substitution", "p.L755S"),
        ("p.R130*", "nonsense", "p.R130*"),
        ("p.Arg130Ter", "nonsense", "p.R130*"),
        ("p.R130X", "nonsense", "p.R130*"),
        ("p.L714Rfs*33", "frameshift", "p.L714fs"),
        ("p.Leu714ArgfsTer33", "frameshift", "p.L714fs"),
        ("p.R130fs", "frameshift", "p.R130fs"),
        ("p.V422del", "deletion", "p.V422del"),
        ("p.Leu755_Thr759del", "deletion", "p.L755_T759del"),
        ("p.Y772_A775dup", "duplication", "p.Y772_A775dup"),
        ("p.Tyr772_Ala775dup", "duplication", "p.Y772_A775dup"),
        ("p.A775_G776insYVMA", "insertion", "p.A775_G776insYVMA"),
        ("p.L755_T759delinsAQSQQ", "delins", "p.L755_T759delinsAQSQQ"),
        ("p.Ala775_Gly776insTyrValMetAla", "insertion", "p.A775_G776insYVMA"),
        ("p.X633_splice", "splice", "p.X633_splice"),
        ("p.*1256Sext*10", "extension", "p.*1256ext"),
        ("p.M1?", "start lost", "p.M1?"),
        ("p.E17=", "synonymous", "p.E17="),
        ("p.?", "unknown", "p.?"),
        ("delta16", "delta16", "delta16"),
        ("del.16", "delta16", "delta16"),
        ("Δ16HER2", "delta16", "delta16"),
        ("exon 16 skipping", "delta16", "delta16"),
    ],
)
def test_spellings(text: str, kind: str, short: str) -> None:
    change = hgvs.parse(text)
    assert (change.kind, change.short) == (kind, short)


@pytest.mark.parametrize(
    "text", ["", "banana", "755S", "p.L755", "p.B755S", "L755_T759", "p.-211fs", "c.2264T>C"]
)
def test_what_is_no_protein_change(text: str) -> None:
    with pytest.raises(DataError) as caught:
        hgvs.parse(text)
    assert "p.L755S" in str(caught.value.expected)


@pytest.mark.parametrize(
    "text", ["p.T759_L755del", "p.A775_S779insYVMA", "p.A775_G776ins", "p.L755_T759delins"]
)
def test_ranges_that_cannot_be(text: str) -> None:
    with pytest.raises(DataError):
        hgvs.parse(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("p.A775_G776insYVMA", "p.Y772_A775dup"),
        ("p.E770_A771insAYVM", "p.Y772_A775dup"),
        ("p.M774_A775insAYVM", "p.Y772_A775dup"),
        ("p.A771_M774dup", "p.Y772_A775dup"),
        ("p.Y772_A775dup", "p.Y772_A775dup"),
        ("p.P780_Y781insGSP", "p.G778_P780dup"),
        ("p.G778_P780dup", "p.G778_P780dup"),
        ("p.E770_A771insGIRD", "p.E770_A771insGIRD"),
        ("p.L755S", "p.L755S"),
    ],
)
def test_erbb2_exon_20_has_one_spelling(text: str, normal: str) -> None:
    erbb2 = genes.gene("ERBB2")
    assert erbb2 is not None
    assert hgvs.normalise(hgvs.parse(text), erbb2.sequence).short == normal


@pytest.mark.parametrize(
    ("text", "truncating"),
    [("p.R130*", True), ("p.L714Rfs*33", True), ("p.X125_splice", True), ("p.M1?", True), ("p.L755S", False),
     ("p.V422del", False), ("p.L755_T759delins*", True)],
)  # fmt: skip
def test_truncating(text: str, truncating: bool) -> None:
    assert hgvs.parse(text).truncating is truncating
