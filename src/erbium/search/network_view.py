"""What the graph says a tumour needs, what its dynamics say, and where the two part.

A cut of the graph takes the last path of activation away. The dynamics add that a part may do (a node
inhibited by four fifths), that a cut may be undone (feedback, bypass through a route that was idle), and
how much each node counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from erbium.core.errors import DataError, MissingExtra
from erbium.core.result import plain as plain_data
from erbium.core.result import version
from erbium.core.twins import Array
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.search_nodes import load_search_nodes
from erbium.model import build_network
from erbium.profile import Profile
from erbium.search.agents import VIRTUAL, Agent, node_agents, slots_of
from erbium.search.graph_view import DRIVERS, OUTPUT, GraphView, loops_json
from erbium.search.screening import adapted, growth_of, screen
from erbium.search.standing import Standings
from erbium.tumour import Tumour

SCHEMA = "erbium.network_view/1"
#: Morris trajectories and levels; every node is moved in each trajectory once.
TRAJECTORIES, LEVELS = 12, 4
#: Strongest inhibition of a node in the sensitivity analysis.
STRONGEST = 0.95
#: Loops that are listed.
MOST_LOOPS = 60


@dataclass(frozen=True)
class NetworkView:
    """The view as plain data, schema ``erbium.network_view/1``."""

    body: Mapping[str, Any]

    def json(self) -> dict[str, Any]:
        """Return the view as JSON-safe data."""
        return dict(self.body)


def network_view(
    profile: Profile,
    *,
    strength: float = 0.8,
    most: int = 2,
    draws: int = 8,
    seed: int = 1,
    sensitivity: bool = True,
    knowledge: Knowledge | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> NetworkView:
    """Return cuts, loops, bottlenecks, control nodes and sensitivities of a tumour's first clone.

    Parameters
    ----------
    strength
        Share by which nodes are inhibited in the dynamics.
    most
        Largest intervention set, 1 or 2 nodes.
    draws
        Parameter draws; a set works in the dynamics if the tumour shrinks in their median.
    sensitivity
        Whether to compute Morris elementary effects (needs SALib).

    Raises
    ------
    MissingExtra
        SALib is not installed.
    DataError
        Sets of a size that is not offered.
    """
    if not 1 <= most <= 2:
        raise DataError(f"sets of {most} nodes.", key="size", expected="1 or 2")
    said = progress or (lambda _share, _doing: None)
    known = knowledge or load_knowledge()
    tumour = Tumour.from_profile(profile, seed=seed, parameter_draws=draws, marker_draws=1, knowledge=known)
    said(0.0, "adapted signalling")
    agents = node_agents(strength)
    standings = Standings(tumour, agents)
    sets = [(), *(item for n in range(1, most + 1) for item in itertools.combinations(agents.values(), n))]
    screened = screen(standings, sets)
    growth = {
        names(one): np.median(values) for one, values in zip(screened.sets, screened.growth, strict=True)
    }
    said(0.4, "graph")
    view = _graph_of(tumour)
    cuts = view.cuts(most)
    dynamic = _minimal([one for one in growth if one and growth[one] < 0.0])
    said(0.7, "sensitivity")
    body = {
        "schema": SCHEMA,
        "version": version(),
        "seed": seed,
        "knowledge_hash": known.hash,
        "warnings": list(tumour.warnings),
        "case": profile.id,
        "strength": strength,
        "draws": draws,
        "drivers": list(DRIVERS),
        "output": OUTPUT,
        "graph": {
            "nodes": view.graph.number_of_nodes(),
            "edges": view.graph.number_of_edges(),
            "cuts": [list(one) for one in cuts],
            "loops": loops_json(loops := view.loops())[:MOST_LOOPS],
            "loops_by_kind": {
                "positive": sum(loop.sign > 0 for loop in loops),
                "negative": sum(loop.sign < 0 for loop in loops),
            },
            "bottlenecks": [{"node": name, "share": share} for name, share in view.bottlenecks()],
            "control_nodes": view.control_nodes(),
        },
        "dynamics": {
            "untreated_growth": growth[()],
            "unit": "log10 cells in twelve weeks",
            "sets": [{"nodes": list(one), "growth": growth[one]} for one in dynamic],
            "singles": [
                {"node": one[0], "growth": value} for one, value in _by_growth(growth) if len(one) == 1
            ],
        },
        "dynamics_over_graph": _compared(view, growth, cuts, dynamic),
        "sensitivity": _morris(standings, list(agents.values()), seed) if sensitivity else None,
    }
    said(1.0, "done")
    return NetworkView(plain_data(body))


def names(agents: Sequence[Agent]) -> tuple[str, ...]:
    """Return the ids of the nodes of a set."""
    return tuple(agent.id.removeprefix(VIRTUAL) for agent in agents)


def _graph_of(tumour: Tumour) -> GraphView:
    """Return the graph of the first clone of the typical twin."""
    one = build_network(1)
    whole = tumour.network
    parameters = tumour.parameters[0, [whole.parameter_index[name] for name in one.parameters]]
    state = tumour.drug_free[0, [whole.species_index[name] for name in one.species]]
    return GraphView(one, parameters, state, load_search_nodes())


def _by_growth(growth: Mapping[tuple[str, ...], float]) -> list[tuple[tuple[str, ...], float]]:
    return sorted(growth.items(), key=lambda item: item[1])


def _minimal(sets: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the sets of which no part is among them."""
    found: list[tuple[str, ...]] = []
    for one in sorted(sets, key=lambda item: (len(item), item)):
        if not any(set(smaller) <= set(one) for smaller in found):
            found.append(one)
    return found


