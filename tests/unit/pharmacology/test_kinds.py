"""What each modality writes into its slot, read beside the drug files."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.knowledge.catalogue import load_drugs
from erbium.knowledge.schema.pharmacology import ADC, TKI, Bispecific, CDKInhibitor, Chemotherapy, Endocrine
from erbium.pharmacology import Host
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import Filling, Values
from tests.typical import Typical, typical_host

DRUGS = load_drugs()


def of_class(name: str) -> list[str]:
    return sorted(drug.id for drug in DRUGS.values() if drug.drug_class == name)


def values(name: str, slot: str | None = None) -> dict[str, float]:
    drug = DRUGS[name]
    kind = kind_of(drug.drug_class)
    filling = Filling(Typical(1, 1, 1), typical_host(fcgr3a="F/F"))
    found = kind.pharmacology(drug, slot or kind.slot_for(drug)[0], filling)
    return {key: float(value[0]) for key, value in found.items()}


def test_an_antibody_takes_the_slot_of_its_epitope() -> None:
    slots = {name: kind_of("antibody").slot_for(DRUGS[name]) for name in of_class("antibody")}
    assert slots == {
        "margetuximab": ("antibody_IV",),
        "pertuzumab": ("antibody_II",),
        "trastuzumab": ("antibody_IV",),
    }
    assert values("trastuzumab")["KD_antibody_IV"] == pytest.approx(0.314)
    assert values("trastuzumab")["fc_antibody_IV"] == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("name", of_class("adc"))
def test_a_conjugate_carries_its_payload(name: str) -> None:
    numbers, found = DRUGS[name].pharmacology, values(name)
    assert isinstance(numbers, ADC)
    assert found["DAR_adc"] == numbers.DAR.value
    assert found["payload_is_genotoxic"] == float(numbers.payload_class != "tubulin")
    assert found["payload_alkylates"] == float(numbers.payload_class == "dna_alkylator")
    assert found["EC50_payload"] == pytest.approx(numbers.payload_EC50.to("nM"))
    assert found["k_influx_payload"] == pytest.approx(numbers.payload_influx.to("1/h"))
    assert found["k_efflux_payload"] == pytest.approx(numbers.payload_efflux.to("1/h"))
    assert (found["fc_adc"] > 0.0) is numbers.fc_active
    assert ("antibody_crosslinking" in found) is numbers.biparatopic


def test_a_biparatopic_antibody_binds_both_epitopes_from_one_slot() -> None:
    found = values("zanidatamab")
    assert kind_of("bispecific").slot_for(DRUGS["zanidatamab"]) == ("antibody_IV",)
    assert (found["bispecific_HER2"], found["antibody_crosslinking"]) == (1.0, 1.0)
    assert found["fc_antibody_II"] == found["fc_antibody_IV"] > 0.0
    assert found["KD_second_arm"] > 0.0


@pytest.mark.parametrize(
    ("name", "arm"),
    [("ertumaxomab", "CD3"), ("her2_pd1_bispecific", "PD1"), ("her2_pdl1_bispecific", "PDL1")],
)
def test_a_bispecific_brings_its_second_arm_and_does_not_cluster_her2(name: str, arm: str) -> None:
    found = values(name)
    assert [key for key in found if key.startswith("bispecific_") and key != "bispecific_Fc"] == [
        f"bispecific_{arm}"
    ]
    assert "antibody_crosslinking" not in found


def test_a_second_arm_on_t_cells_needs_the_epitope_of_domain_iv() -> None:
    numbers = DRUGS["ertumaxomab"].pharmacology.model_dump() | {"epitope": "II"}
    with pytest.raises(ValueError, match="goes with epitope IV"):
        Bispecific.model_validate(numbers)


def test_the_payload_of_t_dxd_leaves_the_cell_and_that_of_t_dm1_stays() -> None:
    dxd, dm1 = values("trastuzumab_deruxtecan"), values("trastuzumab_emtansine")
    assert dxd["k_efflux_payload"] > 50.0 * dm1["k_efflux_payload"]
    assert (dxd["payload_is_genotoxic"], dm1["payload_is_genotoxic"]) == (1.0, 0.0)
    assert dxd["DAR_adc"] > 2.0 * dm1["DAR_adc"]


@pytest.mark.parametrize("name", of_class("tki"))
def test_a_kinase_inhibitor_keeps_its_selectivity(name: str) -> None:
    numbers, found = DRUGS[name].pharmacology, values(name)
    assert isinstance(numbers, TKI)
    selectivity = numbers.Ki_EGFR.value / numbers.Ki_HER2.value
    assert found["Ki_EGFR_tki"] / found["Ki_HER2_tki"] == pytest.approx(selectivity)
    assert (found["kinact_tki"] > 0.0) is (numbers.kinact is not None)
    assert 0.0 <= found["inactive_dependence_tki"] <= 1.0


def test_selectivity_holds_in_every_twin() -> None:
    twins = Twins(1, 10, 1)
    filling = Filling(twins, Host.draw(twins, {}))
    found: Values = kind_of("tki").pharmacology(DRUGS["tucatinib"], "tki", filling)
    ratio = found["Ki_EGFR_tki"] / found["Ki_HER2_tki"]
    assert ratio == pytest.approx(np.full(10, ratio[0]))
    assert ratio[0] > 50.0
    assert len(np.unique(found["Ki_HER2_tki"])) > 1


def test_neratinib_alkylates_and_lapatinib_waits_for_the_inactive_kinase() -> None:
    assert values("neratinib")["kinact_tki"] > 0.0
    assert values("lapatinib")["kinact_tki"] == 0.0
    assert values("lapatinib")["inactive_dependence_tki"] > 0.5


@pytest.mark.parametrize("name", of_class("chemotherapy"))
def test_a_cytotoxic_kills_by_one_mechanism(name: str) -> None:
    numbers = DRUGS[name].pharmacology
    assert isinstance(numbers, Chemotherapy)
    groups = {"tubulin": "tubulin", "antimetabolite": "antimetabolite"}
    for slot in ("chemotherapy_1", "chemotherapy_2"):
        found = values(name, slot)
        assert found[f"EC50_{slot}"] == pytest.approx(numbers.EC50.to("nM"))
        switches = {key: value for key, value in found.items() if key.startswith(slot) and "EC50" not in key}
        assert switches == {f"{slot}_{groups.get(numbers.mechanism, 'dna_damage')}": 1.0}


@pytest.mark.parametrize("name", of_class("endocrine"))
def test_an_endocrine_drug_does_what_its_mechanism_says(name: str) -> None:
    numbers, found = DRUGS[name].pharmacology, values(name)
    assert isinstance(numbers, Endocrine)
    blocks_er, stops_synthesis = found["IC50_ER"] < 1e6, found["IC50_aromatase"] < 1e6
    assert stops_synthesis is (numbers.mechanism == "aromatase_inhibitor")
    assert blocks_er is (numbers.mechanism != "aromatase_inhibitor")
    assert (found["degradation_ER"] > 0.0) is (numbers.mechanism == "serd")


def test_alpelisib_prefers_alpha() -> None:
    found = values("alpelisib")
    assert found["IC50_p110b"] > 50.0 * found["IC50_p110a"]


def test_the_other_inhibitors_bring_their_potency() -> None:
    numbers = DRUGS["palbociclib"].pharmacology
    assert isinstance(numbers, CDKInhibitor)
    assert values("palbociclib") == {"IC50_CDK46": pytest.approx(numbers.IC50_CDK4.to("nM"))}
    assert set(values("everolimus")) == {"IC50_mTORC1"}
