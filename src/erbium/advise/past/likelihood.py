"""How well each twin repeats what was observed: the log likelihood of response, time, markers, specimen.

Every term is 0 for a twin that repeats the observation exactly; what it loses is told in log units. All
errors stand, with their ranges, in ``advice/history.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from erbium.advise.past.lines import NOT_FOR_PROGRESSION, PastLine
from erbium.advise.past.pool import Happened, Pool
from erbium.advise.past.twins_then import Origins
from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.abundance import Her2Class
from erbium.knowledge.tables import load_numbers
from erbium.tumour.abundance import tables
from erbium.tumour.recist import CR, PARTIAL_RESPONSE, PD

_LOG_PARTIAL = float(np.log(1.0 - PARTIAL_RESPONSE))
_IHC_CLASSES: tuple[Her2Class, ...] = ("0", "0+", "1+", "2+", "3+")


@dataclass(frozen=True)
class Term:
    """One observation and what every twin loses on it.

    Attributes
    ----------
    line
        Position of the line.
    name
        What was observed: response, time, a marker, or part of a second specimen.
    observed
        In words.
    log_likelihood
        At most 0, shape (pool,).
    """

    line: int
    name: str
    observed: str
    log_likelihood: Array


def number(name: str) -> float:
    """Return a number of ``advice/history.toml``."""
    return load_numbers("advice/history")[name].value


def terms_of(lines: tuple[PastLine, ...], pool: Pool, origins: Origins) -> list[Term]:
    """Return every observation on the earlier lines, and how well each twin of the pool repeats it."""
    found: list[Term] = []
    for k, (line, happened) in enumerate(zip(lines, pool.lines, strict=True)):
        if line.response is not None:
            log_p = response(line.response, happened)
            found.append(Term(k, "best response", line.response, log_p))
        if line.days and line.setting == "metastatic" and (line.reason or line.progressed):
            found.append(Term(k, "time on treatment", _time_words(line), time_on(line, happened)))
        for row, marker in enumerate(line.markers):
            observed = np.log(max(marker.value, 1e-3 * marker.baseline) / marker.baseline)
            z = (happened.markers[row] - observed) / number(f"{marker.marker}_log_sd")
            words = f"{marker.baseline:g} -> {marker.value:g} in week {marker.week:g}"
            found.append(Term(k, marker.marker, words, -0.5 * z**2))
        if line.rebiopsy is not None:
            found += _specimen(k, line, happened, origins)
    return found


def _time_words(line: PastLine) -> str:
    months = (line.days or 0.0) / DAYS_PER_MONTH
    return f"{months:.1f} months, {line.reason or 'progression'}"


def response(observed: str, happened: Happened) -> Array:
    """Return the log likelihood of a best response, relative to a twin that has it clearly, shape (pool,)."""
    if observed in ("pCR", "non-pCR"):
        chance = np.clip(happened.pcr, 1e-6, 1.0 - 1e-6)
        return np.asarray(np.log(chance if observed == "pCR" else 1.0 - chance))
    progressed = np.where(
        happened.best == PD, number("progression_if_simulated"), number("progression_if_not")
    )
    partial = ndtr((_LOG_PARTIAL - happened.change) / number("change_log_sd"))
    complete = np.where(happened.best == CR, number("complete_if_simulated"), number("complete_if_not"))
    shares = {
        "PD": progressed,
        "SD": (1.0 - progressed) * (1.0 - partial),
        "PR": (1.0 - progressed) * partial * (1.0 - complete),
        "CR": (1.0 - progressed) * partial * complete,
    }
    stays = 1.0 - number("progression_if_not")
    most = {
        "PD": number("progression_if_simulated"),
        "SD": stays,
        "PR": stays * (1.0 - number("complete_if_not")),
        "CR": stays * number("complete_if_simulated"),
    }
    return np.asarray(np.log(np.maximum(shares[observed] / most[observed], 1e-12)))


def time_on(line: PastLine, happened: Happened) -> Array:
    """Return the log likelihood of the time on treatment, shape (pool,).

    Progression lies between two scans: a twin loses nothing when the stated time lies there too. A line
    that ended for another reason, or goes on, says only that no progression had been seen by then.
    """
    assert line.days
    sd = number("time_log_sd")
    observed = np.log(max(line.days, 1.0))
    if not line.progressed and line.reason in NOT_FOR_PROGRESSION:
        return np.asarray(log_ndtr((np.log(np.maximum(happened.progressed, 1.0)) - observed) / sd))
    first = np.log(np.maximum(happened.last_free, 1.0))
    last = np.log(np.maximum(happened.progressed, 1.0))
    away = np.maximum(np.maximum(first - observed, observed - last), 0.0)
    return np.asarray(-0.5 * (away / sd) ** 2)


def _specimen(k: int, line: PastLine, happened: Happened, origins: Origins) -> list[Term]:
    """Return the terms of a second specimen taken after line `k`: HER2, and mechanisms found or not."""
    assert line.rebiopsy is not None
    found: list[Term] = []
    score = line.rebiopsy.her2_ihc.value
    if score is not None:
        found.append(Term(k, "HER2 of a second specimen", f"IHC {score}", her2_class(score, happened.her2)))
    present, absent = number("mechanism_found_if_carried"), number("mechanism_found_if_absent")
    for words, names in (("found", line.rebiopsy.found), ("not found", line.rebiopsy.not_found)):
        for name in names:
            share = origins.share_of_cells(name, happened.shares.T)
            chance = absent + (present - absent) * share
            log_p = np.log(chance / present) if words == "found" else np.log((1.0 - chance) / (1.0 - absent))
            found.append(Term(k, f"{name} in a second specimen", words, np.asarray(log_p)))
    return found


def her2_class(score: str, her2: Array) -> Array:
    """Return the log likelihood of an IHC score at these receptors per cell (thousands), shape of `her2`."""
    table = tables().her2
    extra = number("her2_reading_log_sd")
    densities: dict[str, Array] = {}
    for name in _IHC_CLASSES:
        spread = table.spread(name)
        sd = float(np.hypot(spread.log_sd, extra))
        densities[name] = np.exp(-0.5 * ((np.log(her2) - np.log(spread.median)) / sd) ** 2) / sd
    total = np.sum(list(densities.values()), axis=0)
    shares = {name: density / np.maximum(total, 1e-300) for name, density in densities.items()}
    most = max(float(shares[score].max()), 1e-12)
    return np.asarray(np.log(np.maximum(shares[score] / most, 1e-12)))
