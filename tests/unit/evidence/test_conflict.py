"""Contradictions: the four cases of which it is known that the literature disagrees, and made-up ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from erbium.evidence import EvidenceDatabase, Group, conflicts, load_evidence
from erbium.evidence.check import disputes_amiss
from erbium.evidence.conflict import groups_of, reasons
from erbium.evidence.weight import THRESHOLD
from erbium.knowledge import load_knowledge
from tests.evidence_items import base_of, item

BASE = load_evidence(load_knowledge())
DATABASE = EvidenceDatabase(BASE)


def pooled(marker: str) -> Group:
    """Return the group of a marker under antibodies against HER2, every setting together."""
    (found,) = [
        group
        for group in conflicts(BASE, [marker])
        if (group.marker, group.treatment, group.setting) == (marker, "HER2 antibody", "all")
    ]
    return found


@pytest.mark.parametrize(
    ("marker", "claim", "for_it", "against_it"),
    [
        ("PIK3CA_mutated", "resistance", "civic:2098", "cleopatra_pik3ca_pertuzumab"),
        ("PTEN_lost", "resistance", "civic:1385", "civic:1386"),
        ("fcgr3a_V", "sensitivity", "b31_fcgr3a", "bcirg_006_fcgr3a"),
        ("p95", "resistance", "claim:S1-330", "neosphere_p95"),
    ],
)
def test_the_four_known_cases_conflict(marker: str, claim: str, for_it: str, against_it: str) -> None:
    group = pooled(marker)
    assert group.claim == claim
    assert group.conflict >= THRESHOLD
    assert group.balance.contradicted
    assert for_it in {one.id for one in group.in_favour}
    assert against_it in {one.id for one in group.against}
    assert set(group.json()) >= {"for", "against", "conflict", "claim", "marker", "treatment", "setting"}


def test_the_setting_is_among_the_reasons_of_pten() -> None:
    # First line against later line is what tells the two halves of one paper apart.
    settings = {
        group.setting for group in conflicts(BASE, ["PTEN_lost"]) if group.treatment == "HER2 antibody"
    }
    assert {"all", "metastatic"} <= settings
    assert "setting" in reasons(pooled("PTEN_lost"))


def test_prognosis_and_prediction_are_apart() -> None:
    axes = {group.axis for group in groups_of(BASE, ["PIK3CA_mutated"]) if group.setting == "all"}
    assert axes == {"predictive", "prognostic"}
    assert all(
        one.effect in ("better_outcome", "worse_outcome", "no_prognostic_effect")
        for group in groups_of(BASE, ["PIK3CA_mutated"])
        if group.axis == "prognostic"
        for one in (*group.in_favour, *group.against)
    )


def test_a_drug_of_another_kind_is_another_group() -> None:
    one, other = item("one", effect="resistance"), item("other", drugs=["lapatinib"])
    assert conflicts(base_of(one, other)) == []
    assert conflicts(base_of(one, item("third"))) != []


def test_what_makes_no_difference_speaks_against_both_claims() -> None:
    nothing = item("nothing", effect="no_predictive_effect")
    for effect in ("resistance", "sensitivity"):
        (group,) = [
            found
            for found in conflicts(base_of(item("one", effect=effect), nothing))
            if found.setting == "all"
        ]
        assert (group.claim, group.conflict) == (effect, 1.0)


def test_resistance_that_was_not_found_does_not_speak_against_sensitivity() -> None:
    disputed = item("one", effect="resistance", direction="disputes")
    assert conflicts(base_of(disputed, item("two"), item("three"))) == []


def test_a_withdrawn_or_undecided_item_counts_for_nothing() -> None:
    for fields in ({"retracted": True}, {"direction": "neutral"}):
        assert conflicts(base_of(item("one"), item("two", effect="resistance", **fields))) == []


def test_the_contradicted_level_is_one_lower() -> None:
    alone = next(group for group in groups_of(base_of(item("one"))) if group.setting == "all")
    both = next(
        group
        for group in groups_of(base_of(item("one"), item("two", effect="resistance")))
        if group.setting == "all"
    )
    assert (alone.level, both.level) == ("B", "C")


def test_what_a_mechanism_says_is_disputed_is_what_the_evidence_disputes() -> None:
    known = load_knowledge()
    assert list(disputes_amiss(BASE, known)) == []
    lesion = known.mechanisms["pten_loss"]
    assert lesion.dispute is not None
    for change, told in (
        ({"share": lesion.dispute.share.model_copy(update={"value": 0.1})}, "0.1; the evidence has 0.26"),
        ({"treatment": "HER2 vaccine"}, "does not contradict itself on PTEN_lost under HER2 vaccine"),
    ):
        dispute = lesion.dispute.model_copy(update=change)
        other = {**known.mechanisms, "pten_loss": lesion.model_copy(update={"dispute": dispute})}
        (found,) = disputes_amiss(BASE, replace(known, mechanisms=other))
        assert told in found
