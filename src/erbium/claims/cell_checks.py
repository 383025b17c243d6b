"""How far cells are from breaking a check on them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from erbium.claims.bench import Bench, Wanted
from erbium.claims.setup import setup_of
from erbium.core.twins import Array
from erbium.knowledge.schema.cell_check import CellCheck, Weights

#: Share of the parameter draws in which a check must hold.
SHARE = 0.8
#: Sums nearer to zero than this have no size to compare a margin with.
TINY = 1e-9


def wanted_by_cells(check: CellCheck) -> dict[str, Wanted]:
    """Return what must be measured for a check, by arm."""
    return {
        name: (setup_of(context), check.readout, check.time) for name, context in check.contexts().items()
    }


def margin(check: CellCheck, bench: Bench) -> Array:
    """Return by how much `more` is above `less`, over the size of `more`, one value per draw."""
    values = {name: bench.values[item] for name, item in wanted_by_cells(check).items()}
    more, less = _sum(check.more, values), _sum(check.less, values)
    return np.asarray((more - less) / np.maximum(np.abs(more), TINY))


def holds(margins: Array) -> bool:
    """Return whether a check holds in enough draws."""
    return bool((margins > 0.0).mean() >= SHARE)


def _sum(weights: Weights, values: Mapping[str, Array]) -> Array:
    return np.asarray(sum(weight * values[name] for name, weight in weights.items()))
