"""Sign propagation: the direction of an effect guessed from the signs along the shortest path.

The sign of an edge is that of the partial derivative of a rate of change, or of a readout, at the
drug-free state of the cell with the drugs of the tested arm added, by a finite difference. It is the
baseline that the dynamics must beat.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from erbium.claims.hops import compared, path_of, read_name
from erbium.claims.setup import PatientArm, Setup
from erbium.claims.typical import Typical
from erbium.core.twins import Array
from erbium.experiment.names import readout
from erbium.knowledge.schema.claim import Expectation
from erbium.model.compose import clone_name

_STEP = 1e-3


def propagated_sign(expectation: Expectation, setups: Mapping[str, Setup], typical: Typical) -> int | None:
    """Return the sign that the graph gives to test over against; 0 if it is silent, None for patients."""
    if not expectation.test or not expectation.against:
        return None
    ((test, against),) = compared(expectation, setups)
    if isinstance(test, PatientArm) or isinstance(against, PatientArm):
        return None
    path = path_of(expectation, setups, typical)
    if path is None:
        return 0
    states = typical.states(against)
    present, before = typical.table(test), typical.table(against)
    sign = _first(path[0], expectation.readout, states, (present, before), typical)
    for source, target in pairwise(path):
        sign *= _edge(source, target, expectation.readout, states, present, typical)
    return int(sign)


def _first(node: str, name: str, states: Array, tables: tuple[Array, Array], typical: Typical) -> float:
    """Return the direction in which the arms move the first node of a path at once."""
    network = typical.kernel.network
    species = _species(node, typical)
    if species is None:
        here, there = (_read(name, states, table, typical) for table in tables)
        return float(np.sign(here - there))
    row = network.species_index[species]
    here, there = (typical.kernel.derivative(states, table)[0, row] for table in tables)
    if here == there:
        # Nothing but the conserved amount differs.
        here, there = (typical.kernel.initial_states(table)[0, row] for table in tables)
    return float(np.sign(here - there))


def _edge(source: str, target: str, name: str, states: Array, table: Array, typical: Typical) -> float:
    index = typical.kernel.network.species_index
    moved = states.copy()
    place = index[_species(source, typical) or source]
    moved[0, place] += _STEP * abs(moved[0, place]) or _STEP
    species = _species(target, typical)
    if species is None:
        before, after = (_read(name, x, table, typical) for x in (states, moved))
    else:
        row = index[species]
        before, after = (typical.kernel.derivative(x, table)[0, row] for x in (states, moved))
    return float(np.sign(after - before))


def _read(name: str, states: Array, table: Array, typical: Typical) -> float:
    full = readout(typical.kernel.network, read_name(name))
    return float(typical.kernel.compute_readouts(states, table, [full])[full][0])


def _species(node: str, typical: Typical) -> str | None:
    index = typical.kernel.network.species_index
    return next((name for name in (node, clone_name(1, node)) if name in index), None)
