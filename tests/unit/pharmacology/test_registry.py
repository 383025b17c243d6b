"""Modalities are found by their files."""

from __future__ import annotations

import pkgutil

import pytest

from erbium.core.errors import UnknownName
from erbium.knowledge.catalogue import load_drugs
from erbium.model import build_network
from erbium.pharmacology import kinds
from erbium.pharmacology.registry import all_kinds, kind_of

SPECIES = build_network(1).species_index


def test_one_modality_a_file() -> None:
    files = {info.name for info in pkgutil.iter_modules(kinds.__path__)}
    assert set(all_kinds()) == files


def test_every_shipped_drug_has_a_modality_and_its_slots_exist() -> None:
    for drug in load_drugs().values():
        kind = kind_of(drug.drug_class)
        slots = kind.slot_for(drug)
        assert slots
        if drug.has_concentration:
            assert all(f"central_{slot}" in SPECIES for slot in slots)
        else:
            assert kind.doses_go_to in SPECIES
            assert kind.input in build_network(1).parameter_index
            assert kind.followed in build_network(1).readouts


def test_only_the_epitopes_of_antibodies_are_shared_by_modalities() -> None:
    slots = [slot for kind in all_kinds().values() for slot in kind.slots]
    assert {slot for slot in slots if slots.count(slot) > 1} == {"antibody_IV", "antibody_II"}
    taken = {
        f"central_{slot}" for kind in all_kinds().values() if not kind.doses_go_to for slot in kind.slots
    }
    assert taken == {name for name in SPECIES if name.startswith("central_")}


def test_a_class_nobody_knows() -> None:
    with pytest.raises(UnknownName, match='no drug class "antibdy"') as caught:
        kind_of("antibdy")
    assert caught.value.nearest == "antibody"
