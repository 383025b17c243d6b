"""The whole search on four drugs: what it returns, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge import load_knowledge
from erbium.search import combine
from erbium.search.agents import drug_agents, node_agents, slots_of
from erbium.search.burden import Burdens
from erbium.search.front import pareto
from tests.patients import patient

DRUGS = ["trastuzumab", "tucatinib", "docetaxel", "alpelisib"]


def search(**options: Any) -> Any:
    profile = patient(variants=[{"gene": "PIK3CA", "protein": "p.H1047R"}])
    return combine(profile, **{"drugs": DRUGS, "draws": 3, "explain": 2, **options})


def timeless(body: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in body.items() if not key.startswith("seconds")})


@pytest.mark.needs_compiler
def test_the_answer_keeps_its_contract() -> None:
    body = search(given=["trastuzumab"]).json()
    assert body["schema"] == "erbium.combine/1"
    assert {"version", "seed", "knowledge_hash", "warnings", "seconds"} <= set(body)
    assert {"screened", "courses"} <= set(body["searched"])
    assert body["searched"]["by_size"] == {"1": 4, "2": 6}
    assert body["benefit"]["against"] == "trastuzumab"
    for one in body["sets"]:
        assert {"agents", "benefit", "burden", "synergy", "closes"} <= set(one)
        assert one["benefit"]["low"] <= one["benefit"]["median"] <= one["benefit"]["high"]
    assert all(one["name"] and one["burden"]["agents"] == len(one["agents"]) for one in body["courses"])
    assert "NaN" not in json.dumps(body)
    # Every partner of the given drug was run.
    run = [set(one["agents"]) for one in body["courses"]]
    assert all({"trastuzumab", name} in run for name in DRUGS[1:])


@pytest.mark.needs_compiler
def test_the_same_seed_gives_the_same_answer() -> None:
    few = {"drugs": DRUGS[:2], "draws": 2, "explain": 1}
    assert timeless(search(**few).json()) == timeless(search(**few).json())
    assert timeless(search(**few, seed=2).json()) != timeless(search(**few).json())


@pytest.mark.needs_compiler
def test_rules_keep_sets_out_and_say_why() -> None:
    found = search(
        drugs=DRUGS[1:3],
        draws=2,
        explain=0,
        rules=lambda regimen: ("no taxane here",) if "docetaxel" in regimen.drug_ids else (),
    )
    body = found.json()
    assert not [one for one in body["courses"] if "docetaxel" in one["agents"]]
    assert {"set": "docetaxel", "reasons": "no taxane here"} in body["ruled_out"]


@pytest.mark.needs_compiler
def test_triples_and_nodes() -> None:
    found = search(size=3, drugs=["trastuzumab"], nodes=True, draws=2, explain=0).json()
    sizes = {len(one["agents"]) for one in found["courses"]}
    assert sizes == {1, 2, 3}
    assert found["strength"] == 0.8
    assert any(name.startswith("node:") for one in found["courses"] for name in one["agents"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"size": 4}, "sets of 4"),
        ({"draws": 1}, "1 draws"),
        ({"nodes": True, "strength": 1.0}, "strength of 1"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        search(**options)


def test_names_that_are_not_known() -> None:
    with pytest.raises(UnknownName, match="trastuzumab"):
        search(given=["trastuzumba"])
    with pytest.raises(UnknownName, match="MEK"):
        node_agents(0.5, ["MEKK"])


def test_two_at_one_place_and_nodes_that_share_a_slot() -> None:
    drugs = drug_agents(load_knowledge(), ["lapatinib", "tucatinib"])
    with pytest.raises(DataError, match="the same place"):
        slots_of(tuple(drugs.values()))
    nodes = node_agents(0.5, ["MEK", "AKT", "SRC"])
    assert set(slots_of(tuple(nodes.values())).values()) == {"targeted_1"}


def test_front() -> None:
    assert pareto([3.0, 2.0, 2.0, 1.0], [(2.0, 1.0), (1.0, 1.0), (2.0, 1.0), (1.0, 0.0)]) == [0, 1, 3]


def test_burden_grows_with_every_drug_and_unknown_is_not_none() -> None:
    knowledge = load_knowledge()
    burdens = Burdens(knowledge, ("metastatic",))
    agents = drug_agents(knowledge, ["trastuzumab", "pertuzumab", "docetaxel", "trasintuzumab"])
    alone = burdens.of((agents["docetaxel"],))
    both = burdens.of((agents["docetaxel"], agents["trastuzumab"]))
    assert np.all(np.array(both.parts) >= np.array(alone.parts))
    twice = burdens.of((agents["pertuzumab"], agents["trastuzumab"]))
    assert set(twice.overlapping["cardiac"]) == {"pertuzumab", "trastuzumab"}
    unread = burdens.of((agents["trasintuzumab"],))
    assert unread.unknown == ("trasintuzumab",)
    assert unread.severe > 0.0
