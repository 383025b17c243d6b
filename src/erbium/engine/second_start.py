"""Another start with the same conserved totals, to find networks with more than one attractor."""

from __future__ import annotations

import numpy as np

from erbium.engine.backend import Floats
from erbium.model.network import Network

_spans: dict[tuple[str, tuple[bool, ...]], Floats] = {}


def second_start(network: Network, start: Floats) -> Floats:
    """Return `start` moved towards evenly spread amounts, as far as it stays positive.

    The move lies in the span of the reactions, so every linear invariant keeps its value.

    Parameters
    ----------
    start
        (patients, species).
    """
    rows = np.array(network.settles, bool)
    span = _span(network)
    here = start[:, rows]
    move = (here.mean(axis=1, keepdims=True) - here) @ span @ span.T
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(move < 0, here / -move, np.inf).min(axis=1)
    out = start.copy()
    out[:, rows] += 0.9 * np.minimum(room, 1.0)[:, None] * move
    return np.maximum(out, 0.0)


def _span(network: Network) -> Floats:
    """Return an orthonormal basis of what the reactions can move, (settling species, rank); found once."""
    key = (network.hash, network.settles)
    if key not in _spans:
        rows = np.array(network.settles, bool)
        span, sizes, _ = np.linalg.svd(network.stoichiometry[rows], full_matrices=False)
        _spans[key] = span[:, sizes > 1e-9 * sizes.max(initial=0.0)]
    return _spans[key]
