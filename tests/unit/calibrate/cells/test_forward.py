"""Predictions of cells: exact and fast courses agree, media and drugs act, the prior is the data files'."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.cells.dishes import Bench, drug_in_medium
from erbium.calibrate.cells.forward import Forward, rescued
from erbium.calibrate.cells.names import dish, find_drug, find_line
from erbium.calibrate.cells.observations import Course, DoseResponse, Observation, Observations
from erbium.calibrate.cells.prior import BOUND, Free, Members, Prior, candidates, members
from erbium.core.errors import SimulationError
from erbium.core.twins import Z95, Array
from erbium.knowledge import load_knowledge

TYPICAL = Members({}, {}, {}, 1)


def course(time_h: float, **ligands: float) -> Observation:
    setup = Course("mcf7", "starved", tuple(ligands.items()))
    return Observation("s", "mcf7", "MCF7", setup, "log_fold", "pERK", time_h, 0.0, 0.2)


@pytest.mark.parametrize("drug", ["lapatinib", "neratinib", "alpelisib", "palbociclib", "paclitaxel"])
def test_fast_courses_agree_with_exact_ones(drug: str) -> None:
    bench = Bench(TYPICAL)
    plate = bench.plate("bt474", "full")
    for dose in (10.0, 1000.0):
        table = bench.drugged(plate.table, [(drug, dose)])
        column = dish().network.species_index["c1.volume"]
        fast = bench.fast.advance(plate.states, table, 0.0, 72.0).states[0, column]
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
    settings, level, free = drug_in_medium("lapatinib")
    assert lapatinib.pk.medium_free_fraction is not None
    assert free == lapatinib.pk.medium_free_fraction.value != lapatinib.pk.free_fraction.value
    bench = Bench(TYPICAL)
    table = bench.drugged(bench.plate("bt474", "full").table, [("lapatinib", 500.0)])
    column = bench.column(level)
    assert table[0, column] == pytest.approx(500.0 * free)
    assert settings


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
    assert "dish.k_kill_tubulin" in names
    assert "tumour_growth.k_kill_tubulin" not in names
    assert not any(name.endswith("antibody_access") for name in names), "a dish sets it"


def test_the_rest_is_sampled_and_free_numbers_are_not_fixed() -> None:
    prior = Prior.of(["survival.k_MCL1", "dish.k_kill_tubulin"])
    z = prior.draw(50, 1)
    found = members(prior, z, prior.draw_rest(50, 1))
    assert found.network["k_MCL1"].std() > 0
    assert len(found.network) > 50
    assert all((factor == 1.0).all() for name, factor in found.dish.items() if name != "k_kill_tubulin")
    assert found.dish["k_kill_tubulin"].std() > 0


def test_names_resolve_or_are_none() -> None:
    line = find_line("MCF10A (GM)")
    assert line is None
    assert find_line("MDAMB468") is not None
    assert find_drug("PD-0332991") == "palbociclib"
    assert find_drug("Nosuch, Other") is None
    response = DoseResponse("mcf7", "lapatinib", (1.0,), 72.0)
    assert response.medium == "full"
