"""Finds reactions that would take from a species that is empty.

The exact solution of such a network goes negative, so the guard works at every step: the course
becomes slow and its result is the limiter's, not the model's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from erbium.core.expression import evaluate
from erbium.engine.backend import Floats
from erbium.engine.jacobian import net_changes
from erbium.model.network import Network

SAMPLES = 64
_SEED = 1


@dataclass(frozen=True, slots=True)
class Overdraft:
    """A reaction that takes from an empty species.

    Parameters
    ----------
    reaction, species
        Ids.
    rate
        The reaction's rate at a sampled state in which the species is empty, per hour.
    """

    reaction: str
    species: str
    rate: float


def overdrafts(network: Network, parameters: Floats | None = None) -> list[Overdraft]:
    """Return the reactions whose rate does not vanish when what they consume is empty.

    The rates are sampled at states spread over eight orders of magnitude, for one patient's parameters
    (the defaults when None). A fraction above 1 is the usual cause.
    """
    random = np.random.default_rng(_SEED)
    states = 10.0 ** random.uniform(-4, 4, (len(network.species), SAMPLES))
    values: dict[str, Any] = dict(zip(network.species, states, strict=True))
    values |= dict(
        zip(
            network.parameters, (network.defaults if parameters is None else parameters).tolist(), strict=True
        )
    )
    found: list[Overdraft] = []
    for reaction, rate, change in zip(network.reactions, network.rates, net_changes(network), strict=True):
        for i, count in change:
            name = network.species[i]
            with np.errstate(all="ignore"):
                empty = np.broadcast_to(evaluate(rate, {**values, name: np.zeros(SAMPLES)}), SAMPLES)
            taken = -count * empty
            if (taken > 1e-12).any():
                found.append(Overdraft(reaction.id, name, float(empty[np.argmax(taken)])))
    return found
