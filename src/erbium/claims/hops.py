"""How far a readout is from what the arms of a claim move: species crossed on the shortest path.

What is moved is read off the numbers: at the drug-free state of the one arm, the parameters of the other
change the rates of some species, or a readout at once (0 hops: the check reads its own handle). From
there the graph leads on: an edge from each species to each whose rate of change names it, rules written
out, and to each readout that names it. Of patients the names of what is moved are followed instead.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from erbium.claims.setup import PatientArm, Setup
from erbium.claims.typical import Typical
from erbium.experiment.condition import Condition
from erbium.experiment.names import VIABILITY, bare, readout
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.claim import PATIENT_READOUTS, Check, Expectation, ratio
from erbium.model import build_network
from erbium.pharmacology.registry import kind_of

if TYPE_CHECKING:
    import networkx as nx

#: Where a drug enters a patient.
_ENTRIES = ("depot_", "central_")
_SERUM = "serum_HER2"
_READ = "read:"
#: A rate counts as moved if it moves its species by this share per hour; a readout, if by this share at once.
_RATE_MOVED, _READOUT_MOVED, _SMALLEST = 1e-4, 1e-3, 1e-6


def hops_of(check: Check, setups: Mapping[str, Setup], typical: Typical) -> int | None:
    """Return the fewest hops over the expectations; None if no path leads from handle to readout."""
    paths = (path_of(expectation, setups, typical) for expectation in check.expect)
    return min((len(path) - 1 for path in paths if path is not None), default=None)


def path_of(expectation: Expectation, setups: Mapping[str, Setup], typical: Typical) -> list[str] | None:
    """Return the species from the nearest that the arms move to the readout, which comes last.

    A path of one node, the readout alone, is read off its own handle.
    """
    found: list[list[str]] = []
    target = _READ + read_name(expectation.readout)
    for one, other in compared(expectation, setups):
        if isinstance(one, PatientArm) or isinstance(other, PatientArm):
            path = shortest_path(_names_moved(one, other), target)
            # The first node is the name that is moved, not a species on the way.
            path = path[1:] if path else None
        elif _readout_moved(expectation.readout, one, other, typical):
            path = [target]
        else:
            path = shortest_path(species_moved(one, other, typical), target)
        if path is not None:
            found.append(path)
    return min(found, key=len, default=None)


def compared(expectation: Expectation, setups: Mapping[str, Setup]) -> Iterator[tuple[Setup, Setup]]:
    """Yield the pairs of setups whose difference is what is asked about.

    In a difference of differences the drug is the same on both sides: what is moved is the marker. A
    threshold compares with no arm; what is moved is what the arm does to the untouched cell.
    """
    for a, b in pairwise(expectation.arms_in_order):
        yield setups[a], setups[b]
    if expectation.test:
        test = setups[ratio(expectation.test)[0]]
        if expectation.against:
            yield test, setups[ratio(expectation.against)[0]]
        else:
            yield test, PatientArm(test.case) if isinstance(test, PatientArm) else Condition(test.line)


def shortest_path(starts: Iterable[str], target: str) -> list[str] | None:
    """Return the nodes from the nearest start to a target, both included; None without a path."""
    import networkx as nx

    graph = influence_graph()
    known = {start for start in starts if start in graph}
    if not known or target not in graph:
        return None
    try:
        _, path = nx.multi_source_dijkstra(graph, known, target)
    except nx.NetworkXNoPath:
        return None
    return [str(node) for node in path]


def species_moved(one: Condition, other: Condition, typical: Typical) -> list[str]:
    """Return the species whose rate, or conserved amount, differs at once between two conditions."""
    kernel = typical.kernel
    states, tables = typical.states(other), (typical.table(one), typical.table(other))
    if not np.all(np.isfinite(states)):
        return []
    here, there = (kernel.derivative(states, table) for table in tables)
    moved = np.abs(here - there) > _RATE_MOVED * (np.abs(states) + _SMALLEST)
    first, second = (kernel.initial_states(table) for table in tables)
    moved |= np.abs(first - second) > _READOUT_MOVED * np.maximum(np.abs(first), np.abs(second))
    return [bare(kernel.network.species[k]) for k in np.flatnonzero(moved[0])]


def read_name(name: str) -> str:
    """Return the network's readout that a readout of a claim rests on, without the clone."""
    if name == VIABILITY or (name in PATIENT_READOUTS and not name.startswith(_SERUM)):
        return bare(readout(build_network(1), VIABILITY))
    return _SERUM if name.startswith(_SERUM) else name


def _readout_moved(name: str, one: Condition, other: Condition, typical: Typical) -> bool:
    states = typical.states(other)
    if not np.all(np.isfinite(states)):
        return False
    full = readout(typical.kernel.network, name)
    here, there = (
        float(typical.kernel.compute_readouts(states, typical.table(condition), [full])[full][0])
        for condition in (one, other)
    )
    return abs(here - there) > _READOUT_MOVED * max(abs(here), abs(there), _SMALLEST)


def _names_moved(one: Setup, other: Setup) -> list[str]:
    """Return the names, of parameters and species, that differ between two patients."""
    return sorted({name for name, _ in set(_handles(one)) ^ set(_handles(other))})


def _handles(setup: Setup) -> Iterator[tuple[str, object]]:
    """Yield what is moved in a patient, with what it is moved to."""
    knowledge = load_knowledge()
    yield from setup.settings
    yield from ((name, ("scaled", factor)) for name, factor in setup.scale)
    for name, x in setup.mechanisms:
        for effect in knowledge.mechanisms[name].effects:
            yield effect.parameter.rsplit(".", 1)[-1], (name, x)
    if isinstance(setup, PatientArm):
        yield "HER2_abundance", ("case", setup.case, setup.profile)
        if setup.regimen is not None:
            regimen = resolve_regimen(setup.regimen, knowledge.regimens, knowledge.drugs)
            for name in regimen.drug_ids:
                drug = knowledge.drugs[name]
                for slot in kind_of(drug.drug_class).slot_for(drug):
                    yield from ((entry + slot, name) for entry in _ENTRIES)


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
    for name, expression in (network.rules | network.readouts).items():
        for source in network.expand(expression).names:
            graph.add_edge(bare(source), _READ + bare(name))
    for species in network.species:
        graph.add_edge(bare(species), _READ + bare(species))
    return graph
