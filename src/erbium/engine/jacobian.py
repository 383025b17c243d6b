"""The symbolic Jacobian of a network: exact, sparse, with every feedback.

Leaving terms out keeps the invariants and still diverges, so nothing is left out.
"""

from __future__ import annotations

from erbium.core import expression as ex
from erbium.core.expression import Expr
from erbium.model.network import Network


def jacobian(network: Network) -> dict[tuple[int, int], Expr]:
    """Return the non-zero entries d(dx_i/dt)/dx_j by (i, j)."""
    entries: dict[tuple[int, int], Expr] = {}
    changes = net_changes(network)
    for rate, change in zip(network.rates, changes, strict=True):
        touched = sorted(network.species_index[name] for name in rate.names if name in network.species_index)
        for j in touched:
            slope = ex.derivative(rate, network.species[j])
            for i, count in change:
                term = ex.mul(ex.number(count), slope)
                entries[i, j] = ex.add(entries.get((i, j), ex.number(0)), term)
    return {at: entry for at, entry in sorted(entries.items()) if not (entry.is_number and entry.value == 0)}


def net_changes(network: Network) -> list[list[tuple[int, float]]]:
    """Return per reaction the species it changes, with the net count."""
    out: list[list[tuple[int, float]]] = []
    for reaction in network.reactions:
        counts: dict[int, float] = {}
        for sign, side in ((-1.0, reaction.reactants), (1.0, reaction.products)):
            for name, count in side:
                i = network.species_index[name]
                counts[i] = counts.get(i, 0.0) + sign * count
        out.append([(i, count) for i, count in sorted(counts.items()) if count])
    return out
