"""What a composed network offers."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from erbium.core import expression as ex
from erbium.model.build import build_network


@pytest.mark.parametrize("clones", [1, 2, 4])
def test_text_and_shape(clones: int) -> None:
    network = build_network(clones)
    assert network.text.startswith(f"network of {clones} clone(s)\n")
    assert network.stoichiometry.shape == (len(network.species), len(network.reactions))
    assert len(network.defaults) == len(network.parameters)
    assert np.all(np.isfinite(network.defaults))


def test_rates_need_no_rule() -> None:
    network = build_network(1)
    known = set(network.species) | set(network.parameters)
    for node in (*network.rates, *network.derivatives, *network.initial):
        assert network.expand(node).names <= known


def test_invariants_are_conserved() -> None:
    network = build_network(1)
    assert len(network.invariants)
    assert np.allclose(network.invariants @ network.stoichiometry, 0, atol=1e-9)


def test_derivatives_are_finite_and_states_do_not_go_below_zero() -> None:
    network = build_network(2)
    values = dict(zip(network.parameters, network.defaults.tolist(), strict=True))
    start = {
        name: float(ex.evaluate(network.expand(node), values))
        for name, node in zip(network.species, network.initial, strict=True)
    }
    for state in (start, dict.fromkeys(network.species, 0.7)):
        with np.errstate(all="raise"):
            slopes = ex.evaluate_all(network.derivatives, values | state)
        assert np.all(np.isfinite(np.array(slopes, dtype=float)))
    for name, slope in zip(network.species, network.derivatives, strict=True):
        emptied = values | dict.fromkeys(network.species, 0.7) | {name: 0.0}
        with np.errstate(all="ignore"):
            assert float(ex.evaluate(slope, emptied)) >= 0, name


def test_every_readout_has_a_unit() -> None:
    network = build_network(2)
    assert network.readouts.keys() == network.readout_units.keys()
    assert network.rules.keys() == network.rule_units.keys()


def test_the_text_is_the_same_in_every_process() -> None:
    program = (
        "from erbium.core.parser import parse; {before}; from erbium.model.build import build_network;"
        "print(build_network(2).hash)"
    )
    hashes = set()
    for seed, before in (("0", "pass"), ("1", "parse('c2.pAKT + c1.k_AKT * c1.AKT')"), ("2", "pass")):
        ran = subprocess.run(
            [sys.executable, "-c", program.format(before=before)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.add(ran.stdout.strip())
    assert hashes == {build_network(2).hash}
