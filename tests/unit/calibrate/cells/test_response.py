"""Growth-rate inhibition and crossing doses."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.cells.response import area_over, gr_value, log10_crossing, split


def test_gr_of_known_courses() -> None:
    control = np.full(4, 4.0)
    gr = gr_value(np.array([4.0, 2.0, 1.0, 0.25]), control)
    assert gr == pytest.approx([1.0, np.sqrt(2.0) - 1.0, 0.0, -0.5])


def test_gr_does_not_depend_on_how_fast_the_line_divides() -> None:
    slow, fast = gr_value(np.array([2**0.5]), np.array([2.0])), gr_value(np.array([4.0]), np.array([16.0]))
    assert slow == pytest.approx(fast)


def test_static_and_toxic_parts_are_apart() -> None:
    static, toxic = split(np.array([1.0, 0.3, 0.0, -0.6]))
    assert static == pytest.approx([0.0, 0.7, 1.0, 1.0])
    assert toxic == pytest.approx([0.0, 0.0, 0.0, 0.6])


def test_area_and_crossing() -> None:
    doses = np.log10(np.array([1.0, 10.0, 100.0]))
    assert area_over(np.array([1.0, 0.5, 0.0]), doses) == pytest.approx(0.5)
    curves = np.array([[1.0, 0.75, 0.25], [0.2, 0.1, 0.0], [1.0, 1.0, 1.0], [1.0, 1.0, 0.75]])
    found = log10_crossing(curves, doses, beyond=0.5)
    assert found == pytest.approx([1.5, -0.3, 2.5, 2.25])


def test_a_deeper_curve_never_crosses_later() -> None:
    doses = np.linspace(0.0, 4.0, 9)
    curves = np.array([1.0 - s * np.linspace(0, 1, 9) for s in np.linspace(0.0, 1.0, 40)])
    assert (np.diff(log10_crossing(curves, doses)) <= 1e-9).all()


def test_a_control_that_stopped_does_not_blow_up() -> None:
    gr = gr_value(np.array([4.0, 1.0, 0.5]), np.array([1.0, 0.9, 1.0]))
    assert np.isfinite(gr).all()
    assert gr.max() <= 1.5
