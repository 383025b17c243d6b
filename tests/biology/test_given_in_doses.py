"""Vaccines, CAR-T cells and radiation: what has no concentration and is given in doses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.experiment.batch import measure
from erbium.experiment.condition import Condition, Exposure, Given
from erbium.knowledge import load_knowledge
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.pharmacology import Vaccine

pytestmark = pytest.mark.needs_compiler
DAMAGE = load_parameters()["dna_damage"]


def left(cell: Condition, hours: float) -> float:
    """Return cells after `hours`, over those without treatment."""
    untreated = Condition(line=cell.line, tumour=cell.tumour, scale=cell.scale, settings=cell.settings)
    found = measure([cell, untreated], ["viability"], [hours], members=1)[:, 0, 0, 0]
    return float(found[0] / found[1])


def seen(cell: Condition, readout: str, times: list[float]) -> Array:
    return np.asarray(measure([cell], [readout], times, members=1)[0, :, 0, 0])


def survival(*doses: tuple[float, float], line: str = "MCF7", **changes: float) -> float:
    """Return the share of cells that the kill by radiation leaves, doses as (Gy, h)."""
    given = tuple(Given("radiation", f"{dose:g} Gy", at) for dose, at in doses)
    cell = Condition(line=line, given=given, settings=tuple(changes.items()))
    times = [0.0, *np.arange(0.25, 60.0, 0.25)]
    rate = seen(cell, "radiation_kill_rate", times)
    return math.exp(-float(np.trapezoid(rate, times)))


def test_one_fraction_is_linear_quadratic() -> None:
    """The slowed delivery gives alpha d + beta d^2, as at once, times one factor of repair and oxygen."""
    alpha, beta = DAMAGE["alpha_radiation"].value, DAMAGE["beta_radiation"].value
    logs = {dose: -math.log(survival((dose, 0.0))) for dose in (1.0, 2.0, 4.0)}
    # Repair and oxygen scale the terms; three doses leave one equation to test.
    linear = (4.0 * logs[1.0] - logs[2.0]) / 2.0
    quadratic = logs[1.0] - linear
    assert logs[4.0] == pytest.approx(4.0 * linear + 16.0 * quadratic, rel=0.02)
    assert linear / quadratic == pytest.approx(alpha / beta, rel=0.15)


def test_two_fractions_a_day_apart_spare_cells() -> None:
    assert survival((2.0, 0.0), (2.0, 24.0)) > 1.15 * survival((4.0, 0.0))
    assert survival((2.0, 0.0), (2.0, 24.0)) == pytest.approx(survival((2.0, 0.0)) ** 2, rel=0.05)


def test_little_oxygen_protects() -> None:
    assert survival((4.0, 0.0), hypoxia_clamp=0.98) > 1.5 * survival((4.0, 0.0))


def test_cells_without_homologous_recombination_die_of_less() -> None:
    assert survival((4.0, 0.0), HR_repair=0.0) < 0.8 * survival((4.0, 0.0))


def test_trastuzumab_sensitises_an_amplified_line_to_radiation() -> None:
    """As in Pietras 1999: PCNA lets go of chromatin and repair slows."""
    beam = Given("radiation", "4 Gy", 48.0)
    alone, with_it = (
        Condition(line="SK-BR-3", given=(beam,), exposures=exposures)
        for exposures in ((), (Exposure("trastuzumab", 100.0),))
    )
    kill = [seen(cell, "radiation_kill_rate", [50.0])[0] for cell in (alone, with_it)]
    assert kill[1] > 1.05 * kill[0]


def test_car_t_cells_expand_on_her2_and_kill() -> None:
    dose = (Given("HER2 CAR-T", "1e8 cells"),)
    times = [24.0, 240.0]
    high = seen(Condition(line="SK-BR-3", tumour=True, given=dose), "car_t_infiltrate", times)
    low = seen(Condition(line="MDA-MB-468", tumour=True, given=dose), "car_t_infiltrate", times)
    assert high[1] > 10.0 * high[0]
    assert low[1] < 0.5 * high[1]
    assert left(Condition(line="JIMT-1", tumour=True, given=dose), 504.0) < 0.5


def test_a_vaccine_builds_up_with_its_doses_and_gm_csf_helps() -> None:
    def primed(name: str, doses: int) -> float:
        given = tuple(Given(name, "1 dose", 168.0 * k) for k in range(doses))
        return float(seen(Condition(line="SK-BR-3", tumour=True, given=given), "vaccine_T_cells", [600.0])[0])

    assert 2.0 * primed("E75", 1) < primed("E75", 3) < 3.0 * primed("E75", 1)
    drug = load_knowledge().drugs["nelipepimut_s"].pharmacology
    assert isinstance(drug, Vaccine)
    assert drug.gm_csf
    cell = Condition(line="SK-BR-3", tumour=True, given=(Given("E75", "1 dose"),))
    without = Condition(line="SK-BR-3", tumour=True, given=cell.given, settings=(("adjuvant_gm_csf", 0.0),))
    assert seen(cell, "vaccine_T_cells", [336.0])[0] > 1.3 * seen(without, "vaccine_T_cells", [336.0])[0]


@pytest.mark.parametrize("name", [d.id for d in load_knowledge().drugs.values() if d.drug_class == "vaccine"])
def test_a_vaccine_raises_cd8_cells_where_there_is_her2_and_not_elsewhere(name: str) -> None:
    dose = (Given(name, "1 dose"),)

    def rise(line: str) -> float:
        cells = [Condition(line=line, tumour=True, given=given) for given in (dose, ())]
        with_it, without = measure(cells, ["CD8_infiltrate"], [504.0], members=1)[:, 0, 0, 0]
        return float(with_it / without)

    assert rise("SK-BR-3") > 1.02
    assert rise("MDA-MB-468") - 1.0 < 0.5 * (rise("SK-BR-3") - 1.0)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (Condition(line="MCF7", exposures=(Exposure("radiation", 100.0),)), "not given as a concentration"),
        (Condition(line="MCF7", given=(Given("lapatinib", "1000 mg"),)), "not given as a dose"),
        (Condition(line="MCF7", given=(Given("radiation", "2 mg"),)), "not given in mg"),
        (Condition(line="MCF7", given=(Given("radiation", "2"),)), "not a dose"),
        (Condition(line="MCF7", given=(Given("HER2 CAR-T", "1e8 cells/m2"),)), "no size of a patient"),
        (
            Condition(line="MCF7", given=(Given("E75", "1 dose"), Given("GP2", "1 dose", 24.0))),
            "cannot be simulated together",
        ),
        (Condition(line="MCF7", given=(Given("radiation", "2 Gy"), Given("RT", "2 Gy"))), "given twice"),
    ],
)
def test_what_is_given_in_the_wrong_form_is_refused(cell: Condition, said: str) -> None:
    with pytest.raises(DataError, match=said):
        measure([cell], ["viability"], [24.0], members=1)
