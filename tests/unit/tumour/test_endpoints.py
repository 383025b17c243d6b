"""Endpoints of hand-made courses."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.tumour.clones import variation
from erbium.tumour.course import CELL_CM3, Course
from erbium.tumour.endpoints import endpoints_of, metastatic, micrometastatic, neoadjuvant
from erbium.tumour.recist import CR, PD, PR, SD, volume_of

NAN = float("nan")
MONTH = 30.4375
TWO_YEARS = 730.0


def course(
    progression_days: list[float],
    best: list[int] | None = None,
    *,
    volume: list[list[float]] | None = None,
    live: list[float] | None = None,
    days: list[float] | None = None,
) -> Course:
    n = len(progression_days)
    shown = np.array(volume if volume is not None else [[1.0] * n, [1.0] * n])
    clones = np.zeros((len(shown), n, 2))
    clones[..., 0] = shown if live is None else np.array(live)
    return Course(
        name="x",
        visit_days=np.array(days or np.linspace(0.0, TWO_YEARS, len(shown))),
        volume=shown,
        live=clones,
        lesions=np.ones(n),
        progression_days=np.array(progression_days),
        best=np.array(best or [SD] * n),
        first_visit=np.zeros((n, 1)),
        new_lesion=np.zeros(n, dtype=bool),
        end_states=np.zeros((n, 1)),
    )


def test_response_and_benefit() -> None:
    # Responders count at once; stable disease from 24 weeks on; progression never.
    found = metastatic(
        course([NAN, 84.0, 168.0, 126.0, 42.0, NAN], [CR, PR, SD, SD, PD, SD]), Twins(1, 1, 6), TWO_YEARS
    )
    assert found.values["ORR"].median == pytest.approx(2 / 6)
    assert found.values["CBR"].median == pytest.approx(4 / 6)
    assert list(found.values) == ["ORR", "CBR", "PFS_12m", "PFS_median", "rmst"]


def test_progression_free_time_is_cut_at_the_horizon() -> None:
    found = metastatic(course([NAN, 10.0 * MONTH]), Twins(1, 1, 2), 20.0 * MONTH)
    assert found.values["rmst"].median == pytest.approx(15.0)
    assert found.score == pytest.approx([20.0, 10.0])
    assert (found.score_name, found.score_unit) == ("rmst", "months")


def test_pfs_at_one_year_counts_what_was_seen_by_then() -> None:
    found = metastatic(course([NAN, 378.0, 364.0, 42.0]), Twins(1, 1, 4), TWO_YEARS)
    assert found.values["PFS_12m"].median == pytest.approx(0.5)


@pytest.mark.parametrize(("horizon", "given"), [(182.0, False), (363.0, False), (364.0, True), (730.0, True)])
def test_pfs_at_one_year_needs_a_year(horizon: float, given: bool) -> None:
    found = metastatic(course([NAN, 42.0]), Twins(1, 1, 2), horizon)
    assert ("PFS_12m" in found.values) is given
    assert (found.json("PFS_12m") is not None) is given


def test_median_pfs() -> None:
    found = metastatic(course([42.0, 84.0, 126.0]), Twins(1, 1, 3), TWO_YEARS).values["PFS_median"]
    assert found.median == pytest.approx(84.0 / MONTH)
    assert not found.not_reached
    assert found.json()["not_reached"] is False


def test_median_pfs_that_is_not_reached_is_null() -> None:
    found = metastatic(course([42.0, NAN, NAN]), Twins(1, 1, 3), TWO_YEARS).values["PFS_median"]
    assert (found.median, found.high) == (None, None)
    assert found.not_reached
    assert found.json() == {"median": None, "low": None, "high": None, "unit": "months", "not_reached": True}


def test_the_interval_is_that_of_the_parameter_draws() -> None:
    twins = Twins(1, 3, 2)
    found = metastatic(course([42.0, 42.0, 84.0, 84.0, NAN, NAN]), twins, TWO_YEARS)
    pfs = found.values["PFS_median"]
    assert pfs.low == pytest.approx(42.0 / MONTH)
    assert pfs.median == pytest.approx(84.0 / MONTH)
    assert pfs.high is None
    rmst = found.values["rmst"]
    assert rmst.median == pytest.approx(84.0 / MONTH)
    assert rmst.low is not None
    assert rmst.high is not None
    assert 42.0 / MONTH <= rmst.low < 84.0 / MONTH < rmst.high <= TWO_YEARS / MONTH


def test_pathological_complete_response_is_few_cells_left() -> None:
    cells = np.array([0.0, 1.0, 100.0]) * variation("pcr_cells")
    found = neoadjuvant(course([NAN] * 3, live=[n * CELL_CM3 for n in cells]), Twins(1, 1, 3))
    assert found.score == pytest.approx([1.0, np.exp(-1.0), 0.0])
    assert found.score_name == "pCR"
    assert found.values["pCR"].median == pytest.approx((1.0 + np.exp(-1.0)) / 3.0)
    assert next(iter(found.values)) == "pCR"


def test_shrinkage_at_surgery() -> None:
    shrunk = [[float(volume_of(50.0, 1.0))], [float(volume_of(20.0, 1.0))]]
    found = neoadjuvant(course([NAN], volume=shrunk), Twins(1, 1, 1))
    assert found.values["depth"].median == pytest.approx(0.6)


def test_relapse_is_half_a_cubic_centimetre() -> None:
    days = [0.0, 365.0, 730.0]
    volume = [[0.0, 1e-6, 1e-6], [0.0, 0.4, 0.6], [0.0, 0.51, 0.6]]
    found = micrometastatic(course([NAN] * 3, volume=volume, days=days), Twins(1, 1, 3), TWO_YEARS)
    assert found.values["iDFS_24m"].median == pytest.approx(1 / 3)
    assert found.values["rmst"].median == pytest.approx((730.0 + 730.0 + 365.0) / 3.0 / MONTH)


def test_freedom_at_two_years_is_read_at_two_years() -> None:
    days = [0.0, 700.0, 1100.0]
    late = course([NAN], volume=[[1e-6], [0.1], [0.9]], days=days)
    assert micrometastatic(late, Twins(1, 1, 1), 1100.0).values["iDFS_24m"].median == 1.0
    assert "iDFS_24m" not in micrometastatic(late, Twins(1, 1, 1), 365.0).values


def test_cure_is_no_cell_left() -> None:
    found = micrometastatic(
        course([NAN] * 3, live=[0.0, 1.0 * CELL_CM3, 1e6 * CELL_CM3]), Twins(1, 1, 3), TWO_YEARS
    )
    assert found.score == pytest.approx([1.0, np.exp(-1.0), 0.0])
    assert found.score_name == "cure"


def test_each_setting_has_its_endpoints() -> None:
    twins, one = Twins(1, 1, 1), course([NAN])
    leading = {
        setting: endpoints_of(setting, one, twins, TWO_YEARS).score_name
        for setting in ("metastatic", "neoadjuvant", "adjuvant", "residual")
    }
    assert leading == {"metastatic": "rmst", "neoadjuvant": "pCR", "adjuvant": "cure", "residual": "cure"}
