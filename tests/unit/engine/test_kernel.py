"""What the layers above rely on: shapes, times, errors, settling, cell courses."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from erbium.core.errors import DataError, SimulationError, UnknownName
from erbium.engine.backend import UNIFORM
from erbium.engine.doses import DoseRule
from erbium.engine.kernel import Kernel, Precision, kernel_for
from tests.networks import network, receptor_network

DECAY = network(
    {"A": 1.0, "B": 0.0}, {"k": 0.1, "K": 2.0}, [("A -> B", "k * A")],
    rules={"double": "2 * A"}, readouts={"share": "A / (A + B)", "K_used": "K"},
)  # fmt: skip


@pytest.fixture(params=["numpy", pytest.param("c", marks=pytest.mark.needs_compiler)])
def decay(request: pytest.FixtureRequest) -> Kernel:
    return kernel_for(DECAY, "f64", request.param)


def test_record_and_doses(decay: Kernel) -> None:
    p = np.array([[0.1, 2.0], [0.05, 2.0]])
    rule = DoseRule("A", 24, 24, None, None, 60)
    out = decay.advance([[1.0, 0.0]] * 2, p, 0, 72, [rule], [[3.0, 0.0]], 24, pace=UNIFORM)
    assert out.record is not None
    assert out.record.shape == (4, 2, 2)
    assert out.times_h.tolist() == [0, 24, 48, 72]
    a, want = out.record[:, 0, 0], [1.0]
    for dose in (0, 3, 3):
        want.append((want[-1] + dose) * np.exp(-2.4))
    np.testing.assert_allclose(a, want, rtol=2e-3)
    np.testing.assert_allclose(out.record[:, 1, 0], np.exp(-0.05 * out.times_h), rtol=2e-4)
    np.testing.assert_array_equal(out.record[-1], out.states)
    only = decay.advance(
        [[1.0, 0.0]] * 2, p, 0, 72, [rule], [[3.0, 0.0]], 24, record_species=["B"], pace=UNIFORM
    )
    assert only.record is not None
    np.testing.assert_array_equal(only.record[:, :, 0], out.record[:, :, 1])


def test_steps_stretch_where_little_happens(decay: Kernel) -> None:
    p = np.array([[0.1, 2.0], [0.004, 2.0]])
    rule = DoseRule("A", 200, 120, None, None, 400)
    run = partial(decay.advance, t0_h=0, t1_h=720, rules=[rule])
    start = np.array([[1.0, 0.0]] * 2)
    stretched = run(start, p, amounts=[[3.0, 0.5]])
    want = run(start, p, amounts=[[3.0, 0.5]], steps_per_day=96, pace=UNIFORM).states
    np.testing.assert_allclose(stretched.states, want, rtol=5e-3, atol=1e-4)
    assert (stretched.states != run(start, p, amounts=[[3.0, 0.5]], pace=UNIFORM).states).any()
    # Each goes at its own pace, whoever stands beside it.
    for i in range(2):
        alone = run(start[i], p[i], amounts=[[3.0, 0.5][i]])
        np.testing.assert_array_equal(alone.states[0], stretched.states[i])


def test_a_lost_patient_is_named_or_left_out(decay: Kernel) -> None:
    p = np.array([[0.1, 2.0], [1e300, 2.0], [0.1, 2.0]])  # a rate that no double holds
    start = np.array([[1.0, 0.0], [1e10, 0.0], [1.0, 0.0]])
    with pytest.raises(SimulationError, match="patient 1"):
        decay.advance(start, p, 0, 240)
    out = decay.advance(start, p, 0, 240, record_h=24, lost="nan")
    found, record = out.states, out.record
    assert record is not None
    assert np.isnan(found[1]).all()
    assert np.isnan(record[:, 1]).all()
    assert np.isfinite(record[:, [0, 2]]).all()
    alone = decay.advance(start[:1], p[:1], 0, 240, record_h=24).states[0]
    np.testing.assert_array_equal(found[0], alone)
    np.testing.assert_array_equal(found[2], alone)


def test_an_advance_in_pieces_is_the_same(decay: Kernel) -> None:
    rule = DoseRule("A", 0, 12, None, None, 100)
    p = DECAY.defaults[None]
    whole = decay.advance([[1.0, 0.0]], p, 0, 96, [rule], [2.0]).states
    piece = np.array([[1.0, 0.0]])
    for t in range(0, 96, 24):
        piece = decay.advance(piece, p, t, t + 24, [rule], [2.0]).states
    np.testing.assert_array_equal(piece, whole)


def test_readouts_rules_and_species_by_name(decay: Kernel) -> None:
    found = decay.compute_readouts(
        np.ones((3, 2, 2)), [[0.1, 5.0], [0.1, 6.0]], ["share", "double", "A", "K_used"]
    )
    assert {name: values.shape for name, values in found.items()} == dict.fromkeys(found, (3, 2))
    assert found["share"][0, 0] == 0.5
    assert found["double"][0, 0] == 2.0
    assert found["K_used"][2].tolist() == [5.0, 6.0]
    assert set(decay.compute_readouts([[1.0, 1.0]], [[1.0, 1.0]])) == {"share", "K_used"}
    with pytest.raises(UnknownName, match="shar"):
        decay.compute_readouts([[1.0, 1.0]], [[1.0, 1.0]], ["shar"])


def test_wrong_input_is_refused(decay: Kernel) -> None:
    p = DECAY.defaults[None]
    with pytest.raises(DataError, match="shape"):
        decay.advance([[1.0]], p, 0, 24)
    with pytest.raises(DataError, match="whole number"):
        decay.advance([[1.0, 0.0]], p, 0, 25)
    with pytest.raises(DataError, match="amounts"):
        decay.advance([[1.0, 0.0]], p, 0, 24, [DoseRule("A", 0, 24, None, None, 9)], [[1.0, 2.0]])
    with pytest.raises(SimulationError, match="patient 0: B is not a finite number"):
        decay.advance([[1.0, np.nan]], p, 0, 24)
    with pytest.raises(UnknownName, match="C"):
        decay.advance([[1.0, 0.0]], p, 0, 24, record_h=24, record_species=["C"])


def test_no_patients_are_no_trouble(decay: Kernel) -> None:
    out = decay.advance(np.zeros((0, 2)), np.zeros((0, 2)), 0, 24, record_h=24)
    assert out.states.shape == (0, 2)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("precision", ["f64", "f32"])
def test_not_finite_names_patient_and_state(precision: Precision) -> None:
    toy = network({"A": 1.0}, {"k": 1.0}, [("-> A", "k * A * A")])
    kernel = kernel_for(toy, precision)
    with pytest.raises(SimulationError, match="patient 1: A is not finite after 2400 h"):
        kernel.advance([[0.0], [1.0]], [[1.0], [1.0]], 0, 2400)


def test_settling_keeps_frozen_states_and_totals() -> None:
    toy = network(
        {"A": 1.0, "B": 0.5, "T": 3.0}, {"k": 2.0, "d": 1.0, "g": 0.01},
        [("A -> B", "k * A * T"), ("B -> A", "d * B"), ("-> T", "g * T")], frozen=["T"],
    )  # fmt: skip
    out = kernel_for(toy, "f64", "numpy").settle(toy.defaults)
    np.testing.assert_allclose(out, [[1.5 / 7, 9.0 / 7, 3.0]], rtol=1e-8)


def test_what_does_not_settle_is_named() -> None:
    toy = network({"A": 1.0, "B": 0.0}, {"k": 1.0}, [("-> B", "k"), ("A ->", "k * A")])
    kernel = kernel_for(toy, "f64", "numpy")
    with pytest.raises(SimulationError, match=r"patient 1 of 2 does not settle: B"):
        kernel.settle([[0.0], [1.0]])
    states = kernel.settle([[0.0], [1.0]], unsettled="nan")
    assert np.isfinite(states[0]).all()
    assert np.isnan(states[1]).all()


def test_two_attractors_are_reported() -> None:
    toy = network(
        {"A": 0.99, "B": 0.01}, {"s": 0.0},
        [("A -> B", "(0.02 + 4 * hill(B, 0.5, 4) + s) * A"), ("B -> A", "1 * B")],
    )  # fmt: skip
    found = kernel_for(toy, "f64", "numpy").settle_from_two([[0.0], [5.0]])
    assert found.ambiguous.tolist() == [0]


@pytest.mark.needs_compiler
def test_cell_course_with_changes() -> None:
    kernel = kernel_for(DECAY, "f32")
    states = np.array([[1.0, 0.0], [1.0, 0.0]])
    course = kernel.cell_course(
        states, [[0.1, 2.0]] * 2, [0, 0.5, 1, 4], [(1.0, "k", [3.0, 0.0]), (0.0, "A", 1.0)]
    )
    a = course.states[:, :, 0]
    np.testing.assert_allclose(a[:, 0], [1, 2 * np.exp(-0.05), 2 * np.exp(-0.1), 2 * np.exp(-9.1)], rtol=1e-4)
    np.testing.assert_allclose(a[3, 1], a[2, 1], rtol=1e-9)
    assert states.tolist() == [[1.0, 0.0], [1.0, 0.0]]
    with pytest.raises(UnknownName, match="kk"):
        kernel.cell_course(states, [[0.1, 2.0]] * 2, [1.0], [(0.5, "kk", 1.0)])
    with pytest.raises(DataError, match="ascending"):
        kernel.cell_course(states, [[0.1, 2.0]] * 2, [1.0, 0.5])


@pytest.mark.needs_compiler
def test_kernels_are_kept_in_the_process() -> None:
    assert kernel_for(receptor_network(), "f64") is kernel_for(receptor_network(), "f64")
