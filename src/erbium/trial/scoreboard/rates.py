"""Comparisons by shares of patients: pCR and response, each by one definition."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from erbium.knowledge.schema.trial import Comparison, Trial
from erbium.knowledge.schema.trial_results import Published
from erbium.trial.scoreboard.comparisons import SHARES, report
from erbium.trial.scoreboard.entry import About, RateComparison
from erbium.trial.scoreboard.matching import first_report, flag
from erbium.trial.scoreboard.predicted import by_draw, share_error, without_chance
from erbium.trial.scoreboard.selection import published_patients
from erbium.trial.scoring.mixture import Mixture
from erbium.trial.statistics import Estimate, Summary, figure_name, rate_difference, summarise_arm

if TYPE_CHECKING:
    import pandas as pd


def rate_comparisons(about: About, patients: pd.DataFrame, summary: Summary) -> list[RateComparison]:
    """Return the comparisons of a trial whose endpoint is a share of patients."""
    trial = about.study.trial
    return [
        _compare(about, item, endpoint, patients, summary)
        for item in trial.comparison
        if (endpoint := item.endpoint or trial.design.primary) in SHARES
    ]


def _compare(
    about: About, item: Comparison, endpoint: str, patients: pd.DataFrame, summary: Summary
) -> RateComparison:
    trial, name = about.study.trial, figure_name(endpoint) or ""
    told = _pair(trial, item, endpoint)
    n = [published_patients(trial, arm) for arm in (item.arm, item.versus)]
    published = low = high = None
    if told is not None:
        n = [row.n or size for row, size in zip(told, n, strict=True)]
        one, other = (
            Estimate(0.01 * row.value, None, None, "fraction", size)
            for row, size in zip(told, n, strict=True)
        )
        given = rate_difference(endpoint, item.arm, item.versus, one, other)
        published, low, high = given.value, given.low, given.high
    shares = [summary.arm(arm).figures[name].value for arm in (item.arm, item.versus)]
    found: float | None = None
    ends: tuple[float | None, float | None] = (None, None)
    if shares[0] is not None and shares[1] is not None:
        found = shares[0] - shares[1]
        errors = [share_error(share or 0.0, size) for share, size in zip(shares, n, strict=True)]
        centres = without_chance(found, _draws(patients, item, name)) or (found,)
        ends = Mixture(centres, math.hypot(*errors)).interval(0.95)
    definition = told[0].definition if told else None
    beside = report(told[0], flag(trial, endpoint, definition)) if told else {}
    return RateComparison(
        trial.id, item.arm, item.versus, endpoint, definition or "", about.in_sample,
        item.primary and trial.randomised, item.expected, published, low, high, found, *ends,
        {"name": trial.name, "nct": trial.nct, "setting": trial.setting, "fitted": about.fitted, "n": n,
         **beside},
    )  # fmt: skip


def _pair(trial: Trial, item: Comparison, endpoint: str) -> tuple[Published, Published] | None:
    """Return the figures of both arms by the same definition in the same report."""
    pairs = [
        (one, other)
        for one in trial.published
        for other in trial.published
        if (one.arm, other.arm) == (item.arm, item.versus)
        and one.endpoint == other.endpoint == endpoint
        and one.subgroup is None
        and other.subgroup is None
        and (one.definition, one.year) == (other.definition, other.year)
    ]
    best = first_report(trial, [one for one, _ in pairs])
    return next((pair for pair in pairs if pair[0] is best), None)


def _draws(patients: pd.DataFrame, item: Comparison, name: str) -> list[tuple[float, float]]:
    found = []
    for part in by_draw(patients):
        figures = [
            summarise_arm(arm, part[part["arm"] == arm]).figures[name] for arm in (item.arm, item.versus)
        ]
        if all(figure.value is not None for figure in figures):
            one, other = (figure.value or 0.0 for figure in figures)
            errors = [share_error(figure.value or 0.0, max(figure.n, 1)) for figure in figures]
            found.append((one - other, math.hypot(*errors)))
    return found
