"""The error model: a blot's scale says nothing, shared terms are shared."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.cells.errors_model import ErrorModel, _repeated
from erbium.calibrate.cells.observations import Course, Observation, Observations
from tests.unit.calibrate.cells.tables import grid


def blot(values: list[float]) -> Observations:
    setup = Course("line", "starved")
    return Observations(
        tuple(
            Observation("blots", "line", "line", setup, "log_signal", "pERK", k / 10, v, 0.2, blot="one")
            for k, v in enumerate(values)
        )
    )


def test_the_scale_of_a_blot_is_profiled_out() -> None:
    table = blot([0.0, 1.0, 2.0])
    white = ErrorModel.of(table).whitener()
    flat, shifted = white(np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]))
    assert np.abs(shifted - flat).max() < 1.0, "fifteen noise standard deviations on every point are nothing"
    moved = white(np.array([[0.0, 1.0, 3.0]]))[0]
    assert np.abs(moved - flat).max() > 1.0, "the shape counts"


def test_whitened_errors_are_independent_and_of_size_one() -> None:
    errors = ErrorModel.of(grid(tuple("abcdefgh")))
    white = errors.whitener()(errors.draw(np.random.default_rng(1), 20000))
    assert np.cov(white.T) == pytest.approx(np.eye(white.shape[1]), abs=0.06)


def test_residuals_of_a_drug_are_carried_by_its_term() -> None:
    table = grid(tuple("abcdef"))
    errors = ErrorModel.of(table)
    residuals = np.array([0.4 if row.drug == "x" else 0.0 for row in table.rows])
    explained = errors.explained(residuals, ("drug", "assay"))
    for row, value in zip(table.rows, explained, strict=True):
        assert (value > 0.2) == (row.drug == "x")


def test_failed_members_stay_missing() -> None:
    white = ErrorModel.of(blot([0.0, 1.0])).whitener()
    out = white(np.array([[0.0, np.nan], [0.0, 1.0]]))
    assert np.isnan(out[0]).all()
    assert np.isfinite(out[1]).all()


@pytest.mark.parametrize(("repeats", "wider"), [(1, 1.0), (3, 1.0), (12, 2.0)])
def test_many_rows_of_one_readout_in_one_line_count_as_three(repeats: int, wider: float) -> None:
    setup = Course("line", "starved")
    rows = tuple(
        Observation("a", "line", "line", setup, "log_signal", "pERK", k / 10, 0.0, 0.2)
        for k in range(repeats)
    )
    assert _repeated(Observations(rows), 3.0) == pytest.approx(np.full(repeats, wider))
