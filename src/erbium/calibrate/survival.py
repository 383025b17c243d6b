"""The documented fit of survival after progression, from the survival curves of control arms."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, ndtr

from erbium.calibrate.population.design import Design
from erbium.calibrate.population.observed import read_curve
from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.trial.statistics.survival import curve
from erbium.trial.survival import LATEST_LINE

#: Step of the grid on which curves are put together, and width of the bins of deaths, months.
STEP, BIN = 0.1, 1.0
#: Survival after progression by family: how it falls with z, the scaled log of time over its median.
FAMILIES: dict[str, Callable[[Array], Array]] = {
    "exponential": lambda z: np.exp2(-np.exp(z)),
    "Weibull": lambda z: np.exp2(-np.exp(z)),
    "log-normal": lambda z: np.asarray(ndtr(-z)),
    "log-logistic": lambda z: np.asarray(expit(-z)),
}
CHOSEN = "exponential"
_START = (math.log(20.0), math.log(0.7), -2.5, 0.0)


@dataclass(frozen=True)
class SurvivalArm:
    """Reconstructed patients of an arm: times to progression or death, and to death, which are not linked.

    Attributes
    ----------
    trial, arm, line
        Id of the trial, label of the arm in the files, and line of treatment.
    pfs, pfs_event, os, os_event
        Months and events, shapes (n,).
    """

    trial: str
    arm: str
    line: int
    pfs: Array
    pfs_event: NDArray[np.bool_]
    os: Array
    os_event: NDArray[np.bool_]

    def resampled(self, rng: np.random.Generator) -> SurvivalArm:
        """Return the arm with patients drawn anew, with replacement, on either curve."""
        one, other = (rng.integers(0, len(times), len(times)) for times in (self.pfs, self.os))
        return SurvivalArm(
            self.trial,
            self.arm,
            self.line,
            self.pfs[one],
            self.pfs_event[one],
            self.os[other],
            self.os_event[other],
        )


@dataclass(frozen=True)
class Model:
    """A model of survival after progression, on the scales on which it is fitted.

    Attributes
    ----------
    family
        One of `FAMILIES`.
    theta
        Log median in first line, log fold per line, logit of the share of deaths, log scale, shape (4,).
    shifts
        What is added to the log median of each trial, by id.
    """

    family: str
    theta: tuple[float, ...]
    shifts: dict[str, float] = field(default_factory=dict)

    @property
    def values(self) -> tuple[float, float, float]:
        """Median in first line (months), fold per line, and share of events that are deaths."""
        return math.exp(self.theta[0]), math.exp(self.theta[1]), float(expit(self.theta[2]))

    @property
    def shape(self) -> float:
        """Shape of the Weibull distribution: 1 is a constant hazard."""
        return math.exp(-self.theta[3])

    def overall(self, free: Array, line: int, trial: str = "") -> Array:
        """Return overall survival on the grid, from the share without progression on it, shape (k,)."""
        median = self.theta[0] + self.theta[1] * (min(line, LATEST_LINE) - 1) + self.shifts.get(trial, 0.0)
        months = np.maximum(STEP * np.arange(len(free)), 1e-9)
        alive = FAMILIES[self.family]((np.log(months) - median) / math.exp(self.theta[3]))
        alive[0] = 1.0
        progressed = -np.diff(free, prepend=1.0) * (1.0 - self.values[2])
        return free + np.convolve(progressed, alive)[: len(free)]


@dataclass(frozen=True)
class Fitted:
    """A model with its fit: log-likelihood, and how many numbers were free."""

    model: Model
    log_likelihood: float
    free: int

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return 2.0 * (self.free - self.log_likelihood)


@dataclass(frozen=True)
class SurvivalFit:
    """Result of the fit.

    Attributes
    ----------
    best
        The model in use.
    low, high
        5th and 95th percentile of its three numbers over resampled patients and trials, shape (3,).
    others
        The other models by name: families, without deaths, without the line, a median per trial.
    arms, tested
        The arms that are fitted, and those of the same trials that are predicted.
    left_out
        Each fitted arm predicted by a fit to the others, by trial.
    shape
        Weibull shape with its 5th and 95th percentile.
    seed, resamples, floor, data_hash
        What identifies the run; the floor is the SD of the log median between trials.
    """

    best: Fitted
    low: tuple[float, ...]
    high: tuple[float, ...]
    others: dict[str, Fitted]
    arms: tuple[SurvivalArm, ...]
    tested: tuple[SurvivalArm, ...]
    left_out: dict[str, Model]
    shape: tuple[float, float, float]
    seed: int
    resamples: int
    floor: float
    data_hash: str


def fit_survival(
    folder: Path, *, seed: int = 1, resamples: int = 200, report: Callable[[str, float], None] | None = None
) -> SurvivalFit:
    """Fit survival after progression to the control arms with curves of progression and of survival.

    The arms are those whose curve is fitted in `calibration/population.toml`; a tested arm is never fitted.

    Parameters
    ----------
    folder
        Folder of the reconstructed curves, with `MANIFEST.csv`.
    seed, resamples
        Of the patients that are drawn anew, and how often.
    report
        Called with a label and the share that is done.

    Raises
    ------
    DataError
        A file is missing or wrong, or too few arms have both curves.
    """
    arms, tested, digest = read_arms(folder)
    floor = Design.read().calibration.discrepancy.time.trial.value
    best = fit(arms, CHOSEN)
    others = {family: fit(arms, family) for family in FAMILIES if family != CHOSEN}
    others |= {
        f"{family}, nobody dies before progression": fit(arms, family, deaths=False) for family in FAMILIES
    }
    others["exponential, every line alike"] = fit(arms, CHOSEN, per_line=False)
    others["exponential, a median for each trial"] = fit(arms, CHOSEN, by_trial=True)
    drawn = []
    shapes = []
    for place in range(resamples):
        rng = np.random.default_rng([seed, place])
        sample = [arm.resampled(rng) for arm in arms]
        shifts = {
            arm.trial: float(shift)
            for arm, shift in zip(arms, rng.normal(0.0, floor, len(arms)), strict=True)
        }
        drawn.append(fit(sample, CHOSEN, start=best.model, shifts=shifts).model.values)
        shapes.append(fit(sample, "Weibull", start=others["Weibull"].model).model.shape)
        if report is not None:
            report("drawing patients anew", (place + 1) / resamples)
    low, high = np.percentile(np.array(drawn), [5.0, 95.0], axis=0)
    ends = np.percentile(shapes, [5.0, 95.0])
    return SurvivalFit(
        best=best,
        low=tuple(map(float, low)),
        high=tuple(map(float, high)),
        others=others,
        arms=tuple(arms),
        tested=tuple(tested),
        left_out={
            arm.trial: fit([other for other in arms if other is not arm], CHOSEN).model for arm in arms
        },
        shape=(others["Weibull"].model.shape, float(ends[0]), float(ends[1])),
        seed=seed,
        resamples=resamples,
        floor=floor,
        data_hash=digest,
    )


def fit(
    arms: Sequence[SurvivalArm],
    family: str,
    *,
    start: Model | None = None,
    shifts: dict[str, float] | None = None,
    deaths: bool = True,
    per_line: bool = True,
    by_trial: bool = False,
) -> Fitted:
    """Return the most probable model of a family.

    Parameters
    ----------
    start
        Where the search begins.
    shifts
        Known shifts of the log median, by trial.
    deaths, per_line
        Whether patients may die before progression, and whether lines differ.
    by_trial
        A median for each trial instead of the fold per line.
    """
    free = [0, *([1] if per_line and not by_trial else []), *([2] if deaths else []),
            *([3] if family != "exponential" else [])]  # fmt: skip
    base = np.array(start.theta if start else _START)
    base[1] = base[1] if 1 in free else 0.0
    base[2] = base[2] if deaths else -np.inf
    trials = [arm.trial for arm in arms[1:]] if by_trial else []
    frees = [progression_free(arm) for arm in arms]

    def model(x: Array) -> Model:
        theta = base.copy()
        theta[free] = x[: len(free)]
        told = dict(zip(trials, map(float, x[len(free) :]), strict=True)) if by_trial else dict(shifts or {})
        return Model(family, tuple(map(float, theta)), told)

    def loss(x: Array) -> float:
        made = model(x)
        return -sum(log_likelihood(made, arm, curve_) for arm, curve_ in zip(arms, frees, strict=True))

    first = np.concatenate([base[free], np.zeros(len(trials))])
    simplex = np.vstack([first, first + 0.3 * np.eye(len(first))])
    found = minimize(
        loss, first, method="Nelder-Mead",
        options={"initial_simplex": simplex, "xatol": 1e-4, "fatol": 1e-4, "maxiter": 4000},
    )  # fmt: skip
    return Fitted(model(np.asarray(found.x)), -float(found.fun), len(first))


def progression_free(arm: SurvivalArm) -> Array:
    """Return the share without progression on the grid, up to the last follow-up of survival, shape (k,).

    Beyond its last event the Kaplan-Meier curve goes on at the hazard of the second half of its time.
    """
    found = curve(arm.pfs, arm.pfs_event)
    grid = STEP * np.arange(math.ceil(float(arm.os.max() + BIN) / STEP) + 1)
    last = float(found.months[found.fallen > 0][-1]) if found.events else 0.0
    late = arm.pfs > last / 2.0
    hazard = float((arm.pfs_event & late).sum()) / max(float((arm.pfs[late] - last / 2.0).sum()), 1e-9)
    share = found.survival[np.searchsorted(found.months, grid, side="right") - 1]
    return np.where(
        grid <= last, share, found.at(last)[0] * np.exp(-hazard * np.clip(grid - last, 0.0, None))
    )


def log_likelihood(model: Model, arm: SurvivalArm, free: Array) -> float:
    """Return the log-likelihood of the survival of an arm: deaths by month, the others by their day."""
    grid = STEP * np.arange(len(free))
    alive = model.overall(free, arm.line, arm.trial)
    start = np.floor(arm.os[arm.os_event] / BIN) * BIN
    fell = np.interp(start, grid, alive) - np.interp(start + BIN, grid, alive)
    left = np.interp(arm.os[~arm.os_event], grid, alive)
    return float(np.log(np.clip(fell, 1e-9, None)).sum() + np.log(np.clip(left, 1e-9, None)).sum())


def read_arms(folder: Path) -> tuple[list[SurvivalArm], list[SurvivalArm], str]:
    """Return the arms that are fitted, the others of the same trials, and a hash of what was read.

    Raises
    ------
    DataError
        The folder has no manifest, or too few arms with both curves.
    """
    manifest = folder / "MANIFEST.csv"
    if not manifest.is_file():
        raise DataError(
            "there is no such file.",
            file=manifest,
            key="--curves",
            expected="the list of reconstructed curves",
        )
    with manifest.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    design = Design.read()
    arms: list[SurvivalArm] = []
    tested: list[SurvivalArm] = []
    digest = hashlib.sha256()
    for fitted in design.calibration.arm:
        trial = design.trials[fitted.trial]
        line = trial.population.line
        if fitted.curve is None or line is None or trial.setting != "metastatic":
            continue
        for row in rows:
            if row["file"] in trial.km_files and row["endpoint"] == "OS" and row["time_unit"] == "months":
                files = folder / fitted.curve.file, folder / row["file"]
                found = _arm(trial.id, row["arm"], line, files)
                (arms if row["arm"] == fitted.curve.arm else tested).append(found)
                for file in files:
                    digest.update(file.read_bytes())
    if len(arms) < 2:
        raise DataError(
            f"{len(arms)} control arms have curves of progression and of survival.",
            file=manifest, key="endpoint", expected="at least 2, at different lines",
        )  # fmt: skip
    return arms, tested, digest.hexdigest()


def _arm(trial: str, label: str, line: int, files: tuple[Path, Path]) -> SurvivalArm:
    for file in files:
        if not file.is_file():
            raise DataError("there is no such file.", file=file, expected="a reconstructed curve")
    (pfs, pfs_event), (os, os_event) = (read_curve(file, label) for file in files)
    return SurvivalArm(trial, label, line, pfs, pfs_event, os, os_event)


def parameters_text(found: SurvivalFit) -> str:
    """Return the file of the three numbers, `tumour/after_progression.toml`."""
    notes = (
        (
            "survival_after_progression",
            "month",
            "median time from progression to death in first-line disease",
        ),
        ("survival_per_line", "1", "what each further line multiplies it with, up to the third"),
        ("death_at_progression", "1", "share of the events of progression-free survival that are deaths"),
    )
    lines = [
        "# Time from progression to death, exploratory: fitted to the survival of control arms, never of a",
        "# tested one, with no number of a drug, a trial or an arm. Written by erbium calibrate survival.",
        "",
    ]
    for (name, unit, note), value, low, high in zip(
        notes, found.best.model.values, found.low, found.high, strict=True
    ):
        told: dict[str, Any] = {"value": value, "low": min(low, value), "high": max(high, value)}
        numbers = ", ".join(f"{key} = {number:.4g}" for key, number in told.items())
        lines.append(
            f'{name} = {{ {numbers}, unit = "{unit}", kind = "fitted", '
            f'source = "docs/fits/post-progression-survival.md", status = "derived", note = "{note}" }}'
        )
    return "\n".join(lines) + "\n"
