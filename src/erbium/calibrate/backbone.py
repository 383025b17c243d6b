"""The documented fit of the tumour-level constants to backbone, control and anchor arms.

One HER2-positive population per line, unselected or ER-positive; each number acts on every drug of
its class. The trial-grade calibration replaces this fit.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from erbium.calibrate.population.changed import change
from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.parameters import data_folder, load_parameters
from erbium.knowledge.tables import load_numbers
from erbium.profile import profile_from
from erbium.tumour import Arm, Course, Tumour, run_arms

#: What is fitted: parameter of the network (or of the tumour tables) and its bounds as a factor.
FREE: dict[str, float] = {
    "doubling": 2.5,
    "k_signal_death": 2.0,
    "antibody_access": 1.15,
    "in_vivo_fc": 6.0,
    "exposure_tki": 3.0,
    "exposure_pi3k_mtor": 20.0,
    "exposure_cdk": 20.0,
    "exposure_endocrine": 20.0,
    "in_vivo_tubulin": 5.0,
    "in_vivo_antimetabolite": 5.0,
    "in_vivo_tubulin_payload": 8.0,
    "in_vivo_top1_payload": 8.0,
    "minor_fraction": 5.0,
    "tolerance_variance": 3.0,
    "tolerance_per_line": 1.3,
}
VISITS_DAYS = tuple(42.0 * k for k in range(1, 18))
_SD_LOGIT, _SD_LOG_PFS, _SD_LOG_RATIO = 0.25, 0.2, 0.15


@dataclass(frozen=True)
class Row:
    """One published arm beside its simulation."""

    regimen: str
    line: int
    role: str
    trial: str
    response: float
    median_pfs: float
    er: str = "any"
    simulated_response: float = np.nan
    simulated_pfs: float = np.nan
    smooth_response: float = np.nan


@dataclass(frozen=True)
class Contrast:
    """Two fitted arms of one trial against each other.

    Attributes
    ----------
    ratio
        Median progression-free time of `test` over that of `against`, as published.
    """

    test: str
    against: str
    line: int
    trial: str
    ratio: float

    def simulated(self, rows: Sequence[Row]) -> float:
        """Return the simulated ratio."""
        months = {row.regimen: row.simulated_pfs for row in rows if row.line == self.line and row.er == "any"}
        return months[self.test] / months[self.against]


@dataclass(frozen=True)
class BackboneFit:
    """Result of the fit.

    Attributes
    ----------
    factors
        Factor on each number of :data:`FREE` as it stands in the data files.
    rows
        Every arm with its simulation, fitted and predicted ones.
    contrasts
        Fitted arms against each other.
    cost
        Half the sum of squared scaled residuals.
    flat
        Numbers the data hardly move: change of cost when they change by a half.
    seed, data_hash
        What identifies the run.
    """

    factors: dict[str, float]
    rows: tuple[Row, ...]
    contrasts: tuple[Contrast, ...]
    cost: float
    profile: dict[str, tuple[float, float]]
    seed: int
    data_hash: str


def _file() -> Path:
    return data_folder() / "calibration" / "backbone.toml"


def read_arms() -> tuple[list[Row], str]:
    """Return the published arms and the hash of their file."""
    raw = _file().read_bytes()
    rows = [
        Row(
            arm["regimen"],
            arm["line"],
            arm["role"],
            arm["trial"],
            arm["response"],
            arm["median_pfs"],
            arm.get("er", "any"),
        )
        for arm in tomllib.loads(raw.decode())["arm"]
    ]
    return rows, hashlib.sha256(raw).hexdigest()


def read_contrasts() -> list[Contrast]:
    """Return which fitted arms are held against each other."""
    return [
        Contrast(item["test"], item["against"], item["line"], item["trial"], item["ratio"])
        for item in tomllib.loads(_file().read_text(encoding="utf-8"))["contrast"]
    ]


def current_values() -> dict[str, float]:
    """Return the shipped value of every fitted number."""
    flat = {name: p.value for module in load_parameters().values() for name, p in module.items()}
    tables = load_numbers("tumour/variation") | {
        "doubling": load_numbers("tumour/settings")["metastatic_doubling"]
    }
    return {name: flat[name] if name in flat else tables[name].value for name in FREE}


class Population:
    """HER2-positive patients of one line and ER status, ready to be run under changed constants."""

    def __init__(self, line: int, receptor: str, seed: int, patients: int) -> None:
        self.line = line
        profile = profile_from(
            {"schema": "erbium.profile/1", "meta": {"id": f"unselected-line-{line}"},
             "her2": {"status": "positive"}, "disease": {"setting": "metastatic", "line": line},
             "receptors": {} if receptor == "any" else {"er": receptor}}
        )  # fmt: skip
        self.tumour = Tumour.from_profile(profile, seed=seed, parameter_draws=1, marker_draws=patients)

    def arm(self, regimen: str, factors: Mapping[str, float]) -> Arm:
        """Return the arm of `regimen` with the constants multiplied by `factors`."""
        return change(self.tumour, self.tumour.arm(resolve_regimen(regimen)), factors)


def median_months(course: Course) -> float:
    """Return the median progression-free months, interpolated; extrapolated if not reached."""
    days = course.visit_days
    event = np.where(np.isnan(course.progression_days), np.inf, course.progression_days)
    free = np.array([(event > day).mean() for day in days])
    below = np.flatnonzero(free <= 0.5)
    if not below.size:
        return float(days[-1] * np.log(2.0) / max(-np.log(free[-1]), 1e-3) / DAYS_PER_MONTH)
    k = int(below[0])
    part = (free[k - 1] - 0.5) / max(free[k - 1] - free[k], 1e-9)
    return float((days[k - 1] + part * (days[k] - days[k - 1])) / DAYS_PER_MONTH)


def smooth_response(course: Course) -> float:
    """Return the response rate with a soft threshold, for derivatives."""
    depth = course.diameters.min(axis=0) / np.maximum(course.diameters[0], 1e-9)
    early = np.nan_to_num(course.progression_days, nan=1e9) <= course.visit_days[1]
    return float((np.where(early, 0.0, 1.0) / (1.0 + np.exp((depth - 0.7) / 0.04))).mean())


def simulate(
    rows: list[Row], populations: Mapping[tuple[int, str], Population], factors: Mapping[str, float]
) -> list[Row]:
    """Return `rows` with their simulation under `factors`."""
    out: list[Row] = []
    for which, population in populations.items():
        here = [row for row in rows if (row.line, row.er) == which]
        if not here:
            continue
        arms = [population.arm(row.regimen, factors) for row in here]
        for row, course in zip(here, run_arms(population.tumour.kernel, arms, VISITS_DAYS), strict=True):
            out.append(
                replace(
                    row,
                    simulated_response=100.0 * float((course.best >= 2).mean()),
                    simulated_pfs=median_months(course),
                    smooth_response=smooth_response(course),
                )
            )
    return out


def _residuals(rows: list[Row]) -> Array:
    def logit(p: float) -> float:
        p = min(max(p, 0.005), 0.995)
        return float(np.log(p / (1.0 - p)))

    fitted = [row for row in rows if row.role != "predicted"]
    response = [(logit(r.smooth_response) - logit(r.response / 100.0)) / _SD_LOGIT for r in fitted]
    pfs = [np.log(r.simulated_pfs / r.median_pfs) / _SD_LOG_PFS for r in fitted]
    return np.array(response + pfs)


def _against(rows: list[Row], contrasts: Sequence[Contrast]) -> Array:
    """Return the residuals of arms held against each other."""
    return np.array([np.log(c.simulated(rows) / c.ratio) / _SD_LOG_RATIO for c in contrasts])


def fit_backbone(
    *,
    seed: int = 1,
    patients: int = 200,
    iterations: int = 6,
    free: Mapping[str, float] = FREE,
    progress: Callable[[str], None] | None = None,
) -> BackboneFit:
    """Return the factors that bring the fitted arms closest to their published results.

    Parameters
    ----------
    seed, patients
        Seed, and virtual patients per line (the same ones in every evaluation).
    iterations
        Gauss-Newton steps with a wide difference step, since rates of few hundred patients are
        not smooth.
    """
    rows, data_hash = read_arms()
    contrasts = read_contrasts()
    fitted = [row for row in rows if row.role != "predicted"]
    kinds = sorted({(row.line, row.er) for row in rows})
    populations = {kind: Population(*kind, seed, patients) for kind in kinds}
    names = list(free)
    bounds = np.log(np.array([free[name] for name in names]))
    prior = 1.0 / (1.5 * bounds)

    def residuals(theta: Array) -> Array:
        simulated = simulate(fitted, populations, dict(zip(names, np.exp(theta), strict=True)))
        return np.concatenate([_residuals(simulated), _against(simulated, contrasts), theta * prior])

    theta = np.zeros(len(names))
    current = residuals(theta)
    damping = 5.0
    jacobian = np.zeros((len(current), len(names)))
    for iteration in range(iterations):
        for j in range(len(names)):
            step = min(0.2, 0.5 * bounds[j]) * (1.0 if theta[j] <= 0 else -1.0)
            moved = theta.copy()
            moved[j] += step
            jacobian[:, j] = (residuals(moved) - current) / step
        for _ in range(4):
            normal = jacobian.T @ jacobian + damping * np.eye(len(names))
            trial = np.clip(theta - np.linalg.solve(normal, jacobian.T @ current), -bounds, bounds)
            found = residuals(trial)
            if found @ found < current @ current:
                theta, current, damping = trial, found, damping / 3.0
                break
            damping *= 4.0
        if progress is not None:
            shown = ", ".join(f"{n} {np.exp(t):.3g}" for n, t in zip(names, theta, strict=True))
            progress(f"iteration {iteration + 1}: cost {0.5 * current @ current:.2f}; {shown}")
    factors = dict(zip(names, np.exp(theta).tolist(), strict=True))
    curvature = np.diag(jacobian.T @ jacobian)
    profile = {
        n: (float(c), float(1.0 / np.sqrt(max(c, 1e-12)))) for n, c in zip(names, curvature, strict=True)
    }
    return BackboneFit(
        factors=factors,
        rows=tuple(simulate(rows, populations, factors)),
        contrasts=tuple(contrasts),
        cost=float(0.5 * current @ current),
        profile=profile,
        seed=seed,
        data_hash=data_hash,
    )
