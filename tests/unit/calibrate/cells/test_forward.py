"""Predictions of cells: exact and fast courses agree, media and drugs act, the prior is the data files'."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.cells.dishes import Bench, in_medium
from erbium.calibrate.cells.forward import Forward, rescued
from erbium.calibrate.cells.names import dish, find_drug, find_line
from erbium.calibrate.cells.observations import Course, DoseResponse, Observation, Observations
from erbium.calibrate.cells.prior import BOUND, Free, Prior, candidates, members, typical
from erbium.core.errors import SimulationError
from erbium.core.twins import Z95, Array
from erbium.experiment.condition import Condition
from erbium.knowledge import load_knowledge

TYPICAL = typical()


def course(time_h: float, **ligands: float) -> Observation:
    setup = Course("mcf7", "starved", tuple(ligands.items()))
    return Observation("s", "mcf7", "MCF7", setup, "log_fold", "pERK", time_h, 0.0, 0.2)


@pytest.mark.parametrize("drug", ["lapatinib", "neratinib", "alpelisib", "palbociclib", "paclitaxel"])
def test_fast_courses_agree_with_exact_ones(drug: str) -> None:
    bench = Bench(TYPICAL)
    plate = bench.plate("bt474", "full")
    for dose in (10.0, 1000.0, 10000.0):
        table = bench.drugged(plate.table, [(drug, dose)])
        column = dish().network.species_index["c1.volume"]
        fast = bench.follow(plate.states, table, 72.0)[0, column]
        exact = bench.kernel.cell_course(plate.states, table, [72.0]).states[-1, 0, column]
        assert fast == pytest.approx(exact, rel=0.02)


def test_a_line_doubles_in_its_time_without_drug() -> None:
    bench = Bench(TYPICAL)
    plate = bench.plate("skbr3", "full")
    column = dish().network.species_index["c1.volume"]
    end = bench.kernel.cell_course(plate.states, plate.table, [37.4]).states[-1, 0, column]
    assert end / plate.states[0, column] == pytest.approx(2.0, rel=0.02)


def test_nominal_becomes_free_in_medium() -> None:
    lapatinib = load_knowledge().drugs["lapatinib"]
    assert lapatinib.kinetics.medium_free_fraction is not None
    free = lapatinib.kinetics.medium_free_fraction.value
    assert free != lapatinib.kinetics.free_fraction.value
    set_by = dict(in_medium((("lapatinib", 500.0),)))
    level = next(name for name in set_by if name.startswith("medium_"))
    assert set_by[level] == pytest.approx(500.0 * free)
    assert len(set_by) > 1, "potencies"
    bench = Bench(TYPICAL)
    table = bench.drugged(bench.plate("bt474", "full").table, [("lapatinib", 500.0)])
    for name, value in set_by.items():
        assert table[0, bench.cells.column(name)] == pytest.approx(value)


def test_two_drugs_of_one_class_take_two_slots() -> None:
    set_by = in_medium((("capivasertib", 100.0), ("trametinib", 100.0)))
    assert len({name for name, _ in set_by if name.startswith("medium_")}) == 2


def test_ligand_raises_the_signal_and_time_zero_does_not() -> None:
    table = Observations((course(0.0, EGF=16.0), course(0.5, EGF=16.0), course(0.5)))
    start, stimulated, control = Forward(table)(TYPICAL)[0]
    assert start == 0.0
    assert abs(control) < 1e-3
    assert stimulated > 0.1


def test_failed_dishes_are_found_one_by_one() -> None:
    def run(states: Array, tables: Array) -> Array:
        if (tables[:, 0] < 0).any():
            raise SimulationError("no")
        return states[None] + 1.0

    states = np.zeros((5, 2))
    states[4] = np.nan
    tables = np.array([[1.0], [-1.0], [1.0], [-1.0], [1.0]])
    out = rescued(run, states, tables)[0]
    assert np.isnan(out[[1, 3, 4]]).all()
    assert (out[[0, 2]] == 1.0).all()


def test_coordinates_follow_the_stated_range() -> None:
    free = Free("m.x", "network", "1", 2.0, 1.0, 8.0)
    assert free.at(np.array([-Z95, 0.0, Z95])) == pytest.approx([1.0, 2.0, 8.0])
    assert free.at(np.array([99.0])) == pytest.approx(2.0 * 4.0**1.5), "no further than one and a half times"
    assert free.at(np.array([-BOUND])) == pytest.approx(2.0 * 2.0**-1.5)


def test_a_share_does_not_pass_one() -> None:
    shares = [c for c in candidates() if c.kind == "network" and c.unit == "1" and c.high <= 1.0]
    assert shares
    assert max(float(c.at(np.array(BOUND))) for c in shares) <= 1.0


def test_constants_fitted_to_patients_are_held_with_a_dish_factor() -> None:
    names = {c.name: c for c in candidates()}
    assert "dish.k_signal_death" in names
    assert "tumour_growth.k_signal_death" not in names
    assert "tumour_growth.k_kill_tubulin" in names, "a rate of kill in cells is free"
    tissue = ("antibody_access", "in_vivo_", "exposure_")
    in_dish = [name for name in names if name.split(".", 1)[1].startswith(tissue)]
    assert not in_dish, "matters of tissue"


def test_the_rest_is_sampled_and_free_numbers_are_not_fixed() -> None:
    prior = Prior.of(["survival.k_MCL1", "medium.starved.bypass_drive"])
    z = prior.draw(50, 1)
    found = members(prior, z, prior.draw_rest(50, 1))
    assert found.numbers.network["k_MCL1"].std() > 0
    assert len(found.numbers.network) > 50
    assert (found.numbers.dish["k_signal_death"] == 1.0).all()
    assert found.media["starved.bypass_drive"].std() > 0


def test_members_reach_the_dish_of_a_line() -> None:
    prior = Prior.of(["survival.k_MCL1", "dish.k_signal_death"])
    found = members(prior, prior.draw(3, 1))
    bench, line = Bench(found), Condition("bt474")
    table, plain = bench.cells.table(line), Bench(TYPICAL).cells.table(line)[0]
    death, her2 = bench.cells.column("k_signal_death"), bench.cells.column("HER2_abundance")
    assert table[:, bench.cells.column("k_MCL1")] == pytest.approx(found.numbers.network["k_MCL1"])
    assert table[:, death] == pytest.approx(found.numbers.dish["k_signal_death"] * plain[death])
    assert (table[:, her2] == plain[her2]).all(), "what makes the line stays"


def test_names_resolve_or_are_none() -> None:
    line = find_line("Nobody (GM)")
    assert line is None
    assert find_line("MDAMB468") is not None
    assert find_drug("PD-0332991") == "palbociclib"
    assert find_drug("Nosuch, Other") is None
    response = DoseResponse("mcf7", "lapatinib", (1.0,), 72.0)
    assert response.medium == "full"
