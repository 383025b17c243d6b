"""What the history says: twins that repeat it, in the state they are in now, and how well they repeat it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from erbium.advise.past.likelihood import Term, terms_of
from erbium.advise.past.lines import PastLine, lines_of
from erbium.advise.past.pool import Pool, in_cache, load_or_run, pool_size, run_line
from erbium.advise.past.twins_then import Engine, Origins, origins_of, twins_now
from erbium.advise.past.weigh import Weights, choose, quantiles, weigh
from erbium.core.chosen_twins import ChosenTwins
from erbium.core.twins import Array, Twins
from erbium.core.units import DAYS_PER_MONTH
from erbium.profile import Profile
from erbium.tumour import Tumour
from erbium.tumour.recist import NAMES, PR

#: Twins that are named when no history like the patient's was found.
NEAREST = 3
#: Acquired mechanisms below this probability are not listed.
SMALLEST_CHANCE = 0.01


@dataclass(frozen=True)
class Past:
    """The pool after the patient's earlier lines, weighed by what happened.

    Attributes
    ----------
    lines
        All earlier lines; `simulated` are those that the pool went through.
    pool, origins, terms, weights
        What happened to the pool, where its mechanisms come from, and how well it fits.
    """

    profile: Profile
    engine: Engine
    lines: tuple[PastLine, ...]
    simulated: tuple[PastLine, ...]
    pool: Pool
    origins: Origins
    terms: tuple[Term, ...]
    weights: Weights

    def twins(self, draws: int, each: int) -> ChosenTwins:
        """Return twins chosen by their weights: `draws` parameter draws with `each` twins."""
        return choose(self.pool.twins, self.weights.values, draws, each)

    def tumour(self, draws: int, each: int) -> Tumour:
        """Return the tumour after its earlier lines, over chosen twins."""
        twins = self.twins(draws, each)
        shares = self.pool.shares[np.array(twins.chosen)]
        origins = origins_of(self.profile, self.simulated, twins, self.engine)
        return twins_now(self.profile, twins, self.engine, origins, shares)

    @property
    def warnings(self) -> list[str]:
        """What must be said before the answer is trusted."""
        found = [f"{line.name} is not simulated: {line.why_not}" for line in self.lines if line.why_not]
        if not self.weights.reproduced:
            found.insert(
                0,
                "history not reproduced: too few twins repeat what happened under the earlier lines; errors "
                f"are widened {self.weights.widened:.1f}-fold and the nearest twins stand for the patient",
            )
        return found


def remember(
    profile: Profile,
    engine: Engine,
    *,
    seed: int,
    draws: int,
    each: int,
    pool: int | None = None,
    said: Callable[[str], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Past | None:
    """Return the past of a patient; None without a line that can be simulated.

    Parameters
    ----------
    draws, each
        Parameter draws and twins of each that the answer will use.
    pool
        Twins of the pool; by default 25 for each twin of the answer.
    said
        Told, in words, what is built if the pool is not in the cache.

    Raises
    ------
    UnknownName
        An earlier regimen, or a mechanism of a second specimen, is not known.
    DataError
        A pool smaller than the answer.
    """
    lines = lines_of(profile, engine.knowledge)
    simulated = tuple(line for line in lines if line.why_not is None)
    if not simulated:
        return None
    size = pool_size(draws * each, pool)
    twins = _pool_twins(seed, size)
    if said is not None and not in_cache(profile, simulated, twins, engine):
        many = "one earlier line" if len(simulated) == 1 else f"{len(simulated)} earlier lines"
        said(f"building a pool of {twins.count} twins through {many}; it is kept for the next answer")
    found = load_or_run(profile, simulated, twins, engine, progress)
    origins = origins_of(profile, simulated, twins, engine)
    terms = terms_of(simulated, found, origins)
    weights = weigh(terms, twins.count)
    return Past(profile, engine, lines, simulated, found, origins, tuple(terms), weights)


def _pool_twins(seed: int, size: int) -> Twins:
    """Return the draws of a pool of about `size`: half as many twins in a parameter draw as draws."""
    each = max(round((size / 2.0) ** 0.5), 1)
    return Twins(seed, -(-size // each), each)


def no_history(lines: tuple[PastLine, ...]) -> dict[str, Any]:
    """Return the JSON of a patient without a line that can be simulated."""
    return {
        "simulated": False,
        "why_not": [f"{line.name}: {line.why_not}" for line in lines],
        "pool": None,
        "ess": None,
        "reproduced": None,
        "lines": [],
        "acquired": [],
        "nearest": [],
    }


def history_json(past: Past, tumour: Tumour) -> dict[str, Any]:
    """Return the history as JSON: fit to the known lines, what was acquired, and the nearest twins.

    Parameters
    ----------
    tumour
        The tumour after its earlier lines, as the options are simulated on it.
    """
    weights, pool = past.weights, past.pool
    chosen = tumour.twins.chosen if isinstance(tumour.twins, ChosenTwins) else ()
    return {
        "simulated": True,
        "why_not": [f"{line.name}: {line.why_not}" for line in past.lines if line.why_not],
        "pool": pool.twins.count,
        "from_cache": pool.cached,
        "ess": weights.ess,
        "ess_without_tempering": weights.full_ess,
        "tempering": weights.power,
        "errors_widened": weights.widened,
        "reproduced": weights.reproduced,
        "twins_that_repeat_it": int(weights.close.sum()),
        "different_twins": len(set(chosen)),
        "lines": [_line_json(past, k) for k in range(len(past.simulated))],
        "acquired": _acquired(past),
        "tolerant_clone": {
            "before": _shares(pool.before[:, -1], np.full(pool.twins.count, 1.0 / pool.twins.count)),
            "after": _shares(pool.shares[:, -1], weights.values),
        },
        "again": _again(past, tumour),
        "nearest": [] if weights.reproduced else _nearest(past),
    }


def _shares(values: Array, weights: Array) -> dict[str, Any]:
    median, low, high = quantiles(values, weights)
    return {"median": median, "low": low, "high": high, "unit": "1"}


def _line_json(past: Past, k: int) -> dict[str, Any]:
    line, happened = past.simulated[k], past.pool.lines[k]
    even = np.full(past.pool.twins.count, 1.0 / past.pool.twins.count)
    assert line.regimen is not None
    out: dict[str, Any] = {
        "regimen": line.regimen.id,
        "name": line.regimen.name,
        "setting": line.setting,
        "observed": {
            "best_response": line.response,
            "months": line.days / DAYS_PER_MONTH if line.days else None,
            "reason_ended": line.reason,
        },
    }
    for key, weights in (("before_weighing", even), ("simulated", past.weights.values)):
        out[key] = {
            "best_response": _responses(past, k, weights),
            "months_to_progression": _months(happened.progressed, weights)
            if line.setting == "metastatic"
            else None,
            "mean_HER2_kreceptor": float((happened.her2 * weights).sum()),
        }
    out["fit"] = [
        {
            "what": term.name,
            "observed": term.observed,
            "log_likelihood_before": float((term.log_likelihood * even).sum()),
            "log_likelihood": float((term.log_likelihood * past.weights.values).sum()),
        }
        for term in past.terms
        if term.line == k
    ]
    for row, marker in enumerate(line.markers):
        fold = np.exp(happened.markers[row])
        out.setdefault("markers", []).append(
            {
                "marker": marker.marker,
                "week": marker.week,
                "observed_fold": marker.value / marker.baseline,
                "before_weighing": _shares(fold, even),
                "simulated": _shares(fold, past.weights.values),
            }
        )
    return out


def _responses(past: Past, k: int, weights: Array) -> dict[str, float]:
    happened = past.pool.lines[k]
    if past.simulated[k].setting == "neoadjuvant":
        pcr = float((happened.pcr * weights).sum())
        return {"pCR": pcr, "non-pCR": 1.0 - pcr}
    return {NAMES[code]: float(weights[happened.best == code].sum()) for code in NAMES}


def _months(days: Array, weights: Array) -> dict[str, Any]:
    """Return weighted median, 5th and 95th percentile in months; None for beyond what was followed."""
    names = ("median", "low", "high")
    found: dict[str, Any] = {
        name: float(value / DAYS_PER_MONTH) if np.isfinite(value) else None
        for name, value in zip(names, quantiles(days, weights), strict=True)
    }
    return {**found, "unit": "months", "not_reached": found["median"] is None}


def _acquired(past: Past) -> list[dict[str, Any]]:
    """Return mechanisms that treatment may have brought out: chance before and after the history."""
    rows: list[dict[str, Any]] = []
    weights = past.weights.values
    for presence in past.origins.acquired:
        name = presence.mechanism.id
        held = past.origins.share_of_cells(name, past.pool.shares)
        first = past.origins.share_of_cells(name, past.pool.before)
        after = float(weights[held > 0.0].sum())
        if after < SMALLEST_CHANCE:
            continue
        rows.append(
            {
                "mechanism": name,
                "name": presence.mechanism.name,
                "before_treatment": float(past.origins.before[name].present.mean()),
                "after_treatment": float((held > 0.0).mean()),
                "given_history": after,
                "share_of_cells_before": float((first * weights).sum()),
                "share_of_cells_after": float((held * weights).sum()),
            }
        )
    rows.sort(key=lambda row: -row["share_of_cells_after"])
    return rows


def _again(past: Past, tumour: Tumour) -> list[dict[str, Any]]:
    """Return each earlier metastatic line given once more, as the twins are now."""
    rows = []
    index = np.array(tumour.twins.chosen) if isinstance(tumour.twins, ChosenTwins) else np.arange(0)
    for k, line in enumerate(past.simulated):
        if line.setting != "metastatic" or tumour.setting != "metastatic":
            continue
        happened, _ = run_line(tumour, replace(line, markers=()), len(past.simulated) + k)
        then = past.pool.lines[k]
        assert line.regimen is not None
        even = np.full(len(index), 1.0 / len(index))
        rows.append(
            {
                "regimen": line.regimen.id,
                "name": line.regimen.name,
                "response_rate_then": float((then.best[index] >= PR).mean()),
                "response_rate_now": float((happened.best >= PR).mean()),
                "months_then": _months(then.progressed[index], even),
                "months_now": _months(happened.progressed, even),
            }
        )
    return rows


def _nearest(past: Past) -> list[dict[str, Any]]:
    """Return the twins that come closest to what happened, and what happened to them."""
    total = np.sum([term.log_likelihood for term in past.terms], axis=0)
    return [
        {
            "twin": int(i),
            "log_likelihood": float(total[i]),
            "lines": [_of_twin(past, k, int(i)) for k in range(len(past.simulated))],
        }
        for i in np.argsort(-total, kind="stable")[:NEAREST]
    ]


def _of_twin(past: Past, k: int, twin: int) -> dict[str, Any]:
    """Return what one line did to one twin of the pool."""
    line, happened = past.simulated[k], past.pool.lines[k]
    days = happened.progressed[twin]
    return {
        "regimen": line.regimen.id if line.regimen else line.name,
        "best_response": NAMES[int(happened.best[twin])] if line.setting == "metastatic" else None,
        "months": float(days / DAYS_PER_MONTH) if np.isfinite(days) else None,
    }
