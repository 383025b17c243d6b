"""The whole calibration: library, emulators, posterior, leave-outs, and the check by simulation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from erbium.calibrate.population.coordinates import BOUND, Coordinate, coordinates
from erbium.calibrate.population.courses import plan_courses
from erbium.calibrate.population.design import Design
from erbium.calibrate.population.emulator import Emulator, Stack
from erbium.calibrate.population.floors import floor_covariance, floor_sd
from erbium.calibrate.population.leave_out import LeftOut, leave_outs
from erbium.calibrate.population.library import Library, Report, say_nothing
from erbium.calibrate.population.observed import Observed, Row, observe
from erbium.calibrate.population.posterior import Posterior, Target, profiles, solve
from erbium.calibrate.population.predictions import (
    Prediction,
    Predictor,
    described,
    published_items,
    reading_of,
)
from erbium.calibrate.population.readings import Reader, Reading, emulate, wanted_readings
from erbium.calibrate.population.statistic import scale_of
from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.knowledge.schema.calibration import Discrepancy


@dataclass(frozen=True)
class Settings:
    """How large the calibration is.

    Attributes
    ----------
    designs, patients, groups
        Designs of the numbers; patients of an arm in each; groups of patients the designs take in turn.
    refine
        Further designs near the first posterior, for emulators that are right there.
    draws
        Draws of the posterior.
    leave_out, check
        Whether trials, drugs and classes are left out in turn, and the mode is simulated.
    trials
        Only these trials; all without.
    """

    designs: int = 96
    patients: int = 32
    groups: int = 8
    seed: int = 1
    refine: int = 48
    draws: int = 400
    leave_out: bool = True
    check: bool = True
    trials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A fitted figure at the mode, emulated and simulated, in per cent or months."""

    label: str
    statistic: str
    published: float
    emulated: float
    simulated: float
    apart: float


@dataclass(frozen=True)
class PopulationFit:
    """Result of the calibration.

    Attributes
    ----------
    place, posterior
        Coordinates and what the figures say of them.
    observed
        The rows that were fitted.
    undescribed
        Figures that no emulator describes, by name: they were not fitted or not predicted.
    profiles
        Rise of the misfit along each number, shape (k, grid).
    emulators
        Emulator of each fitted row.
    predictions
        Every published figure of every arm that was run, and every primary comparison.
    effective
        By enrolment: effective and real number of patients at the mode.
    baseline, depth
        Median size at the start in mm by enrolment, and median deepest change in per cent by arm at the mode.
    checked
        The mode by simulation beside the emulators; empty without the check.
    in_use, file
        Whether the file of the calibration says that the shipped numbers come from it, and the file.
    """

    settings: Settings
    library: Library
    place: tuple[Coordinate, ...]
    observed: Observed
    undescribed: tuple[str, ...]
    posterior: Posterior
    profiles: Array
    emulators: tuple[Emulator, ...]
    predictions: tuple[Prediction, ...]
    left_out: tuple[LeftOut, ...]
    effective: tuple[tuple[str, float, int], ...]
    baseline: tuple[tuple[str, float], ...]
    depth: tuple[tuple[str, float], ...]
    checked: tuple[Checked, ...]
    date: str
    knowledge_hash: str
    warnings: tuple[str, ...]
    in_use: bool
    file: Path

    @property
    def values(self) -> Array:
        """5th, 50th and 95th percentile of every number, and its value at the mode, shape (k, 4)."""
        low, middle, high = np.quantile(self.posterior.draws, [0.05, 0.5, 0.95], axis=0)
        z = np.stack([low, middle, high, self.posterior.mode], axis=1)
        return np.array([item.at(row) for item, row in zip(self.place, z, strict=True)])


