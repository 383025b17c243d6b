"""Pathway inhibitors: two slots, potencies by target, doses that enter as their route says."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from erbium.core.errors import DataError
from erbium.experiment import Culture
from erbium.knowledge.catalogue import load_drugs
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import PathwayInhibitor, PathwayTarget
from erbium.knowledge.schema.regimen import Regimen
from erbium.model import build_network
from erbium.pharmacology import Prescription, prescribe
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import FASTEST_ABSORPTION, PROTEIN_G_PER_MOL, Filling, into_plasma
from tests.typical import Typical, typical_host

DRUGS = load_drugs()
SLOTS = ("targeted_1", "targeted_2")
PARAMETERS = build_network(1).parameters
OF_CLASS = sorted(drug.id for drug in DRUGS.values() if drug.drug_class == "pathway_inhibitor")


def together(*names: str) -> Prescription:
    """Prescribe drugs together, each on its own schedule."""
    items = [{"drug": name, **DRUGS[name].default_schedule.model_dump()} for name in names]
    regimen = Regimen.model_validate({"id": "x", "name": "x", "drugs": items, "ad_hoc": True})
    return prescribe(regimen, DRUGS, Filling(Typical(1, 1, 1), typical_host()))


def changed(name: str, **pharmacology: Any) -> Drug:
    """Return a shipped drug with parts of its pharmacology replaced, read anew."""
    fields = DRUGS[name].model_dump(by_alias=True, exclude_none=True)
    return Drug.model_validate({**fields, "pharmacology": {**fields["pharmacology"], **pharmacology}})


@pytest.mark.parametrize("name", OF_CLASS)
def test_every_potency_reaches_its_parameter(name: str) -> None:
    numbers = DRUGS[name].pharmacology
    assert isinstance(numbers, PathwayInhibitor)
    for slot in SLOTS:
        filling = Filling(Typical(1, 1, 1), typical_host())
        found = kind_of("pathway_inhibitor").pharmacology(DRUGS[name], slot, filling)
        expected = {f"IC50_{target}_{slot}": number.to("nM") for target, number in numbers.potencies.items()}
        assert {key: float(value[0]) for key, value in found.items()} == pytest.approx(expected)


@pytest.mark.parametrize("name", OF_CLASS)
def test_potencies_are_counted_and_sourced_or_assumed_in_a_range(name: str) -> None:
    potencies = {k: n for k, n in DRUGS[name].numbers().items() if k.startswith("pharmacology.potencies.")}
    assert potencies
    for number in potencies.values():
        assert number.source_id or (number.kind == "assumed" and number.low and number.high)


@pytest.mark.parametrize("name", OF_CLASS)
def test_an_antibody_is_a_protein_given_into_plasma(name: str) -> None:
    drug = DRUGS[name]
    assert isinstance(drug.pharmacology, PathwayInhibitor)
    assert into_plasma(drug) is (drug.pharmacology.binder == "antibody")
    assert (drug.molecular_weight > PROTEIN_G_PER_MOL) is (drug.pharmacology.binder != "small_molecule")


def test_the_network_knows_every_target_in_both_slots() -> None:
    parameters = build_network(1).parameter_index
    known = {f"IC50_{target}_{slot}" for target in get_args(PathwayTarget) for slot in SLOTS}
    assert {name for name in parameters if name.endswith(SLOTS) and name.startswith("IC50_")} == known


def test_two_are_given_together() -> None:
    found = together("trametinib", "pembrolizumab")
    assert dict(found.slots) == {"targeted_1": "trametinib", "targeted_2": "pembrolizumab"}
    assert {rule.species for rule in found.rules} == {"depot_targeted_1", "central_targeted_2"}
    assert "ka_targeted_2" not in found.values
    assert {"IC50_MEK_targeted_1", "IC50_PD1_targeted_2"} <= set(found.values)
    assert not [key for key in found.values if key.startswith("IC50_PD1") and key.endswith("_1")]


def test_an_infused_small_molecule_passes_the_depot() -> None:
    found = together("tanespimycin", "luminespib")
    assert {rule.species for rule in found.rules} == {f"depot_{slot}" for slot in SLOTS}
    assert found.values["ka_targeted_1"] == pytest.approx([FASTEST_ABSORPTION])


def test_three_are_refused() -> None:
    with pytest.raises(DataError, match="dasatinib and trametinib, olaparib cannot") as caught:
        together("trametinib", "olaparib", "dasatinib")
    assert caught.value.expected == "at most 2 drug(s) of this kind (pathway_inhibitor)"


def test_a_culture_holds_two() -> None:
    culture = Culture.of(settings={}).add(trametinib="20 nM", dasatinib="100 nM")
    found = dict(zip(PARAMETERS, culture.parameters()[0], strict=True))
    for slot, name, nominal in (("targeted_1", "trametinib", 20.0), ("targeted_2", "dasatinib", 100.0)):
        free = DRUGS[name].kinetics.medium_free_fraction
        assert free is not None
        assert found[f"medium_{slot}"] == pytest.approx(nominal * free.value)
        numbers = DRUGS[name].pharmacology
        assert isinstance(numbers, PathwayInhibitor)
        for target, number in numbers.potencies.items():
            assert found[f"IC50_{target}_{slot}"] == pytest.approx(number.to("nM"))


def test_a_culture_refuses_a_third_by_name() -> None:
    three = Culture.of(settings={}).add(trametinib="20 nM", dasatinib="100 nM", olaparib="1 uM")
    with pytest.raises(DataError, match="olaparib") as caught:
        three.parameters()
    assert caught.value.key == "medium"


NUMBER = {"value": 1.0, "unit": "nM", "kind": "assumed", "low": 0.1, "high": 10.0}


@pytest.mark.parametrize(
    ("potencies", "message"),
    [
        ({}, "at least 1"),
        ({"MEKK": NUMBER}, "MEK"),
        ({"MEK": NUMBER | {"unit": "mg/L"}}, "does not convert to nM"),
        ({"MEK": NUMBER | {"value": 0.0, "low": 0.0}}, "above 0"),
    ],
)
def test_a_wrong_potency_is_refused(potencies: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        changed("trametinib", potencies=potencies)


@pytest.mark.needs_compiler
def test_each_of_two_closes_its_own_target() -> None:
    cells = Culture.of("BT-474")
    readouts = ("pERK", "pSRC")

    def left(**drugs: str) -> dict[str, float]:
        found, rest = cells.add(**drugs).read(48.0, readouts), cells.read(48.0, readouts)
        return {name: found[name] / rest[name] for name in readouts}

    mek, src = left(trametinib="20 nM"), left(dasatinib="100 nM")
    assert mek["pERK"] < 0.3
    assert mek["pSRC"] > 0.8
    assert src["pSRC"] < 0.4
    assert src["pERK"] > 0.8
    both = left(dasatinib="100 nM", trametinib="20 nM")
    assert max(both.values()) < 0.4, "whichever slot each of them took"
    swapped = left(trametinib="20 nM", dasatinib="100 nM")
    assert both == pytest.approx(swapped, rel=1e-3)


@pytest.mark.needs_compiler
def test_two_on_one_target_add_up() -> None:
    cells = Culture.of("BT-474")
    one, other = cells.add(trametinib="2 nM"), cells.add(trametinib="2 nM", selumetinib="70 nM")
    assert other.read(48.0, ("pERK",))["pERK"] < 0.8 * one.read(48.0, ("pERK",))["pERK"]
