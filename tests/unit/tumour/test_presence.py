"""Which mechanisms a tumour has: shown, ruled out, or drawn where nobody tested."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.knowledge.schema.mechanism import Marker, Mechanism
from erbium.profile import Profile
from erbium.tumour.presence import ACTS, Presence, acting, find_mechanisms, holds, read_markers
from tests.patients import patient

TWINS = Twins(1, 20, 10)
EFFECT = {"parameter": "pi3k.PTEN", "verb": "scale", "value": 0.1, "low": 0.05, "high": 0.2}
SEQUENCED = {"genes": ["PIK3CA", "PTEN"], "copy_number_genes": ["CCND1"]}


def number(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "1", "kind": "assumed", "low": 0.9 * value, "high": 1.1 * value}


def mechanism(name: str = "m", markers: list[dict[str, Any]] | None = None, **fields: Any) -> Mechanism:
    data = {
        "id": name,
        "name": name,
        "group": "pi3k",
        "description": "invented",
        "effects": [EFFECT],
        "markers": markers or [],
    }
    return Mechanism.model_validate({**data, **fields})


def find(
    *mechanisms: Mechanism,
    profile: Profile | None = None,
    prior_key: str = "metastatic",
    her2_positive: bool = True,
    er: float = 1.0,
) -> dict[str, Presence]:
    return find_mechanisms(
        profile or patient(),
        {item.id: item for item in mechanisms},
        TWINS,
        prior_key=prior_key,
        her2_positive=her2_positive,
        er=np.full(TWINS.count, er),
    )


def reading(markers: list[dict[str, Any]], **blocks: Any) -> bool | None:
    return read_markers(mechanism(markers=markers), patient(**blocks)).present


VARIANT = [{"reveal": "variant", "gene": "PIK3CA", "changes": ["H1047R"]}]
AMPLIFIED = [{"reveal": "copy_number", "gene": "CCND1", "calls": [2], "above": 6.0}]
LOST = [{"reveal": "field", "field": "protein.pten", "values": ["lost"]}]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ({}, None),
        ({"sequencing": SEQUENCED}, False),
        ({"sequencing": {"genes": ["PTEN"]}}, None),
        ({"variants": [{"gene": "PIK3CA", "protein": "p.H1047R"}]}, True),
        ({"variants": [{"gene": "PIK3CA", "protein": "H1047R"}], "sequencing": SEQUENCED}, True),
        ({"variants": [{"gene": "PIK3CA", "protein": "p.E545K"}]}, False),
        ({"variants": [{"gene": "PIK3CA", "protein": "p.H1047R", "effect": "benign"}]}, False),
        (
            {
                "variants": [
                    {"gene": "PIK3CA", "protein": "p.E545K"},
                    {"gene": "PIK3CA", "protein": "p.H1047R"},
                ]
            },
            True,
        ),
    ],
)
def test_a_variant(blocks: dict[str, Any], expected: bool | None) -> None:
    assert reading(VARIANT, **blocks) is expected


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ({"protein": "p.R130*"}, True),
        ({"protein": "p.T319fs"}, True),
        ({"maf_class": "Frame_Shift_Del"}, True),
        ({"maf_class": "Translation_Start_Site"}, True),
        ({"protein": "p.R130Q"}, False),
        ({"protein": "p.R130*", "effect": "benign"}, False),
    ],
)
def test_truncating_variants_are_a_class(variant: dict[str, Any], expected: bool) -> None:
    markers = [{"reveal": "variant", "gene": "PTEN", "changes": ["truncating"]}]
    assert reading(markers, variants=[{"gene": "PTEN", **variant}]) is expected


def test_any_and_loss_are_classes_too() -> None:
    odd = [{"gene": "PTEN", "protein": "p.A3T"}]
    assert reading([{"reveal": "variant", "gene": "PTEN", "changes": ["any"]}], variants=odd) is True
    loss = [{"reveal": "variant", "gene": "PTEN", "changes": ["loss"]}]
    assert reading(loss, variants=odd) is False
    assert reading(loss, variants=[{**odd[0], "effect": "loss"}]) is True


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ({}, None),
        ({"sequencing": SEQUENCED}, False),
        ({"copy_number": [{"gene": "CCND1", "call": 2}]}, True),
        ({"copy_number": [{"gene": "CCND1", "call": 1}]}, False),
        ({"copy_number": [{"gene": "CCND1", "copies": 6.0}]}, True),
        ({"copy_number": [{"gene": "CCND1", "copies": 5.9}]}, False),
        ({"copy_number": [{"gene": "EGFR", "call": 2}]}, None),
    ],
)
def test_copy_number(blocks: dict[str, Any], expected: bool | None) -> None:
    assert reading(AMPLIFIED, **blocks) is expected


@pytest.mark.parametrize(
    ("pten", "expected"), [("lost", True), ("normal", False), ("not_tested", None), (None, None)]
)
def test_a_field(pten: str | None, expected: bool | None) -> None:
    assert reading(LOST, protein={} if pten is None else {"pten": pten}) is expected


def test_a_graded_field_carries_its_strength() -> None:
    graded = mechanism(
        markers=[{"reveal": "field", "field": "her2.p95_ratio", "graded": True, "threshold": 0.02}]
    )
    positive = read_markers(graded, patient(her2={"ihc": "3+", "p95_ratio": 0.3}))
    assert (positive.present, positive.x) == (True, 0.3)
    at_threshold = read_markers(graded, patient(her2={"ihc": "3+", "p95_ratio": 0.02}))
    assert at_threshold.present is True
    assert read_markers(graded, patient(her2={"ihc": "3+", "p95_ratio": 0.01})).present is False
    assert read_markers(graded, patient()).present is None


def test_one_positive_marker_is_enough_and_a_normal_gene_does_not_rule_out_lost_protein() -> None:
    both = [*LOST, {"reveal": "variant", "gene": "PTEN", "changes": ["truncating"]}]
    assert reading(both, variants=[{"gene": "PTEN", "protein": "p.R130*"}]) is True
    assert reading(both, sequencing=SEQUENCED) is None
    assert reading(both, protein={"pten": "normal"}) is False
    assert reading(both, protein={"pten": "lost"}, sequencing=SEQUENCED) is True


def test_not_tested_is_never_absent() -> None:
    prior = {"prevalence": {"metastatic": number(0.3)}}
    tested = {"protein": {"pten": "normal"}}
    m = mechanism(markers=LOST, prior=prior)
    assert find(m)["m"].status == "sampled"
    assert find(m)["m"].present.any()
    assert find(m, profile=patient(**tested))["m"].status == "absent"
    assert not find(m, profile=patient(**tested))["m"].present.any()
    assert find(mechanism(markers=LOST))["m"].status == "sampled"


def test_measured_beats_sampled() -> None:
    m = mechanism(markers=LOST, prior={"prevalence": {"metastatic": number(0.05)}})
    found = find(m, profile=patient(protein={"pten": "lost"}))["m"]
    assert found.status == "measured"
    assert found.fraction == 1.0
    assert found.marker == "pten lost"


def test_the_prior_is_that_of_the_setting() -> None:
    prevalence = {"metastatic": number(0.2), "metastatic_pretreated": number(0.6), "adjuvant": number(0.1)}
    m = mechanism(prior={"prevalence": prevalence})
    for key, expected in (
        ("metastatic", 0.2),
        ("metastatic_pretreated", 0.6),
        ("adjuvant", 0.1),
        ("adjuvant_pretreated", 0.1),
    ):
        assert find(m, prior_key=key)["m"].fraction == pytest.approx(expected, abs=0.03)
    assert find(m, prior_key="neoadjuvant")["m"].fraction == 0.0


def test_every_parameter_draw_holds_its_share() -> None:
    m = mechanism(prior={"prevalence": {"metastatic": number(0.3)}})
    assert (TWINS.per_draw(find(m)["m"].present).sum(axis=1) == 3).all()


def test_a_rarer_prior_is_held_by_a_part_of_the_same_twins() -> None:
    rare, common = (
        find(mechanism(prior={"prevalence": {"metastatic": number(p)}}))["m"].present for p in (0.1, 0.5)
    )
    assert (common | ~rare).all()


def test_a_prior_read_in_her2_positive_disease_stays_there() -> None:
    prior = {"prevalence": {"metastatic": number(0.5)}}
    assert not find(mechanism(prior={**prior, "her2_positive_only": True}), her2_positive=False)["m"].fraction
    assert find(mechanism(prior={**prior, "her2_positive_only": False}), her2_positive=False)["m"].fraction


def test_an_er_variant_needs_er() -> None:
    m = mechanism(prior={"prevalence": {"metastatic": number(0.5)}, "requires_er": True})
    assert find(m, er=1.0)["m"].fraction
    assert not find(m, er=0.0)["m"].fraction


def test_alleles_of_one_gene_exclude_each_other() -> None:
    prior = {"prevalence": {"metastatic": number(0.5)}}
    a = mechanism("a", exclusive=["b", "c"], prior=prior)
    b = mechanism("b", exclusive=["a", "c"], prior=prior)
    c = mechanism("c", exclusive=["a", "b"], prior=prior, markers=VARIANT)
    found = find(a, b, c, profile=patient(sequencing={"genes": ["PIK3CA"]}))
    assert not (found["a"].present & found["b"].present).any()
    assert found["a"].present.any()
    assert found["b"].present.any()
    shown = find(a, b, c, profile=patient(variants=[{"gene": "PIK3CA", "protein": "p.H1047R"}]))
    assert shown["c"].fraction == 1.0
    assert not shown["a"].present.any()
    assert not shown["b"].present.any()


def test_the_strength_of_a_drawn_mechanism_is_spread_round_its_median() -> None:
    prior = {"prevalence": {"metastatic": number(0.5)}, "x_median": number(0.25), "x_cv": 0.7}
    strength = find(mechanism(prior=prior))["m"].strength
    assert np.median(strength) == pytest.approx(0.25, rel=0.05)
    assert strength.std() / strength.mean() == pytest.approx(0.7, rel=0.25)
    assert (find(mechanism(prior={"prevalence": {"metastatic": number(0.5)}}))["m"].strength == 1.0).all()


def test_a_mechanism_of_single_clones_is_not_drawn_for_the_tumour() -> None:
    m = mechanism(scope="clone", prior={"prevalence": {"metastatic": number(0.5)}})
    assert find(m) == {}


def test_a_marker_of_a_field_that_is_no_field_says_nothing() -> None:
    marker = Marker(reveal="field", field="protein.nothing", values=("lost",))
    assert read_markers(mechanism(markers=[marker.model_dump()]), patient()).present is None


def test_a_number_of_a_field_is_compared_with_both_limits() -> None:
    few = [{"reveal": "field", "field": "immune.til", "below": 5.0}]
    many = [{"reveal": "field", "field": "immune.til", "above": 30.0}]
    assert reading(few, immune={"til": 2}) is True
    assert reading(few, immune={"til": 5}) is False
    assert reading(many, immune={"til": 30}) is True
    assert reading(many, immune={"til": 29}) is False
    assert reading(many) is None


@pytest.mark.parametrize("drawn", [True, False])
def test_a_prevalence_on_record_gives_untested_twins_nothing_unless_drawn(drawn: bool) -> None:
    prevalence = dict.fromkeys(("metastatic", "neoadjuvant", "adjuvant", "residual"), number(0.9))
    item = mechanism(prior={"prevalence": prevalence, "drawn": drawn})
    assert find(item)["m"].present.any() == drawn


def dispute(share: float) -> dict[str, Any]:
    number_ = {
        "value": share,
        "unit": "1",
        "kind": "derived",
        "source": "s",
        "status": "derived",
        "note": "n",
    }
    return {"marker": "PTEN_lost", "treatment": "HER2 antibody", "share": number_}


def test_where_evidence_contradicts_itself_a_share_of_the_draws_follows_the_weaker_side() -> None:
    twins = Twins(3, 2000, 2)
    kept = holds(mechanism("a", dispute=dispute(0.3)), twins).reshape(2000, 2)
    assert (kept[:, 0] == kept[:, 1]).all()
    assert kept[0].all()
    assert 1.0 - kept.mean() == pytest.approx(0.3, abs=0.03)
    assert holds(mechanism("b"), twins).all()
    np.testing.assert_array_equal(holds(mechanism("c", dispute=dispute(0.3)), twins).reshape(2000, 2), kept)


def test_all_twins_can_settle_a_dispute_alike() -> None:
    twins = Twins(3, 2000, 2)
    item = mechanism("a", dispute=dispute(0.3))
    assert acting([item, mechanism("b")]) == {"dispute.PTEN_lost": ACTS}
    assert holds(item, twins, acting([item])).all()
    assert not holds(item, twins, {"dispute.PTEN_lost": 1 - ACTS}).any()
    np.testing.assert_array_equal(holds(item, twins, {"dispute.other": ACTS}), holds(item, twins))


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_the_weaker_side_is_the_weaker_one(share: float) -> None:
    with pytest.raises(ValueError, match="speaks against"):
        mechanism("a", dispute=dispute(share))
