"""Figures and tables of experiments: what is asked for is drawn, and labelled with its unit."""

from __future__ import annotations

from typing import Any

import pytest

from erbium.report.experiment_plots import axis_label, experiment_figure, looks
from erbium.report.experiment_table import dose_rows, matrix_rows, reading_table


def _row(arm: str, readout: str, hours: float, value: float) -> dict[str, Any]:
    return {
        "arm": arm, "readout": readout, "time_h": hours, "unit": "kreceptor",
        "value": value, "low": 0.8 * value, "high": 1.2 * value,
    }  # fmt: skip


def _band(value: Any) -> dict[str, Any]:
    return {"value": value, "low": value, "high": value}


@pytest.fixture
def experiment() -> dict[str, Any]:
    arms: list[dict[str, Any]] = [
        {"name": "free", "drugs": []},
        {"name": "treated_cells", "drugs": ["lapatinib 1 nM"]},
    ]
    hours = [0.0, 1.0, 2.0, 4.0, 8.0, 24.0, 72.0]
    none = {"value": None, "low": None, "high": None, "unit": "nM"}
    metrics = {
        "GR50": {**none, "not_reached": 1.0},
        "IC50": {"value": 30.0, "low": 20.0, "high": None, "unit": "nM", "not_reached": 0.1},
    }
    return {
        "name": "A trial",
        "arms": arms,
        "results": [_row(arm["name"], "pHER2", h, 2.0 + h) for arm in arms for h in hours],
        "dose_response": [
            {
                "arm": "free", "drug": "lapatinib", "time_h": 72.0, "concentrations_nM": [1.0, 10.0, 100.0],
                "relative_viability": _band([1.0, 0.8, 0.4]), "GR": _band([1.0, 0.7, None]),
                "metrics": metrics,
            }
        ],
        "matrix": [
            {
                "arm": "free", "drugs": ["lapatinib", "alpelisib"], "time_h": 72.0,
                "concentrations_nM": [[0.0, 1.0], [0.0, 2.0, 4.0]],
                "relative_viability": _band([[1.0, 0.9, 0.8], [0.7, 0.5, 0.3]]),
                "excess": {"Bliss": {**_band([[0.0, 0.0, 0.0], [0.0, 0.1, -0.2]]), "mean": _band(-0.05)}},
            }
        ],
    }  # fmt: skip


def _axes(experiment: dict[str, Any]) -> list[Any]:
    return [axes for axes in experiment_figure(experiment).axes if axes.get_visible()]


def test_every_part_has_its_panels_and_axes_have_units(experiment: dict[str, Any]) -> None:
    axes = _axes(experiment)
    assert len(axes) == 1 + 2 + 2 + 2
    assert axes[0].get_ylabel() == "pHER2, thousands per cell"
    assert axes[0].get_xlabel() == "hours"
    assert axes[1].get_xlabel() == "lapatinib, nM"
    assert axes[3].get_xlabel() == "alpelisib, nM"
    assert axes[3].get_ylabel() == "lapatinib, nM"
    assert [one.get_ylabel() for one in axes[5:]] == [
        "living cells, of untreated",
        "effect beyond the reference, share of cells",
    ]


def test_the_scale_of_synergy_is_centred_on_0_and_shared_by_all_cells(experiment: dict[str, Any]) -> None:
    (matrix,) = experiment["matrix"]
    stronger = {"Bliss": {**_band([[0.0, 0.0, 0.0], [0.0, 0.5, 0.1]]), "mean": _band(0.3)}}
    experiment["matrix"] = [matrix, {**matrix, "arm": "treated_cells", "excess": stronger}]
    scales = [axes for axes in _axes(experiment) if axes.get_ylabel().startswith("effect beyond")]
    for axes in scales:
        assert axes.get_ylim() == (-0.5, 0.5)
        assert [text.get_text() for text in axes.get_yticklabels()] == ["−0.50", "0", "+0.50"]
    assert len(scales) == 2


def test_a_course_goes_through_the_medians(experiment: dict[str, Any]) -> None:
    line = next(line for line in _axes(experiment)[0].lines if line.get_label() == "treated cells")
    assert list(line.get_ydata()) == [2.0 + h for h in (0.0, 1.0, 2.0, 4.0, 8.0, 24.0, 72.0)]


def test_cells_of_a_matrix_carry_their_numbers(experiment: dict[str, Any]) -> None:
    living, bliss = ([text.get_text() for text in axes.texts] for axes in _axes(experiment)[3:5])
    assert living == ["1.00", "0.90", "0.80", "0.70", "0.50", "0.30"]
    assert bliss == ["+0.10", "−0.20"]


def test_one_time_is_drawn_as_points(experiment: dict[str, Any]) -> None:
    experiment |= {"dose_response": [], "matrix": []}
    experiment["results"] = [row for row in experiment["results"] if row["time_h"] == 72.0]
    (axes,) = _axes(experiment)
    assert axes.get_title(loc="left") == "at 72 h"
    assert [text.get_text() for text in axes.get_yticklabels()] == ["free", "treated cells"]


def test_points_far_apart_stand_on_a_log_axis(experiment: dict[str, Any]) -> None:
    rows = [_row("free", "pHER2", 72.0, 4.0), _row("treated_cells", "pHER2", 72.0, 0.001)]
    only = experiment | {"dose_response": [], "matrix": []}
    (axes,) = _axes(only | {"results": rows})
    assert axes.get_xscale() == "log"
    (axes,) = _axes(only | {"results": [rows[0], _row("treated_cells", "pHER2", 72.0, 1.0)]})
    assert axes.get_xscale() == "linear"


def test_the_figure_says_what_a_band_is(experiment: dict[str, Any]) -> None:
    assert "5th to 95th percentile" in experiment_figure(experiment).get_supxlabel()


def test_arms_look_different(experiment: dict[str, Any]) -> None:
    many = [{"name": f"arm {k}", "drugs": [] if k == 0 else ["x"]} for k in range(8)]
    found = looks(many)
    assert len({(look.colour, look.line) for look in found.values()}) == 8
    assert len({look.mark for look in found.values()}) == 8


def test_viability_says_of_what() -> None:
    assert axis_label("viability", "1") == "living cells, of those at 0 h"


def test_tables_show_first_and_last_time_and_what_is_not_reached(experiment: dict[str, Any]) -> None:
    headings, rows = reading_table(experiment)
    assert headings[2] == "0 h"
    assert headings[-2] == "72 h"
    assert rows[0]["72 h"] == "74 (59.2–88.8)"
    (metrics,) = dose_rows(experiment)
    assert metrics["GR50, nM"] == "not reached"
    assert metrics["IC50, nM"] == "30 (20–n.r.)"
    (pair,) = matrix_rows(experiment)
    assert pair["at"] == "lapatinib 1 nM, alpelisib 2 nM"


def test_long_names_leave_the_legend_fewer_columns() -> None:
    from erbium.report.experiment_plots import _columns

    assert _columns(["a", "b", "c", "d", "e"], 8.0) == 4
    assert _columns(["a line with one drug and another"] * 4, 8.0) == 2
    assert _columns(["so long a name that nothing stands beside it" * 3], 8.0) == 1
