"""The hazard ratios of a trial as rows, and predictions of those without a published result."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.trial import Comparison, Trial
from erbium.knowledge.schema.trial_results import PublishedRatio
from erbium.trial.scoreboard.entry import About, Entry
from erbium.trial.scoreboard.matching import first_report, flag, is_overall_survival, simulated_endpoint
from erbium.trial.scoreboard.predicted import by_draw, ratio_error, without_chance
from erbium.trial.scoreboard.selection import published_patients
from erbium.trial.scoring import ComparisonRow
from erbium.trial.statistics import Ratio, Summary, followed_until, hazard_ratio
from erbium.trial.statistics.endpoint import times_of
from erbium.trial.study import Study

if TYPE_CHECKING:
    import pandas as pd

#: Primary endpoints that are shares of patients.
SHARES = ("pCR", "ORR", "CBR")


def comparison_entries(about: About, patients: pd.DataFrame, summary: Summary) -> list[Entry]:
    """Return one row a comparison with a published hazard ratio; later data cuts stand beside, unscored."""
    study, entries = about.study, []
    for item in study.trial.comparison:
        wanted = item.endpoint or study.trial.design.primary
        reports = _reports(study.trial, item, wanted)
        first = first_report(study.trial, reports)
        if first is None:
            continue
        for told in (first, *(row for row in reports if row is not first)):
            found = simulated(study.trial, summary, item.arm, item.versus, told.follow_up, told.endpoint)
            seen = followed_until(patients, told.follow_up)
            draws = _draws(study.trial, seen, item, found)
            entries.append(_entry(about, item, told, found, draws, scored=told is first))
    return entries


def _reports(trial: Trial, item: Comparison, wanted: str) -> list[PublishedRatio]:
    found = [
        row
        for row in trial.published_ratio
        if (row.arm, row.versus) == (item.arm, item.versus)
        and row.subgroup is None
        and row.endpoint != "DOR"
        and not is_overall_survival(row.endpoint)
        # Of the brain alone only where it is asked for.
        and (row.endpoint != "CNS_PFS" or wanted == row.endpoint)
    ]
    if wanted in SHARES:
        return [] if any(other is not item and _same(other, item) for other in trial.comparison) else found
    if item.endpoint is not None:
        return [row for row in found if row.endpoint == wanted]
    return found


def _same(one: Comparison, other: Comparison) -> bool:
    return (one.arm, one.versus) == (other.arm, other.versus)


def simulated(
    trial: Trial,
    summary: Summary,
    arm: str,
    versus: str,
    follow_up: str | None = None,
    endpoint: str | None = None,
) -> Ratio | None:
    """Return the simulated ratio of two arms at a data cut, that of the design without `follow_up`.

    None where no times are simulated or there is no ratio of the times of `endpoint`, those from the start
    without.
    """
    ratios = summary.at(follow_up).ratios if simulated_endpoint(trial) else ()
    times = times_of(endpoint or "", trial.setting)
    found = next(
        (
            ratio
            for ratio in ratios
            if (ratio.arm, ratio.versus) == (arm, versus) and times_of(ratio.endpoint, trial.setting) == times
        ),
        None,
    )
    return found if found is not None and found.hr is not None else None


def _draws(trial: Trial, patients: pd.DataFrame, item: Comparison, found: Ratio | None) -> tuple[float, ...]:
    """Return the hazard ratio in each draw, without the chance of its patients."""
    if found is None or found.hr is None:
        return ()
    stratified = bool(trial.design.stratify_by)
    times = times_of(found.endpoint, trial.setting)
    ratios = [
        hazard_ratio(part, item.arm, item.versus, times=times, stratified=stratified, full=False)
        for part in by_draw(patients)
    ]
    logs = [(math.log(one.hr), one.error) for one in ratios if one.hr and one.error is not None]
    return tuple(math.exp(value) for value in without_chance(math.log(found.hr), logs))


def _entry(
    about: About,
    item: Comparison,
    told: PublishedRatio,
    found: Ratio | None,
    draws: tuple[float, ...],
    *,
    scored: bool,
) -> Entry:
    trial = about.study.trial
    row = ComparisonRow(
        trial=trial.id,
        arm=item.arm,
        versus=item.versus,
        endpoint=told.endpoint,
        in_sample=about.in_sample,
        group=group(about.study, item),
        published=told.hazard_ratio,
        low=told.low,
        high=told.high,
        primary=item.primary and trial.randomised and scored,
        expected=item.expected,
        predicted=found.hr if found else None,
        draws=draws,
        error=published_error(trial, item, found) if found else 0.0,
    )
    missing = f"{told.endpoint} is not simulated in the {trial.setting} setting"
    return Entry(row, {**_told(about, item, found), **report(told, flag(trial, told.endpoint)),
                       "note": "" if found else missing}, scored)  # fmt: skip


def published_error(trial: Trial, item: Comparison, found: Ratio) -> float:
    """Return the standard error that a trial of the published size would have."""
    sizes = published_patients(trial, item.arm), published_patients(trial, item.versus)
    one, other = (
        size * count / max(total, 1) for size, count, total in zip(sizes, found.events, found.n, strict=True)
    )
    return ratio_error((one, other))


def _told(about: About, item: Comparison, found: Ratio | None) -> dict[str, Any]:
    trial = about.study.trial
    return {
        "name": trial.name,
        "setting": trial.setting,
        "line": trial.population.line,
        "fitted": about.fitted,
        "n": [published_patients(trial, item.arm), published_patients(trial, item.versus)],
        "simulated": None
        if found is None
        else {
            "hr": found.hr,
            "low": found.low,
            "high": found.high,
            "events": list(found.events),
            "error": found.error,
        },
    }


def report(told: Any, flagged: str) -> dict[str, Any]:
    """Return where a figure was reported, and what must be said beside it."""
    return {
        "definition": told.definition,
        "year": told.year,
        "follow_up": told.follow_up,
        "source": told.source,
        "status": told.status,
        "flag": flagged,
    }


def group(study: Study, item: Comparison) -> str:
    """Return class and line of a comparison: the classes the tested arm adds, "adc, line 2"."""
    trial = study.trial
    drugs = load_knowledge().drugs
    one, other = (
        set(study.regimens[trial.arm_names.index(name)].drug_ids) for name in (item.arm, item.versus)
    )
    added = sorted({str(drugs[drug].drug_class) for drug in one - other})
    where = f"line {trial.population.line}" if trial.setting == "metastatic" else trial.setting
    return f"{' + '.join(added) or 'schedule'}, {where}"


def awaited(about: About, patients: pd.DataFrame, summary: Summary) -> Iterator[dict[str, Any]]:
    """Yield the prediction of each comparison by times that has no published result."""
    study, trial = about.study, about.study.trial
    for item in trial.comparison:
        wanted = item.endpoint or trial.design.primary
        if wanted in SHARES or _reports(trial, item, wanted) or _medians(trial, item):
            continue
        found = simulated(trial, summary, item.arm, item.versus, endpoint=wanted)
        if found is None or found.hr is None:
            continue
        row = ComparisonRow(
            trial=trial.id, arm=item.arm, versus=item.versus, endpoint=wanted, in_sample=about.in_sample,
            group=group(study, item), published=1.0, predicted=found.hr,
            draws=_draws(trial, patients, item, found), error=published_error(trial, item, found),
        )  # fmt: skip
        mixture = row.prediction
        low, high = (math.exp(end) for end in mixture.interval(0.9)) if mixture else (None, None)
        yield {
            "trial": trial.id, "name": trial.name, "nct": trial.nct, "arm": item.arm, "versus": item.versus,
            "endpoint": wanted, "measure": "hazard_ratio", "value": found.hr, "low": low, "high": high,
            "level": 0.9, "patients": [published_patients(trial, name) for name in (item.arm, item.versus)],
        }  # fmt: skip


def _medians(trial: Trial, item: Comparison) -> bool:
    """Whether both arms have a published figure, so that the result is known without a ratio."""
    arms = {row.arm for row in trial.published if not is_overall_survival(row.endpoint)}
    return {item.arm, item.versus} <= arms
