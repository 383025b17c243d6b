"""Some twins of a larger pool, each with the draws it has in the pool.

A pool is drawn once and looked at as a whole; who is chosen from it, perhaps several times, is the same
twin as in the pool, number for number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from erbium.core.twins import Array, Twins


@dataclass(frozen=True)
class ChosenTwins(Twins):
    """Chosen twins of a pool, as many of every parameter draw.

    Parameters
    ----------
    seed
        That of the pool.
    parameter_draws, marker_draws
        Numbers of chosen draws, and of chosen twins in each; a draw or a twin may be chosen again.
    pool
        The twins chosen from.
    chosen
        Index in the pool of each twin; those of one draw stand together.
    """

    pool: Twins
    chosen: tuple[int, ...]

    @classmethod
    def of(cls, pool: Twins, chosen: ArrayLike) -> ChosenTwins:
        """Return the twins of `pool` with these indices, shape (draws, twins of each draw).

        Raises
        ------
        ValueError
            Twins of one row have different parameter draws.
        """
        index = np.asarray(chosen, dtype=np.int64)
        if index.ndim != 2 or (pool.draw[index] != pool.draw[index][:, :1]).any():
            raise ValueError("the twins of one row share no parameter draw")
        return cls(pool.seed, index.shape[0], index.shape[1], pool, tuple(index.reshape(-1).tolist()))

    @cached_property
    def _index(self) -> NDArray[np.int64]:
        return np.array(self.chosen, dtype=np.int64)

    @cached_property
    def _pool_draws(self) -> NDArray[np.int64]:
        """Position in the pool of each chosen parameter draw, shape (parameter_draws,)."""
        return self.pool.draw[self._index[:: self.marker_draws]]

    @property
    def common_seed(self) -> int:
        """Seed of what all tumours share."""
        return self.pool.common_seed

    @property
    def draw_numbers(self) -> NDArray[np.int64]:
        """Number of each chosen parameter draw; number 0 is typical, shape (parameter_draws,)."""
        return self.pool.draw_numbers[self._pool_draws]

    def shared_split(self, quantity: str) -> Array:
        """Return the pool's number in (0, 1) of each chosen parameter draw, shape (parameter_draws,)."""
        return self.pool.shared_split(quantity)[self._pool_draws]

    def uniform(self, quantity: str) -> Array:
        """Return the pool's number in (0, 1) of each chosen twin, shape (count,)."""
        return self.pool.uniform(quantity)[self._index]
