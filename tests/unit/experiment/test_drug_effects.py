"""Which drugs a mechanism hurts and helps."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from erbium.core.errors import UnknownName
from erbium.experiment.drug_effects import DrugEffect, drug_effects, usual_concentration, usual_strength
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.mechanism import Effect, Mechanism

KNOWLEDGE = load_knowledge()
EFFECT = DrugEffect("lapatinib", "dish", 1000.0, "1000 nM", -0.4, 0.3, 0.1, 0.5)


def drugs(*names: str) -> list[Drug]:
    return [KNOWLEDGE.drugs[name] for name in names]


def moving(parameter: str, value: float) -> Mechanism:
    effect = Effect(parameter=parameter, verb="set", value=value, low=0.0, high=10.0)
    return Mechanism(id="invented", name="invented", group="test", description="invented", effects=(effect,))


@pytest.mark.parametrize(
    ("difference", "low", "high", "verdict"),
    [
        (0.3, 0.1, 0.5, "hurts"),
        (-0.3, -0.5, -0.1, "helps"),
        (0.3, -0.1, 0.5, "unsure"),
        (0.09, 0.05, 0.5, "no effect"),
        (-0.1, -0.2, -0.05, "helps"),
    ],
)
def test_the_verdict_needs_ten_percent_and_one_sign(
    difference: float, low: float, high: float, verdict: str
) -> None:
    assert replace(EFFECT, difference=difference, low=low, high=high).verdict == verdict


@pytest.mark.needs_compiler
def test_a_mechanism_that_moves_nothing_touches_no_drug() -> None:
    neutral = moving("cell_cycle.RB1_abundance", 1.0)
    for effect in drug_effects(neutral, KNOWLEDGE, drugs=drugs("palbociclib", "trastuzumab"), members=3):
        assert effect.difference == pytest.approx(0.0, abs=1e-6)
        assert effect.verdict == "no effect"


@pytest.mark.needs_compiler
def test_pten_loss_hurts_an_antibody_more_than_a_taxane() -> None:
    found = drug_effects(
        KNOWLEDGE.mechanisms["pten_loss"], KNOWLEDGE, drugs=drugs("trastuzumab", "docetaxel"), members=5
    )
    tried = {(effect.drug, effect.place): effect for effect in found}
    assert len(tried) == 4
    for place in ("dish", "tumour"):
        assert tried["trastuzumab", place].without < 0.9 * math.log(2.0)
        assert tried["trastuzumab", place].difference > 2.0 * abs(tried["docetaxel", place].difference)
    assert tried["trastuzumab", "dish"].verdict == "hurts"
    assert tried["docetaxel", "dish"].verdict == "no effect"


@pytest.mark.needs_compiler
def test_a_lesion_of_the_immune_side_speaks_in_a_tumour_alone() -> None:
    found = drug_effects(KNOWLEDGE.mechanisms["nk_low"], KNOWLEDGE, drugs=drugs("trastuzumab"), members=5)
    by_place = {effect.place: effect for effect in found}
    assert by_place["dish"].difference == pytest.approx(0.0, abs=1e-6)
    assert by_place["tumour"].low > 0.0


def test_a_parameter_that_the_network_lacks_is_named() -> None:
    with pytest.raises(UnknownName) as caught:
        drug_effects(moving("pi3k_akt_mtor.PTEN_abundanse", 0.1), KNOWLEDGE, drugs=[], members=1)
    assert "PTEN_abundanse" in str(caught.value)
    assert "invented.effects[0].parameter" in str(caught.value)


def test_concentrations_come_from_the_table_or_from_the_usual_dose() -> None:
    lapatinib, carboplatin = drugs("lapatinib", "carboplatin")
    assert usual_concentration(lapatinib) == 1000.0
    # 690 mg over a clearance, all of it gone within 72 h.
    clearance = carboplatin.kinetics.CL.to("L/h")
    free = carboplatin.free_concentration(690.0 / clearance / 72.0)
    medium = carboplatin.kinetics.medium_free_fraction
    assert usual_concentration(carboplatin) == pytest.approx(
        free / (medium.value if medium else 1.0), rel=0.02
    )


def test_a_graded_mechanism_is_tried_at_its_median() -> None:
    assert usual_strength(KNOWLEDGE.mechanisms["p95her2"]) == 0.25
    assert usual_strength(KNOWLEDGE.mechanisms["pten_loss"]) == 1.0
