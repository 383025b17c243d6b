"""All cell data of a folder as one table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from erbium.calibrate.cells import drug_readers as drugs
from erbium.calibrate.cells import phospho_readers as signals
from erbium.calibrate.cells.design import load_design
from erbium.calibrate.cells.names import find_drug, find_line
from erbium.calibrate.cells.observations import Observations, join
from erbium.core.errors import DataError

BLOTS = "phospho_pasmopy/erbb_westernblot_timecourse.csv"
ARRAYS = "phospho_hpn_dream/*.csv"
ELISA = "celllines/niepel_elisa_ligand_foldchange_calibration.tsv"
HTM = "celllines/niepel_HTM_ligand_foldchange_calibration.tsv"
GR, GR_REPLICATES = (
    "celllines/hms_grmetrics_calibration.csv",
    "celllines/hms_grmetrics_replicates_calibration.csv",
)
GDSC, GDSC_DRUGS = "celllines/gdsc_v17_BRCA_IC50_calibration.csv", "celllines/gdsc_drug_list_2019-06-24.csv"
CCLE = "celllines/ccle_np24_breast_calibration.csv"
LAPATINIB = "celllines/niepel_lapatinib_gi50_calibration.tsv"
CONJUGATES = "adc_invitro/adc_dose_response_digitised.csv"


def read_observations(folder: Path) -> Observations:
    """Return every observation of a line and drug that we have, from the data under `folder`.

    Raises
    ------
    DataError
        The folder or one of its tables is missing, or a cell is not a number.
    """
    if not folder.is_dir():
        raise DataError("no such folder.", file=folder, expected="the folder of cell data", hint="--data")
    design = load_design()
    return join(
        [
            signals.read_blots(folder / BLOTS, design),
            *(signals.read_arrays(path, design) for path in sorted(folder.glob(ARRAYS))),
            signals.read_ligand_folds(folder / ELISA, design, "niepel_elisa", design.niepel_elisa),
            signals.read_ligand_folds(folder / HTM, design, "niepel_htm", design.niepel_htm),
            drugs.read_gr_metrics(folder / GR, design),
            drugs.read_gdsc(folder / GDSC, folder / GDSC_DRUGS, design),
            drugs.read_ccle(folder / CCLE, design),
            drugs.read_gi50(folder / LAPATINIB, design, "lapatinib"),
            drugs.read_conjugates(folder / CONJUGATES, design),
        ]
    )


def data_hash(folder: Path) -> str:
    """Return the SHA-256 over the files that were read."""
    files = [BLOTS, ELISA, HTM, GR, GR_REPLICATES, GDSC, GDSC_DRUGS, CCLE, LAPATINIB, CONJUGATES]
    paths = [folder / name for name in files] + sorted(folder.glob(ARRAYS))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def replicate_noise(folder: Path) -> dict[str, float]:
    """Return the standard deviation between replicates of GR_AOC and GRmax, for our lines and drugs.

    The root mean square of the deviations of replicates from their mean, with n - 1.
    """
    path = folder / GR_REPLICATES
    cells: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for k, row in enumerate(signals.table(path), start=2):
        line, drug = find_line(row["cell_line"]), find_drug(row["generic_name"])
        aoc = signals.number(row["GR_AOC"], path, f"row {k}")
        least = signals.number(row["GRmax"], path, f"row {k}")
        if line is not None and drug is not None and aoc is not None and least is not None:
            cells.setdefault((line.id, drug), []).append((aoc, least))
    squares, freedom = np.zeros(2), 0
    for values in cells.values():
        if len(values) > 1:
            block = np.array(values)
            squares += ((block - block.mean(axis=0)) ** 2).sum(axis=0)
            freedom += len(values) - 1
    sd = np.sqrt(squares / max(freedom, 1))
    return {"GR_AOC": float(sd[0]), "GRmax": float(sd[1]), "freedom": float(freedom)}
