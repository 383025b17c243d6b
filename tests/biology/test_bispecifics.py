"""Bispecific antibodies against their parts, and kinase inhibitors beyond their targets."""

from __future__ import annotations

import functools

import pytest

from erbium.experiment.batch import measure
from erbium.experiment.condition import Condition, Exposure


@functools.cache
def seen(
    readout: str,
    drugs: tuple[tuple[str, float], ...],
    line: str = "SK-BR-3",
    tumour: bool = False,
    hours: float = 72.0,
) -> float:
    cell = Condition(line=line, tumour=tumour, exposures=tuple(Exposure(name, dose) for name, dose in drugs))
    return float(measure([cell], [readout], [hours], members=1)[0, 0, 0, 0])


BOTH = (("trastuzumab", 50.0), ("pertuzumab", 50.0))


@pytest.mark.parametrize("name", ["zanidatamab", "kn026", "trasintuzumab"])
def test_a_biparatopic_antibody_clears_more_her2_than_both_of_its_arms(name: str) -> None:
    assert seen("HER2_total", ((name, 50.0),)) < 0.9 * seen("HER2_total", BOTH)


def test_an_antibody_on_her3_does_as_pertuzumab() -> None:
    arms = [seen("viability", ((name, 50.0),)) for name in ("zenocutuzumab", "pertuzumab")]
    assert arms[0] == pytest.approx(arms[1], rel=0.1)


def test_an_engager_of_t_cells_kills_in_a_tumour_and_not_in_a_dish() -> None:
    drug = (("ertumaxomab", 1.0),)
    assert seen("engager_kill_rate", drug) == 0.0
    assert seen("engager_kill_rate", drug, tumour=True) > 0.0


def test_an_engager_without_her2_to_hold_on_to_does_not_kill() -> None:
    drug = (("ertumaxomab", 1.0),)
    high, low = (seen("engager_kill_rate", drug, line, True) for line in ("SK-BR-3", "MDA-MB-231"))
    assert low < 0.3 * high


def test_the_engager_of_p95_leaves_her2_alone() -> None:
    drug = (("p95her2_cd3_bispecific", 1.0),)
    assert seen("bound_antibody", drug, tumour=True) == 0.0
    assert seen("engager_kill_rate", drug, tumour=True) > 0.0


@pytest.mark.parametrize("name", ["her2_pd1_bispecific", "her2_pdl1_bispecific"])
def test_a_bispecific_on_the_pd1_axis_frees_cd8_cells(name: str) -> None:
    free = seen("CD8_function", ((name, 50.0),), tumour=True)
    assert free > 1.1 * seen("CD8_function", (("trastuzumab", 50.0),), tumour=True)


def test_a_dirty_drug_kills_beyond_its_target_sooner_than_a_selective_one() -> None:
    rates = {
        name: seen("off_target_kill_rate", ((name, 3000.0),), "MCF7")
        for name in ("buparlisib", "neratinib", "pictilisib", "alpelisib")
    }
    assert rates["buparlisib"] > rates["neratinib"] > 3.0 * rates["pictilisib"]
    assert rates["pictilisib"] > 3.0 * rates["alpelisib"] > 0.0


@pytest.mark.parametrize("name", ["lapatinib", "alpelisib", "palbociclib", "trametinib"])
def test_kinase_inhibitors_kill_any_line_at_ten_times_the_dose_of_screens(name: str) -> None:
    assert seen("viability", ((name, 100_000.0),), "MCF7") < 0.4 * seen("viability", (), "MCF7")


def test_a_thousandth_of_that_dose_has_no_effect_beside_the_target() -> None:
    lines = [seen("viability", (("lapatinib", dose),), "MDA-MB-231") for dose in (1e-9, 100.0)]
    assert lines[1] == pytest.approx(lines[0], rel=0.03)


def test_antibodies_and_metformin_have_no_off_target_dose() -> None:
    rates = [
        seen("off_target_kill_rate", ((name, dose),), "MCF7")
        for name, dose in (("trastuzumab", 1e4), ("metformin", 1e7), ("sargramostim", 1e4))
    ]
    assert rates == [0.0, 0.0, 0.0]
