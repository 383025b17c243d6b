"""Laws of the draws of a run, whatever the seed and the numbers of twins."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from erbium.core.twins import Z95, Twins

seeds = st.integers(min_value=0, max_value=2**31)
sizes = st.integers(min_value=1, max_value=12)
quantities = st.text(min_size=1, max_size=12)
some = settings(max_examples=40, deadline=None)


@some
@given(seeds, sizes, sizes, quantities)
def test_the_same_key_gives_the_same_draws(seed: int, d: int, m: int, quantity: str) -> None:
    for name in ("uniform", "normal", "shared_normal"):
        a, b = getattr(Twins(seed, d, m), name)(quantity), getattr(Twins(seed, d, m), name)(quantity)
        assert a.shape == (d * m,)
        assert a.tobytes() == b.tobytes()


@some
@given(seeds, sizes, sizes, quantities)
def test_every_stratum_of_a_draw_holds_one_twin(seed: int, d: int, m: int, quantity: str) -> None:
    twins = Twins(seed, d, m)
    u = twins.per_draw(twins.uniform(quantity))
    assert ((u > 0.0) & (u < 1.0)).all()
    assert (np.sort(np.floor(u * m), axis=1) == np.arange(m)).all()


@some
@given(seeds, sizes, sizes, quantities)
def test_a_shared_draw_is_one_number_for_all_its_twins_and_the_first_is_typical(
    seed: int, d: int, m: int, quantity: str
) -> None:
    twins = Twins(seed, d, m)
    shared = twins.per_draw(twins.shared_normal(quantity))
    assert (shared == shared[:, :1]).all()
    assert (shared[0] == 0.0).all()
    assert (twins.per_draw(twins.uncertain(quantity, 3.0, 1.0, 20.0))[0] == 3.0).all()


@some
@given(seeds, sizes, sizes)
def test_a_longer_run_keeps_the_shared_draws_of_a_shorter_one(seed: int, d: int, m: int) -> None:
    short, long = Twins(seed, d, m), Twins(seed, d + 3, m)
    kept = long.shared_normal("k")[: short.count]
    assert kept.tobytes() == short.shared_normal("k").tobytes()


@some
@given(
    seeds,
    st.floats(min_value=1e-6, max_value=1e6),
    st.floats(min_value=1.01, max_value=50.0),
    st.floats(min_value=1.01, max_value=50.0),
)
def test_a_positive_number_stays_near_its_range_and_positive(
    seed: int, value: float, down: float, up: float
) -> None:
    drawn = Twins(seed, 40, 1).uncertain("k", value, value / down, value * up)
    assert (drawn >= value / down**1.5 * (1 - 1e-9)).all()
    assert (drawn <= value * up**1.5 * (1 + 1e-9)).all()
    assert drawn.min() < value < drawn.max()


@some
@given(seeds, st.floats(min_value=-5.0, max_value=0.0), st.floats(min_value=0.01, max_value=5.0))
def test_a_number_that_may_be_negative_never_leaves_its_range(seed: int, low: float, width: float) -> None:
    drawn = Twins(seed, 40, 1).uncertain("k", low + 0.3 * width, low, low + width)
    assert (drawn >= low - 1e-12).all()
    assert (drawn <= low + width + 1e-12).all()


def test_adding_a_quantity_moves_no_other_draw() -> None:
    alone = Twins(7, 5, 4)
    before = alone.uniform("a").copy()
    busy = Twins(7, 5, 4)
    for name in ("b", "c", "order.a", "a "):
        busy.uniform(name)
        busy.normal(name)
        busy.shared_normal(name)
    assert busy.uniform("a").tobytes() == before.tobytes()
    assert not np.array_equal(busy.uniform("b"), before)


def test_another_seed_gives_other_draws() -> None:
    assert not np.array_equal(Twins(1, 5, 4).uniform("a"), Twins(2, 5, 4).uniform("a"))
    assert not np.array_equal(Twins(1, 5, 4).shared_normal("a"), Twins(2, 5, 4).shared_normal("a"))


def test_draws_of_two_quantities_are_not_correlated() -> None:
    twins = Twins(3, 200, 10)
    assert abs(np.corrcoef(twins.normal("a"), twins.normal("b"))[0, 1]) < 0.07
    assert abs(np.corrcoef(twins.uniform("a"), twins.shared_normal("a"))[0, 1]) < 0.07


def test_the_stated_range_is_the_5th_and_95th_percentile() -> None:
    drawn = Twins(11, 4000, 1).uncertain("k", 4.0, 1.0, 20.0)
    assert np.isclose(np.mean(drawn < 1.0), 0.05, atol=0.015)
    assert np.isclose(np.mean(drawn > 20.0), 0.05, atol=0.015)
    assert np.isclose(np.median(drawn), 4.0, rtol=0.08)


def test_without_a_range_nothing_is_drawn() -> None:
    twins = Twins(1, 3, 2)
    for low, high in ((None, 2.0), (0.5, None), (1.0, 1.0)):
        assert (twins.uncertain("k", 1.0, low, high) == 1.0).all()


def test_between_patients_factors_have_median_one_and_the_stated_variation() -> None:
    factors = Twins(5, 1, 2000).between("CL", 0.4)
    assert np.isclose(np.median(factors), 1.0, rtol=0.01)
    assert np.isclose(factors.std() / factors.mean(), 0.4, rtol=0.05)
    assert (Twins(5, 2, 3).between("CL", 0.0) == 1.0).all()


def test_quantiles_are_median_then_5th_then_95th() -> None:
    twins = Twins(1, 101, 1)
    median, low, high = twins.quantiles(np.arange(101.0))
    assert (median, low, high) == (50.0, 5.0, 95.0)
    assert twins.quantiles([np.nan, 1.0, 3.0])[0] == 2.0


def test_twin_order_is_draw_by_draw() -> None:
    twins = Twins(1, 3, 2)
    assert twins.draw.tolist() == [0, 0, 1, 1, 2, 2]
    assert twins.per_draw(np.arange(6)).tolist() == [[0, 1], [2, 3], [4, 5]]


def test_z95_is_the_95th_percentile() -> None:
    from scipy.special import ndtr

    assert np.isclose(ndtr(Z95), 0.95, atol=1e-12)
