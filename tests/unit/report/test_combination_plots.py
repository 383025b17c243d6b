from __future__ import annotations

from typing import Any

import numpy as np

from erbium.report.combination_plots import front_figure
from erbium.report.plots import figure_svg


def course(
    agents: list[str], benefit: float, severe: float, *, front: bool, unknown: bool = False
) -> dict[str, Any]:
    return {
        "agents": agents,
        "benefit": {"median": benefit, "low": benefit - 0.5, "high": benefit + 0.5},
        "burden": {"severe_events": severe, "rates_unknown": agents if unknown else []},
        "on_front": front,
    }


def test_every_set_has_a_mark_and_the_explained_ones_their_place() -> None:
    courses = [
        course(["a", "b"], 2.0, 0.5, front=True),
        course(["a"], 1.0, 0.2, front=True),
        course(["c"], 0.1, 0.9, front=False, unknown=True),
        {**course(["d"], 0.1, 0.9, front=False), "benefit": {"median": None, "low": None, "high": None}},
    ]
    sets = [{"agents": [{"id": "b"}, {"id": "a"}], "rank": 17}]
    figure = front_figure({"sets": sets, "courses": courses, "benefit": {"against": "no treatment"}})
    axes = figure.axes[0]
    marks = [line for line in axes.lines if line.get_marker() not in ("", "None")]
    places = {(float(x), float(y)) for line in marks for x, y in np.asarray(line.get_xydata())}
    assert places == {(0.5, 2.0), (0.2, 1.0), (0.9, 0.1)}
    assert [text.get_text() for text in axes.texts] == ["17"]
    svg = figure_svg(figure)
    assert "cells fewer, log10" in svg
    assert "open: a rate is not published" in svg
