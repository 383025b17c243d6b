"""Toxicity files: drugs, sources, and rates that are known from their publications."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from erbium.knowledge.catalogue import load_drugs, load_regimens, load_sources
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.regimen import Caution
from erbium.knowledge.toxicities import CAUTIONS, check_toxicities, load_toxicities
from erbium.knowledge.toxicity_rates import rates_of

ARMS = load_toxicities()
DRUGS = load_drugs()
REGIMENS = load_regimens()


def severe(arm: str, caution: Caution) -> float:
    event = ARMS[arm].event_of(caution)
    assert event is not None
    assert event.severe is not None
    return event.severe.share


def test_every_id_leads_somewhere() -> None:
    words: dict[str, str] = dict.fromkeys(map(str, CAUTIONS), "words")
    assert not check_toxicities(ARMS, DRUGS, load_sources(), words)


def test_shares_lie_between_nothing_and_all() -> None:
    for arm in ARMS.values():
        assert all(0.0 <= rate.share <= 1.0 for _, rate in arm.rates()), arm.id


def test_a_read_rate_never_rests_on_an_unread_source() -> None:
    sources = load_sources()
    wrong = [
        (arm.id, key)
        for arm in ARMS.values()
        for key, rate in arm.rates()
        if rate.status == "verified" and sources[rate.source].status == "unverified"
    ]
    assert not wrong


@pytest.mark.parametrize(
    "drugs",
    [
        {"trastuzumab", "docetaxel"},
        {"trastuzumab", "pertuzumab", "docetaxel"},
        {"trastuzumab_emtansine"},
        {"trastuzumab_deruxtecan"},
        {"lapatinib", "capecitabine"},
        {"tucatinib", "trastuzumab", "capecitabine"},
        {"neratinib", "capecitabine"},
        {"neratinib"},
        {"margetuximab", "vinorelbine"},
        {"pyrotinib", "capecitabine"},
        {"trastuzumab", "paclitaxel"},
        {"trastuzumab", "docetaxel", "carboplatin"},
    ],
    ids=lambda drugs: "+".join(sorted(drugs)),
)
def test_the_main_regimens_have_an_arm(drugs: set[str]) -> None:
    assert any(arm.gives(drugs) for arm in ARMS.values())


@pytest.mark.parametrize(
    "drug",
    [
        "abemaciclib", "alpelisib", "atezolizumab", "capecitabine", "capivasertib", "disitamab_vedotin",
        "docetaxel", "eribulin", "inavolisib", "lapatinib", "margetuximab", "neratinib", "olaparib",
        "paclitaxel", "palbociclib", "pertuzumab", "pyrotinib", "ribociclib", "trastuzumab",
        "trastuzumab_deruxtecan", "trastuzumab_duocarmazine", "trastuzumab_emtansine", "tucatinib",
        "vinorelbine", "zanidatamab",
    ],
)  # fmt: skip
def test_a_drug_has_an_own_arm(drug: str) -> None:
    assert any(arm.gives({drug}) or drug in arm.speaks_for for arm in ARMS.values())


def ordered(arms: Sequence[str], caution: Caution) -> bool:
    shares = [severe(arm, caution) for arm in arms]
    return shares == sorted(shares, reverse=True)


def test_known_orders_hold() -> None:
    neratinib = [
        "extenet_neratinib",
        "control_loperamide",
        "control_colestipol_loperamide",
        "control_dose_escalation",
    ]
    assert ordered(neratinib, "diarrhoea")
    assert ordered(["nala_neratinib_capecitabine", "nala_lapatinib_capecitabine"], "diarrhoea")
    assert ordered(["altto_lapatinib_trastuzumab", "altto_lapatinib", "altto_trastuzumab"], "diarrhoea")
    assert ordered(["bolero_1_everolimus", "bolero_1_trastuzumab_paclitaxel"], "stomatitis")
    assert ordered(["solar_1_alpelisib", "capitello_291_capivasertib"], "hyperglycaemia")


def test_a_fatal_lung_disease_is_kept() -> None:
    event = ARMS["destiny_breast04_tdxd"].event_of("ILD")
    assert event is not None
    assert event.fatal is not None
    assert event.fatal.share == pytest.approx(3 / 371, abs=0.001)


def test_the_references_have_rates_for_most_cautions() -> None:
    for regimen in REGIMENS.values():
        if any(use.reference and use.her2_class == "HER2-positive" for use in regimen.uses):
            found = rates_of(regimen, DRUGS, ARMS)
            assert sum(item.basis == "arm" for item in found) >= len(found) / 2, regimen.id


def test_every_caution_of_a_drug_is_in_the_vocabulary_and_no_file_is_idle() -> None:
    used = {caution for drug in DRUGS.values() for caution in drug.toxicities}
    used |= {event.caution for arm in ARMS.values() for event in arm.event}
    assert used <= set(CAUTIONS)
    assert {file.stem for file in (data_folder() / "toxicity").glob("*.toml")} == set(ARMS)
