"""The laws that matter most, on the network that is shipped."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.engine.kernel import Kernel, kernel_for
from erbium.model import build_network

pytestmark = pytest.mark.needs_compiler


@pytest.fixture(scope="module")
def exact() -> Kernel:
    return kernel_for(build_network(clones=2), "f64")


def test_it_settles_and_keeps_its_totals(exact: Kernel) -> None:
    network = exact.network
    spread = np.random.default_rng(4).standard_normal((9, len(network.parameters)))
    p = network.defaults * np.exp(0.05 * spread)
    found = exact.settle_from_two(p)
    assert not len(found.ambiguous)
    end = exact.advance(found.states, p, 0, 24 * 365)
    drift = (end.states - found.states) @ network.invariants.T
    size = 1 + np.abs(found.states).max()
    assert np.abs(drift).max() < 1e-9 * size
    assert (end.states >= 0).all()


def test_c_and_numpy_kernels_are_equal(exact: Kernel) -> None:
    p = np.repeat(exact.network.defaults[None], 2, axis=0)
    x = exact.settle(p)
    plain = kernel_for(exact.network, "f64", "numpy")
    out, other = (k.advance(x, p, 0, 24).states for k in (exact, plain))
    np.testing.assert_allclose(other, out, rtol=1e-9, atol=1e-12)
