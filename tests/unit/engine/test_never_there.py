"""What is not there and arises from nothing is told apart from what a drug brings about later."""

from __future__ import annotations

import numpy as np

from erbium.engine.never_there import never_there
from erbium.engine.system import System
from tests.networks import network


def test_cells_that_multiply_stay_away_and_what_a_drug_causes_does_not() -> None:
    toy = network(
        species={"drug": 0.0, "input": 1.0, "cells": 0.0, "offspring": 0.0, "selected": 0.0, "off": 0.0},
        parameters={"grow": 0.1, "n": 2.0, "at_rest": 1.0, "switch": 0.0},
        reactions=[
            ("drug ->", "grow * drug"),
            ("input ->", "drug * input"),
            ("-> cells", "grow * cells ^ n * input"),
            ("-> offspring", "grow * cells"),
            ("-> selected", "max(0, at_rest - input)"),
            ("-> off", "switch * input"),
        ],
    )
    index = toy.species_index
    start = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    absent = never_there(System.of(toy), start, toy.defaults, {index["drug"]})
    assert {name for name, at in index.items() if absent[at]} == {"cells", "offspring", "off"}
    present = start.copy()
    present[index["cells"]] = 1.0
    absent = never_there(System.of(toy), present, toy.defaults)
    assert {name for name, at in index.items() if absent[at]} == {"drug", "off"}
