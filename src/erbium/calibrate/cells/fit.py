"""The calibration to cells from beginning to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from erbium.calibrate.cells.design import load_design
from erbium.calibrate.cells.donor_out import Pair, baselines, deal, predict_donors
from erbium.calibrate.cells.errors_model import ErrorModel
from erbium.calibrate.cells.forward import Forward
from erbium.calibrate.cells.map_restarts import Mode, climb
from erbium.calibrate.cells.misfit import Misfit, misfits
from erbium.calibrate.cells.names import dish
from erbium.calibrate.cells.observations import Observations
from erbium.calibrate.cells.prior import BOUND, MEDIUM, Free, Prior, candidates, members
from erbium.calibrate.cells.readers import data_hash, read_observations, replicate_noise
from erbium.calibrate.cells.recovery import Recovery, recover
from erbium.calibrate.cells.screening import KEPT, Effect, effects, screen, trajectories
from erbium.calibrate.cells.smoother import Report, Smoother
from erbium.calibrate.cells.work import Work, fingerprint
from erbium.core.errors import SimulationError
from erbium.core.twins import Array
from erbium.experiment.shared_numbers import ALTERNATIVE, DISH
from erbium.knowledge import load_knowledge
from erbium.knowledge.cell_lines import load_cell_lines
from erbium.knowledge.ensemble import Ensemble

#: A number is fitted when the data leave less than this share of its prior standard deviation.
FITTED = 0.7
#: A number is at its bound when its posterior mean is within this of the last prior SD that it may reach.
AT_BOUND = 0.25
#: Members and folds of the donor-out runs, walks of the screening, restarts of the cross-check.
DONOR_MEMBERS, FOLDS, WALKS, RESTARTS = 64, 8, 3, 3


@dataclass(frozen=True)
class Settings:
    """How the calibration runs."""

    members: int = 200
    steps: int = 4
    seed: int = 1
    donor_out: bool = True
    recovery: bool = True
    walks: int = WALKS
    restarts: int = RESTARTS
    kept: int = KEPT
    folds: int = FOLDS


@dataclass(frozen=True)
class CellFit:
    """Everything the report says.

    Attributes
    ----------
    kept, left_out
        Screened numbers, and those that stay at their prior.
    z
        Posterior coordinates, (members, free), in prior standard deviations.
    before, after
        Misfit of the ensemble mean before and after, by data set and readout.
    course
        Mean square misfit in units of the error before each step, and at the end.
    modes, held_out
        Restarts, and held-out pairs by donor-out.
    noise
        Replicate noise of the growth-rate metrics.
    """

    settings: Settings
    observations: Observations
    prior: Prior
    kept: tuple[Effect, ...]
    left_out: tuple[Effect, ...]
    z: Array
    before: tuple[Misfit, ...]
    after: tuple[Misfit, ...]
    course: tuple[float, ...]
    modes: tuple[Mode, ...]
    recovery: Recovery | None
    held_out: tuple[Pair, ...]
    noise: dict[str, float]
    data_hash: str
    date: str

    @property
    def shrinkage(self) -> Array:
        """Posterior over prior standard deviation, shape (free,)."""
        return np.asarray(self.z.std(axis=0, ddof=1))

    @property
    def fitted(self) -> tuple[str, ...]:
        """Numbers that the data tell."""
        told = zip(self.prior.free, self.shrinkage, strict=True)
        return tuple(c.name for c, share in told if share < FITTED and c.kind != "alternative")

    @property
    def at_bound(self) -> tuple[str, ...]:
        """Numbers that the data push to the end of their range."""
        means = zip(self.prior.free, self.z.mean(axis=0), strict=True)
        return tuple(c.name for c, mean in means if abs(mean) > BOUND - AT_BOUND)

    def ensemble(self) -> Ensemble:
        """Return the members in physical units, as they are shipped."""
        found = members(self.prior, self.z)
        numbers = found.numbers
        tables = {"network": numbers.network, "dish": numbers.dish, "medium": found.media}
        columns = [
            numbers.answers[c.bare].astype(float) if c.kind == "alternative" else tables[c.kind][c.bare]
            for c in self.prior.free
        ]
        return Ensemble(
            self.prior.names, tuple(c.unit for c in self.prior.free), frozenset(self.fitted),
            np.array(columns).T, self.settings.seed, self.date, self.data_hash,
        )  # fmt: skip


def fit_cells(
    data: Path,
    settings: Settings = Settings(),
    work_folder: Path | None = None,
    report: Report = lambda _label, _share: None,
    wanted: Callable[[Observations], Observations] = lambda table: table,
) -> CellFit:
    """Fit the shared numbers to the cell data under `data`.

    Parameters
    ----------
    work_folder
        Where finished stages are kept; a second call goes on from there.
    report
        Called with the name of a stage and the share of it that is done.
    wanted
        Picks a part of the data.

    Raises
    ------
    DataError
        The data cannot be read.
    SimulationError
        Too few members could be simulated.
    """
    table = wanted(read_observations(data))
    every = candidates()
    key = fingerprint(
        dish().network.hash, dish().network.defaults.tobytes(), every, load_design(), table.hash,
        sorted(load_cell_lines().items()), sorted(load_knowledge().drugs.items()), settings.members,
        settings.steps, settings.seed, settings.walks, settings.kept, settings.folds,
    )  # fmt: skip
    work = Work(work_folder, key)
    forward = Forward(table)
    kept, left_out = _screen(forward, every, settings, work, report)
    prior = Prior.of([e.name for e in kept], load_design().errors.prior_width.value)
    z = prior.draw(settings.members, settings.seed)
    smoother = Smoother(
        prior, forward, prior.draw_rest(settings.members, settings.seed), settings.seed,
        settings.steps, work, report,
    )  # fmt: skip
    y = smoother.predict("prior", forward, z)
    if np.isfinite(y).all(axis=1).mean() < 0.5:
        raise SimulationError(
            f"{int((~np.isfinite(y).all(axis=1)).sum())} of {len(y)} members could not be simulated.",
            expected="at least half", hint="the ranges in knowledge/data/parameters may be too wide",
        )  # fmt: skip
    end = work.stage("end", lambda: _invert(smoother, z, y))
    last = smoother.predict("posterior", forward, end["z"])
    pairs: list[Pair] = []
    if settings.donor_out:
        few = min(settings.members, DONOR_MEMBERS)
        held = {
            donors: work.stage(
                f"donors-{k}", partial(predict_donors, smoother, str(k), donors, z[:few], y[:few])
            )
            for k, donors in enumerate(deal(table.donors, settings.folds, settings.seed))
        }
        pairs = baselines(
            table,
            {donors: found["mean"] for donors, found in held.items()},
            {donors: found["rescaled"] for donors, found in held.items()},
        )
    modes = _modes(smoother, z, settings, work, report)
    recovery = recover(smoother, z, y) if settings.recovery else None
    return CellFit(
        settings, table, prior, tuple(kept), tuple(left_out), end["z"],
        tuple(misfits(table, _mean(y))), tuple(misfits(table, _mean(last))),
        (*end["course"].tolist(), _misfit(forward, last)), tuple(modes), recovery, tuple(pairs),
        replicate_noise(data), data_hash(data), dt.datetime.now(tz=dt.UTC).date().isoformat(),
    )  # fmt: skip


def _screen(
    forward: Forward, every: tuple[Free, ...], settings: Settings, work: Work, report: Report
) -> tuple[list[Effect], list[Effect]]:
    """Return what the observations see, and the rest. What a dish or medium does is judged alike."""
    prior = Prior(every, (), load_design().errors.prior_width.value)
    names = prior.names
    walks = trajectories(names, settings.walks, np.random.default_rng(settings.seed))
    flat = walks.reshape(-1, len(names))
    runner = Smoother(prior, forward, np.zeros((len(flat), 0)), settings.seed, settings.steps, work, report)
    y = runner.predict("screening", forward, flat)
    white = ErrorModel.of(forward.observations).whitener()(y)
    found, means = effects(names, walks, white.reshape(*walks.shape[:2], -1))
    return screen(found, means, kept=settings.kept, always=ALTERNATIVE, beside=(DISH, MEDIUM))


def _invert(smoother: Smoother, z: Array, y: Array) -> dict[str, Array]:
    end, course = smoother.invert("fit", smoother.forward, smoother.forward.observations.values, z, y)
    return {"z": end, "course": np.array(course)}


def _modes(smoother: Smoother, z: Array, settings: Settings, work: Work, report: Report) -> list[Mode]:
    forward = smoother.forward
    white = ErrorModel.of(forward.observations).whitener()
    target = white(forward.observations.values[None])[0]

    def whitened(points: Array) -> Array:
        return white(forward(members(smoother.prior, points)))

    modes = []
    for k in range(settings.restarts):
        report("maximum a posteriori", k / settings.restarts)
        start = np.zeros(z.shape[1]) if k == 0 else 0.5 * z[k]
        found = work.stage(f"mode-{k}", partial(_climbed, start, whitened, target))
        modes.append(Mode(found["z"], float(found["cost"])))
    return modes


def _climbed(start: Array, whitened: Callable[[Array], Array], target: Array) -> dict[str, Array]:
    return _as_arrays(climb(start, whitened, target))


def _as_arrays(mode: Mode) -> dict[str, Array]:
    return {"z": mode.z, "cost": np.array(mode.cost)}


def _misfit(forward: Forward, y: Array) -> float:
    white = ErrorModel.of(forward.observations).whitener()
    whitened = white(y)
    good = np.isfinite(whitened).all(axis=1)
    return float(((whitened[good] - white(forward.observations.values[None])[0]) ** 2).mean())


def _mean(y: Array) -> Array:
    return np.asarray(y[np.isfinite(y).all(axis=1)].mean(axis=0))
