"""Values of named expressions at given states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from erbium.core import expression as ex
from erbium.core.errors import UnknownName
from erbium.engine.backend import Floats
from erbium.model.network import Network


def compute(
    network: Network, states: ArrayLike, parameters: ArrayLike, names: Sequence[str] | None = None
) -> dict[str, Floats]:
    """Return readouts, rules, species or parameters by name, each (..., patients).

    Parameters
    ----------
    states
        (..., patients, species).
    parameters
        (patients, parameters).
    names
        What to compute; all readouts when None.
    """
    x, p = np.asarray(states, np.float64), np.asarray(parameters, np.float64)
    wanted = tuple(network.readouts if names is None else names)
    values = _Columns(network, x, p)
    nodes = [network.expand(_named(network, name)) for name in wanted]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = ex.evaluate_all(nodes, values)
    shape = x.shape[:-1]
    return {n: np.array(np.broadcast_to(v, shape), np.float64) for n, v in zip(wanted, found, strict=True)}


class _Columns(dict[str, Any]):
    """Values by name, each column taken when it is asked for: an expression needs few of a thousand."""

    def __init__(self, network: Network, states: Floats, parameters: Floats) -> None:
        super().__init__()
        self._of_states = network.species_index, states
        self._of_parameters = network.parameter_index, parameters

    def __missing__(self, name: str) -> Any:
        for index, table in (self._of_parameters, self._of_states):
            if name in index:
                found = self[name] = table[..., index[name]]
                return found
        raise KeyError(name)


def initial_states(network: Network, parameters: Floats) -> Floats:
    """Return the start states, (patients, species), from the initial expressions."""
    constant, moving = network.starts
    out = np.tile(constant, (len(parameters), 1))
    if moving:
        values: dict[str, Any] = {name: parameters[:, i] for name, i in network.parameter_index.items()}
        for i, value in zip(moving, ex.evaluate_all(list(moving.values()), values), strict=True):
            out[:, i] = value
    return out


def _named(network: Network, name: str) -> ex.Expr:
    for known in (network.readouts, network.rules):
        if name in known:
            return known[name]
    if name in network.species_index or name in network.parameter_index:
        return ex.name(name)
    raise UnknownName.among("readout", name, [*network.readouts, *network.rules, *network.species])
