"""The network without its kinetics: cuts, loops, bottlenecks and control nodes of the signed graph."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core import expression as ex
from erbium.core.twins import Array
from erbium.formats.graph import network_graph
from erbium.knowledge.schema.search_node import SearchNode
from erbium.model.balance import plain
from erbium.model.network import Network

if TYPE_CHECKING:
    import networkx as nx

#: What starts the signal, and what it comes to: entry into the cycle, with growth of cell mass.
DRIVERS = ("HER2", "EGFR", "HER3", "HER4", "IGF1R", "ER")
OUTPUT = "growth_per_pace"
#: A reaction counts as blocked where complete inhibition leaves less than this of its rate.
BLOCKED = 0.1
#: Longest loop that is listed.
LONGEST_LOOP = 6
_CLOSED = 1e-9


@dataclass(frozen=True)
class Loop:
    """One feedback loop: its nodes, and the product of the signs of its edges."""

    nodes: tuple[str, ...]
    sign: int


class GraphView:
    """The signed graph of one clone at a drug-free state.

    Parameters
    ----------
    network
        The network of one clone.
    parameters, state
        Parameters and drug-free state, shape (parameters,) and (species,).
    nodes
        Druggable nodes.
    """

    def __init__(
        self, network: Network, parameters: Array, state: Array, nodes: Mapping[str, SearchNode]
    ) -> None:
        self.network, self.nodes = network, nodes
        self._values = dict(zip(network.parameters, parameters.tolist(), strict=True))
        self._state = dict(zip(network.species, state.tolist(), strict=True))
        self.graph: nx.DiGraph = network_graph(network, parameters=self._values, state=state)

    @cached_property
    def active(self) -> nx.DiGraph:
        """The edges that pass activity on at rest: activations, and conversions of one form into another."""
        import networkx as nx

        kept = nx.DiGraph()
        for source, sink, data in self.graph.edges(data=True):
            if not data["silent_at_rest"] and data["kind"] in ("activation", "conversion", "mixed"):
                kept.add_edge(plain(source), plain(sink), reactions=frozenset(data["reactions"].split()))
        return kept

    @cached_property
    def blocked(self) -> dict[str, frozenset[str]]:
        """Reactions and rules that complete inhibition of each node stops at once, by plain name."""
        rest = self._rates({})
        found = {}
        for name, node in self.nodes.items():
            inhibited = self._rates(self._inhibition(node))
            found[name] = frozenset(
                key
                for key, value in rest.items()
                if abs(value) > 1e-12 and abs(inhibited[key]) < BLOCKED * abs(value)
            )
        return found

    def reaches(self, inhibited: Sequence[str]) -> list[str]:
        """Return the drivers from which activity still reaches the output when nodes are inhibited."""
        gone = frozenset().union(*(self.blocked[name] for name in inhibited))
        seen, waiting = {OUTPUT}, [OUTPUT]
        while waiting:
            for source, reactions in self._sources.get(waiting.pop(), ()):
                if source not in seen and not reactions <= gone:
                    seen.add(source)
                    waiting.append(source)
        return [name for name in DRIVERS if name in seen]

    @cached_property
    def _sources(self) -> dict[str, list[tuple[str, frozenset[str]]]]:
        """What activates each node, and by which reactions."""
        found: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for source, sink, data in self.active.edges(data=True):
            found.setdefault(sink, []).append((source, data["reactions"]))
        return found

    def cuts(self, most: int = 2) -> list[tuple[str, ...]]:
        """Return the minimal sets of nodes whose inhibition parts every driver from the output."""
        found: list[tuple[str, ...]] = []
        # Nodes that block the same edges stand for one another; all of them are tried.
        useful = [name for name, blocked in self.blocked.items() if blocked]
        for size in range(1, most + 1):
            for names in itertools.combinations(useful, size):
                if not any(set(smaller) <= set(names) for smaller in found) and not self.reaches(names):
                    found.append(names)
        return found

    def loops(self, longest: int = LONGEST_LOOP) -> list[Loop]:
        """Return the signed feedback loops of up to `longest` nodes, shortest first."""
        import networkx as nx

        signed = nx.DiGraph()
        for source, sink, data in self.graph.edges(data=True):
            if data["sign"] and not data["silent_at_rest"]:
                signed.add_edge(plain(source), plain(sink), sign=data["sign"])
        found = []
        for cycle in nx.simple_cycles(signed, length_bound=longest):
            edges = itertools.pairwise([*cycle, cycle[0]])
            found.append(Loop(tuple(cycle), int(np.prod([signed.edges[edge]["sign"] for edge in edges]))))
        return sorted(found, key=lambda loop: (len(loop.nodes), loop.nodes))

    def bottlenecks(self, most: int = 15) -> list[tuple[str, float]]:
        """Return the nodes that most shortest paths from the drivers to the output run through."""
        import networkx as nx

        sources = [name for name in DRIVERS if name in self.active]
        if OUTPUT not in self.active or not sources:
            return []
        between = nx.betweenness_centrality_subset(self.active, sources, [OUTPUT], normalized=False)
        ranked = sorted(between.items(), key=lambda item: (-item[1], item[0]))
        return [(name, value / len(sources)) for name, value in ranked if value > 0.0][:most]

    def control_nodes(self) -> list[str]:
        """Return the nodes that must be held from outside to steer all others (maximum matching).

        They are those that no edge of a maximum matching points at; another maximum matching may name others,
        their number is the same.
        """
        import networkx as nx

        kept = [(plain(a), plain(b)) for a, b, d in self.graph.edges(data=True) if not d["silent_at_rest"]]
        both = nx.Graph()
        names = sorted({name for edge in kept for name in edge})
        both.add_nodes_from((("out", name) for name in names), bipartite=0)
        both.add_nodes_from((("in", name) for name in names), bipartite=1)
        both.add_edges_from((("out", a), ("in", b)) for a, b in kept)
        matching = nx.bipartite.hopcroft_karp_matching(both, [("out", name) for name in names])
        return [name for name in names if ("in", name) not in matching]

    def _inhibition(self, node: SearchNode) -> dict[str, float]:
        if node.scale is not None:
            return dict.fromkeys(self._full(node.scale), 0.0)
        assert node.potency is not None
        slot = node.slots[0]
        return {
            **dict.fromkeys(self._full(f"medium_{slot}"), 1.0),
            **dict.fromkeys(self._full(node.potency.format(slot=slot)), _CLOSED),
        }

    def _full(self, name: str) -> list[str]:
        return [full for full in (name, f"c1.{name}") if full in self._values]

    def _rates(self, changed: Mapping[str, float]) -> dict[str, float]:
        """Return the values of rules and rates at the drug-free state with parameters changed."""
        values = {**self._values, **changed, **self._state}
        found: dict[str, float] = {}
        with np.errstate(all="ignore"):
            for name, rule in self.network.rules.items():
                values[name] = float(ex.evaluate(rule, values))
                found[plain(name)] = values[name]
            for reaction in self.network.reactions:
                found[plain(reaction.id)] = float(ex.evaluate(reaction.rate, values))
        return found


def loops_json(loops: Sequence[Loop]) -> list[dict[str, Any]]:
    """Return loops as plain data."""
    return [
        {"nodes": list(loop.nodes), "kind": "positive" if loop.sign > 0 else "negative"} for loop in loops
    ]
