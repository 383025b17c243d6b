"""The published figures that are fitted, read from the trial files and the reconstructed curves."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from erbium.calibrate.population.courses import Courses
from erbium.calibrate.population.design import Design
from erbium.calibrate.population.statistic import scale_of, simulated_name
from erbium.core.errors import DataError, UnknownName
from erbium.core.twins import Array
from erbium.knowledge.schema.calibration import CurveFile, FittedArm, free_at
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.schema.trial_results import Published
from erbium.trial.statistics.survival import curve

#: The better checked figure of an arm counts, then the later one.
_CHECKED = ("unverified", "secondary", "derived", "verified")
#: A curve is read as far as this many patients are at risk.
FEWEST_AT_RISK = 15
_Z975 = 1.959963984540054


@dataclass(frozen=True)
class Row:
    """One figure of one arm.

    Attributes
    ----------
    arm
        Place of the arm in the list of planned arms.
    trial, statistic
        Id of the trial, and the statistic by its name in the simulation.
    value
        As published: shares between 0 and 1, times in months.
    x
        On the scale of the statistic.
    n
        Patients behind it.
    source, status
        Where it stands.
    from_curve
        Whether it was read off a curve: such rows of an arm share their chance.
    low, high
        Its own 95 % interval as printed: per cent or months; None where there is none.
    """

    arm: int
    trial: str
    statistic: str
    value: float
    x: float
    n: float
    source: str
    status: str
    from_curve: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Observed:
    """All fitted figures, and the covariance of their chance.

    Attributes
    ----------
    rows, sampling
        Figures, and covariance on their scales, shape (rows, rows).
    hash
        SHA-256 of the file of the calibration, and of what was read from trials and curves.
    warnings
        Curves that were not at hand.
    """

    rows: tuple[Row, ...]
    sampling: Array
    hash: str
    warnings: tuple[str, ...] = ()

    @property
    def x(self) -> Array:
        """Figures on their scales, shape (rows,)."""
        return np.array([row.x for row in self.rows])

    def part(self, keep: Sequence[int]) -> Observed:
        """Return some rows of it."""
        at = list(keep)
        return Observed(
            tuple(self.rows[i] for i in at), self.sampling[np.ix_(at, at)], self.hash, self.warnings
        )


def observe(design: Design, courses: Courses, curves: Path | None) -> Observed:
    """Return what is fitted.

    Parameters
    ----------
    curves
        Folder of reconstructed curves; without it the published medians and shares stand for them.

    Raises
    ------
    DataError
        A curve file is wrong, or lacks its arm.
    """
    rows: list[Row] = []
    blocks: list[Array] = []
    warnings: list[str] = []
    at = {(arm.trial, arm.arm): place for place, arm in enumerate(courses.arms)}
    for fitted in design.calibration.arm:
        trial = design.trials[fitted.trial]
        place = at.get((fitted.trial, fitted.arm))
        if place is None:
            warnings.append(f"{fitted.trial}, {fitted.arm}: not run, {courses.left_out[fitted.trial]}")
            continue
        has_curve = False
        if fitted.curve is not None:
            found = _curve(fitted.curve, place, trial.id, design.calibration.curve_months, curves)
            if found is None:
                warnings.append(
                    f"{fitted.curve.file} is not at hand: its figures in the trial file stand for it"
                )
            else:
                rows += found[0]
                blocks.append(found[1])
                has_curve = True
        for row in _figures(fitted, trial, place, has_curve=has_curve):
            rows.append(row)
            blocks.append(np.array([[_variance(row)]]))
    size = sum(len(block) for block in blocks)
    sampling = np.zeros((size, size))
    first = 0
    for block in blocks:
        sampling[first : first + len(block), first : first + len(block)] = block
        first += len(block)
    digest = hashlib.sha256(design.file.read_bytes())
    told = [(row.trial, row.statistic, row.x, row.n, row.low, row.high) for row in rows]
    digest.update(repr(told).encode())
    return Observed(tuple(rows), sampling, digest.hexdigest(), tuple(warnings))


def figure_of(trial: Trial, arm: str, endpoint: str) -> Published | None:
    """Return the published figure of an arm: the best checked, then the latest one of all patients."""
    found = [
        row for row in trial.published if row.arm == arm and row.endpoint == endpoint and row.subgroup is None
    ]
    return max(found, key=lambda row: (_CHECKED.index(row.status), row.year or 0), default=None)


def patients_of(trial: Trial, arm: str) -> float:
    """Return how many patients an arm had: its part of the trial's."""
    total = sum(item.share for item in trial.arm)
    return trial.design.patients * next(item.share for item in trial.arm if item.name == arm) / total


