"""Sets of agents by adapted signalling: what growth is left once the cells have settled under the drugs.

The amounts of the drugs are held at their mean over twelve weeks, the size of the tumour at its start;
signalling, cell cycle, survival and the immune cells settle. What is read is the net growth of every
clone after feedback and bypass have played out. Pulses, selection of tolerant cells and the shrinking of
the tumour are left to the courses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.core.units import HOURS_PER_DAY
from erbium.engine.backend import Settling
from erbium.model.compose import clone_name
from erbium.search.agents import Set
from erbium.search.standing import MEAN_DAYS, Standings

#: Rows that settle together.
ROWS_AT_ONCE = 6000


@dataclass(frozen=True)
class Screened:
    """Adapted growth under sets of agents.

    Attributes
    ----------
    sets
        Those that can be simulated.
    growth
        Net growth of all clones together over twelve weeks, log10 of cells, (sets, count); NaN where a twin
        has no steady state.
    impossible
        How many sets take one place twice.
    """

    sets: tuple[Set, ...]
    growth: Array
    impossible: int

    def of(self, agents: Set) -> Array:
        """Return the growth under one set, shape (count,)."""
        return np.asarray(self.growth[self.sets.index(agents)])


def screen(
    standings: Standings, sets: Sequence[Set], progress: Callable[[float], None] | None = None
) -> Screened:
    """Return the adapted growth of the twins under every set."""
    count = standings.tumour.twins.count
    possible: list[Set] = []
    parts: list[Array] = []
    waiting: list[tuple[Array, Array]] = []
    size = max(ROWS_AT_ONCE // count, 1)
    for number, agents in enumerate(sets):
        try:
            waiting.append(standings.rows(agents))
        except DataError:
            continue
        possible.append(agents)
        if len(waiting) == size:
            parts.append(_settled_growth(standings, waiting))
            waiting = []
            if progress is not None:
                progress((number + 1) / len(sets))
    if waiting:
        parts.append(_settled_growth(standings, waiting))
    growth = np.concatenate(parts) if parts else np.empty((0, count))
    return Screened(tuple(possible), growth, len(sets) - len(possible))


def adapted(
    standings: Standings, parameters: Array, states: Array, held: NDArray[np.bool_] | None = None
) -> Array:
    """Return the states after adaptation, (rows, species); NaN where a row has no steady state.

    Parameters
    ----------
    held
        Further species that are kept at their start, shape (species,).
    """
    kernel = standings.tumour.kernel.exact()
    if held is None:
        return kernel.settle(parameters, states, unsettled="nan")
    settles = np.array(kernel.network.settles, bool) & ~held
    frozen = np.flatnonzero(~settles).astype(np.int32)
    out, done = kernel.backend.settle(states, parameters, frozen, Settling())
    out[~done] = np.nan
    return out


def growth_of(
    standings: Standings, parameters: Array, states: Array, twins: NDArray[np.intp] | None = None
) -> Array:
    """Return the growth of all clones together over twelve weeks at the rates of `states`, log10 of cells.

    Parameters
    ----------
    twins
        Which twin each row is; all in their order, again and again, if None.
    """
    tumour = standings.tumour
    names = [clone_name(c, "growth_rate") for c in range(1, len(tumour.clones) + 1)]
    rates = tumour.kernel.exact().compute_readouts(states, parameters, names)
    volumes = tumour.drug_free[
        :, [tumour.network.species_index[clone_name(c + 1, "volume")] for c in range(len(names))]
    ]
    total = np.maximum(volumes.sum(axis=1, keepdims=True), 1e-12)
    who = np.arange(len(states)) % tumour.twins.count if twins is None else twins
    shares = (volumes / total)[who]
    exponents = np.stack([rates[name] for name in names], axis=1) * MEAN_DAYS * HOURS_PER_DAY
    top = exponents.max(axis=1)
    # A twin without disease has no shares; the fastest clone speaks for it.
    weight = (
        np.where(shares.sum(axis=1, keepdims=True) > 0.0, shares, 1.0) * np.exp(exponents - top[:, None])
    ).sum(axis=1)
    return np.asarray((top + np.log(weight)) / np.log(10.0))


def _settled_growth(standings: Standings, rows: Sequence[tuple[Array, Array]]) -> Array:
    parameters = np.concatenate([one for one, _ in rows])
    states = adapted(standings, parameters, np.concatenate([one for _, one in rows]))
    return growth_of(standings, parameters, states).reshape(len(rows), -1)
