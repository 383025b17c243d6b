"""The pool: many twins run through the earlier lines, in blocks, and kept in the cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from erbium.advise.kept_arrays import keep_arrays, kept_in, read_arrays
from erbium.advise.past.lines import PastLine
from erbium.advise.past.twins_then import Engine, origins_of, shares_of, twins_before
from erbium.core.chosen_twins import ChosenTwins
from erbium.core.errors import DataError
from erbium.core.result import version
from erbium.core.twins import Array, Twins
from erbium.profile import Profile
from erbium.tumour import Tumour
from erbium.tumour.arm import Arm
from erbium.tumour.course import run_arms
from erbium.tumour.endpoints import complete_response_chance
from erbium.tumour.recist import seen_size
from erbium.tumour.surgery import surgery_day

#: Scans every six weeks, as everywhere.
VISIT_DAYS = 42.0
#: How far beyond the stated time a line that ended with progression is followed, as a factor and in days.
BEYOND, BEYOND_DAYS = 2.1, 84.0
#: How far a line of unknown duration is followed.
UNKNOWN_DAYS = 378.0
#: Twins of a block.
BLOCK = 500
#: Pool for each twin of the answer, and the smallest pool.
POOL_PER_TWIN, SMALLEST_POOL = 25, 200
_SMALLEST_RATIO = 0.01


@dataclass(frozen=True)
class Happened:
    """What happened to every twin of the pool in one line.

    Attributes
    ----------
    best
        Best response, codes of :mod:`erbium.tumour.recist`, shape (pool,).
    change
        Log of the smallest sum of diameters that was seen over the first, shape (pool,).
    last_free, progressed
        Day of the last scan without progression, and of that which showed it (infinite without), (pool,).
    pcr
        Chance of a pathological complete response, shape (pool,); 0 where it is not asked for.
    markers
        Log ratio of each serial marker to its baseline, shape (markers, pool).
    her2
        Mean HER2 per cell afterwards in thousands, shape (pool,).
    shares
        Shares of the clones afterwards, shape (clones, pool).
    """

    best: Array
    change: Array
    last_free: Array
    progressed: Array
    pcr: Array
    markers: Array
    her2: Array
    shares: Array


@dataclass(frozen=True)
class Pool:
    """All twins of the pool after their lines.

    Attributes
    ----------
    twins
        The draws.
    lines
        What happened, line by line.
    before
        Shares of the clones before the first line, shape (pool, clones).
    cached
        Whether the pool came from the cache.
    """

    twins: Twins
    lines: tuple[Happened, ...]
    before: Array
    cached: bool = False

    @property
    def shares(self) -> Array:
        """Shares of the clones after the last line, shape (pool, clones)."""
        return np.asarray(self.lines[-1].shares.T)


def pool_size(twins: int, wanted: int | None) -> int:
    """Return how many twins the pool holds for an answer over `twins`.

    Raises
    ------
    DataError
        Fewer than the answer is to hold.
    """
    if wanted is None:
        return max(POOL_PER_TWIN * twins, SMALLEST_POOL)
    if wanted < twins:
        raise DataError(
            f"a pool of {wanted} for {twins} twins.", key="pool", expected=f"at least {twins}, better 5000"
        )
    return wanted


def load_or_run(
    profile: Profile,
    lines: tuple[PastLine, ...],
    twins: Twins,
    engine: Engine,
    progress: Callable[[float], None] | None = None,
) -> Pool:
    """Return the pool after `lines`, from the cache if it was run before."""
    file = _folder() / f"{_key(profile, lines, twins, engine)}.npz"
    found = _read(file, twins, len(lines))
    if found is not None:
        return found
    pool = _run(profile, lines, twins, engine, progress)
    keep_arrays(file, _arrays(pool))
    return pool


def in_cache(profile: Profile, lines: tuple[PastLine, ...], twins: Twins, engine: Engine) -> bool:
    """Return whether the pool has been run before."""
    return (_folder() / f"{_key(profile, lines, twins, engine)}.npz").is_file()


def _folder() -> Path:
    return kept_in("histories")


def _key(profile: Profile, lines: tuple[PastLine, ...], twins: Twins, engine: Engine) -> str:
    """Return the name of a pool: the hash of all that its simulation depends on.

    What was observed does not belong to it, but for the time that is simulated: with other responses the
    same pool is weighed anew. What was given in all earlier lines does, also in those that are not simulated:
    what was acquired, and what was selected, depends on them.
    """
    outcome_free = profile.model_dump(
        mode="json", exclude={"meta", "prior_therapies", "preferences", "extras"}
    )
    content = [
        version(),
        engine.knowledge.hash,
        engine.backend,
        engine.precision,
        outcome_free,
        [(item.setting, item.line, item.regimen, item.drugs) for item in profile.prior_therapies],
        [
            (
                line.regimen.model_dump(mode="json") if line.regimen else None,
                line.setting,
                line.lines_before,
                visits_of(line),
                [(item.marker, item.week) for item in line.markers],
                sorted(line.rebiopsy.found) if line.rebiopsy else [],
            )
            for line in lines
        ],
        [twins.seed, twins.parameter_draws, twins.marker_draws],
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def visits_of(line: PastLine) -> list[float]:
    """Return the scans of a line in days after its start."""
    if line.setting == "neoadjuvant":
        assert line.regimen is not None
        last = surgery_day(line.regimen)
    elif not line.days:
        last = UNKNOWN_DAYS
    elif line.progressed or line.reason is None:
        last = np.ceil(max(BEYOND * line.days, line.days + BEYOND_DAYS) / VISIT_DAYS) * VISIT_DAYS
    else:
        last = max(float(np.round(line.days)), 1.0)
    grid = [float(day) for day in np.arange(VISIT_DAYS, last - 1.0, VISIT_DAYS)]
    return [*grid, float(last)]


def _run(
    profile: Profile,
    lines: tuple[PastLine, ...],
    twins: Twins,
    engine: Engine,
    progress: Callable[[float], None] | None,
) -> Pool:
    """Run the pool block by block; a block holds all twins of some parameter draws."""
    every = np.arange(twins.count).reshape(twins.parameter_draws, twins.marker_draws)
    rows = max(BLOCK // twins.marker_draws, 1)
    starts = range(0, twins.parameter_draws, rows)
    parts: list[tuple[list[Happened], Array]] = []
    for number, start in enumerate(starts):
        block = ChosenTwins.of(twins, every[start : start + rows])
        parts.append(_block(profile, lines, block, engine))
        if progress is not None:
            progress((number + 1) / len(starts))
    happened = [
        Happened(
            **{
                field.name: np.concatenate([getattr(part[0][k], field.name) for part in parts], axis=-1)
                for field in fields(Happened)
            }
        )
        for k in range(len(lines))
    ]
    return Pool(twins, tuple(happened), np.concatenate([part[1] for part in parts]))


def _block(
    profile: Profile, lines: tuple[PastLine, ...], twins: Twins, engine: Engine
) -> tuple[list[Happened], Array]:
    """Return what happened to some twins, and their clones' shares before."""
    origins = origins_of(profile, lines, twins, engine)
    found: list[Happened] = []
    first: Array | None = None
    shares: Array | None = None
    for number, line in enumerate(lines):
        tumour = twins_before(profile, line, twins, engine, origins, shares)
        earlier = np.stack([clone.fraction for clone in tumour.clones], axis=1)
        first = earlier if first is None else first
        happened, live = run_line(tumour, line, number)
        shares = shares_of(live, earlier)
        found.append(replace(happened, her2=_mean_her2(tumour, shares), shares=shares.T))
    assert first is not None
    return found, first


