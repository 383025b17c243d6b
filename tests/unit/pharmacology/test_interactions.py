"""Drugs that move each other's clearance: the formula, what overrides it, and that it reaches plasma."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from erbium.engine.kernel import kernel_for
from erbium.knowledge.catalogue import (
    check_references,
    load_drugs,
    load_regimens,
    load_sources,
    resolve_regimen,
)
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.interactions import Interactions
from erbium.knowledge.schema.regimen import Regimen
from erbium.model import build_network
from erbium.pharmacology import find_interactions, prescribe
from erbium.pharmacology.interactions import clearance_factors, partners
from erbium.pharmacology.slots import Filling
from tests.typical import Typical, plasma_of, typical_host

DRUGS, REGIMENS = load_drugs(), load_regimens()
BARE = {name: drug.model_copy(update={"interactions": Interactions()}) for name, drug in DRUGS.items()}
FILLING = Filling(Typical(1, 2, 2), typical_host(count=4))

Table = Mapping[str, float]


def number(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "1", "kind": "derived", "note": "made up"}


def facts(
    share: Table | None = None, probe_ratio: Table | None = None, measured: Table | None = None
) -> Interactions:
    tables = {"share": share, "probe_ratio": probe_ratio, "measured": measured}
    return Interactions.model_validate(
        {name: {key: number(value) for key, value in (table or {}).items()} for name, table in tables.items()}
    )


def pharmacy(**given: Interactions) -> dict[str, Drug]:
    """Return the shipped drugs with these facts and no others."""
    return BARE | {name: BARE[name].model_copy(update={"interactions": one}) for name, one in given.items()}


def factor(drugs: Mapping[str, Drug], *others: str) -> float:
    return clearance_factors(("everolimus", *others), drugs).get("everolimus", 1.0)


@pytest.mark.parametrize(("share", "ratio"), [(0.8, 4.0), (1.0, 5.7), (0.3, 1.2), (0.5, 0.25)])
def test_one_enzyme(share: float, ratio: float) -> None:
    drugs = pharmacy(everolimus=facts({"CYP3A": share}), tucatinib=facts(None, {"CYP3A": ratio}))
    assert factor(drugs, "tucatinib") == pytest.approx(1.0 - share + share / ratio)


def test_pathways_run_side_by_side() -> None:
    drugs = pharmacy(
        everolimus=facts({"CYP3A": 0.5, "CYP2C8": 0.3}), tucatinib=facts(None, {"CYP3A": 5.0, "CYP2C8": 2.0})
    )
    assert factor(drugs, "tucatinib") == pytest.approx(0.2 + 0.5 / 5.0 + 0.3 / 2.0)


def test_another_enzyme_does_nothing() -> None:
    drugs = pharmacy(everolimus=facts({"CYP3A": 0.9}), tucatinib=facts(None, {"CYP2C8": 5.0}))
    assert find_interactions(("everolimus", "tucatinib"), drugs) == ()


def test_the_strongest_inhibitor_counts_and_an_inducer_beside_it() -> None:
    drugs = pharmacy(
        everolimus=facts({"CYP3A": 0.8}),
        tucatinib=facts(None, {"CYP3A": 5.0}),
        palbociclib=facts(None, {"CYP3A": 1.6}),
        letrozole=facts(None, {"CYP3A": 0.5}),
    )
    assert factor(drugs, "palbociclib", "tucatinib") == factor(drugs, "tucatinib")
    assert factor(drugs, "letrozole", "tucatinib") == pytest.approx(0.2 + 0.8 * 2.0 / 5.0)


def test_a_drug_does_not_act_on_itself() -> None:
    drugs = pharmacy(everolimus=facts({"CYP3A": 0.8}, {"CYP3A": 5.0}))
    assert factor(drugs, "tucatinib") == 1.0


def test_a_measured_pair_overrides_the_enzymes() -> None:
    drugs = pharmacy(
        everolimus=facts({"CYP3A": 0.8}, measured={"tucatinib": 2.5}),
        tucatinib=facts(None, {"CYP3A": 5.0}),
        palbociclib=facts(None, {"CYP3A": 2.0}),
    )
    assert factor(drugs, "tucatinib") == pytest.approx(1.0 / 2.5)
    assert factor(drugs, "tucatinib", "palbociclib") == pytest.approx((0.2 + 0.8 / 2.0) / 2.5)


def test_a_pair_measured_without_effect_has_none() -> None:
    drugs = pharmacy(
        everolimus=facts({"CYP3A": 0.8}, measured={"tucatinib": 1.0}), tucatinib=facts(None, {"CYP3A": 5.0})
    )
    assert find_interactions(("everolimus", "tucatinib"), drugs) == ()


def test_what_is_told() -> None:
    drugs = pharmacy(everolimus=facts({"CYP3A": 0.8}), tucatinib=facts(None, {"CYP3A": 4.0}))
    (found,) = find_interactions(("tucatinib", "everolimus"), drugs)
    assert found.text == "everolimus: clearance 0.4-fold, exposure 2.5-fold, by tucatinib (CYP3A)"
    assert found.json()["exposure_ratio"] == pytest.approx(2.5)
    assert found.matters
    assert partners(drugs["tucatinib"], drugs) == ((), (found,))
    assert partners(drugs["everolimus"], drugs) == ((found,), ())


def test_little_is_not_told_as_an_interaction() -> None:
    drugs = pharmacy(everolimus=facts(measured={"tucatinib": 1.2, "palbociclib": 0.75}))
    (little,) = find_interactions(("everolimus", "tucatinib"), drugs)
    (much,) = find_interactions(("everolimus", "palbociclib"), drugs)
    assert not little.matters
    assert much.matters


@pytest.mark.parametrize("name", sorted(REGIMENS))
def test_clearance_alone_moves_and_the_rest_is_the_same_to_the_bit(name: str) -> None:
    regimen = REGIMENS[name]
    factors = clearance_factors(regimen.drug_ids, DRUGS)
    with_facts, without = prescribe(regimen, DRUGS, FILLING), prescribe(regimen, BARE, FILLING)
    assert with_facts.values.keys() == without.values.keys()
    moved = {f"CL_{slot}": factors[drug] for slot, drug in with_facts.slots.items() if drug in factors}
    for key, values in without.values.items():
        expected = values * moved[key] if key in moved else values
        assert with_facts.values[key].tobytes() == expected.tobytes(), key


def test_most_regimens_have_no_interaction() -> None:
    moved = {name for name, regimen in REGIMENS.items() if clearance_factors(regimen.drug_ids, DRUGS)}
    assert moved == {"neoadjuvant_lapatinib_trastuzumab_paclitaxel"}


@pytest.mark.needs_compiler
def test_tucatinib_raises_everolimus_in_plasma() -> None:
    together = resolve_regimen("everolimus + tucatinib", REGIMENS, DRUGS)
    alone = mean_everolimus(resolve_regimen("everolimus", REGIMENS, DRUGS), DRUGS)
    beside = mean_everolimus(together, DRUGS)
    assert mean_everolimus(together, BARE) == pytest.approx(alone, rel=0.01)
    factor = clearance_factors(together.drug_ids, DRUGS)["everolimus"]
    assert beside / alone == pytest.approx(1.0 / factor, rel=0.02)
    assert beside > 4.0 * alone


def mean_everolimus(regimen: Regimen, drugs: Mapping[str, Drug], days: float = 21.0) -> float:
    """Return the mean concentration of everolimus in plasma over the last day, mg/L."""
    found = plasma_of(
        kernel_for(build_network(2), "f32"), regimen, drugs, days, typical_host(), "mtor_inhibitor",
        steps_per_day=96,
    )  # fmt: skip
    return float(np.mean(found[1][-96:]))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"share": {"CYP3A": number(1.2)}}, "share.CYP3A is above 1"),
        ({"share": {"CYP3A": number(-0.1)}}, "share.CYP3A is negative"),
        ({"share": {"CYP3A": number(0.7), "CYP2C8": number(0.5)}}, "share: the enzymes"),
        ({"share": {"CYP9Z": number(0.5)}}, "CYP3A"),
        ({"probe_ratio": {"CYP3A": number(0.0)}}, "probe_ratio.CYP3A must be above 0"),
        ({"measured": {"tamoxifen": number(0.0)}}, "measured.tamoxifen must be above 0"),
        ({"share": {"CYP3A": {**number(0.5), "unit": "mg"}}}, 'unit "mg" does not convert'),
    ],
)
def test_what_cannot_be_is_refused(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Interactions.model_validate(table)


def test_a_drug_is_not_measured_with_itself() -> None:
    everolimus = BARE["everolimus"].model_dump(by_alias=True)
    with pytest.raises(ValidationError, match=r"interactions\.measured\.everolimus is the drug itself"):
        Drug.model_validate(everolimus | {"interactions": facts(measured={"everolimus": 2.0})})


def test_a_measured_pair_names_a_known_drug() -> None:
    drugs = pharmacy(everolimus=facts(measured={"tucatinip": 2.0}))
    (error,) = check_references(drugs, {}, load_sources())
    assert error.key == "interactions.measured.tucatinip"
    assert error.nearest == "tucatinib"
