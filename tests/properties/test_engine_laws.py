"""Laws of the engine on any patient: totals, positivity, order, independence, equal kernels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erbium.engine.backend import UNIFORM, Floats
from erbium.engine.doses import DoseRule
from erbium.engine.kernel import Precision, kernel_for
from erbium.model.network import Network
from tests.networks import network, receptor_network

pytestmark = pytest.mark.needs_compiler
TOY = receptor_network()
PRECISIONS: tuple[Precision, ...] = ("f64", "f32")
RULES = (DoseRule("Depot", 0, 24, 504, 336, math.inf), DoseRule("Drug", 0, 504, None, None, math.inf))
DOSES = np.array([1.0, 50.0])
YEARS_2 = 2 * 8760.0


def patients(toy: Network, seed: int, count: int, spread: float = 0.3) -> Floats:
    random = np.random.default_rng(seed)
    return np.asarray(toy.defaults * np.exp(spread * random.standard_normal((count, len(toy.parameters)))))


def closed_network() -> Network:
    """Return drug binding, dimers and a phospho pair without synthesis: everything is conserved."""
    return network(
        species={"Drug": 0.0, "Waste": 0.0, "R": 2.0, "RD": 0.0, "RR": 0.0, "pR": 0.1, "E": 1.0, "pE": 0.0},
        parameters={"kon": 1.0, "koff": 0.05, "kdim": 10.0, "kdis": 20.0, "kp": 60.0, "kd": 60.0, "ke": 0.02,
                    "kE": 30.0},
        reactions=[
            ("Drug -> Waste", "ke * Drug"), ("R + Drug -> RD", "kon * R * Drug"),
            ("RD -> R + Drug", "koff * RD"), ("2 R -> RR", "kdim * R * R"), ("RR -> 2 R", "kdis * RR"),
            ("R -> pR", "kp * R"), ("pR -> R", "kd * pR"),
            ("E -> pE", "kE * (pR + 2 * RR) * E / (0.2 + E)"), ("pE -> E", "kE * pE"),
        ],
        frozen=("Drug", "Waste"),
    )  # fmt: skip


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), dose=st.floats(0.1, 200))
def test_invariants_over_two_years_of_pulses(seed: int, dose: float) -> None:
    toy = closed_network()
    kernel = kernel_for(toy, "f64")
    p = patients(toy, seed, 8, 0.5)
    start = kernel.initial_states(p)
    rule = DoseRule("Drug", 0, 504, None, None, math.inf)
    out = kernel.advance(start, p, 0, YEARS_2, [rule], [dose], 504)
    assert out.record is not None
    assert (out.record >= 0).all()
    given_by_then = np.zeros_like(out.record)
    doses = np.minimum(np.arange(len(out.times_h)), len(rule.times(0, YEARS_2)))
    given_by_then[:, :, toy.species_index["Drug"]] = (dose * doses)[:, None]
    totals = (out.record - given_by_then) @ toy.invariants.T
    scale = 1 + np.abs(out.record).max() * np.abs(toy.invariants).max()
    assert np.abs(totals - totals[0]).max() <= 1e-9 * scale


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), dose=st.floats(0, 1000), precision=st.sampled_from(PRECISIONS))
def test_states_stay_positive_and_finite(seed: int, dose: float, precision: Precision) -> None:
    kernel = kernel_for(TOY, precision)
    p = patients(TOY, seed, 16, 1.0)
    out = kernel.advance(kernel.initial_states(p), p, 0, 24 * 63, RULES, [1.0, dose], 24)
    assert out.record is not None
    assert np.isfinite(out.record).all()
    assert (out.record >= 0).all()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), data=st.data())
def test_a_patient_does_not_depend_on_the_batch(seed: int, data: st.DataObject) -> None:
    precision: Precision = data.draw(st.sampled_from(PRECISIONS))
    count = data.draw(st.integers(2, 40))
    p = patients(TOY, seed, count)
    amounts = np.random.default_rng(seed).choice([0.0, 1.0, 80.0], (2, count))
    order = np.array(data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=20)))
    kernel, lone = kernel_for(TOY, precision, threads=2), kernel_for(TOY, precision, threads=1)
    x = kernel.settle(p)
    whole = kernel.advance(x, p, 0, 24 * 42, RULES, amounts).states
    np.testing.assert_array_equal(lone.settle(p[order]), x[order])
    part = lone.advance(x[order], p[order], 0, 24 * 42, RULES, amounts[:, order]).states
    np.testing.assert_array_equal(part, whole[order])
    events = [(0.5, "Drug", 5.0)]
    course = kernel.cell_course(x, p, [1.0, 6.0], events).states
    np.testing.assert_array_equal(
        lone.cell_course(x[order], p[order], [1.0, 6.0], events).states, course[:, order]
    )


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), precision=st.sampled_from(PRECISIONS))
def test_c_and_numpy_kernels_are_equal(seed: int, precision: Precision) -> None:
    compiled, plain = kernel_for(TOY, precision, "c"), kernel_for(TOY, precision, "numpy")
    p = patients(TOY, seed, 5)
    x = compiled.settle(p)
    np.testing.assert_allclose(plain.settle(p), x, rtol=1e-9, atol=1e-12)
    amounts = np.array([[1.0, 0.0, 2.0, 1.0, 0.0], [50.0, 400.0, 0.0, 5.0, 0.0]])
    one, other = (k.advance(x, p, 0, 24 * 25, RULES, amounts, 24).record for k in (compiled, plain))
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-12)
    events = [(0.5, "Drug", 5.0), (3.0, "kp", 0.0)]
    one, other = (k.cell_course(x, p, [1.0, 6.0], events).states for k in (compiled, plain))
    np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-12)


def test_order_three_on_a_nonlinear_toy() -> None:
    """The coefficients are those of RODAS3: without doses the error falls eightfold a halving."""
    toy = network(
        {"A": 1.0, "B": 0.2, "C": 0.4}, {"a": 0.02, "b": 0.03, "c": 0.05},
        [("A + B -> 2 B", "a * A * B * 3"), ("B -> C", "b * B"), ("C -> A", "c * C * C / (0.5 + A)")],
    )  # fmt: skip
    kernel = kernel_for(toy, "f64")
    x = kernel.initial_states(toy.defaults)
    ends = {
        steps: kernel.advance(x, toy.defaults, 0, 96, steps_per_day=steps, pace=UNIFORM).states
        for steps in (3, 6, 12, 24, 384)
    }
    errors = [np.abs(ends[steps] - ends[384]).max() for steps in (3, 6, 12, 24)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (orders[-2:] > 2.8).all(), orders
    assert (orders[-2:] < 3.4).all(), orders


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_halving_the_step_halves_the_error(seed: int) -> None:
    kernel = kernel_for(TOY, "f64")
    p = patients(TOY, seed, 8, 0.2)
    x = kernel.settle(p)
    drug = TOY.species_index["R"]

    def volumes(steps: int) -> Floats:
        out = kernel.advance(x, p, 0, 24 * 63, RULES, DOSES, 24, steps_per_day=steps, pace=UNIFORM).record
        assert out is not None
        return out[:, :, drug]

    fine = volumes(192)
    coarse, halved = (np.abs(volumes(s) - fine).max(axis=0).mean() for s in (12, 24))
    assert halved <= 0.5 * coarse


@pytest.mark.parametrize("fast", [1.0, 10.0, 60.0])
def test_totals_with_fast_pairs(fast: float) -> None:
    toy = receptor_network(fast)
    kernel = kernel_for(toy, "f64")
    p = patients(toy, 5, 8, 0.2)
    x = kernel.settle(p)
    rough, fine = (
        kernel.advance(x, p, 0, 24 * 63, RULES, DOSES, 24, steps_per_day=s).record for s in (12, 192)
    )
    assert rough is not None
    assert fine is not None
    members = [toy.species_index[name] for name in ("R", "RD", "pR")]
    total, want = rough[:, :, members].sum(axis=2), fine[:, :, members].sum(axis=2)
    assert (np.abs(total - want) / want).max() < 0.01
