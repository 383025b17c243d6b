"""How Ki-67 tells the doubling time of one tumour."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.knowledge.tables import load_numbers
from erbium.tumour.fitted import growth_between

TWINS = Twins(3, 4, 500)
NEGATIVE, POSITIVE = np.zeros(TWINS.count), np.ones(TWINS.count)


def number(name: str) -> float:
    return load_numbers("tumour/variation")[name].value


def spread(ki67: float | None) -> float:
    return float(np.std(np.log(growth_between(TWINS, ki67, NEGATIVE, positive=True))))


def test_without_ki67_tumours_differ_as_doubling_times_do() -> None:
    found = growth_between(TWINS, None, NEGATIVE, positive=True)
    np.testing.assert_array_equal(found, TWINS.between("doubling", number("doubling_cv")))


def test_a_typical_ki67_moves_nothing_and_tells_a_part() -> None:
    typical = growth_between(TWINS, number("ki67_her2_positive"), NEGATIVE, positive=True)
    assert np.median(typical) == pytest.approx(1.0, abs=0.05)
    told = number("ki67_slope") * number("ki67_log_sd")
    assert spread(31.9) ** 2 + told**2 == pytest.approx(spread(None) ** 2, rel=0.05)
    assert spread(31.9) < 0.8 * spread(None)


def test_a_high_ki67_doubles_sooner_by_the_slope() -> None:
    low, high = (growth_between(TWINS, ki67, NEGATIVE, positive=True) for ki67 in (15.0, 60.0))
    np.testing.assert_allclose(low / high, 4.0 ** number("ki67_slope"))


def test_what_is_typical_depends_on_the_subtype_where_her2_is_negative() -> None:
    """A Ki-67 of 40 % is much for ER-positive disease and little for triple-negative disease."""
    er_positive = growth_between(TWINS, 40.0, POSITIVE, positive=False)
    triple_negative = growth_between(TWINS, 40.0, NEGATIVE, positive=False)
    assert (er_positive < triple_negative).all()
    np.testing.assert_array_equal(
        growth_between(TWINS, 40.0, POSITIVE, positive=True),
        growth_between(TWINS, 40.0, NEGATIVE, positive=True),
    )


def test_a_ki67_of_zero_still_grows() -> None:
    assert np.isfinite(growth_between(TWINS, 0.0, POSITIVE, positive=True)).all()
