"""Readers of the drug responses: growth-rate inhibition, IC50, activity area, GI50 and conjugates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from erbium.calibrate.cells.design import Design, DoseAssay
from erbium.calibrate.cells.names import donor_of, find_drug, find_line
from erbium.calibrate.cells.observations import DoseResponse, Measure, Observation
from erbium.calibrate.cells.phospho_readers import number, table
from erbium.core.errors import DataError
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.cell_line import CellLine

#: Doses of a simulated dose-response where the data give none.
GRID = 7
#: Decades outside the tested range at which extrapolated concentrations are cut.
BEYOND = 0.5


def doses(assay: DoseAssay, drug: str) -> tuple[float, ...]:
    """Return the doses of an assay, nM nominal, even on the log scale."""
    low, high = assay.bounds(drug)
    return tuple(float(c) for c in np.geomspace(low, high, GRID))


def cut(log10_nM: float, grid: tuple[float, ...]) -> float:
    """Return a concentration kept within half a decade of the tested range (log10 nM)."""
    return float(np.clip(log10_nM, math.log10(grid[0]) - BEYOND, math.log10(grid[-1]) + BEYOND))


def _row(
    dataset: str, line: CellLine, drug: str, grid: tuple[float, ...], hours: float, measure: Measure,
    value: float, sd: float, dose: int = -1,
) -> Observation:  # fmt: skip
    return Observation(
        dataset, line.id, donor_of(line), DoseResponse(line.id, drug, grid, hours), measure, measure,
        hours, value, sd, dose=dose, curve=f"{line.id} {drug}", drug=drug,
    )  # fmt: skip


def read_gr_metrics(path: Path, design: Design) -> Iterator[Observation]:
    """Yield area over the GR curve and GR at the highest dose."""
    assay = design.hms_gr
    noises = {"GR_AOC": assay.noise, "GRmax": assay.GRmax_noise or assay.noise}
    for k, row in enumerate(table(path), start=2):
        line, drug = find_line(row["cell_line"]), find_drug(row["generic_name"])
        if line is None or drug is None:
            continue
        grid, hours = doses(assay, drug), assay.duration(drug)
        measures: tuple[Measure, ...] = ("GR_AOC", "GRmax")
        for measure in measures:
            value = number(row[measure], path, f"row {k}, {measure}")
            if value is None:
                continue
            own = number(row.get(f"sigma_{measure}", ""), path, f"row {k}, sigma_{measure}") or 0.0
            yield _row("hms_gr", line, drug, grid, hours, measure, value,
                       math.hypot(noises[measure].value, min(own, 1.0)))  # fmt: skip


def read_gdsc(path: Path, drug_list: Path, design: Design) -> Iterator[Observation]:
    """Yield log10 IC50 (nM) of the screen; the table holds natural logarithms of uM."""
    names = {row["drug_id"]: f"{row['Name']},{row['Synonyms']}" for row in table(drug_list)}
    assay = design.gdsc_ic50
    for k, row in enumerate(table(path), start=2):
        line = find_line(row["Sample Name"])
        if line is None:
            continue
        for key, text in row.items():
            if not (key.startswith("Drug_") and key.endswith("_IC50")):
                continue
            drug = find_drug(names.get(key.split("_")[1], ""))
            value = number(text, path, f"row {k}, {key}")
            if drug is None or value is None:
                continue
            grid = doses(assay, drug)
            log10 = cut(value / math.log(10.0) + 3.0, grid)
            yield _row("gdsc_ic50", line, drug, grid, assay.duration(drug), "log10_IC50", log10,
                       assay.noise.value)  # fmt: skip


def read_ccle(path: Path, design: Design) -> Iterator[Observation]:
    """Yield the mean inhibition over the doses of the table (0 none, 1 no cells left)."""
    assay = design.ccle
    for k, row in enumerate(table(path), start=2):
        line, drug = find_line(row["Primary Cell Line Name"]), find_drug(row["Compound"])
        if line is None or drug is None:
            continue
        try:
            grid = tuple(1000.0 * float(c) for c in row["Doses (uM)"].split(","))
            activity = [float(a) for a in row["Activity Data (median)"].split(",")]
        except ValueError as error:
            raise DataError("a dose or an activity is not a number.", file=path, key=f"row {k}") from error
        if len(grid) < 4:
            continue
        inhibition = float(np.clip(-np.array(activity) / 100.0, -0.2, 1.0).mean())
        yield _row("ccle", line, drug, grid, assay.duration(drug), "mean_inhibition", inhibition,
                   assay.noise.value)  # fmt: skip


def read_gi50(path: Path, design: Design, drug_name: str) -> Iterator[Observation]:
    """Yield log10 GI50 (nM) of one drug; the table has no header and holds -log10 M."""
    drug, assay = find_drug(drug_name), design.niepel_lapatinib
    if drug is None:
        return
    for k, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = text.split("\t")
        line = find_line(words[0])
        if line is None:
            continue
        value = number(words[1], path, f"row {k}")
        if value is not None:
            grid = doses(assay, drug)
            yield _row("niepel_lapatinib", line, drug, grid, assay.duration(drug), "log10_GI50",
                       cut(9.0 - value, grid), assay.noise.value)  # fmt: skip


def read_conjugates(path: Path, design: Design) -> Iterator[Observation]:
    """Yield relative viability under antibody-drug conjugates, dose by dose."""
    assay = design.adc_invitro
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for k, row in enumerate(table(path), start=2):
        line, drug = find_line(row["cell_line"]), find_drug(row["adc"])
        dose = number(row["conc_ug_per_mL"], path, f"row {k}")
        value = number(row["response"], path, f"row {k}")
        if line is not None and drug is not None and dose is not None and value is not None:
            weight = load_knowledge().drugs[drug].molecular_weight
            found.setdefault((line.id, drug), []).append((dose * 1e6 / weight, value))
    for (line_id, drug), points in found.items():
        line = find_line(line_id)
        assert line is not None
        points.sort()
        grid = tuple(dose for dose, _ in points)
        for k, (_, value) in enumerate(points):
            yield _row("adc_invitro", line, drug, grid, assay.duration(drug), "viability", value,
                       assay.noise.value, dose=k)  # fmt: skip
