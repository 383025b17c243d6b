"""Twins chosen from a pool keep their own draws."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.chosen_twins import ChosenTwins
from erbium.core.twins import Twins

POOL = Twins(7, 6, 5)
CHOSEN = ChosenTwins.of(POOL, [[10, 12], [10, 10], [26, 25]])


def test_every_draw_is_that_of_the_pool() -> None:
    index = [10, 12, 10, 10, 26, 25]
    assert (CHOSEN.uniform("a") == POOL.uniform("a")[index]).all()
    assert (CHOSEN.normal("a") == POOL.normal("a")[index]).all()
    assert (CHOSEN.shared_normal("a") == POOL.shared_normal("a")[index]).all()
    assert (CHOSEN.shared_split("a") == POOL.shared_split("a")[[2, 2, 5]]).all()
    assert (CHOSEN.uncertain("a", 1.0, 0.5, 2.0) == POOL.uncertain("a", 1.0, 0.5, 2.0)[index]).all()


def test_it_has_the_shape_of_twins() -> None:
    assert (CHOSEN.parameter_draws, CHOSEN.marker_draws, CHOSEN.count) == (3, 2, 6)
    assert CHOSEN.per_draw(np.arange(6)).shape == (3, 2)


def test_a_row_of_two_draws_is_refused() -> None:
    with pytest.raises(ValueError, match="no parameter draw"):
        ChosenTwins.of(POOL, [[0, 5]])
