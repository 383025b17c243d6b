"""Which answer to an open question each parameter draw follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Twins
from erbium.knowledge.schema.alternative import Alternative


def choice_of_twins(alternative: Alternative, twins: Twins) -> NDArray[np.int64]:
    """Return the position of the choice that each twin follows, shape (count,).

    The draws are split by the weights as evenly as their number allows, whatever the seed.
    """
    middle = twins.shared_split(f"alternative.{alternative.id}")
    reached = np.cumsum([choice.weight for choice in alternative.choices])
    return np.repeat(np.searchsorted(reached, middle).clip(0, len(reached) - 1), twins.marker_draws)
