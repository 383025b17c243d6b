"""Where a conjugate lets go of its payload: in the cell, and for a cleavable linker outside it as well."""

from __future__ import annotations

import pytest

from erbium.experiment.batch import measure
from erbium.experiment.condition import Condition, Exposure

pytestmark = pytest.mark.needs_compiler


def between_cells(drug: str, line: str, *, tumour: bool = True, dose: float = 100.0) -> float:
    cell = Condition(line=line, tumour=tumour, exposures=(Exposure(drug, dose),))
    return float(measure([cell], ["payload_interstitial"], [72.0], members=1)[0, 0, 0, 0])


def test_proteases_of_a_tumour_free_deruxtecan_where_there_is_no_her2_to_take_it_up() -> None:
    """Cathepsin L carries T-DXd in HER2-negative grafts, and not T-DM1 (Tsao 2024)."""
    cut, whole = (between_cells(f"trastuzumab_{name}", "MDA-MB-231") for name in ("deruxtecan", "emtansine"))
    assert cut > 5.0 * whole


def test_in_a_dish_only_uptake_frees_payload() -> None:
    inside, outside = (
        between_cells("trastuzumab_deruxtecan", "MDA-MB-231", tumour=tumour) for tumour in (True, False)
    )
    assert outside < 0.5 * inside


def test_where_her2_is_amplified_most_payload_comes_through_the_cell() -> None:
    def at(share: float) -> float:
        cell = Condition(
            line="SK-BR-3", tumour=True, scale=(("k_cleave_outside", share),),
            exposures=(Exposure("trastuzumab_deruxtecan", 10.0),),
        )  # fmt: skip
        return float(measure([cell], ["payload_interstitial"], [72.0], members=1)[0, 0, 0, 0])

    assert at(0.0) > 0.6 * at(1.0)


@pytest.mark.parametrize(
    ("tolerance", "spared", "hit"),
    [
        ("genotoxic_payload_tolerance", "trastuzumab_emtansine", "trastuzumab_deruxtecan"),
        ("tubulin_payload_tolerance", "trastuzumab_deruxtecan", "trastuzumab_emtansine"),
    ],
)
def test_a_conjugate_of_another_payload_class_still_works(tolerance: str, spared: str, hit: str) -> None:
    """Resistance to one payload is not one to every conjugate: the second of the same class does less."""

    def kill(drug: str, fold: float) -> float:
        cell = Condition(
            line="SK-BR-3", tumour=True, settings=((tolerance, fold),), exposures=(Exposure(drug, 10.0),)
        )
        return float(measure([cell], ["payload_kill_rate"], [72.0], members=1)[0, 0, 0, 0])

    assert kill(spared, 20.0) == pytest.approx(kill(spared, 1.0), rel=1e-6)
    assert kill(hit, 20.0) < 0.75 * kill(hit, 1.0)
