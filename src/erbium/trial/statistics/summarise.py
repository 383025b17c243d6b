"""From the patients of a trial to its summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.schema.criterion import Criterion
from erbium.trial.statistics.cut import followed_until
from erbium.trial.statistics.estimate import LEVEL
from erbium.trial.statistics.ratio import DOUBT, Ratio
from erbium.trial.statistics.subgroup import (
    Interaction,
    criterion,
    difference_of_differences,
    interaction,
    label,
    split,
)
from erbium.trial.statistics.summary import Subgroup, Summary
from erbium.trial.statistics.whole import Whole, rates_at, whole
from erbium.trial.survival import said_of

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Trial

FEW_EVENTS, FEW_PATIENTS = 10, 20


def summarise(
    trial: Trial,
    patients: pd.DataFrame,
    *,
    subgroups: Sequence[Criterion | Mapping[str, Any]] = (),
    level: float = LEVEL,
) -> Summary:
    """Return what a trial showed.

    Parameters
    ----------
    trial
        The trial: its arms, comparisons, strata and subgroups.
    patients
        One row a patient, as runs of trials return them. With several values of `draw`, patients are
        pooled for the intervals of sampling, and each figure has its spread over the draws beside it.
    subgroups
        Further criteria, as `eligibility` has them.
    level
        Coverage of the intervals of sampling.

    Raises
    ------
    DataError
        The patients name no arm, or have no row.
    UnknownName
        They name an arm that the trial has not.
    """
    _check(trial, patients)
    rates, draws = rates_at(trial, patients), _draws(patients)
    found = whole(trial, patients, rates, level=level).with_spread(
        [whole(trial, part, rates, level=level, full=False) for part in draws]
    )
    spans = {row.follow_up for row in (*trial.published, *trial.published_ratio) if row.follow_up}
    cuts = {span: _at_cut(trial, patients, span, rates, level) for span in sorted(spans)}
    formed, faults = [], []
    for given in dict.fromkeys((*trial.subgroups(), *map(criterion, subgroups))):
        try:
            inside, outside = split(patients, given)
        except UnknownName as fault:
            faults.append(f'subgroup "{label(given)}" was not formed: {fault}')
            continue
        if inside.empty:
            faults.append(f'subgroup "{label(given)}" has no patient')
        formed.append(_subgroup(trial, given, inside, outside, draws, rates, level))
    return Summary(
        trial.id,
        found.arms,
        found.ratios,
        found.differences,
        tuple(formed),
        (*_cautions(trial, found), *faults, *_chance(draws)),
        len(patients),
        len(draws),
        level,
        cuts,
    )


def _at_cut(
    trial: Trial, patients: pd.DataFrame, follow_up: str, rates: Sequence[tuple[str, float]], level: float
) -> Whole:
    seen = followed_until(patients, follow_up)
    return whole(trial, seen, rates, level=level, full=False).with_spread(
        [whole(trial, part, rates, level=level, full=False) for part in _draws(seen)]
    )


def _check(trial: Trial, patients: pd.DataFrame) -> None:
    if "arm" not in patients:
        raise DataError('the patients have no column "arm".', key="patients", expected="one row a patient")
    if patients.empty:
        raise DataError(
            f'the trial "{trial.id}" has no patient.', key="patients", expected="at least one row"
        )
    for name in patients["arm"].unique():
        if name not in trial.arm_names:
            what = f'arm of the trial "{trial.id}"'
            raise UnknownName.among(what, str(name), trial.arm_names, key="patients.arm")


def _draws(patients: pd.DataFrame) -> list[pd.DataFrame]:
    if "draw" not in patients or patients["draw"].nunique() < 2:
        return [patients]
    return [part for _, part in patients.groupby("draw", sort=True)]


def _subgroup(
    trial: Trial,
    given: Criterion,
    inside: pd.DataFrame,
    outside: pd.DataFrame,
    draws: Sequence[pd.DataFrame],
    rates: Sequence[tuple[str, float]],
    level: float,
) -> Subgroup:
    found = whole(trial, inside, rates, level=level, full=False)
    rest = whole(trial, outside, rates, level=level, full=False)
    if len(draws) > 1:
        parts = [split(part, given)[0] for part in draws]
        found = found.with_spread([whole(trial, part, rates, level=level, full=False) for part in parts])
    interactions: list[tuple[str, str, str, Interaction]] = []
    for ratio in found.ratios:
        for other in rest.ratios:
            key = (ratio.endpoint, ratio.arm, ratio.versus)
            if key == (other.endpoint, other.arm, other.versus):
                interactions.append((*key, interaction(ratio, other, level)))
    for difference in found.differences:
        for away in rest.differences:
            key = (difference.endpoint, difference.arm, difference.versus)
            if key == (away.endpoint, away.arm, away.versus):
                interactions.append((*key, difference_of_differences(difference, away, level)))
    return Subgroup(
        label(given), given, len(inside), found.arms, found.ratios, found.differences, tuple(interactions)
    )


def _cautions(trial: Trial, found: Whole) -> list[str]:
    out = []
    for arm in found.arms:
        if arm.n == 0:
            out.append(f'arm "{arm.name}" has no patient: add patients')
        elif arm.n < FEW_PATIENTS:
            out.append(f'arm "{arm.name}" has only {arm.n} patients: its figures are little more than chance')
    if not trial.comparison:
        out.append("the trial compares no arms: there is no hazard ratio")
    for ratio in found.ratios:
        out += _ratio_cautions(ratio)
    if any(arm.os for arm in found.arms):
        out += said_of(trial)
    design = trial.design
    if design.visits and any(arm.pfs for arm in found.arms):
        later = design.visits_later
        then = f", and every {later.every} after {later.after}" if later else ""
        out.append(
            f"progression is seen at scans every {design.visits}{then} and dated there: a median may be late "
            "by up to one interval, as in the published curves"
        )
    return out


def _ratio_cautions(ratio: Ratio) -> list[str]:
    name = f"{ratio.endpoint} of {ratio.arm} against {ratio.versus}"
    out = []
    if ratio.note:
        out.append(f"{name}: {ratio.note}")
    elif min(ratio.events) < FEW_EVENTS:
        fewest = min(ratio.events)
        out.append(f"{name}: only {fewest} event{'s' if fewest > 1 else ''} in one arm, the ratio is weak")
    if ratio.crosses:
        out.append(
            f"{name}: the curves cross, one hazard ratio does not describe them; read the restricted means"
        )
    elif ratio.proportional_p is not None and ratio.proportional_p < DOUBT:
        out.append(
            f"{name}: hazards are not proportional (Schoenfeld residuals, p = {ratio.proportional_p:.2g}), "
            "the ratio is an average over the follow-up; read the restricted means"
        )
    return out


def _chance(draws: Sequence[pd.DataFrame]) -> list[str]:
    if len(draws) < 2:
        return []
    size = sum(map(len, draws)) / len(draws)
    drawn = f"the spread over {len(draws)} parameter draws rests on about {size:.0f} patients in each"
    return [f"{drawn} and contains the chance of who they are"]
