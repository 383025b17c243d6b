"""Many conditions at once give what each gives alone, at the right times and in paired draws."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from erbium.core.errors import DataError, SimulationError, UnknownName
from erbium.experiment import Condition, Exposure, measure

pytestmark = pytest.mark.needs_compiler
CELL = Condition(settings=(("HER2_abundance", 1000.0), ("bypass_drive", 0.02)))
BLOCKED = Condition(settings=CELL.settings, exposures=(Exposure("lapatinib", 1000.0),))
LOST = Condition(settings=CELL.settings, mechanisms=(("pten_loss", 1.0),))
NAMES = ("viability", "pERK", "surface_HER2")
TIMES = (0.0, 24.0, 72.0)


def test_a_batch_gives_what_each_condition_gives_alone() -> None:
    conditions = [CELL, BLOCKED, LOST, Condition("BT-474"), BLOCKED]
    together = measure(conditions, NAMES, TIMES, members=5)
    assert together.shape == (5, 3, 3, 5)
    for condition, found in zip(conditions, together, strict=True):
        assert np.allclose(measure([condition], NAMES, TIMES, members=5)[0], found, rtol=1e-9)


def test_the_order_and_number_of_times_do_not_matter() -> None:
    washed = Condition("BT-474", exposures=(Exposure("lapatinib", 1000.0, 6.0, 24.0),))
    found = measure([washed], NAMES, [72.0, 0.0, 24.0, 3.0], members=2)[0]
    for place, hours in enumerate((72.0, 0.0, 24.0, 3.0)):
        assert np.allclose(measure([washed], NAMES, [hours], members=2)[0, 0], found[place], rtol=2e-3)


def test_member_zero_is_the_typical_cell_and_draws_are_paired() -> None:
    many, one = measure([CELL], NAMES, TIMES, members=6), measure([CELL], NAMES, TIMES, members=1)
    assert np.allclose(many[..., :1], one, rtol=1e-9)
    same = measure(
        [CELL, Condition(settings=CELL.settings, scale=(("PTEN_abundance", 1.0),))], NAMES, TIMES, members=6
    )
    assert np.array_equal(same[0], same[1])
    assert np.ptp(many[0, 2, 1]) > 0.0


def test_time_zero_is_before_the_drugs() -> None:
    free, blocked = measure([CELL, BLOCKED], NAMES, [0.0, 6.0], members=3)
    assert np.array_equal(free[0], blocked[0])
    assert (blocked[1, 1] < free[1, 1]).all()
    assert (blocked[0, 0] == 1.0).all()


def test_a_drug_acts_from_its_start_to_its_stop() -> None:
    late = Condition(settings=CELL.settings, exposures=(Exposure("lapatinib", 1000.0, 24.0, 48.0),))
    free, washed = measure([CELL, late], ("pERK",), [24.0, 40.0, 144.0], members=3)[:, :, 0]
    assert np.allclose(washed[0], free[0], rtol=1e-3)
    assert (washed[1] < 0.9 * free[1]).all()
    assert np.allclose(washed[2], free[2], rtol=0.05)


def test_a_drug_in_two_doses_is_one_drug() -> None:
    halves = tuple(
        Exposure("tucatinib", 300.0, start, stop) for start, stop in ((0.0, 24.0), (24.0, math.inf))
    )
    whole = (Exposure("tucatinib", 300.0),)
    found = measure(
        [Condition("BT-474", exposures=e) for e in (halves, whole)], ("viability",), [72.0], members=3
    )
    assert np.allclose(found[0], found[1], rtol=1e-3)


def test_two_kinase_inhibitors_at_once_are_refused() -> None:
    both = Condition("BT-474", exposures=(Exposure("lapatinib", 100.0), Exposure("neratinib", 10.0)))
    with pytest.raises(DataError, match="cannot be simulated together"):
        measure([both], NAMES, TIMES, members=1)


def test_a_drug_that_follows_in_a_slot_brings_its_own_potency_only() -> None:
    """Two inhibitors of AKT leave, one of MEK comes: nothing of the first is left."""
    first = tuple(Exposure(name, 1000.0, 0.0, 24.0) for name in ("capivasertib", "perifosine"))
    then = Exposure("trametinib", 20.0, 24.0)
    found = measure(
        [Condition("BT-474", exposures=e) for e in ((*first, then), (then,))],
        ("pS6", "pERK"),
        [20.0, 240.0],
        members=3,
    )
    assert (found[0, 0, 0] < 0.95 * found[1, 0, 0]).all()
    assert np.allclose(found[0, 1], found[1, 1], rtol=0.02)


def test_two_pathway_inhibitors_act_together() -> None:
    mek, akt = Exposure("trametinib", 20.0), Exposure("capivasertib", 1000.0)
    free, one, both = measure(
        [Condition("BT-474", exposures=e) for e in ((), (mek,), (mek, akt))],
        ("pERK", "viability"),
        [48.0],
        members=3,
    )[:, 0]
    assert (one[0] < 0.5 * free[0]).all()
    assert (both[1] < one[1]).all()


def test_an_acute_change_leaves_time_zero_alone() -> None:
    fed = Condition(settings=CELL.settings, acute=(("NRG1", 5.0),))
    free, wet = measure([CELL, fed], ("pHER3",), [0.0, 1.0], members=3)[:, :, 0]
    assert np.array_equal(free[0], wet[0])
    assert (wet[1] > 1.1 * free[1]).all()


def test_a_line_doubles_in_its_time_and_its_variant_does_not() -> None:
    line, lost = measure(
        [Condition("BT-474"), Condition("BT-474", mechanisms=(("pten_loss", 1.0),))],
        ("viability",),
        [80.0],
        members=4,
    )[:, 0, 0]
    assert np.allclose(line, 2.0, rtol=0.03)
    assert (lost > 1.05 * line).all()


def test_effector_cells_kill_through_the_antibody_only() -> None:
    drug = (Exposure("trastuzumab", 100.0),)
    arms = [
        Condition("SK-BR-3", exposures=e, effectors=n) for e, n in itertools.product(((), drug), (0.0, 1.0))
    ]
    found = measure(arms, ("viability", "fc_kill_rate"), [72.0], members=3)[:, 0]
    assert np.allclose(found[0], found[1])
    assert (found[2, 1] == 0.0).all()
    assert (found[3, 0] < 0.995 * found[2, 0]).all()


def test_a_tumour_has_volume_and_effector_cells() -> None:
    arms = [
        Condition("SK-BR-3", exposures=(Exposure("trastuzumab", 100.0),), tumour=x) for x in (False, True)
    ]
    dish, tumour = measure(arms, ("volume", "fc_kill_rate"), [0.0, 24.0], members=2)
    assert (dish[0, 0] == 1e-3).all()
    assert (tumour[0, 0] == 1.0).all()
    assert (tumour[1, 1] > dish[1, 1]).all()


@pytest.mark.parametrize(
    ("condition", "nearest"),
    [
        (Condition("BT-447"), "BT-474"),
        (Condition(scale=(("PTEN_abundanc", 0.1),)), "PTEN_abundance"),
        (Condition(settings=(("HER2_abundanse", 1.0),)), "HER2_abundance"),
        (Condition(acute=(("NGR1", 1.0),)), "NRG1"),
        (Condition(exposures=(Exposure("lapatinb", 1.0),)), "lapatinib"),
        (Condition(mechanisms=(("pten_los", 1.0),)), "pten_loss"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(condition: Condition, nearest: str) -> None:
    with pytest.raises(UnknownName) as caught:
        measure([condition], NAMES, TIMES, members=1)
    assert caught.value.nearest == nearest


def test_an_unknown_readout_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        measure([CELL], ("pERKK",), TIMES, members=1)
    assert caught.value.nearest == "pERK"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Exposure("lapatinib", -1.0),
        lambda: Exposure("lapatinib", math.nan),
        lambda: Exposure("lapatinib", 1.0, 24.0, 12.0),
        lambda: Exposure("lapatinib", 1.0, -1.0),
        lambda: Condition(settings=(("PTEN_abundance", math.inf),)),
        lambda: Condition(scale=(("PTEN_abundance", -2.0),)),
        lambda: Condition(effectors=-1.0),
        lambda: measure([Condition(settings=(("PTEN_abundance", -1.0),))], NAMES, TIMES, members=1),
        lambda: measure([Condition(acute=(("NRG1", -1.0),))], NAMES, TIMES, members=1),
        lambda: measure([CELL], NAMES, [-1.0], members=1),
        lambda: measure([CELL], NAMES, [math.nan], members=1),
    ],
)
def test_impossible_values_are_refused(wrong: object) -> None:
    with pytest.raises(DataError):
        wrong()  # type: ignore[operator]


def test_a_cell_without_a_drug_free_state_is_named() -> None:
    endless = Condition("BT-474", settings=(("k_degrade_p95", 0.0),))
    with pytest.raises(SimulationError, match=r"BT-474, .*drug-free, member 0\).*c1\..*per hour") as caught:
        measure([CELL, endless], NAMES, TIMES, members=3)
    assert caught.value.exit_code == 3
