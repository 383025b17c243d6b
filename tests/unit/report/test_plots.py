from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from erbium.report import (
    course_svg,
    csv_text,
    figure_svg,
    forest_figure,
    save_figure,
    treatment_figure,
    write_csv,
)
from erbium.report.plots import _progression_line


def test_course_is_the_same_bytes(advice: dict[str, Any]) -> None:
    course = advice["options"][1]["course"]
    drawn = course_svg(course, reference=advice["options"][0]["course"], reference_name="T-DXd")
    assert drawn == course_svg(course, reference=advice["options"][0]["course"], reference_name="T-DXd")
    ET.fromstring(drawn)
    assert "months on treatment" in drawn
    assert "T-DXd" in drawn


def test_course_with_gaps(advice: dict[str, Any]) -> None:
    course = advice["options"][1]["course"]
    for key in ("median", "low", "high"):
        course["sum_of_diameters"][key][20:] = [None] * 33
    ET.fromstring(course_svg(course))


def test_progression_counts_from_nadir() -> None:
    assert _progression_line([0.0, -50.0, -20.0]) == pytest.approx([20.0, -40.0, -40.0])


def test_figures_save(tmp_path: Path, advice: dict[str, Any], treatment: dict[str, Any]) -> None:
    for name, figure in (("a.png", forest_figure(advice)), ("b.svg", treatment_figure(treatment))):
        written = save_figure(figure, tmp_path / name)
        assert written.stat().st_size > 5000
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    ET.parse(tmp_path / "b.svg")


def test_figures_of_little(advice: dict[str, Any], treatment: dict[str, Any]) -> None:
    advice["options"] = []
    treatment.update(readouts={}, twins=[])
    assert "<svg" in figure_svg(forest_figure(advice))
    assert "<svg" in figure_svg(treatment_figure(treatment))


def test_csv_has_units_and_rows(tmp_path: Path, treatment: dict[str, Any]) -> None:
    treatment["volume"]["median"][-1] = float("nan")
    rows = list(csv.reader(io.StringIO(csv_text(treatment))))
    assert rows[0][:3] == ["time_days", "volume_median[cm^3]", "volume_low[cm^3]"]
    assert "pHER2_median[kreceptor]" in rows[0]
    assert len(rows) == 1 + len(treatment["time_days"])
    assert rows[-1][1] == ""
    assert write_csv(treatment, tmp_path / "x.csv").read_text() == csv_text(treatment)
