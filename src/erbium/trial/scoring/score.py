"""How well published trials are predicted, beside what constants would score."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from erbium.core.seeds import uniform
from erbium.trial.scoring.constants import NAMES, constants
from erbium.trial.scoring.mixture import Mixture
from erbium.trial.scoring.rows import ComparisonRow, FigureRow, Row, SubgroupRow

SCHEMA = "erbium.trial-scoreboard/1"
RESAMPLES = 2000
WITHIN = 0.30
FEWEST = 3
#: Overall survival rests on later lines and stands outside the headline.
OUTSIDE = ("OS",)


@dataclass(frozen=True)
class Scoreboard:
    """Totals and rows.

    Attributes
    ----------
    totals
        Scores in and out of sample, plain data.
    rows
        Everything that was scored.
    warnings
        What was left out, and why.
    """

    totals: Mapping[str, Mapping[str, Any]]
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]

    def json(self, origin: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the scoreboard as JSON, schema ``erbium.trial-scoreboard/1``.

        Parameters
        ----------
        origin
            Seed, version, hashes, date and number of the scoring run.
        """

        def of(kind: type) -> list[dict[str, Any]]:
            return [row.json() for row in self.rows if isinstance(row, kind)]

        return {
            "schema": SCHEMA,
            **(origin or {}),
            "totals": {name: dict(total) for name, total in self.totals.items()},
            "rows": of(ComparisonRow),
            "figures": of(FigureRow),
            "subgroups": of(SubgroupRow),
            "warnings": list(self.warnings),
        }


def score(
    rows: Sequence[Row], *, training: Sequence[ComparisonRow] | None = None, seed: int = 1
) -> Scoreboard:
    """Score predictions against published figures, in and out of sample.

    Parameters
    ----------
    rows
        Comparisons, figures and subgroups.
    training
        Comparisons the constants are taken from; the primary ones in sample if None. When each trial is
        predicted with itself left out, all primary comparisons; a trial's own is never used for it.
    seed
        Of the bootstrap over trials.
    """
    comparisons = [row for row in rows if isinstance(row, ComparisonRow)]
    warnings = _left_out(rows)
    scored = [row for row in comparisons if not row.prognostic and row.endpoint not in OUTSIDE]
    known = primaries(row for row in scored if row.in_sample) if training is None else primaries(training)
    if not known:
        warnings.append("no trial is in sample: every constant is a hazard ratio of 1")
    totals = {}
    for name, wanted in (("in_sample", True), ("out_of_sample", False)):
        chosen = [row for row in rows if row.in_sample == wanted]
        totals[name] = _total([row for row in scored if row.in_sample == wanted], chosen, known, seed)
    return Scoreboard(totals, tuple(rows), tuple(warnings))


def primaries(rows: Iterable[ComparisonRow]) -> list[ComparisonRow]:
    """Return one primary comparison a trial, the first where a file gives several data cuts."""
    found: dict[str, ComparisonRow] = {}
    for row in rows:
        if row.primary and not row.prognostic:
            found.setdefault(row.trial, row)
    return list(found.values())


def _left_out(rows: Sequence[Row]) -> list[str]:
    out = []
    prognostic = sum(isinstance(row, ComparisonRow) and row.prognostic for row in rows)
    if prognostic:
        out.append(f"{prognostic} prognostic ratios compare patients, not treatments, and are not scored")
    survival = sum(isinstance(row, ComparisonRow) and row.endpoint in OUTSIDE for row in rows)
    if survival:
        out.append(f"{survival} ratios of overall survival stand outside the totals")
    return out + [
        f"{row.trial}, {row.arm} against {row.versus}, {row.endpoint}: no prediction"
        for row in rows
        if isinstance(row, ComparisonRow) and row.predicted is None and not row.prognostic
    ]


def _total(
    comparisons: Sequence[ComparisonRow],
    rows: Sequence[Row],
    training: Sequence[ComparisonRow],
    seed: int,
) -> dict[str, Any]:
    main = [row for row in primaries(comparisons) if row.predicted is not None]
    guesses = [constants(row, training) for row in main]
    truth = np.array([row.log_published for row in main])
    ours = np.array([math.log(row.predicted) for row in main if row.predicted is not None])
    theirs = {name: np.array([guess[name] for guess in guesses]) for name in NAMES}
    figures = [row for row in rows if isinstance(row, FigureRow)]
    subgroups = [row for row in rows if isinstance(row, SubgroupRow)]
    medians = [row for row in figures if row.endpoint == "median_PFS"]
    responses = [row for row in figures if row.endpoint == "ORR"]
    pathological = [row for row in figures if row.endpoint == "pCR"]
    return {
        "trials": len({row.trial for row in rows}),
        "comparisons": len(comparisons),
        "primary_comparisons": len(main),
        "log_hr_error": _error(ours, truth),
        "log_hr_skill": _skill(ours, theirs, truth, seed),
        "log_hr_spearman": spearman(ours, truth),
        "hr_inside_ci": fraction(row.inside for row in comparisons),
        "null_comparisons_right": fraction(_null(row, row.prediction) for row in _nulls(comparisons)),
        "orr_inside_ci": fraction(row.inside for row in responses),
        "pcr_inside_ci": fraction(row.inside for row in pathological),
        "median_pfs_within_30pct": fraction(row.within(WITHIN) for row in medians),
        "subgroup_right": fraction(row.right for row in subgroups),
        "crps_skill": _crps_skill(main, training),
        "coverage_90": coverage(_predictions(comparisons), 0.9),
        "coverage_50": coverage(_predictions(comparisons), 0.5),
        "figures_coverage_90": coverage(
            (row.prediction for row in (*medians, *responses, *pathological) if row.prediction), 0.9
        ),
        "baselines": [_baseline(name, theirs[name], truth, comparisons, training) for name in NAMES],
    }


