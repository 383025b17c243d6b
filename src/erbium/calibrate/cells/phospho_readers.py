"""Readers of the signalling data: blots, arrays and ligand responses."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from erbium.calibrate.cells.design import Design, PhosphoAssay
from erbium.calibrate.cells.names import dish, donor_of, find_drug, find_line
from erbium.calibrate.cells.observations import Course, Observation
from erbium.core.errors import DataError
from erbium.knowledge.schema.cell_line import CellLine

LN10 = math.log(10.0)


def table(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of a table.

    Raises
    ------
    DataError
        The file is missing or not a table.
    """
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            yield from csv.DictReader(stream, delimiter=delimiter)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"cannot be read ({error}).", file=path, expected="a table of cell data") from error


def number(text: str, path: Path, key: str) -> float | None:
    """Return a cell as a number, None where it is empty or not finite."""
    if text.strip() in ("", "NA", "NaN", "nan", "inf", "-inf"):
        return None
    try:
        return float(text)
    except ValueError as error:
        raise DataError(f'"{text}" is not a number.', file=path, key=key) from error


def read_blots(path: Path, design: Design) -> Iterator[Observation]:
    """Yield the time courses on western blots; each replicate of an antibody is one blot."""
    assay = design.phospho_pasmopy
    assert assay.dose is not None
    for k, row in enumerate(table(path), start=2):
        line, ligand = find_line(row["cell_line"]), design.ligand(row["ligand"])
        readout = assay.readouts.get(row["observable"])
        signal = number(row["raw_intensity"], path, f"row {k}")
        if line is None or ligand is None or readout is None or signal is None or signal <= 0:
            continue
        if dish().readout(readout) is None or dish().parameter(ligand.handle) is None:
            continue
        yield Observation(
            "phospho_pasmopy", line.id, donor_of(line),
            Course(line.id, assay.medium, ((ligand.handle, assay.dose.to("nM")),)),
            "log_signal", readout, float(row["time_min"]) / 60.0, math.log(signal), assay.noise.value,
            blot=f"{line.id} {row['observable']} {row['replicate']}",
            curve=f"{line.id} {row['observable']} {row['ligand']}",
        )  # fmt: skip


def read_arrays(path: Path, design: Design) -> Iterator[Observation]:
    """Yield the array time courses of one line: ligands with and without inhibitor, linear signals."""
    assay = design.phospho_hpn_dream
    for k, row in enumerate(table(path), start=2):
        on = [key[3:] for key, value in row.items() if key.startswith("TR:") and value == "1"]
        line = next((find_line(n.removesuffix(":CellLine")) for n in on if n.endswith(":CellLine")), None)
        blocked = [name for name in on if name.endswith("i")]
        added = [name for name in on if not name.endswith((":CellLine", "i"))]
        drugs = _inhibitors(blocked, assay)
        if line is None or drugs is None or len(added) > 1:
            continue
        ligands = _ligands(added, assay, design)
        if ligands is None:
            continue
        setup = Course(
            line.id, assay.medium, ligands, drugs,
            assay.pretreat.to("h") if assay.pretreat and drugs else 0.0,
        )  # fmt: skip
        for label, readout in assay.readouts.items():
            text = row.get(f"DV:{label}")
            signal = None if text is None else number(text, path, f"row {k}, {label}")
            if signal is None or signal <= 0 or dish().readout(readout) is None:
                continue
            yield Observation(
                "phospho_hpn_dream", line.id, donor_of(line), setup, "log_signal", readout,
                float(row["DA:ALL"]) / 60.0, math.log(signal), assay.noise.value,
                blot=f"{line.id} {label}", curve=f"{line.id} {label} {'+'.join(on)}",
            )  # fmt: skip


def _inhibitors(names: list[str], assay: PhosphoAssay) -> tuple[tuple[str, float], ...] | None:
    """Return drug ids and nM of the inhibitors, or None where one is unknown."""
    found: list[tuple[str, float]] = []
    for compound in (part for name in names for part in name.removesuffix("i").split("_")):
        stand_in = assay.stand_ins.get(compound)
        drug = None if stand_in is None else find_drug(stand_in.drug)
        if stand_in is None or drug is None:
            return None
        found.append((drug, stand_in.concentration.to("nM")))
    return tuple(found)


def _ligands(names: list[str], assay: PhosphoAssay, design: Design) -> tuple[tuple[str, float], ...] | None:
    """Return handles and nM of the ligands, or None where one is unknown."""
    assert assay.dose is not None
    found: list[tuple[str, float]] = []
    for name in names:
        if name == assay.control:
            continue
        ligand = design.ligand(name)
        if ligand is None or dish().parameter(ligand.handle) is None:
            return None
        found.append((ligand.handle, ligand.nanomolar(assay.dose.to("ng/mL"))))
    return tuple(found)


def read_ligand_folds(path: Path, design: Design, dataset: str, assay: PhosphoAssay) -> Iterator[Observation]:
    """Yield log10 fold changes after ligand; headers ``pErk,EGF,100,T10`` or ``GF pErk EGF:100 @T10``."""
    for row in table(path, "\t"):
        names = list(row)
        line = find_line(row[names[0]])
        if line is None:
            continue
        for header in names[1:]:
            parts = _header(header)
            if parts is None:
                continue
            label, ligand_label, ng_per_ml, minutes = parts
            ligand, readout = design.ligand(ligand_label), assay.readouts.get(label)
            fold = number(row[header], path, f"{line.name}, {header}")
            if ligand is None or readout is None or fold is None:
                continue
            if dish().readout(readout) is None or dish().parameter(ligand.handle) is None:
                continue
            yield _fold(dataset, assay, line, (ligand.handle, ligand.nanomolar(ng_per_ml)), readout,
                        minutes / 60.0, fold, f"{line.id} {label} {ligand_label} {ng_per_ml:g}")  # fmt: skip


def _fold(
    dataset: str, assay: PhosphoAssay, line: CellLine, ligand: tuple[str, float], readout: str,
    time_h: float, fold: float, curve: str,
) -> Observation:  # fmt: skip
    silent = fold == 0.0 and assay.censored_noise is not None
    noise = assay.censored_noise if silent and assay.censored_noise is not None else assay.noise
    return Observation(
        dataset, line.id, donor_of(line), Course(line.id, assay.medium, (ligand,)), "log_fold", readout,
        time_h, fold * LN10, noise.value * LN10, curve=curve,
    )  # fmt: skip


def _header(text: str) -> tuple[str, str, float, float] | None:
    """Return signal, ligand, ng/mL and minutes of a column, or None for another column."""
    words = text.replace("GF ", "", 1).replace(":", ",").replace(" @", ",").replace(" ", ",").split(",")
    if len(words) != 4 or not words[3].startswith("T"):
        return None
    try:
        return words[0], words[1], float(words[2]), float(words[3][1:])
    except ValueError:
        return None