def row_of(trial: Trial, arm: str, place: int, statistic: str) -> Row | None:
    """Return a published figure as a row; None if it was not published."""
    found = figure_of(trial, arm, statistic)
    if found is None:
        return None
    n = float(found.n or patients_of(trial, arm))
    if statistic == "median_DOR" and (response := figure_of(trial, arm, "ORR")) is not None:
        n = max(n * response.value / 100.0, 2.0)
    scale = scale_of(statistic)
    value = found.value / 100.0 if scale.share else max(found.value, 0.01)
    name = simulated_name(statistic)
    return Row(place, trial.id, name, value, scale.of(value, n), n, found.source, found.status,
               low=found.low, high=found.high)  # fmt: skip


def _figures(fitted: FittedArm, trial: Trial, place: int, *, has_curve: bool) -> list[Row]:
    wanted = [name for name in fitted.statistics if name != "curve"]
    if fitted.curve is not None and not has_curve:
        times = ("median_PFS", "median_TTP")
        wanted += [row.endpoint for row in trial.published if row.arm == fitted.arm and row.endpoint in times]
    rows = [row_of(trial, fitted.arm, place, name) for name in dict.fromkeys(wanted)]
    return [row for row in rows if row is not None]


def _variance(row: Row) -> float:
    """Return the variance of a figure by chance, from its own printed interval if it is a time."""
    scale = scale_of(row.statistic)
    if row.low and row.high and not scale.share:
        return float((np.log(row.high / row.low) / (2.0 * _Z975)) ** 2)
    return scale.variance(row.x, row.n)


def _curve(
    told: CurveFile, place: int, trial: str, months: Sequence[float], folder: Path | None
) -> tuple[list[Row], Array] | None:
    """Return a curve at the given times, as far as enough patients are at risk, with its covariance."""
    file = None if folder is None else folder / told.file
    if file is None or not file.is_file():
        return None
    times, events = read_curve(file, told.arm)
    found = curve(times, events)
    survival = [(month, found.at(month)[0], found.at_risk([month])[0]) for month in months]
    used = [(m, s) for m, s, risk in survival if risk >= FEWEST_AT_RISK and 0.0 < s < 1.0]
    n = float(found.n)
    rows = [
        Row(place, trial, f"PFS_{m:g}m", s, float(np.log(s / (1.0 - s))), n,
            f"{told.file}, {told.arm}", "derived", from_curve=True)
        for m, s in used
    ]  # fmt: skip
    # Greenwood: the log of a curve at two times covaries as it varies at the earlier one.
    fell = found.fallen > 0
    safe = np.maximum(found.risk * (found.risk - found.fallen), 1.0)
    steps = np.where(fell, found.fallen / safe, 0.0)
    up_to = np.array([steps[found.months <= m].sum() for m, _ in used])
    slope = np.array([1.0 / (1.0 - s) for _, s in used])
    covariance = np.minimum(up_to[:, None], up_to[None]) * np.outer(slope, slope)
    return rows, covariance


def read_curve(file: Path, arm: str) -> tuple[Array, NDArray[np.bool_]]:
    """Return times in months and events of an arm in a file of columns time, event, arm.

    Raises
    ------
    DataError
        The file has other columns, or a value that is no number.
    UnknownName
        It has no such arm.
    """
    with file.open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    if not table or not {"time", "event", "arm"} <= set(table[0]):
        raise DataError("is no survival curve.", file=file, expected="columns time, event, arm")
    names = {row["arm"] for row in table}
    if arm not in names:
        raise UnknownName.among("arm of the curve", arm, names, file=file, key="arm")
    try:
        values = [(float(row["time"]), float(row["event"])) for row in table if row["arm"] == arm]
    except ValueError as error:
        raise DataError(
            f"a value is no number ({error}).", file=file, expected="months, and 0 or 1"
        ) from error
    both = np.array(values)
    return both[:, 0], both[:, 1] > 0.0


def scale_of_time(statistic: str, x: float) -> float:
    """Return how a figure on its scale moves when all times are stretched: d x / d log time.

    A share S without progression at a time, under a constant hazard, moves by -log(S) / (1 - S).
    """
    if free_at(statistic) is None:
        return 1.0
    share = 1.0 / (1.0 + np.exp(-x))
    return float(-np.log(share) / (1.0 - share))
