"""Readers: names, units and what is left out, on a table of a few rows."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from erbium.calibrate.cells.observations import Course, DoseResponse, Observation, Observations
from erbium.calibrate.cells.phospho_readers import LN10
from erbium.calibrate.cells.readers import data_hash, read_observations, replicate_noise
from erbium.core.errors import DataError
from tests.unit.calibrate.cells.tables import write_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def table(folder: Path) -> Observations:
    return read_observations(folder)


def of(table: Observations, dataset: str) -> list[Observation]:
    return [row for row in table.rows if row.dataset == dataset]


def test_blots_keep_known_lines_and_readouts(table: Observations) -> None:
    rows = of(table, "phospho_pasmopy")
    assert [(r.line, r.readout, round(r.time_h * 60)) for r in rows] == [
        ("mcf7", "pAKT_S473", 0),
        ("mcf7", "pAKT_S473", 5),
    ]
    assert rows[1].value == pytest.approx(math.log(800))
    assert rows[0].blot == rows[1].blot != ""


def test_arrays_leave_out_what_the_network_cannot_show(table: Observations) -> None:
    rows = of(table, "phospho_hpn_dream")
    assert len(rows) == 2, "serum and an unknown inhibitor are no experiments of ours"
    setups = [row.setup for row in rows]
    assert all(isinstance(setup, Course) for setup in setups)
    ligands = [setup.ligands for setup in setups if isinstance(setup, Course)]
    assert ligands[1] == (), "PBS adds nothing"
    assert ligands[0][0][0] == "EGF"
    assert ligands[0][0][1] == pytest.approx(100 / 6.2)


def test_folds_become_natural_logarithms_and_zeros_are_less_certain(table: Observations) -> None:
    erk, akt = of(table, "niepel_elisa")
    assert erk.value == pytest.approx(LN10)
    assert akt.value == 0.0
    assert akt.sd > erk.sd
    assert of(table, "niepel_htm")[0].value == pytest.approx(-0.1 * LN10)


def test_lines_of_one_patient_are_one_donor(table: Observations) -> None:
    donors = {row.line: row.donor for row in table.rows}
    assert donors["au565"] == donors["skbr3"] != donors["mcf7"]


def test_drug_metrics(table: Observations) -> None:
    gr = {row.measure: row.value for row in of(table, "hms_gr")}
    assert gr == {"GR_AOC": 0.9, "GRmax": -0.5}
    ic50 = {row.line: row.value for row in of(table, "gdsc_ic50")}
    assert ic50["au565"] == pytest.approx(2.0), "ln 0.1 uM is 100 nM"
    assert ic50["mcf7"] == pytest.approx(4.5), "far beyond the range is cut half a decade outside"
    assert of(table, "ccle")[0].value == pytest.approx((0 + 0.2 + 0.6 + 1.0) / 4)
    assert [row.value for row in of(table, "niepel_lapatinib")] == pytest.approx([3.0, 9.0 - 4.77815125])


def test_conjugates_are_in_nanomolar_and_in_order(table: Observations) -> None:
    rows = of(table, "adc_invitro")
    assert [row.dose for row in rows] == [0, 1]
    assert [row.value for row in rows] == [0.8, 0.3]
    setup = rows[0].setup
    assert isinstance(setup, DoseResponse)
    assert setup.doses[1] == pytest.approx(1e6 / 148781.0)


def test_replicates_give_the_noise(folder: Path) -> None:
    noise = replicate_noise(folder)
    assert noise["GR_AOC"] == pytest.approx(math.sqrt(0.02))
    assert noise["freedom"] == 1


def test_the_hash_follows_the_data(folder: Path, tmp_path: Path) -> None:
    other = write_folder(tmp_path)
    assert data_hash(other) == data_hash(folder)
    path = other / "celllines/niepel_lapatinib_gi50_calibration.tsv"
    path.write_text("SKBR3\t6.1\t1\n", encoding="utf-8")
    assert data_hash(other) != data_hash(folder)


def test_bad_input_names_file_and_row(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        read_observations(tmp_path / "nowhere")
    folder = write_folder(tmp_path)
    path = folder / "celllines/hms_grmetrics_calibration.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.9,0.06", "abc,0.06"), encoding="utf-8")
    with pytest.raises(DataError, match=r"hms_grmetrics_calibration.csv, row 2, GR_AOC: \"abc\""):
        read_observations(folder)
