"""The typical patient's plasma and Fc killing, by the shipped kernel, beside published values.

Derived values are those that the published parameters give in another implementation (facts,
pk-notes section 2); measured ones are label medians and phase I points.
"""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Array
from erbium.engine.kernel import Kernel, kernel_for
from erbium.knowledge.catalogue import load_drugs, load_regimens, resolve_regimen
from erbium.model import build_network
from erbium.pharmacology import prescribe
from erbium.pharmacology.slots import Filling
from tests.typical import Typical, exposure, last_interval, plasma, typical_host

pytestmark = pytest.mark.needs_compiler

DRUGS, REGIMENS = load_drugs(), load_regimens()
CYCLE_H = 21 * 24.0


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    return kernel_for(build_network(2), "f32")


def last_cycle(
    kernel: Kernel, drug: str, cycles: int, *, weight: float, albumin: float = 4.0
) -> tuple[Array, Array]:
    """Return hours and mg/L of the last cycle of `cycles`, doses three weeks apart."""
    host = typical_host(weight=weight, albumin=albumin)
    regimen = resolve_regimen(drug, REGIMENS, DRUGS)
    return last_interval(*plasma(kernel, regimen, DRUGS, cycles * CYCLE_H / 24.0, host), CYCLE_H)


def at_day(hours: Array, mg_l: Array, day: float) -> float:
    return float(np.interp(day * 24.0, hours[1:], mg_l[1:]))


def test_trastuzumab_at_cycle_13(kernel: Kernel) -> None:
    trough, peak, area = exposure(*last_cycle(kernel, "trastuzumab", 13, weight=66.0))
    assert trough == pytest.approx(50.4, rel=0.10)
    assert peak == pytest.approx(204.0, rel=0.10)
    assert area == pytest.approx(1880.0, rel=0.10)
    # Label medians in metastatic disease.
    assert trough == pytest.approx(44.2, rel=0.20)
    assert peak == pytest.approx(179.0, rel=0.20)
    assert area == pytest.approx(1736.0, rel=0.15)


def test_pertuzumab_at_steady_state(kernel: Kernel) -> None:
    trough, peak, _ = exposure(*last_cycle(kernel, "pertuzumab", 13, weight=66.0, albumin=3.9))
    assert trough == pytest.approx(51.3, rel=0.10)
    assert peak == pytest.approx(188.0, rel=0.10)


def test_t_dm1(kernel: Kernel) -> None:
    hours, mg_l = last_cycle(kernel, "trastuzumab emtansine", 1, weight=70.0, albumin=4.1)
    _, peak, area = exposure(hours, mg_l)
    assert peak == pytest.approx(82.5, rel=0.10)
    assert area == pytest.approx(382.0, rel=0.10)
    # Phase I points.
    assert at_day(hours, mg_l, 0.11) == pytest.approx(74.6, rel=0.15)
    assert 14.0 / 1.5 < at_day(hours, mg_l, 7.0) < 14.0 * 1.5


def test_t_dxd(kernel: Kernel) -> None:
    _, peak, area = exposure(*last_cycle(kernel, "trastuzumab deruxtecan", 5, weight=57.8))
    assert peak == pytest.approx(125.0, rel=0.10)
    assert area == pytest.approx(736.0, rel=0.10)
    first = last_cycle(kernel, "trastuzumab deruxtecan", 1, weight=57.8)
    # Phase I point.
    assert at_day(*first, 7.9) == pytest.approx(25.6, rel=0.20)


def test_a_targeted_antibody_goes_straight_into_plasma(kernel: Kernel) -> None:
    trough, peak, _ = exposure(*last_cycle(kernel, "ipilimumab", 4, weight=70.0))
    dose = 3.0 * 70.0 / DRUGS["ipilimumab"].kinetics.V1.value
    # A depot with the fastest absorption would cost a sixth of the dose before the peak.
    assert peak - trough == pytest.approx(dose, rel=0.08)


