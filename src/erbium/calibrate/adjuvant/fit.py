"""The fit of living deposits: how many patients carry them, of how many cells, growing how fast."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit, logit

from erbium.calibrate.adjuvant.library import (
    CELLS,
    DOUBLING,
    DOUBLING_SD,
    REACHES,
    DepositLibrary,
    build_library,
)
from erbium.core.errors import DataError
from erbium.core.twins import Z95, Array
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.schema.trial_results import Published
from erbium.knowledge.tables import load_numbers
from erbium.knowledge.trials import load_trials
from erbium.tumour.course import CELL_CM3
from erbium.tumour.recist import sum_of_diameters

YEAR_DAYS = 365.25
#: The free numbers, in the order of the fit.
NUMBERS = ("cells", "spread", "doubling", "node_positive", "node_negative", "reach")
#: Starts of the search, as steps from the prior's median in its own standard deviations.
_STARTS = (-1.0, 0.0, 1.0)


@dataclass(frozen=True)
class Figure:
    """A published share of patients free of events.

    Attributes
    ----------
    trial, arm, endpoint, years
        What it is.
    share, patients
        Published share, and the patients behind it.
    positive
        Share of its patients with disease in nodes.
    role
        control or anchor if it is fitted, else predicted.
    """

    trial: str
    arm: str
    endpoint: str
    years: float
    share: float
    patients: int
    positive: float
    role: str

    @property
    def error(self) -> float:
        """Standard error of the logit of the share, from its patients."""
        return float(1.0 / np.sqrt(self.patients * self.share * (1.0 - self.share)))


@dataclass(frozen=True)
class AdjuvantFit:
    """Result of the fit.

    Attributes
    ----------
    values, low, high
        The numbers with their 5th and 95th percentile: cells, SD of their decimal logarithm, days, shares,
        and how well drugs reach deposits.
    moved
        By how many standard deviations of the prior each moved, and what is left of that deviation.
    figures, simulated
        Figures, and the shares that the fit gives.
    effective
        Effective number of deposits behind the estimates.
    diameters
        Diameter of the deposits as one sphere in mm: 5th percentile, median, 95th percentile.
    seed, patients, data_hash, note
        What identifies the run, and what must be said of the choice of figures.
    """

    values: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    moved: Mapping[str, tuple[float, float]]
    figures: tuple[Figure, ...]
    simulated: tuple[float, ...]
    effective: float
    diameters: tuple[float, float, float]
    seed: int
    patients: int
    data_hash: str
    note: str


def fit_adjuvant(
    *, seed: int = 1, blocks: int = 4, progress: Callable[[str], None] | None = None
) -> AdjuvantFit:
    """Return the numbers of deposits, fitted to control arms, and all other figures of those trials.

    Parameters
    ----------
    blocks
        Blocks of 250 deposits.
    """
    data, _ = _read()
    arms: dict[str, list[str]] = {}
    for figure in read_figures(data["figure"]):
        if figure.arm not in arms.setdefault(figure.trial, []):
            arms[figure.trial].append(figure.arm)
    return fitted_to(build_library(arms, data["population"], seed=seed, blocks=blocks, progress=progress))


def fitted_to(library: DepositLibrary) -> AdjuvantFit:
    """Return the fit of the numbers over a library that holds all arms of the file."""
    data, data_hash = _read()
    figures = read_figures(data["figure"])
    prior = [data["prior"][name] for name in NUMBERS]
    fitted = [figure for figure in figures if figure.role != "predicted"]
    steps, sd = most_likely(library, fitted, prior, data["noise"]["trial"]["value"])
    best, low, high = (values_at(steps + sign * Z95 * sd, prior) for sign in (0.0, -1.0, 1.0))
    weight = weights(library, best)
    return AdjuvantFit(
        best,
        low,
        high,
        {name: (float(x), float(s)) for name, x, s in zip(NUMBERS, steps, sd, strict=True)},
        tuple(figures),
        tuple(free_share(library, weight, best, item) for item in figures),
        float(1.0 / np.square(weight).sum()),
        diameters(library, weight),
        library.seed,
        len(library.log_cells),
        data_hash,
        data["note"],
    )


def _read() -> tuple[dict[str, Any], str]:
    raw = (data_folder() / "calibration" / "adjuvant.toml").read_bytes()
    return tomllib.loads(raw.decode()), hashlib.sha256(raw).hexdigest()


def most_likely(
    library: DepositLibrary, figures: Sequence[Figure], prior: Sequence[Mapping[str, Any]], noise: float
) -> tuple[Array, Array]:
    """Return the most likely numbers as steps from the prior's medians in its SD, and their SD, shapes (6,).

    Parameters
    ----------
    figures
        What is fitted.
    prior
        Median, SD and scale of each of `NUMBERS`.
    noise
        SD of the logit of a share between trials, beside sampling: figures of one trial share it.
    """
    published = logit(np.array([item.share for item in figures]))
    trials = np.array([item.trial for item in figures])
    spread = np.diag(np.square([item.error for item in figures]))
    whiten = np.linalg.inv(np.linalg.cholesky(spread + noise**2 * (trials[:, None] == trials[None])))

    def residuals(x: Array) -> Array:
        values = values_at(x, prior)
        weight = weights(library, values)
        simulated = logit(np.array([free_share(library, weight, values, item) for item in figures]))
        return np.concatenate([whiten @ (simulated - published), x])

    found = min(
        (least_squares(residuals, np.full(len(prior), start)) for start in _STARTS), key=lambda one: one.cost
    )
    jac = np.asarray(found.jac)
    return np.asarray(found.x), np.sqrt(np.diag(np.linalg.inv(jac.T @ jac)))


def diameters(library: DepositLibrary, weight: Array) -> tuple[float, float, float]:
    """Return 5th percentile, median and 95th percentile of the diameters of weighted deposits, in mm."""
    order = np.argsort(library.log_cells)
    below = np.cumsum(weight[order])
    cells = library.log_cells[order][np.minimum(np.searchsorted(below, (0.05, 0.5, 0.95)), len(order) - 1)]
    low, middle, high = sum_of_diameters(10.0**cells * CELL_CM3, np.ones(3))
    return float(low), float(middle), float(high)


def read_figures(chosen: list[dict[str, Any]]) -> list[Figure]:
    """Return the fitted figures, and as predicted all others of the same trials.

    Raises
    ------
    DataError
        A chosen figure stands in no trial file.
    """
    trials = load_trials()
    found: list[Figure] = []
    left = [(item["trial"], item["arm"], item["endpoint"], item.get("nodes")) for item in chosen]
    roles = dict(zip(left, (item["role"] for item in chosen), strict=True))
    for name in dict.fromkeys(item["trial"] for item in chosen):
        trial = trials[name]
        for row in trial.published:
            stem, _, time = row.endpoint.partition("_")
            nodes = _nodes(row)
            if stem not in ("DFS", "iDFS") or not time.endswith("y") or (row.subgroup and nodes is None):
                continue
            positive = _positive(trial) if nodes is None else float(nodes == "positive")
            role = "predicted"
            if (this := (name, row.arm, row.endpoint, nodes)) in left:
                role = roles[this]
                left.remove(this)
            arm = next(item for item in trial.arm if item.name == row.arm)
            patients = row.n or int(arm.share * (1.0 if nodes is None else _of_nodes(trial, nodes)))
            found.append(
                Figure(
                    name, row.arm, row.endpoint, float(time[:-1]), row.value / 100.0, patients, positive, role
                )
            )
    if left:
        raise DataError(
            f"no published figure {left[0][2]} of {left[0][1]} in {left[0][0]}.",
            file="calibration/adjuvant.toml",
            key="figure",
            expected="trial, arm, endpoint and nodes of a figure in a trial file",
        )
    return found


def _nodes(row: Published) -> str | None:
    if row.subgroup is None or row.subgroup.attribute != "node_positive":
        return None
    return "positive" if row.subgroup.equals else "negative"


def _positive(trial: Trial) -> float:
    """Return the share of node-positive patients in a trial."""
    for item in trial.population.eligibility:
        if item.attribute == "node_positive":
            return float(bool(item.equals))
    return load_numbers("tumour/after_surgery")["node_positive_share"].value


def _of_nodes(trial: Trial, nodes: str) -> float:
    positive = _positive(trial)
    return positive if nodes == "positive" else 1.0 - positive


def weights(library: DepositLibrary, values: Mapping[str, float]) -> Array:
    """Return what each deposit counts when cells and doubling times are spread as `values` say, sum 1."""
    between = np.sqrt(np.log1p(load_numbers("tumour/variation")["doubling_cv"].value ** 2))
    cells = (library.log_cells - np.log10(values["cells"])) / values["spread"]
    pace = (library.log_doubling - np.log(values["doubling"])) / between
    proposed = (library.log_doubling - np.log(DOUBLING)) / DOUBLING_SD
    found = np.exp(-0.5 * (cells**2 + pace**2 - proposed**2))
    return np.asarray(found / found.sum())


def free_share(library: DepositLibrary, weight: Array, values: Mapping[str, float], figure: Figure) -> float:
    """Return the share of randomised patients free of relapse and of other events."""
    start = library.delay_days[figure.trial]
    day = library.relapse_days[figure.trial, figure.arm]
    after = start + figure.years * YEAR_DAYS
    late, relapse = (
        float(np.interp(values["reach"], REACHES, hit @ weight))
        for hit in (day > start, (day > start) & (day <= after))
    )
    carry = figure.positive * values["node_positive"] + (1.0 - figure.positive) * values["node_negative"]
    other = load_numbers("conduct/trials")["other_events_per_year"].value
    return float((1.0 - carry * relapse / (1.0 - carry + carry * late)) * np.exp(-other * figure.years))


def values_at(x: Array, prior: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the numbers at steps from the prior's medians."""
    found = {}
    for name, step, item in zip(NUMBERS, x, prior, strict=True):
        if item["scale"] == "log":
            found[name] = float(item["value"] * np.exp(step * item["sd"]))
        else:
            found[name] = float(expit(logit(item["value"]) + step * item["sd"]))
    found["cells"] = float(np.clip(found["cells"], 10.0 ** CELLS[0], 10.0 ** CELLS[1]))
    return found
