"""How far a readout is from what the arms of a claim move: species crossed on the shortest path.

The graph has an edge from each parameter and species to each species whose rate of change names it, rules
written out, and from each of them to each readout that names it. A check whose readout names what was
moved has 0 hops: it reads its own handle.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from erbium.claims.setup import PatientArm, Setup
from erbium.experiment.names import VIABILITY, bare, readout
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug, resolve_regimen
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.schema.claim import PATIENT_READOUTS, Check, Expectation, ratio
from erbium.model import build_network
from erbium.pharmacology.registry import kind_of

if TYPE_CHECKING:
    import networkx as nx

#: Where a drug enters, a patient or a dish.
_BODY_ENTRIES, _MEDIUM_ENTRIES = ("depot_", "central_"), ("medium_",)
_SERUM = "serum_HER2"
_READ = "read:"


def hops_of(check: Check, setups: Mapping[str, Setup]) -> int | None:
    """Return the fewest hops over the expectations; None if no path leads from handle to readout."""
    found = [hops for hops in (hops_between(e, setups) for e in check.expect) if hops is not None]
    return min(found, default=None)


def hops_between(expectation: Expectation, setups: Mapping[str, Setup]) -> int | None:
    """Return the species crossed from the nearest handle that the arms move to the readout."""
    path = shortest_path(moved(expectation, setups), expectation.readout)
    return None if path is None else len(path) - 2


def shortest_path(handles: Iterable[str], name: str) -> list[str] | None:
    """Return the nodes from the nearest handle to a readout, both included; None without a path."""
    import networkx as nx

    graph = influence_graph()
    starts = [handle for handle in handles if handle in graph]
    target = _READ + read_name(name)
    if not starts or target not in graph:
        return None
    try:
        _, path = nx.multi_source_dijkstra(graph, set(starts), target)
    except nx.NetworkXNoPath:
        return None
    return [str(node) for node in path]


def moved(expectation: Expectation, setups: Mapping[str, Setup]) -> list[str]:
    """Return the names, of parameters and species, that differ between what is compared.

    In a difference of differences the drug is the same on both sides: what is moved is the marker.
    """
    pairs = list(pairwise(expectation.arms_in_order))
    if expectation.test and expectation.against:
        pairs.append((ratio(expectation.test)[0], ratio(expectation.against)[0]))
    found = {name for a, b in pairs for name in moved_by(setups[a], setups[b])}
    if not pairs and expectation.test:
        found = {name for name, _ in _handles(setups[ratio(expectation.test)[0]])}
    return sorted(found)


def moved_by(one: Setup, other: Setup) -> list[str]:
    """Return the names that differ between two setups."""
    return sorted({name for name, _ in set(_handles(one)) ^ set(_handles(other))})


def read_name(name: str) -> str:
    """Return the network's readout that a readout of a claim rests on."""
    if name == VIABILITY or (name in PATIENT_READOUTS and not name.startswith(_SERUM)):
        return bare(readout(build_network(1), VIABILITY))
    return _SERUM if name.startswith(_SERUM) else name


def _handles(setup: Setup) -> Iterator[tuple[str, object]]:
    """Yield what a setup moves, with what it is moved to."""
    known = load_knowledge().mechanisms
    yield from setup.settings
    for name, factor in setup.scale:
        yield name, ("scaled", factor)
    carried = list(setup.mechanisms)
    drugs: list[tuple[str, object]] = []
    entries = _BODY_ENTRIES if isinstance(setup, PatientArm) else _MEDIUM_ENTRIES
    if isinstance(setup, PatientArm):
        yield "HER2_abundance", ("case", setup.case, setup.profile)
        if setup.regimen is not None:
            knowledge = load_knowledge()
            regimen = resolve_regimen(setup.regimen, knowledge.regimens, knowledge.drugs)
            drugs = [(name, setup.regimen) for name in regimen.drug_ids]
    else:
        yield from ((name, ("acute", value)) for name, value in setup.acute)
        yield "effector_cells", setup.effectors
        drugs = [(exposure.drug, exposure) for exposure in setup.exposures]
        if setup.line is not None:
            line = resolve_cell_line(setup.line)
            yield from ((path.rsplit(".", 1)[-1], value) for path, value in line.knobs.items())
            carried += [(item.id, item.x) for item in line.mechanisms]
    for name, x in carried:
        for effect in known[name].effects:
            yield effect.parameter.rsplit(".", 1)[-1], (name, x)
    for question, answer in setup.alternatives:
        yield f"alternative {question}", answer
    for name, value in drugs:
        drug = resolve_drug(name)
        for slot in kind_of(drug.drug_class).slot_for(drug):
            yield from ((entry + slot, value) for entry in entries)


@functools.cache
def influence_graph() -> nx.DiGraph:
    """Return who acts on whom in the network of one clone, names without the clone."""
    import networkx as nx

    network = build_network(1)
    graph: nx.DiGraph = nx.DiGraph()
    matrix = network.stoichiometry
    for j, rate in enumerate(network.rates):
        targets = [bare(network.species[i]) for i in np.flatnonzero(matrix[:, j])]
        for source in rate.names:
            graph.add_edges_from((bare(source), target) for target in targets if bare(source) != target)
    for i, start in enumerate(network.initial):
        # A conserved amount enters by the start values.
        for source in network.expand(start).names:
            graph.add_edge(bare(source), bare(network.species[i]))
    read = network.readouts | {
        name: rule for name, rule in network.rules.items() if name not in network.readouts
    }
    for name, expression in read.items():
        for source in network.expand(expression).names:
            graph.add_edge(bare(source), _READ + bare(name))
    for species in network.species:
        graph.add_edge(bare(species), _READ + bare(species))
    return graph


def edges_of(path: list[str]) -> list[tuple[str, str]]:
    """Return the edges along a path."""
    return list(pairwise(path))
