"""The whole calibration on a few rows: it runs, goes on where it stopped, and writes what it found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.calibrate.cells import Settings, cell_report, fit_cells
from erbium.calibrate.cells.fit import CellFit
from erbium.core.twins import Twins
from erbium.knowledge.ensemble import load_ensemble, write_ensemble
from tests.unit.calibrate.cells.tables import write_folder

SETTINGS = Settings(members=12, steps=2, walks=1, restarts=0, recovery=False, kept=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def fit(folder: Path, work: Path) -> CellFit:
    return fit_cells(folder, SETTINGS, work)


def test_it_fits_and_reports(fit: CellFit) -> None:
    assert fit.z.shape == (12, len(fit.prior.free))
    assert len([c for c in fit.prior.free if c.kind == "network"]) <= 6
    assert fit.course[-1] < fit.course[0]
    text = cell_report(fit)
    for heading in ("## Misfit", "## Numbers", "## Held", "## Open questions", "## Leave donors out"):
        assert heading in text
    assert set(fit.fitted) <= set(fit.prior.names)


def test_a_second_run_takes_the_kept_stages(fit: CellFit, folder: Path, work: Path) -> None:
    stages = {p: p.stat().st_mtime_ns for p in work.iterdir()}
    seen: list[str] = []
    again = fit_cells(folder, SETTINGS, work, lambda label, _share: seen.append(label))
    assert np.array_equal(again.z, fit.z)
    assert {p: p.stat().st_mtime_ns for p in work.iterdir()} == stages
    assert "prior" not in seen


def test_the_seed_decides(fit: CellFit, folder: Path) -> None:
    same = fit_cells(folder, SETTINGS)
    assert np.array_equal(same.z, fit.z)


def test_the_ensemble_survives_its_files(fit: CellFit, tmp_path: Path) -> None:
    ensemble = fit.ensemble()
    write_ensemble(ensemble, tmp_path)
    back = load_ensemble(folder=tmp_path)
    assert back is not None
    assert back.names == ensemble.names
    assert back.fitted == ensemble.fitted
    assert back.values == pytest.approx(ensemble.values, rel=1e-6)
    assert (back.seed, back.data_hash) == (ensemble.seed, fit.data_hash)
    for c, column in zip(fit.prior.free, back.values.T, strict=True):
        if c.kind == "network" and c.low > 0:
            assert (column > 0).all()


def test_draws_of_one_member_go_together(fit: CellFit) -> None:
    ensemble = fit.ensemble()
    twins = Twins(3, 8, 2)
    draws = np.array([ensemble.draws(name, twins) for name in ensemble.names])
    assert draws.shape == (len(ensemble.names), 16)
    assert np.array_equal(draws[:, 0::2], draws[:, 1::2]), "twins of one draw share the member"
    assert draws[:, 0] == pytest.approx(np.median(ensemble.values, axis=0))
    rows = {tuple(row) for row in ensemble.values}
    assert all(tuple(draws[:, k]) in rows for k in range(2, 16))
    assert ensemble.draws("no.such", twins) is None
