"""Sign propagation: the direction of an effect guessed from the signs along the shortest path.

The sign of an edge is that of the partial derivative of a rate of change, or of a readout, at the
drug-free state of the cell, by a finite difference. It is the baseline that the dynamics must beat.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np

from erbium.claims.hops import edges_of, moved_by, read_name, shortest_path
from erbium.claims.setup import PatientArm, Setup
from erbium.core.twins import Array, Twins
from erbium.engine.kernel import Kernel
from erbium.experiment import medium
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition
from erbium.experiment.names import column, readout
from erbium.knowledge.schema.claim import Expectation, ratio
from erbium.model.compose import clone_name

_STEP = 1e-3


def propagated_sign(expectation: Expectation, setups: Mapping[str, Setup]) -> int | None:
    """Return the sign that the graph gives to test against against; 0 if it is silent, None for patients."""
    if not expectation.test or not expectation.against:
        return None
    test, against = setups[ratio(expectation.test)[0]], setups[ratio(expectation.against)[0]]
    if isinstance(test, PatientArm) or isinstance(against, PatientArm):
        return None
    handles = moved_by(against, test)
    path = shortest_path(handles, expectation.readout)
    if path is None:
        return 0
    before, after = _table(against), _table(test)
    states = _settled(against.cell)
    kernel = culture_kernel()
    place = column(kernel.network, path[0])
    change = float(np.sign(after[0, place] - before[0, place]))
    # Signs are read with everything present that either arm holds: an absent drug acts on nothing.
    present = np.where(before != 0.0, before, after)
    sign = change
    for source, target in edges_of(path):
        sign *= _edge(kernel, states, present, source, target, expectation.readout)
    return int(sign)


def _edge(kernel: Kernel, states: Array, table: Array, source: str, target: str, name: str) -> float:
    network = kernel.network
    x, p = states.copy(), table.copy()
    species = next((n for n in (source, clone_name(1, source)) if n in network.species_index), None)
    where, place = (x, network.species_index[species]) if species else (p, column(network, source))
    where[0, place] += _STEP * abs(where[0, place]) or _STEP
    full = next((n for n in (target, clone_name(1, target)) if n in network.species_index), None)
    if full is None:
        read = readout(network, read_name(name))
        before, after = (kernel.compute_readouts(a, b, [read])[read][0] for a, b in ((states, table), (x, p)))
    else:
        row = network.species_index[full]
        before, after = kernel.derivative(states, table)[0, row], kernel.derivative(x, p)[0, row]
    return float(np.sign(after - before))


@functools.lru_cache(maxsize=512)
def _table(condition: Condition) -> Array:
    """Return the parameters of the typical cell with its drugs, shape (1, parameters)."""
    cells = Cells.of(1, 1)
    table = cells.table(condition.cell)
    for name, value in condition.acute:
        table[:, cells.column(name)] = value
    for changes in medium.changes(condition.exposures, Twins(1, 1, 1)).values():
        for name, values in changes:
            if values.any():
                table[:, cells.column(name)] = values
    return table


@functools.lru_cache(maxsize=512)
def _settled(cell: Condition) -> Array:
    return culture_kernel().settle(Cells.of(1, 1).table(cell))
