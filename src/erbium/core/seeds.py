"""Random numbers by key, not by order.

Every draw is a pure function of (seed, index, quantity). Paired arms share draws, adding a
quantity moves no other draw, and the result does not depend on batch size or thread count.
The generator hashes the key with the SplitMix64 finaliser (Steele, Lea and Flood 2014,
10.1145/2660193.2660195).
"""

from __future__ import annotations

import functools
import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))


@functools.lru_cache(maxsize=1 << 15)  # bounded: every block of patients has a seed of its own
def _key(seed: int, quantity: str) -> int:
    digest = hashlib.sha256(f"{seed}\x1f{quantity}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


def uniform(seed: int, index: ArrayLike, quantity: str) -> NDArray[np.float64]:
    """Return one number in (0, 1) per index, the same for the same key on every machine.

    Parameters
    ----------
    seed
        The user's seed.
    index
        Twin, patient or draw numbers, any shape.
    quantity
        Name of what is drawn, for example ``"PTEN.loss"``.
    """
    with np.errstate(over="ignore"):
        counter = np.asarray(index).astype(np.uint64)
        state = _mix(np.uint64(_key(seed, quantity)) + (counter + np.uint64(1)) * _GOLDEN)
        state = _mix(state + _GOLDEN)
    return ((state >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normal(seed: int, index: ArrayLike, quantity: str) -> NDArray[np.float64]:
    """Return standard normal draws, one per index."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniform(seed, index, quantity)), dtype=np.float64)


def log_normal(seed: int, index: ArrayLike, quantity: str, cv: float) -> NDArray[np.float64]:
    """Return factors of median 1 and coefficient of variation `cv` (a fraction)."""
    return np.asarray(np.exp(np.sqrt(np.log1p(cv**2)) * normal(seed, index, quantity)), dtype=np.float64)
