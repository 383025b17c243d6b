"""Steps from one conjugate to another lead there whatever their order, and leave nothing out."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.knowledge.catalogue import resolve_regimen
from erbium.tumour import Tumour, run_arms
from erbium.tumour.exchange import CONJUGATE, Exchange, exchange
from tests.patients import patient

pytestmark = pytest.mark.needs_compiler
VISITS = [42.0 * k for k in range(1, 10)]


@functools.cache
def tumour() -> Tumour:
    profile = patient(her2={"status": "positive"}, disease={"setting": "metastatic", "line": 2})
    return Tumour.from_profile(profile, seed=1, parameter_draws=3, marker_draws=10)


@functools.cache
def steps(first: str, second: str) -> Exchange:
    return exchange(tumour(), resolve_regimen(first), resolve_regimen(second), VISITS)


def test_both_orders_lead_from_the_first_regimen_to_the_second() -> None:
    arms = [tumour().arm(resolve_regimen(name)) for name in ("tdm1", "tdxd")]
    start, end = run_arms(tumour().kernel, arms, VISITS)
    found = steps("tdm1", "tdxd")
    for one in (found.forward, found.backward):
        assert len(one) == len(CONJUGATE) + 1
        assert np.array_equal(one[0].progression_days, start.progression_days, equal_nan=True)
        assert np.array_equal(one[-1].progression_days, end.progression_days, equal_nan=True)


@pytest.mark.parametrize("quantity", ["response", "mean_months"])
def test_the_gains_add_up_to_the_difference(quantity: str) -> None:
    found = steps("tdm1", "tdxd")
    whole = getattr(found.forward[-1], quantity) - getattr(found.forward[0], quantity)
    assert whole > 0.0
    gains = np.array(list(found.gains(quantity).values()))
    assert gains.sum(axis=0) == pytest.approx([whole, whole])
    assert np.ptp(gains, axis=1).max() > 0.0, "the order matters, else one would do"


def test_the_way_back_takes_the_same_steps() -> None:
    there, back = steps("tdm1", "tdxd"), steps("tdxd", "tdm1")
    for one, other in zip(there.forward, reversed(back.backward), strict=True):
        assert np.array_equal(one.progression_days, other.progression_days, equal_nan=True)


def test_a_regimen_differs_from_itself_in_nothing() -> None:
    assert set(steps("tdm1", "tdm1").gains("mean_months").values()) == {(0.0, 0.0)}


def test_more_payload_and_a_more_potent_one_never_do_less() -> None:
    # Response, not time: progression is counted from the smallest size, so that who shrinks more may be
    # seen to grow again sooner.
    gains = steps("tdm1", "tdxd").gains("response")
    for name in (CONJUGATE[1].name, CONJUGATE[2].name):
        assert min(gains[name]) >= 0.0


@pytest.mark.parametrize(("left_out", "said"), [(1, "DAR_adc"), (0, "the doses")])
def test_what_no_property_holds_is_told(left_out: int, said: str) -> None:
    some = [one for k, one in enumerate(CONJUGATE) if k != left_out]
    with pytest.raises(DataError, match=said):
        exchange(tumour(), resolve_regimen("tdm1"), resolve_regimen("tdxd"), VISITS, some)


def test_the_tables_name_every_property() -> None:
    text = steps("tdm1", "tdxd").text()
    for one in CONJUGATE:
        assert text.count(f"| {one.name} |") == 3
