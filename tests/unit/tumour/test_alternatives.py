"""Open questions: each parameter draw follows one answer."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.schema.alternative import Alternative
from erbium.tumour.alternatives import choice_of_twins

ALTERNATIVES = list(load_alternatives().values())


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda item: item.id)
@pytest.mark.parametrize("seed", [1, 2, 99])
def test_draws_are_split_by_weight(alternative: Alternative, seed: int) -> None:
    twins = Twins(seed, 20, 3)
    chosen = twins.per_draw(choice_of_twins(alternative, twins))
    assert (chosen == chosen[:, :1]).all()
    for position, choice in enumerate(alternative.choices):
        assert abs((chosen[:, 0] == position).sum() - 20 * choice.weight) <= 1.0


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda item: item.id)
def test_the_seed_decides_which_draw_follows_which(alternative: Alternative) -> None:
    a, b, again = (choice_of_twins(alternative, Twins(seed, 40, 1)) for seed in (1, 2, 1))
    assert np.array_equal(a, again)
    assert not np.array_equal(a, b)