def _predictions(rows: Iterable[ComparisonRow]) -> list[tuple[Mixture, float]]:
    return [(found, row.log_published) for row in rows if (found := row.prediction) is not None]


def _nulls(rows: Iterable[ComparisonRow]) -> list[ComparisonRow]:
    return [row for row in rows if row.expected in {"none", "inferior"}]


def _null(row: ComparisonRow, found: Mixture | None) -> bool | None:
    if found is None:
        return None
    low, high = found.interval(0.95)
    return row.null_right(math.exp(low), math.exp(high))


def fraction(hits: Iterable[bool | None]) -> dict[str, Any]:
    """Return ``{fraction, count, of}`` of what is known; the fraction is null of none."""
    known = [hit for hit in hits if hit is not None]
    count = sum(known)
    return {"fraction": count / len(known) if known else None, "count": count, "of": len(known)}


def coverage(predictions: Iterable[tuple[Mixture, float]], level: float) -> dict[str, Any]:
    """Return how many figures lie in their central interval, and how wide it is on average."""
    found = list(predictions)
    out = fraction(prediction.covers(truth, level) for prediction, truth in found)
    widths = [high - low for low, high in (prediction.interval(level) for prediction, _ in found)]
    return out | {"mean_width": float(np.mean(widths)) if widths else None}


def spearman(ours: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float | None:
    """Return Spearman's correlation; None of fewer than three or where one side does not vary."""
    from scipy.stats import spearmanr

    if len(ours) < FEWEST or np.ptp(ours) < 1e-12 or np.ptp(truth) < 1e-12:
        return None
    return float(spearmanr(ours, truth).statistic)


def _error(guess: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float | None:
    return float(np.abs(guess - truth).mean()) if len(truth) else None


def _skill(
    ours: np.ndarray[Any, Any],
    theirs: Mapping[str, np.ndarray[Any, Any]],
    truth: np.ndarray[Any, Any],
    seed: int,
) -> dict[str, Any]:
    """Return 1 less the error over that of the best constant, with its 5th and 95th percentile.

    Trials are drawn with replacement; the best constant is chosen anew in each sample.
    """
    nothing = {"value": None, "low": None, "high": None, "best_constant": None, "trials": len(truth)}
    if not len(truth):
        return nothing
    mine = np.abs(ours - truth)
    rest = {name: np.abs(guess - truth) for name, guess in theirs.items()}
    best = min(rest, key=lambda name: float(rest[name].mean()))
    reference = float(rest[best].mean())
    if reference <= 0.0:
        return nothing
    out = nothing | {"value": 1.0 - float(mine.mean()) / reference, "best_constant": best}
    if len(truth) < FEWEST:
        return out
    drawn = uniform(seed, np.arange(RESAMPLES * len(truth)), "scoreboard.bootstrap")
    places = (drawn.reshape(RESAMPLES, len(truth)) * len(truth)).astype(int)
    least = np.min([errors[places].mean(axis=1) for errors in rest.values()], axis=0)
    usable = least > 0.0
    samples = 1.0 - mine[places].mean(axis=1)[usable] / least[usable]
    low, high = np.percentile(samples, [5.0, 95.0])
    return out | {"low": float(low), "high": float(high)}


def _crps_skill(rows: Sequence[ComparisonRow], training: Sequence[ComparisonRow]) -> float | None:
    """Return 1 less the CRPS of the log ratios over that of the spread of the training trials' ratios."""
    mine, rest = [], []
    for row in rows:
        found = row.prediction
        logs = tuple(t.log_published for t in training if row.in_sample or t.trial != row.trial)
        if found is not None and logs:
            mine.append(found.crps(row.log_published))
            rest.append(Mixture(logs).crps(row.log_published))
    total = float(np.sum(rest))
    return 1.0 - float(np.sum(mine)) / total if total > 0.0 else None


def _baseline(
    name: str,
    guess: np.ndarray[Any, Any],
    truth: np.ndarray[Any, Any],
    comparisons: Sequence[ComparisonRow],
    training: Sequence[ComparisonRow],
) -> dict[str, Any]:
    """Return what a constant scores on the same rows; its interval is the published trial's chance."""
    known = [row for row in comparisons if row.predicted is not None]
    logs = [constants(row, training)[name] for row in known]
    return {
        "constant": name,
        "log_hr_error": _error(guess, truth),
        "log_hr_spearman": spearman(guess, truth),
        "hr_inside_ci": fraction(
            row.low <= math.exp(log) <= row.high
            for row, log in zip(known, logs, strict=True)
            if row.low is not None and row.high is not None
        ),
        "null_comparisons_right": fraction(
            _null(row, Mixture((constants(row, training)[name],), row.published_error))
            for row in _nulls(known)
        ),
    }
