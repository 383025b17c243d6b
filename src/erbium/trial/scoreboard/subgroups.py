"""Subgroups of a trial as rows: how the effect of a treatment differs between two groups of patients."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from erbium.knowledge.schema.criterion import Criterion
from erbium.knowledge.schema.trial import Comparison, Trial
from erbium.trial.scoreboard.comparisons import SHARES
from erbium.trial.scoreboard.entry import About, Entry
from erbium.trial.scoreboard.matching import first_report, is_overall_survival, simulated_endpoint
from erbium.trial.scoring import SubgroupRow
from erbium.trial.statistics import Summary, figure_name
from erbium.trial.statistics.subgroup import label


def subgroup_entries(about: About, summary: Summary) -> list[Entry]:
    """Return the differences of effects between subgroups that the trial reported."""
    trial = about.study.trial
    return [
        entry
        for item in trial.comparison
        for one, other in _pairs(trial.subgroups())
        for entry in (*_ratios(about, item, one, other, summary), *_rates(about, item, one, other, summary))
    ]


def _pairs(criteria: Sequence[Criterion]) -> Iterator[tuple[Criterion, Criterion]]:
    """Yield each criterion with the next of its attribute, in the order of the file."""
    for place, one in enumerate(criteria):
        following = next((item for item in criteria[place + 1 :] if item.attribute == one.attribute), None)
        if following is not None:
            yield one, following


def _ratios(
    about: About, item: Comparison, one: Criterion, other: Criterion, summary: Summary
) -> Iterator[Entry]:
    trial = about.study.trial
    found = [
        first_report(
            trial,
            [
                row for row in trial.published_ratio
                if (row.arm, row.versus, row.subgroup) == (item.arm, item.versus, group)
                and row.endpoint != "DOR" and not is_overall_survival(row.endpoint)
            ],
        )
        for group in (one, other)
    ]  # fmt: skip
    if found[0] is None or found[1] is None or found[0].endpoint != found[1].endpoint:
        return
    ours = [_ratio(trial, summary, item, group) for group in (one, other)]
    predicted = math.log(ours[0] / ours[1]) if ours[0] and ours[1] else None
    published = math.log(found[0].hazard_ratio / found[1].hazard_ratio)
    yield _entry(about, item, one, other, found[0].endpoint, "ratio", published, predicted)


def _ratio(trial: Trial, summary: Summary, item: Comparison, group: Criterion) -> float | None:
    inside = summary.subgroup(group)
    if inside is None or simulated_endpoint(trial) is None:
        return None
    return next(
        (ratio.hr for ratio in inside.ratios
         if (ratio.arm, ratio.versus) == (item.arm, item.versus) and ratio.endpoint != "OS"),
        None,
    )  # fmt: skip


def _rates(
    about: About, item: Comparison, one: Criterion, other: Criterion, summary: Summary
) -> Iterator[Entry]:
    trial = about.study.trial
    for endpoint in SHARES:
        published = _contrast([
            [_published(trial, arm, endpoint, group) for arm in (item.arm, item.versus)]
            for group in (one, other)
        ])  # fmt: skip
        if published is None:
            continue
        predicted = _contrast([
            [_simulated(summary, arm, endpoint, group) for arm in (item.arm, item.versus)]
            for group in (one, other)
        ])  # fmt: skip
        yield _entry(about, item, one, other, endpoint, "difference", published, predicted)


def _contrast(shares: Sequence[Sequence[float | None]]) -> float | None:
    """Return the difference of the differences of two arms in two groups."""
    (a, b), (c, d) = shares
    return None if a is None or b is None or c is None or d is None else (a - b) - (c - d)


def _published(trial: Trial, arm: str, endpoint: str, group: Criterion) -> float | None:
    row = first_report(
        trial,
        [
            row for row in trial.published
            if (row.arm, row.endpoint, row.subgroup) == (arm, endpoint, group)
        ],
    )  # fmt: skip
    return None if row is None else 0.01 * row.value


def _simulated(summary: Summary, arm: str, endpoint: str, group: Criterion) -> float | None:
    inside = summary.subgroup(group)
    if inside is None:
        return None
    figures = next((item.figures for item in inside.arms if item.name == arm), {})
    figure = figures.get(figure_name(endpoint) or "")
    return figure.value if figure else None


def _entry(
    about: About,
    item: Comparison,
    one: Criterion,
    other: Criterion,
    endpoint: str,
    kind: str,
    published: float,
    predicted: float | None,
) -> Entry:
    trial = about.study.trial
    row = SubgroupRow(
        trial=trial.id, arm=item.arm, versus=item.versus, endpoint=endpoint, in_sample=about.in_sample,
        subgroup=f"{label(one)} against {label(other)}", kind="ratio" if kind == "ratio" else "difference",
        published=published, predicted=predicted,
    )  # fmt: skip
    return Entry(row, {"name": trial.name, "setting": trial.setting, "fitted": about.fitted})