def _compared(
    view: GraphView,
    growth: Mapping[tuple[str, ...], float],
    cuts: Sequence[tuple[str, ...]],
    dynamic: Sequence[tuple[str, ...]],
) -> dict[str, Any]:
    """Return where graph and dynamics agree over all screened sets, and sets on which they part."""
    tried = [one for one in growth if one]

    def holds(one: tuple[str, ...], sets: Sequence[tuple[str, ...]]) -> bool:
        return any(set(smaller) <= set(one) for smaller in sets)

    by_graph = {one: holds(one, cuts) for one in tried}
    by_dynamics = {one: growth[one] < 0.0 for one in tried}
    singles = [one for one in tried if len(one) == 1]
    drivers_left = [float(len(view.reaches(one))) for one in singles]
    drop = [growth[()] - growth[one] for one in singles]
    varied = len(set(drivers_left)) > 1
    return {
        "sets": len(tried),
        "both": sum(by_graph[one] and by_dynamics[one] for one in tried),
        "graph_only": sum(by_graph[one] and not by_dynamics[one] for one in tried),
        "dynamics_only": sum(by_dynamics[one] and not by_graph[one] for one in tried),
        "neither": sum(not by_graph[one] and not by_dynamics[one] for one in tried),
        "escaping_cuts": [
            {"nodes": list(one), "growth": growth[one]}
            for one in cuts
            if one in growth and growth[one] >= 0.0
        ],
        "without_a_cut": [
            {"nodes": list(one), "growth": growth[one]} for one in dynamic if not by_graph[one]
        ],
        "rank_correlation_of_singles": float(-spearmanr(drivers_left, drop)[0]) if varied else None,
    }


def _morris(standings: Standings, agents: Sequence[Agent], seed: int) -> dict[str, Any]:
    """Return Morris elementary effects of inhibiting each node, from nothing to nearly all, on growth."""
    try:
        from SALib.analyze import morris as analysis
        from SALib.sample import morris as sampling
    except ImportError as error:
        raise MissingExtra.named("search", "SALib", "global sensitivity") from error
    own = [agent.id.removeprefix(VIRTUAL) for agent in agents]
    problem = {"num_vars": len(agents), "names": own, "bounds": [[0.0, STRONGEST]] * len(agents)}
    points = sampling.sample(problem, TRAJECTORIES, num_levels=LEVELS, seed=seed)
    growth = growth_at(standings, agents, points)
    found = analysis.analyze(problem, points, growth, num_levels=LEVELS, seed=seed)
    rows = zip(own, found["mu"], found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True)
    effects = [
        {"node": name, "mu": float(mu), "mu_star": float(star), "confidence": float(conf), "sigma": float(sd)}
        for name, mu, star, conf, sd in rows
    ]
    return {
        "method": "Morris elementary effects",
        "trajectories": TRAJECTORIES,
        "runs": len(points),
        "unit": "log10 cells in twelve weeks, from nothing to 95 % inhibition",
        "effects": sorted(effects, key=lambda item: -item["mu_star"]),
    }


def growth_at(standings: Standings, agents: Sequence[Agent], points: Array) -> Array:
    """Return adapted growth of the typical twin with each node inhibited by a share, (points,).

    Parameters
    ----------
    points
        Shares from 0 to below 1, shape (points, agents).
    """
    slots = slots_of(tuple(agents))
    parameters, states = [], []
    for point in points:
        rows = standings.rest.parameters.copy()
        for agent, share in zip(agents, point, strict=True):
            if share > 0.0:
                standings.inhibit(rows, replace(agent, strength=float(share)), slots.get(agent.id))
        parameters.append(rows[:1])
        states.append(standings.tumour.drug_free[:1])
    table, start = np.concatenate(parameters), np.concatenate(states)
    return growth_of(
        standings, table, adapted(standings, table, start), twins=np.zeros(len(table), dtype=int)
    )
