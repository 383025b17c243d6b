"""SBML export: valid, named, united, with doses."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from erbium.core.errors import MissingExtra, ModelError, UnknownName
from erbium.formats.sbml import check_sbml, export_sbml, sbml_ids
from erbium.formats.sbml_units import unit_id
from erbium.model.build import build_network, load_modules
from erbium.model.network import Network
from tests.networks import network as toy
from tests.networks import receptor_network

libsbml: Any = pytest.importorskip("libsbml", reason="needs python-libsbml (pip install 'erbium[models]')")


def model(text: str) -> Any:
    document = libsbml.readSBMLFromString(text)
    found = document.getModel()
    found.document = document  # keeps the document alive
    return found


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(2)


@pytest.fixture(scope="module")
def text(network: Network) -> str:
    return export_sbml(network, doses=[(0.0, "central_antibody_IV", 400.0)])


def test_libsbml_finds_no_error(text: str) -> None:
    errors, warnings = check_sbml(text)
    assert errors == []
    # SBML wants one extent unit for all reactions, and has no species in cm^3 or Gy: nothing else.
    known = (
        "kinetic law's units are inconsistent",
        "units of reaction extent",
        "Mismatched units in assignment rule",
    )
    assert [warning for warning in warnings if not any(words in warning for words in known)] == []
    volumes = [warning for warning in warnings if "Mismatched units in assignment rule" in warning]
    # Totals over the clones are volume-weighted, and some readouts are volumes.
    modules = load_modules()
    named = [total.id for module in modules for total in module.totals]
    named += [readout.id for module in modules for readout in module.readouts if readout.unit == "cm^3"]
    named += [rule.id for module in modules for rule in module.rules if rule.unit in ("Gy", "Gy/h")]
    assert all(any(name in warning for name in named) for warning in volumes)


def test_everything_is_there_and_keeps_its_name(network: Network, text: str) -> None:
    read = model(text)
    assert (read.getLevel(), read.getVersion()) == (3, 2)
    assert [read.getSpecies(i).getName() for i in range(read.getNumSpecies())] == list(network.species)
    assert read.getNumReactions() == len(network.reactions)
    assert read.getNumRules() == len(network.rules) + len(network.readouts)
    ids = sbml_ids(network)
    names = {
        read.getParameter(i).getId(): read.getParameter(i).getName() for i in range(read.getNumParameters())
    }
    for part in ("parameters", "rules", "readouts"):
        for name, sid in ids[part].items():
            assert names[sid] == name


def test_ids_are_unique_and_readable(network: Network) -> None:
    ids = sbml_ids(network)
    every = [sid for part in ids.values() for sid in part.values()]
    assert len(set(every)) == len(every)
    assert ids["species"]["c1.HER2"] == "c1_HER2"
    assert ids["readouts"]["c1.pHER2"] == "readout_c1_pHER2"


def test_a_clash_after_replacing_the_dot() -> None:
    ids = sbml_ids(toy({"a.b": 1.0, "a_b": 1.0}, {"patient": 1.0}, [("a_b ->", "patient * a_b")]))
    assert ids["species"] == {"a.b": "a_b", "a_b": "a_b_species"}
    assert ids["parameters"] == {"patient": "patient_parameter"}


def test_start_values_follow_the_parameters(network: Network) -> None:
    read = model(export_sbml(network, parameters={"c2.HER2_abundance": 700.0}))
    assert read.getSpecies("c1_HER2").getInitialAmount() == pytest.approx(
        network.defaults[network.parameter_index["c1.HER2_abundance"]]
    )
    assert read.getSpecies("c2_HER2").getInitialAmount() == 700.0
    assert read.getParameter("c2_HER2_abundance").getValue() == 700.0


def test_values_and_state_as_arrays(network: Network) -> None:
    state = np.linspace(1, 2, len(network.species))
    read = model(export_sbml(network, parameters=network.defaults * 2, state=state))
    assert read.getParameter(0).getValue() == pytest.approx(network.defaults[0] * 2)
    assert read.getSpecies(3).getInitialAmount() == pytest.approx(state[3])


def test_units(network: Network, text: str) -> None:
    read = model(text)
    receptor = read.getUnitDefinition(read.getSpecies("c1_HER2").getSubstanceUnits())
    assert receptor.getName() == "kreceptor"
    part = receptor.getUnit(0)
    assert (libsbml.UnitKind_toString(part.getKind()), part.getMultiplier()) == ("item", 1000.0)
    assert read.getSpecies("payload_interstitial").getSubstanceUnits() == "nmol"
    assert not read.getSpecies("payload_interstitial").getHasOnlySubstanceUnits()
    assert read.getSpecies("central_tki").getSubstanceUnits() == "mg"
    hour = read.getUnitDefinition(read.getTimeUnits()).getUnit(0)
    assert (libsbml.UnitKind_toString(hour.getKind()), hour.getMultiplier()) == ("second", 3600.0)


@pytest.mark.parametrize(
    ("unit", "sid"),
    [
        ("1/(kreceptor*h)", "per_kreceptor_h"),
        ("mg/L", "mg_per_L"),
        ("cm^3", "cm3"),
        ("h", "hour"),
        ("nM", "nM"),
    ],
)
def test_unit_ids(unit: str, sid: str) -> None:
    assert unit_id(unit) == sid


def test_reactions_list_what_takes_part_and_what_acts(text: str) -> None:
    read = model(text)
    reaction = read.getReaction("c1_her2_her3_association")
    assert {reaction.getReactant(i).getSpecies() for i in range(2)} == {"c1_HER2", "c1_HER3"}
    assert reaction.getProduct(0).getSpecies() == "c1_HER2_HER3"
    acting = {reaction.getModifier(i).getSpecies() for i in range(reaction.getNumModifiers())}
    assert "central_antibody_IV" in acting
    assert "c2_HER2" in acting  # the receptors of all clones share what the vessels bring of a conjugate
    assert "c2_HER3" not in acting
    homodimer = read.getReaction("c1_her2_her2_association").getReactant(0)
    assert homodimer.getStoichiometry() == 2.0


def test_notes_say_where_a_number_comes_from(text: str) -> None:
    read = model(text)
    assert "kind: measured" in read.getParameter("c1_k_internalise_HER2").getNotesString()
    assert "module: her_receptors" in read.getReaction("c1_her2_shedding").getNotesString()


def test_doses_of_one_time_are_one_event() -> None:
    doses = [(12.0, "Drug", 1.0), (0.0, "Depot", 5.0), (12.0, "Drug", 2.0), (12.0, "Depot", 3.0)]
    read = model(export_sbml(receptor_network(), doses=doses))
    assert read.getNumEvents() == 2
    formulas = [
        libsbml.formulaToL3String(read.getEvent(1).getEventAssignment(i).getMath()).split(" nM")[0]
        for i in range(2)
    ]
    assert formulas == ["Drug + 3", "Depot + 3"]


def test_faults() -> None:
    network = receptor_network()
    with pytest.raises(UnknownName, match="Depot"):
        export_sbml(network, doses=[(0.0, "Depott", 1.0)])
    with pytest.raises(UnknownName, match="kdeg"):
        export_sbml(network, parameters={"kdegg": 1.0})
    with pytest.raises(ModelError, match="from 0 h"):
        export_sbml(network, doses=[(-1.0, "Depot", 1.0)])


def test_the_same_network_gives_the_same_bytes(network: Network) -> None:
    assert export_sbml(network) == export_sbml(network)


def test_readouts_can_be_left_out(network: Network) -> None:
    assert "readout_" not in export_sbml(network, readouts=False)


def test_without_libsbml(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "libsbml":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtra, match=r"pip install 'erbium\[models\]'"):
        export_sbml(receptor_network())