def run_line(tumour: Tumour, line: PastLine, number: int) -> tuple[Happened, Array]:
    """Return what a line did to the twins, and the living volume per clone at its end, (count, clones)."""
    assert line.regimen is not None
    arm = line_arm(tumour, line, number)
    metastatic = line.setting == "metastatic"
    course = run_arms(tumour.kernel, [arm], visits_of(line), stop_at_progression=metastatic)[0]
    seen = seen_size(course.volume, course.lesions, arm.detection_mm, arm.scars)
    change = np.log(np.maximum(seen[1:].min(axis=0) / np.maximum(seen[0], 1e-9), _SMALLEST_RATIO))
    progressed = np.where(np.isnan(course.progression_days), np.inf, course.progression_days)
    days = course.visit_days
    before = days[np.maximum(np.searchsorted(days, np.minimum(progressed, days[-1])) - 1, 0)]
    last_free = np.where(np.isinf(progressed), days[-1], before)
    pcr = np.zeros(len(progressed)) if metastatic else complete_response_chance(course)
    happened = Happened(
        best=course.best.astype(float),
        change=change,
        last_free=last_free,
        progressed=progressed,
        pcr=pcr,
        markers=_markers(tumour, arm, line),
        her2=np.zeros(len(progressed)),
        shares=np.zeros((len(tumour.clones), len(progressed))),
    )
    return happened, course.live[-1]


