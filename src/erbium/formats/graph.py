"""The network as a signed graph: who activates and who inhibits whom.

A node is a protein with all its forms (AKT is AKT, pAKT and ppAKT), a complex, a drug amount or a
named rule such as ``mTORC1``. The sign of an influence is that of the symbolic derivative of a rate
at the drug-free state; where it vanishes there (no drug, an idle knob) it is read off a probe state
in which everything is present, and the edge is marked as silent at rest.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from erbium.core import expression as ex
from erbium.core.expression import Expr
from erbium.model.balance import owners, plain
from erbium.model.build import load_modules
from erbium.model.network import Network, NetworkReaction

if TYPE_CHECKING:
    import networkx as nx

_DRUG = re.compile(r"(depot|central|peripheral)_")
_SIGNS = {1: "activation", -1: "inhibition"}


def network_graph(
    network: Network,
    *,
    parameters: Mapping[str, float] | None = None,
    state: NDArray[np.float64] | None = None,
    rules: bool = True,
) -> nx.DiGraph:
    """Return the network as a directed graph of influences.

    Parameters
    ----------
    network
        The composed network.
    parameters
        Values that differ from the defaults.
    state
        The drug-free state, in species order; the start values when not given.
    rules
        Whether rules are nodes; without them an influence passes through to its species.

    Returns
    -------
    networkx.DiGraph
        Nodes carry `kind` (protein, complex, transcript, drug, rule), `module`, `clone` and `forms`;
        edges carry `kind` (activation, inhibition, mixed, conversion, or neutral where an idle knob
        hides the influence), `sign`, `reactions`, `module` and `silent_at_rest`.
    """
    return _Grapher(network, parameters or {}, state, rules=rules).graph()


def all_forms(network: Network) -> dict[str, tuple[str, ...]]:
    """Return the species that each node of the graph stands for, by node."""
    return _forms_of(_Grapher(network, {}, None, rules=False))


def acting_forms(network: Network) -> dict[str, tuple[str, ...]]:
    """Return the species through which each node of the graph acts, by node.

    Of a protein that is modified, the modified forms count where they act, else the unmodified one where
    that does (RB is active without phosphate); of a protein whose forms act only within complexes, all of
    them: its abundance.
    """
    grapher = _Grapher(network, {}, None, rules=False)
    found = {}
    for node, names in _forms_of(grapher).items():
        modified = tuple(name for name in names if name != node and name in grapher.active)
        found[node] = modified or ((node,) if node in grapher.active else names)
    return found


def _forms_of(grapher: _Grapher) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, node in grapher.nodes.items():
        found[node] = (*found.get(node, ()), name)
    return found


def to_graphml(graph: nx.DiGraph) -> str:
    """Return the graph as GraphML text."""
    import networkx as nx

    return "\n".join(nx.generate_graphml(graph)) + "\n"


def to_json(graph: nx.DiGraph) -> str:
    """Return the graph as node-link JSON."""
    import networkx as nx

    return json.dumps(nx.node_link_data(graph, edges="edges"), indent=1, sort_keys=True) + "\n"


def to_cx2(graph: nx.DiGraph, name: str = "erbium") -> str:
    """Return the graph as CX2 (the network exchange format of NDEx and Cytoscape)."""
    numbers = {node: number for number, node in enumerate(graph.nodes)}
    nodes: list[dict[str, Any]] = [
        {"id": numbers[node], "v": {"name": node, **data}} for node, data in graph.nodes(data=True)
    ]
    edges: list[dict[str, Any]] = [
        {"id": number, "s": numbers[source], "t": numbers[target], "v": data}
        for number, (source, target, data) in enumerate(graph.edges(data=True))
    ]
    declared = {
        "networkAttributes": {"name": {"d": "string"}},
        "nodes": {key: {"d": kind} for key, kind in _types([node["v"] for node in nodes]).items()},
        "edges": {key: {"d": kind} for key, kind in _types([edge["v"] for edge in edges]).items()},
    }
    parts: list[dict[str, Any]] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {
            "metaData": [
                {"name": "attributeDeclarations", "elementCount": 1},
                {"name": "networkAttributes", "elementCount": 1},
                {"name": "nodes", "elementCount": len(nodes)},
                {"name": "edges", "elementCount": len(edges)},
            ]
        },
        {"attributeDeclarations": [declared]},
        {"networkAttributes": [{"name": name}]},
        {"nodes": nodes},
        {"edges": edges},
        {"status": [{"success": True}]},
    ]
    return json.dumps(parts, indent=1) + "\n"


def _types(values: list[dict[str, Any]]) -> dict[str, str]:
    words = {bool: "boolean", int: "integer", float: "double", str: "string"}
    return {key: words[type(value)] for value in reversed(values) for key, value in value.items()}


class _Grapher:
    def __init__(
        self,
        network: Network,
        parameters: Mapping[str, float],
        state: NDArray[np.float64] | None,
        *,
        rules: bool,
    ) -> None:
        self.network = network
        self.rules = rules
        values = dict(zip(network.parameters, network.defaults.tolist(), strict=True)) | dict(parameters)
        start = [float(ex.evaluate(network.expand(node), values)) for node in network.initial]
        rest = start if state is None else state.tolist()
        self.rest = self.with_rules(values | dict(zip(network.species, rest, strict=True)))
        self.probe = self.with_rules(
            {name: value or 0.5 for name, value in values.items()}
            | {name: value or 0.1 for name, value in zip(network.species, rest, strict=True)}
        )
        self.nodes = {name: self.node_of(name) for name in network.species}
        if rules:
            # A rule named like the protein it is read from needs no node of its own.
            self.nodes |= {name: name for name in network.rules}
        self.owners = owners(load_modules())
        self.active = self.active_forms()
        self.edges: dict[tuple[str, str], list[tuple[int, bool, str, str]]] = {}

    def with_rules(self, values: dict[str, float]) -> dict[str, float]:
        for name, rule in self.network.rules.items():
            with np.errstate(all="ignore"):
                values[name] = float(ex.evaluate(rule, values))
        return values

    def node_of(self, species: str) -> str:
        """Return the protein of a species: the same name without p, pp or e in front."""
        clone, dot, own = species.rpartition(".")
        for prefix in ("pp", "p", "e"):
            base = f"{clone}{dot}{own.removeprefix(prefix)}"
            if own.startswith(prefix) and base in self.network.species_index:
                return base
        return species

    def shown(self, expression: Expr) -> Expr:
        return expression if self.rules else self.network.expand(expression)

    def active_forms(self) -> set[str]:
        """Return the species through which a protein acts: they modify what they are not part of."""
        net = self.network
        found: set[str] = set()
        for rule in net.rules.values():
            found |= rule.names & net.species_index.keys()
        for reaction in net.reactions:
            own = {self.nodes[name] for name, _ in (*reaction.reactants, *reaction.products)}
            names = reaction.rate.names & net.species_index.keys()
            found |= {name for name in names if self.nodes[name] not in own}
        return found

    def graph(self) -> nx.DiGraph:
        import networkx as nx

        if self.rules:
            for name, rule in self.network.rules.items():
                for source, sign in self.inputs(rule).items():
                    self.note(source, name, sign, name, self.module(name))
        for reaction in self.network.reactions:
            self.add(reaction)
        graph: nx.DiGraph = nx.DiGraph(name="erbium", clones=self.network.clones)
        for node in dict.fromkeys(self.nodes.values()):
            graph.add_node(node, **self.attributes(node))
        for (source, target), notes in sorted(self.edges.items()):
            graph.add_edge(source, target, **_merge(notes))
        return graph

    def inputs(self, rule: Expr) -> dict[str, tuple[int, bool]]:
        """Return what a rule reads, with signs.

        A share such as pEBP1 / (pEBP1 + EBP1) rises with one form and falls with the other; there the
        modified form speaks for the protein.
        """
        signs = {name: self.sign(rule, name) for name in sorted(rule.names & self.nodes.keys())}
        for name in list(signs):
            rivals = [other for other in signs if self.nodes[other] == self.nodes[name] and other != name]
            if name == self.nodes[name] and any(signs[other][0] == -signs[name][0] for other in rivals):
                del signs[name]
        return signs

    def attributes(self, node: str) -> dict[str, Any]:
        forms = [name for name, owner in self.nodes.items() if owner == node]
        clone = re.match(r"c(\d+)\.", node)
        return {
            "kind": self.kind(node),
            "module": self.module(node),
            "clone": int(clone[1]) if clone else 0,
            "label": plain(node),
            "forms": " ".join(plain(form) for form in forms),
        }

    def kind(self, node: str) -> str:
        if node in self.network.rules:
            return "rule"
        if _DRUG.match(node):
            return "drug"
        if node.endswith("_mRNA"):
            return "transcript"
        built = any((node, 1) in r.products and _size(r.reactants) > 1 for r in self.network.reactions)
        return "complex" if built else "protein"

    def module(self, name: str) -> str:
        if plain(name) in self.owners:
            return self.owners[plain(name)]
        touching = (r.module for r in self.network.reactions if (name, 1) in (*r.reactants, *r.products))
        return next(touching, "")

    def add(self, reaction: NetworkReaction) -> None:
        reactants = [name for name, _ in reaction.reactants]
        products = [name for name, _ in reaction.products]
        for source in reactants:
            for target in products:
                self.note(source, target, 0, reaction.id, reaction.module)
        rate = self.shown(reaction.rate)
        for source in sorted(rate.names & self.nodes.keys()):
            if source in reactants:
                continue
            sign, silent = self.sign(rate, source)
            for target, way in self.targets(reaction):
                self.note(source, target, (sign * way, silent), reaction.id, reaction.module)

    def targets(self, reaction: NetworkReaction) -> list[tuple[str, int]]:
        """Return what a modifier of the reaction acts on, and in which direction."""
        reactants = [name for name, _ in reaction.reactants]
        products = [name for name, _ in reaction.products]
        if _size(reaction.reactants) > 1:  # it helps a complex to form
            return [(name, 1) for name in products]
        if _size(reaction.products) > 1:  # it helps a complex to fall apart
            return [(name, -1) for name in reactants]
        if reactants and products and self.nodes[reactants[0]] == self.nodes[products[0]]:
            # A switch between two forms of a protein: good for it when the product is the active one.
            inward = products[0] in self.active or reactants[0] not in self.active
            return [(products[0], 1 if inward else -1)]
        return [*((name, -1) for name in reactants), *((name, 1) for name in products)]

    def sign(self, node: Expr, wrt: str) -> tuple[int, bool]:
        """Return the sign of the derivative, and whether it vanishes at the drug-free state."""
        slope = ex.derivative(node, wrt)
        with np.errstate(all="ignore"):
            at_rest = float(ex.evaluate(slope, self.rest))
            if at_rest and np.isfinite(at_rest):
                return int(np.sign(at_rest)), False
            elsewhere = float(ex.evaluate(slope, self.probe))
        return (int(np.sign(elsewhere)) if np.isfinite(elsewhere) else 0), True

    def note(
        self, source: str, target: str, sign: int | tuple[int, bool], reaction: str, module: str
    ) -> None:
        ends = self.nodes[source], self.nodes[target]
        value, silent = sign if isinstance(sign, tuple) else (sign, False)
        if ends[0] != ends[1]:
            self.edges.setdefault(ends, []).append((value, silent, reaction, module))


def _size(side: tuple[tuple[str, int], ...]) -> int:
    return sum(count for _, count in side)


def _merge(notes: list[tuple[int, bool, str, str]]) -> dict[str, Any]:
    """Return the attributes of one edge; an influence outweighs a mere conversion."""
    awake = [sign for sign, silent, _, _ in notes if sign and not silent]
    signs = awake or [sign for sign, _, _, _ in notes if sign]
    balance = sum(signs)
    sign = (balance > 0) - (balance < 0)
    converted = any(not silent for _, silent, _, _ in notes)
    kind = _SIGNS.get(sign, "mixed") if signs else "conversion" if converted else "neutral"
    return {
        "kind": kind,
        "sign": sign,
        "reactions": " ".join(dict.fromkeys(plain(reaction) for _, _, reaction, _ in notes)),
        "module": Counter(module for _, _, _, module in notes).most_common(1)[0][0],
        "silent_at_rest": bool(signs) and not awake,
    }