def fit_population(
    settings: Settings,
    *,
    curves: Path | None = None,
    work: Path | None = None,
    file: Path | None = None,
    report: Report = say_nothing,
) -> PopulationFit:
    """Return the calibration of the free numbers to published arms.

    Parameters
    ----------
    curves
        Folder of reconstructed survival curves.
    work
        Folder in which the library is kept; an interrupted run goes on there.
    file
        File of the calibration; the shipped one without.
    report
        Called with what is being done and the share of it that is done.

    Raises
    ------
    ErbiumError
        The file, a curve, or the folder is wrong, or nothing can be fitted.
    """
    design = Design.read(file).only(settings.trials)
    place = coordinates(design)
    courses = plan_courses(design)
    observed = observe(design, courses, curves)
    library = Library(
        courses, place, settings.designs, settings.patients, settings.groups, settings.seed, work, report
    )
    items = published_items(design, courses, observed.rows)
    fitted_readings = [reading_of(row, courses) for row in observed.rows]
    wanted = wanted_readings(courses, [*fitted_readings, *(item.reading for item in items)])
    library.felt()
    library.fill()
    reader = Reader(library, wanted)
    emulators = emulate(reader, reader.table())
    floors = design.calibration.discrepancy
    kept: list[int] = []
    undescribed: list[str] = []
    for k, (row, reading) in enumerate(zip(observed.rows, fitted_readings, strict=True)):
        if described(emulators[reading], floor_sd(row, floors)):
            kept.append(k)
        else:
            undescribed.append(_named(row, emulators[reading], courses.arms[row.arm].label))
    observed = observed.part(kept)
    if not observed.rows:
        raise DataError(
            "no published figure is described by the library.", file=design.file, key="arm",
            expected="more designs or more patients", hint="; ".join(undescribed[:3]),
        )  # fmt: skip
    readings = [fitted_readings[k] for k in kept]
    report("solving", 0.0)
    target = _target(observed, [emulators[r] for r in readings], floors)
    posterior = solve(target, settings.draws, settings.seed)
    usable_by = emulators
    if settings.refine:
        library.further = widened(posterior, settings.refine, settings.seed)
        library.fill()
        near = emulate(reader, reader.table(), posterior.draws)
        # Whether a figure is described is asked over the prior: near the posterior little moves.
        emulators = {item: replace(found, r2=usable_by[item].r2) for item, found in near.items()}
        target = _target(observed, [emulators[r] for r in readings], floors)
        posterior = solve(target, settings.draws, settings.seed)
    own = [emulators[r] for r in readings]
    usable = tuple(
        item for item in items
        if described(usable_by[item.reading], 0.3 if item.row is None else floor_sd(item.row, floors))
    )  # fmt: skip
    undescribed += [
        f"{item.label}, {item.statistic}: predicted by no emulator (R2 {emulators[item.reading].r2:.2f})"
        for item in items
        if item not in usable and item.role in ("predicted", "beside")
    ]
    predictor = Predictor(design, usable, emulators)
    left = (
        leave_outs(
            target, observed.rows, courses, predictor, posterior, [c.name for c in place],
            design.knowledge.drugs, draws=settings.draws, seed=settings.seed, report=report,
        )
        if settings.leave_out
        else []
    )  # fmt: skip
    checked: list[Checked] = []
    depth: list[tuple[str, float]] = []
    if settings.check:
        checked, depth = _check(reader, observed.rows, readings, own, posterior.mode)
    names = [e.label for e in courses.enrolments]
    effective = reader.effective(posterior.mode)
    return PopulationFit(
        settings=settings,
        library=library,
        place=place,
        observed=observed,
        undescribed=tuple(undescribed),
        posterior=posterior,
        profiles=profiles(target),
        emulators=tuple(own),
        predictions=tuple(predictor.predict(posterior.draws, settings.seed)),
        left_out=tuple(left),
        effective=tuple((name, *pair) for name, pair in zip(names, effective, strict=True)),
        baseline=tuple(zip(names, reader.baseline(), strict=True)),
        depth=tuple(depth),
        checked=tuple(checked),
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        knowledge_hash=design.knowledge.hash,
        warnings=observed.warnings,
        in_use=design.calibration.in_use,
        file=design.file,
    )


def widened(posterior: Posterior, count: int, seed: int) -> Array:
    """Return coordinates around a posterior, half as far again from its mode as its draws, (count, k)."""
    rows = np.random.default_rng([seed, 7]).permutation(len(posterior.draws))
    some = posterior.draws[np.resize(rows, count)]
    return np.asarray(np.clip(posterior.mode + 1.5 * (some - posterior.mode), -BOUND, BOUND))


def _target(observed: Observed, emulators: Sequence[Emulator], floors: Discrepancy) -> Target:
    """Return the fitted figures with chance, floors and the errors of their emulators."""
    stack = Stack.of(emulators, len(emulators[0].linear))
    covariance = observed.sampling + floor_covariance(observed.rows, floors) + np.diag(stack.variance)
    return Target(stack, observed.x, covariance)


def library_size(settings: Settings, file: Path | None = None) -> tuple[str, dict[str, int]]:
    """Return in words, and as numbers, what a calibration has to simulate."""
    design = Design.read(file).only(settings.trials)
    courses = plan_courses(design)
    library = Library(
        courses, coordinates(design), settings.designs, settings.patients, settings.groups, settings.seed
    )
    one = settings.patients * len(courses.courses)
    check = one * settings.groups if settings.check else 0
    size = {
        "arms": len(courses.arms), "treatments": len(courses.courses), "enrolments": len(courses.enrolments),
        "comparisons": len(courses.pairs), "library": library.count, "refine": one * settings.refine,
        "check": check,
    }  # fmt: skip
    text = (
        f"{size['arms']} arms, {size['treatments']} treatments of {size['enrolments']} groups of patients, "
        f"{size['comparisons']} comparisons: {library.count} courses up to "
        f"{design.calibration.horizon:g} months, {size['refine']} near the first posterior, "
        f"and {check} to check the most probable numbers"
    )
    return text, size


def _named(row: Row, emulator: Emulator, label: str) -> str:
    why = "too few designs in which it can be read" if not np.isfinite(emulator.error) else (
        f"cross-validated R2 {emulator.r2:.2f}, error {emulator.error:.2f}"
    )  # fmt: skip
    return f"{label}, {row.statistic}: not fitted ({why})"


def _check(
    reader: Reader, rows: tuple[Row, ...], readings: list[Reading], emulators: list[Emulator], mode: Array
) -> tuple[list[Checked], list[tuple[str, float]]]:
    """Return the fitted figures at the mode by simulation of all groups, and how deep each arm responds."""
    library = reader.library
    groups = list(range(library.groups))
    outcomes = []
    for group in groups:
        library.report("simulating the mode", group / len(groups))
        outcomes.append(library.at(mode, group))
    values = dict(zip(reader.wanted, reader.read(outcomes, mode, groups), strict=True))
    found = []
    for row, reading, emulator in zip(rows, readings, emulators, strict=True):
        scale = scale_of(row.statistic)
        emulated, simulated = float(emulator.at(mode)), float(values[reading])
        shown = scale.back(np.array([row.x, emulated, simulated]))
        label = library.courses.arms[row.arm].label
        apart = (simulated - emulated) / np.sqrt(emulator.variance)
        published, one, other = (float(value) for value in shown)
        found.append(Checked(label, row.statistic, published, one, other, float(apart)))
    depth = []
    for arm in library.courses.arms:
        nadir = np.concatenate([t.loc[t["course"] == arm.course, "nadir_percent"] for t in outcomes])
        depth.append((arm.label, float(np.nanmedian(nadir))))
    return found, depth
