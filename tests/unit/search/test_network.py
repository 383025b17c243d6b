"""The signed graph, and adapted signalling beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from erbium.knowledge.search_nodes import load_search_nodes, load_stand_ins
from erbium.search.agents import drug_agents, node_agents
from erbium.search.escapes import by_mechanism, by_rebound
from erbium.search.graph_view import GraphView
from erbium.search.network_view import _minimal, network_view
from erbium.search.screening import screen
from tests.patients import patient

pytestmark = pytest.mark.needs_compiler


def test_every_node_moves_something_and_every_stand_in_is_a_drug(panel: Callable[[float], Any]) -> None:
    standings = panel(0.0).standings
    index = standings.tumour.network.parameter_index
    assert set(load_search_nodes())
    for agent in node_agents(0.8).values():
        parameters, _ = standings.rows((agent,))
        moved = np.flatnonzero((parameters != standings.rest.parameters).any(axis=0))
        neutral = agent.node is not None and agent.node.scale in ("MUC4_abundance", "CD44_abundance")
        assert len(moved) or neutral, agent.id
        assert all(0 <= k < len(index) for k in moved)
    drugs = standings.tumour.knowledge.drugs
    assert {one.drug for one in load_stand_ins().values()} <= set(drugs)


def test_a_set_does_not_depend_on_its_neighbours_or_its_order(panel: Callable[[float], Any]) -> None:
    standings = panel(0.0).standings
    agents = drug_agents(standings.tumour.knowledge, ["trametinib", "linsitinib", "docetaxel"])
    a, b, c = agents.values()
    alone = screen(standings, [(a, b)]).growth[0]
    beside = screen(standings, [(c,), (b, a), (a, c)]).growth[1]
    np.testing.assert_allclose(alone, beside, rtol=1e-6)


def test_stronger_inhibition_of_mek_leaves_less_growth(panel: Callable[[float], Any]) -> None:
    standings = panel(0.0).standings
    weak, strong = (tuple(node_agents(share, ["MEK"]).values()) for share in (0.3, 0.95))
    growth = [screen(standings, [one]).growth[0].mean() for one in ((), weak, strong)]
    assert growth[0] > growth[1] > growth[2]


def test_the_inhibitor_of_igf1r_closes_the_escape_through_it(panel: Callable[[float], Any]) -> None:
    base = panel(0.0).standings
    standings = base.on(base.tumour.carrying({"igf1r_high": 1.0}))
    agents = drug_agents(standings.tumour.knowledge, ["trastuzumab", "linsitinib", "go_203"])
    given, other, idle = agents.values()
    sets = [(given, other), (given, idle)]
    closed = by_mechanism(standings, sets, (given,), ["igf1r_high"])
    assert [item.name for item in closed[sets[0]]] == ["igf1r_high"]
    assert sets[1] not in closed
    assert by_rebound(standings, [], (given,)) == {}


def test_cuts_of_the_graph_part_every_driver(panel: Callable[[float], Any]) -> None:
    from erbium.model import build_network

    tumour = panel(0.0).standings.tumour
    one = build_network(1)
    whole = tumour.network
    view = GraphView(
        one,
        tumour.parameters[0, [whole.parameter_index[name] for name in one.parameters]],
        tumour.drug_free[0, [whole.species_index[name] for name in one.species]],
        load_search_nodes(),
    )
    assert "HER2" in view.reaches(())
    for cut in view.cuts(2):
        assert not view.reaches(cut)
        assert all(view.reaches([name for name in cut if name != left]) for left in cut)
    loops = {frozenset(loop.nodes): loop.sign for loop in view.loops(4)}
    assert loops[frozenset(("MEK", "ERK", "ERK_activity", "RAF"))] == -1
    assert loops[frozenset(("p53", "MDM2"))] == -1
    assert "ERK" in dict(view.bottlenecks())


def test_minimal_sets_hold_no_smaller_one() -> None:
    assert _minimal([("A",), ("A", "B"), ("B", "C")]) == [("A",), ("B", "C")]


def test_view_as_json() -> None:
    pytest.importorskip("SALib")
    body = network_view(patient(), most=1, draws=2).json()
    assert body["schema"] == "erbium.network_view/1"
    over = body["dynamics_over_graph"]
    assert over["sets"] == sum(over[key] for key in ("both", "graph_only", "dynamics_only", "neither"))
    effects = body["sensitivity"]["effects"]
    assert {item["node"] for item in effects} == set(load_search_nodes())
    assert effects == sorted(effects, key=lambda item: -item["mu_star"])