def test_antibody_at_low_concentration_is_cleared_faster(kernel: Kernel) -> None:
    """The saturable route drives the washout of trastuzumab, and only there."""
    network = kernel.network
    found = prescribe(REGIMENS["trastuzumab"], DRUGS, Filling(Typical(1, 1, 1), typical_host()))
    table = np.tile(network.defaults, (2, 1))
    for name, values in found.values.items():
        if name in network.parameter_index:
            table[:, network.parameter_index[name]] = values
    states = kernel.initial_states(table)
    central, peripheral = (network.species_index[f"{part}_antibody_IV"] for part in ("central", "peripheral"))
    v1, v2 = (table[0, network.parameter_index[f"{v}_antibody_IV"]] for v in ("V1", "V2"))
    for row, mg_l in enumerate((200.0, 1.0)):
        states[row, central], states[row, peripheral] = mg_l * v1, mg_l * v2
    later = kernel.advance(states, table, 0.0, 72.0).states[:, central] / states[:, central]
    assert later[1] < later[0] - 0.1


@pytest.mark.parametrize(("drug", "hours"), [("alpelisib", 8.6), ("tucatinib", 7.8), ("neratinib", 15.9)])
def test_half_lives_of_small_molecules(drug: str, hours: float) -> None:
    pk = DRUGS[drug].kinetics
    assert np.log(2.0) * pk.V1.to("L") / pk.CL.to("L/h") == pytest.approx(hours, rel=0.05)


@pytest.mark.parametrize(
    ("drug", "days"), [("pertuzumab", 18.0), ("trastuzumab_emtansine", 3.9), ("trastuzumab_deruxtecan", 28.0)]
)
def test_terminal_half_lives_of_large_ones(drug: str, days: float) -> None:
    pk = DRUGS[drug].kinetics
    assert pk.Q is not None
    assert pk.V2 is not None
    k10, k12, k21 = pk.CL.value / pk.V1.value, pk.Q.value / pk.V1.value, pk.Q.value / pk.V2.value
    total = k10 + k12 + k21
    slow = 0.5 * (total - np.sqrt(total**2 - 4.0 * k10 * k21))
    assert np.log(2.0) / slow / 24.0 == pytest.approx(days, rel=0.05)


@pytest.fixture(scope="module")
def fc_kill(kernel: Kernel) -> dict[tuple[str, str], float]:
    """Killing by effector cells (1/h) at 50 mg/L, by drug and genotype."""
    network, found = kernel.network, {}
    for drug in ("trastuzumab", "margetuximab"):
        for genotype in ("V/V", "V/F", "F/F"):
            host = typical_host(fcgr3a=genotype)
            given = prescribe(resolve_regimen(drug, REGIMENS, DRUGS), DRUGS, Filling(Typical(1, 1, 1), host))
            table = network.defaults[None].copy()
            for name, values in given.values.items():
                for full in (name, f"c1.{name}"):
                    if full in network.parameter_index:
                        table[:, network.parameter_index[full]] = values
            states = kernel.settle(table)
            v1 = table[0, network.parameter_index["V1_antibody_IV"]]
            states[:, network.species_index["central_antibody_IV"]] = 50.0 * v1
            read = kernel.compute_readouts(states, table, ["c1.fc_kill_rate"])
            found[drug, genotype] = float(read["c1.fc_kill_rate"][0])
    return found


@pytest.mark.parametrize("drug", ["trastuzumab", "margetuximab"])
def test_fc_killing_falls_with_each_f_allele(fc_kill: dict[tuple[str, str], float], drug: str) -> None:
    assert fc_kill[drug, "V/V"] > fc_kill[drug, "V/F"] > fc_kill[drug, "F/F"] > 0.0


def test_margetuximab_kills_more_and_minds_the_genotype_less(
    fc_kill: dict[tuple[str, str], float],
) -> None:
    for genotype in ("V/V", "V/F", "F/F"):
        assert fc_kill["margetuximab", genotype] > fc_kill["trastuzumab", genotype]
    engineered, ordinary = (
        fc_kill[drug, "V/V"] / fc_kill[drug, "F/F"] for drug in ("margetuximab", "trastuzumab")
    )
    assert 1.0 < engineered < ordinary
