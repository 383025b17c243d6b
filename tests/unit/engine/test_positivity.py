"""Reactions that take from an empty species are found."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.engine.positivity import overdrafts
from tests.networks import network, receptor_network

SWITCH = network({"A": 1.0, "B": 0.0}, {"f": 1.0}, [("A -> B", "(1 - f) * A"), ("B ->", "0.1 * B")])


def test_mass_action_is_safe() -> None:
    assert not overdrafts(receptor_network())
    assert not overdrafts(SWITCH)


def test_a_fraction_above_one_is_found() -> None:
    (found,) = overdrafts(SWITCH, np.array([1.1]))
    assert (found.reaction, found.species) == ("r0", "B")
    assert found.rate < 0


@pytest.mark.parametrize("rate", ["0.5", "0.5 * mm(B, 1)"])
def test_loss_that_does_not_vanish_is_found(rate: str) -> None:
    toy = network({"A": 1.0, "B": 0.0}, {}, [("A ->", rate)])
    assert [(o.reaction, o.species) for o in overdrafts(toy)] == [("r0", "A")]
