"""What speaks for and against a regimen, by what is known of the patient."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.advise.evidence import evidence_for, finding_of, kinds_of
from erbium.core.errors import DataErrors
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.schema.biomarker import Leaf
from erbium.profile import Profile
from tests.evidence_items import patient

KNOWLEDGE = load_knowledge()
TRASTUZUMAB = KNOWLEDGE.regimens["trastuzumab"]
SEQUENCED = {"genes": ["PIK3CA", "ERBB2", "PTEN"]}
H1047R = [{"gene": "PIK3CA", "protein": "p.H1047R"}]


def ids(
    profile: Profile, regimen: str = "trastuzumab", knowledge: Knowledge = KNOWLEDGE
) -> tuple[set[str], set[str]]:
    """Return the ids for and against a regimen."""
    found = evidence_for(profile, knowledge.regimens[regimen], knowledge)
    return {one.item.id for one in found.in_favour}, {one.item.id for one in found.against}


def test_a_marker_brings_its_items_on_both_sides() -> None:
    both = ids(patient(protein={"pten": "lost"}))
    assert "civic:1385" in both[1]
    assert "civic:1386" not in set().union(*both), "resistance that was not found says nothing of the drug"
    assert not {"civic:1385", "civic:1386"} & set().union(*ids(patient(protein={"pten": "normal"})))


def test_a_marker_without_effect_stands_on_neither_side() -> None:
    carrier = patient(person={"fcgr3a": "V/V"}, her2={"ihc": "3+", "p95_ratio": 0.5})
    named = set().union(*ids(carrier))
    assert "b31_fcgr3a" in named
    assert not named & {"bcirg_006_fcgr3a", "civic:1087", "neosphere_p95"}


def test_not_tested_is_neither_there_nor_absent() -> None:
    untested = evidence_for(patient(), TRASTUZUMAB, KNOWLEDGE)
    negative = evidence_for(patient(her2={"ihc": "3+", "p95_ratio": 0.0}), TRASTUZUMAB, KNOWLEDGE)
    positive = evidence_for(patient(her2={"ihc": "3+", "p95_ratio": 0.5}), TRASTUZUMAB, KNOWLEDGE)
    assert "p95" in untested.untested
    assert "p95" not in negative.untested
    assert "p95" not in positive.untested
    named = {one.item.id for one in positive.against if "p95" in one.item.markers}
    assert "claim:S1-330" in named
    for other in (untested, negative):
        assert not [one for one in (*other.in_favour, *other.against) if "p95" in one.item.markers]


def test_an_item_that_asks_for_absence_needs_a_negative_result() -> None:
    leaf = Leaf(marker="hr", present=False)
    unknown, negative = patient(), patient(receptors={"er_percent": 0, "pr_percent": 0})
    assert finding_of(leaf, unknown).present is None
    assert finding_of(leaf, negative).present is False
    asks = {
        one.item.id
        for one in evidence_for(negative, KNOWLEDGE.regimens["thp_docetaxel"], KNOWLEDGE).in_favour
        if any(mention.marker == "er" and not mention.present for mention in one.item.leaves)
    }
    assert asks
    for other in (unknown, patient(receptors={"er_percent": 90})):
        assert not asks & set().union(*ids(other, "thp_docetaxel"))


def test_only_the_changes_that_are_meant_count() -> None:
    leaf = Leaf(marker="PIK3CA_mutated", alterations=("E545K",))
    assert finding_of(leaf, patient(variants=H1047R, sequencing=SEQUENCED)).present is False
    assert finding_of(leaf, patient()).present is None
    region = Leaf(marker="PIK3CA_mutated", alterations=("Exon 10",))
    assert finding_of(region, patient(variants=H1047R, sequencing=SEQUENCED)).present is None
    assert finding_of(region, patient(sequencing=SEQUENCED)).present is False


@pytest.mark.parametrize(
    ("her2", "kinds"),
    [
        ({"ihc": "3+"}, {"breast", "HER2-positive"}),
        ({"ihc": "1+"}, {"breast", "HER2-low", "HER2-negative"}),
        ({"ihc": "2+"}, {"breast"}),
        ({}, {"breast"}),
    ],
)
def test_kinds_of_tumour(her2: dict[str, str], kinds: set[str]) -> None:
    assert kinds_of(patient(her2=her2)) == kinds


def test_another_setting_and_a_class_count_one_less() -> None:
    found = evidence_for(patient(), TRASTUZUMAB, KNOWLEDGE)
    hera = next(one for one in found.in_favour if one.item.id == "civic:1122")
    assert (hera.same_setting, hera.level) == (False, "A2")
    levels = ["A1", "A2", "B", "C", "D", "E"]
    for side in (found.in_favour, found.against):
        ranks = [levels.index(one.level) for one in side]
        assert ranks == sorted(ranks)


def test_the_answer_is_plain_data() -> None:
    found = evidence_for(patient(protein={"pten": "lost"}), TRASTUZUMAB, KNOWLEDGE).json()
    assert set(found) == {
        "evidence_for", "evidence_against", "evidence_untested", "evidence_level", "conflict", "contradicted",
    }  # fmt: skip
    assert 0.0 < found["conflict"] <= 1.0
    assert found["evidence_level"] == "A2"


ITEM = """schema = "erbium.evidence/1"
[[items]]
id = "mine"
claim = "Our own series saw no response with this marker."
all_of = [{ marker = "MUC4_high" }]
drugs = ["Herceptin"]
effect = "resistance"
design = "cohort"
source = "own series"
status = "unverified"
verification = "unverified"
"""


def test_an_overlay_adds_items_and_a_bad_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    file = tmp_path / "evidence" / "own.toml"
    file.write_text(ITEM, encoding="utf-8")
    own = load_knowledge(tmp_path)
    assert "mine" in ids(patient(protein={"muc4": "high"}), knowledge=own)[1]
    assert "mine" not in ids(patient(protein={"muc4": "high"}))[1]
    file.write_text(ITEM.replace("MUC4_high", "MUC5_hihg"), encoding="utf-8")
    load_knowledge.cache_clear()
    with pytest.raises(DataErrors, match="MUC5_hihg"):
        evidence_for(patient(), TRASTUZUMAB, load_knowledge(tmp_path))
