"""What goes into a kernel and comes out of it: shapes, and only finite numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from erbium.core.errors import DataError, SimulationError
from erbium.engine.backend import Floats
from erbium.model.network import Network


def inputs(network: Network, states: ArrayLike, parameters: ArrayLike) -> tuple[Floats, Floats]:
    """Return states and parameters as matrices, one row per patient.

    Raises
    ------
    DataError
        A shape that does not fit the network.
    SimulationError
        A number that is not finite; names patient and number.
    """
    x = matrix(states, len(network.species), "states")
    p = matrix(parameters, len(network.parameters), "parameters")
    if len(x) != len(p):
        raise DataError(f"states of {len(x)} patients with parameters of {len(p)}.")
    for values, names in ((x, network.species), (p, network.parameters)):
        finite = np.isfinite(values)
        if not finite.all():
            bad = np.argwhere(~finite)
            raise SimulationError.of_patient(
                int(bad[0, 0]),
                f"patient {bad[0, 0]}: {names[bad[0, 1]]} is not a finite number at the start.",
            )
    return x, p


def matrix(values: ArrayLike, width: int, what: str) -> Floats:
    """Return `values` as a matrix of `width` columns; DataError names `what` if they are none."""
    out: Floats = np.ascontiguousarray(np.atleast_2d(np.asarray(values, np.float64)), np.float64)
    if out.ndim != 2 or out.shape[1] != width:
        raise DataError(f"{what} of shape {out.shape}.", expected=f"shape (patients, {width})")
    return out


def check_finite(network: Network, states: Floats, when: str) -> None:
    """Raise SimulationError for the first state that is not finite; names patient and state."""
    bad = np.argwhere(~np.isfinite(states))
    if len(bad):
        patient, state = bad[0]
        raise SimulationError.of_patient(
            int(patient), f"patient {patient}: {network.species[state]} is not finite {when}."
        )