def line_arm(tumour: Tumour, line: PastLine, number: int) -> Arm:
    """Return the arm of an earlier line: given as planned, with chance of its own for new lesions."""
    assert line.regimen is not None
    arm = tumour.arm(line.regimen)
    drawn = tumour.twins.uniform(f"history.{number}.new_lesion")
    return replace(arm, new_lesion_threshold=-np.log(drawn), stop_days=np.full(arm.amounts.shape, np.inf))


def _markers(tumour: Tumour, arm: Arm, line: PastLine) -> Array:
    """Return the log ratio of each marker to its baseline, shape (markers, count)."""
    if not line.markers:
        return np.empty((0, tumour.twins.count))
    days = sorted({_marker_day(item.week) for item in line.markers})
    course = run_arms(tumour.kernel, [arm], days, stop_at_progression=False, keep_days=days)[0]
    states = {day: course.kept[k] for k, day in enumerate(days)}
    return np.stack(
        [_log_ratio(tumour, arm, item.marker, states[_marker_day(item.week)]) for item in line.markers]
    )


def _marker_day(week: float) -> float:
    """Return the whole day on which a marker is read, the first at the earliest."""
    return max(float(np.round(7.0 * week)), 1.0)


def _log_ratio(tumour: Tumour, arm: Arm, marker: str, states: Array) -> Array:
    """Return the log of a marker in `states` over its value before treatment, shape (count,)."""
    values = []
    for state, parameters in ((arm.states, tumour.parameters), (states, arm.parameters)):
        values.append(_reading(tumour, marker, state, parameters))
    return np.asarray(np.log(np.maximum(values[1], 1e-9) / np.maximum(values[0], 1e-9)))


def _reading(tumour: Tumour, marker: str, states: Array, parameters: Array) -> Array:
    kernel, clones = tumour.kernel, range(1, len(tumour.clones) + 1)
    if marker == "ctDNA_fraction":
        return np.asarray(kernel.compute_readouts(states, parameters, ["live_volume"])["live_volume"])
    if marker == "serum_HER2":
        return np.asarray(kernel.compute_readouts(states, parameters, ["serum_HER2"])["serum_HER2"])
    names = [f"c{c}.{part}" for c in clones for part in ("Ki67", "volume")]
    found = kernel.compute_readouts(states, parameters, names)
    volume = np.stack([found[f"c{c}.volume"] for c in clones])
    cycling = np.stack([found[f"c{c}.Ki67"] for c in clones])
    return np.asarray((cycling * volume).sum(axis=0) / np.maximum(volume.sum(axis=0), 1e-12))


def _mean_her2(tumour: Tumour, shares: Array) -> Array:
    """Return the mean HER2 per cell in thousands over the clones, shape (count,)."""
    return np.asarray((np.stack([clone.her2 for clone in tumour.clones], axis=1) * shares).sum(axis=1))


def _arrays(pool: Pool) -> dict[str, Array]:
    arrays = {"before": pool.before}
    for k, line in enumerate(pool.lines):
        arrays |= {f"{k}.{field.name}": getattr(line, field.name) for field in fields(Happened)}
    return arrays


def _read(file: Path, twins: Twins, lines: int) -> Pool | None:
    """Return a pool from its file; None if there is none, or it is damaged."""
    held = read_arrays(file)
    if held is None:
        return None
    try:
        found = tuple(
            Happened(**{field.name: held[f"{k}.{field.name}"] for field in fields(Happened)})
            for k in range(lines)
        )
        pool = Pool(twins, found, held["before"], cached=True)
    except KeyError:
        return None
    return pool if len(pool.before) == twins.count else None
