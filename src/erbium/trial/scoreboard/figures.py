"""The published figures of the arms of a trial as rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.schema.trial_results import Published
from erbium.trial.scoreboard.comparisons import report
from erbium.trial.scoreboard.entry import About, Entry
from erbium.trial.scoreboard.matching import first_report, flag, is_overall_survival, is_strict, review
from erbium.trial.scoreboard.predicted import by_draw, median_error, share_error, without_chance
from erbium.trial.scoring import FigureRow
from erbium.trial.statistics import Estimate, Summary, figure_name, followed_until, summarise_arm
from erbium.trial.statistics.beside import FigurePair, figure_pairs
from erbium.trial.statistics.endpoint import rate_of
from erbium.trial.statistics.subgroup import members

if TYPE_CHECKING:
    import pandas as pd

#: What is simulated: no invasive tumour left in the breast. Other definitions have a name of their own.
IN_THE_BREAST = "in the breast"


def figure_entries(about: About, patients: pd.DataFrame, summary: Summary) -> list[Entry]:
    """Return one row a published figure, except overall survival."""
    trial, entries = about.study.trial, []
    for item, pair in zip(trial.published, figure_pairs(trial, summary), strict=True):
        if is_overall_survival(item.endpoint):
            continue
        same = [
            row
            for row in trial.published
            if (row.arm, row.subgroup, named(row)) == (item.arm, item.subgroup, named(item))
        ]
        first = first_report(trial, same) is item
        scored = first and item.subgroup is None and is_strict(trial, item.endpoint)
        seen = followed_until(patients, item.follow_up)
        entries.append(_entry(about, item, pair, seen, scored=scored))
    return entries


def named(item: Published) -> str:
    """Return the endpoint by which figures are pooled: pCR by its definition, others by their name."""
    if item.endpoint != "pCR" or IN_THE_BREAST in (item.definition or ""):
        return item.endpoint
    return f"pCR ({item.definition or 'definition not given'})"


def _entry(about: About, item: Published, pair: FigurePair, patients: pd.DataFrame, *, scored: bool) -> Entry:
    trial, told, found = about.study.trial, pair.reported, pair.simulated
    unreached = bool(found and found.not_reached)
    early = unreached and told.value > _longest(patients, item.arm)
    row = FigureRow(
        trial=trial.id,
        arm=item.arm,
        endpoint=named(item),
        in_sample=about.in_sample,
        unit="fraction" if item.unit == "percent" else "months",
        published=told.value,
        low=told.low,
        high=told.high,
        n=told.n,
        predicted=found.value if found else None,
        draws=_draws(pair, patients, trial.setting) if found else (),
        # The median lies beyond the simulated follow-up, as the published one does: nothing to judge.
        not_reached=unreached and not early,
    )
    beside = {
        "name": trial.name,
        "setting": trial.setting,
        "line": trial.population.line,
        "fitted": about.fitted,
        "subgroup": pair.group or None,
        "review": review(item.definition) or None,
        "derived_interval": told.derived,
        "simulated": None
        if found is None
        else {"value": found.value, "low": found.low, "high": found.high, "n": found.n},
        **report(item, _flag(trial, item, early=early)),
    }
    return Entry(row, beside, scored)


def _longest(patients: pd.DataFrame, arm: str) -> float:
    """Return the longest follow-up of an arm, months."""
    return float(patients.loc[patients["arm"] == arm, "pfs_months"].max())


def _flag(trial: Trial, item: Published, *, early: bool) -> str:
    said = [flag(trial, item.endpoint, item.definition)]
    if early:
        said.append("not reached: the simulated follow-up is shorter than the published median")
    return "; ".join(text for text in said if text)


def _draws(pair: FigurePair, patients: pd.DataFrame, setting: str) -> tuple[float, ...]:
    """Return the figure in each draw, without the chance of its patients; empty with one draw."""
    found, name = pair.simulated, figure_name(pair.endpoint, setting)
    if found is None or found.value is None or name is None:
        return ()
    each = [
        figure
        for part in by_draw(patients)
        if (figure := _value(part, pair, name)) is not None and figure.value is not None
    ]
    if found.unit == "fraction":
        shares = [(one.value or 0.0, share_error(one.value or 0.0, max(one.n, 1))) for one in each]
        return tuple(min(max(value, 0.0), 1.0) for value in without_chance(found.value, shares))
    if found.value <= 0.0 or any(one.value is None or one.value <= 0.0 for one in each):
        return ()
    logs = [(math.log(one.value or 1.0), median_error(one.events or one.n)) for one in each]
    return tuple(math.exp(value) for value in without_chance(math.log(found.value), logs))


def _value(part: pd.DataFrame, pair: FigurePair, name: str) -> Estimate | None:
    chosen = part[part["arm"] == pair.arm]
    if pair.subgroup is not None:
        chosen = chosen[members(chosen, pair.subgroup)]
    if chosen.empty:
        return None
    rate = rate_of(name)
    return summarise_arm(pair.arm, chosen, rates=[rate] if rate else []).figures.get(name)
