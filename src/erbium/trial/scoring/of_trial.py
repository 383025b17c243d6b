"""From a trial and what its virtual patients showed to the rows of a scoreboard."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from erbium.trial.scoring.rows import ComparisonRow, FigureRow, Row, SubgroupRow
from erbium.trial.statistics import Summary
from erbium.trial.statistics.beside import FigurePair, RatioPair, figure_pairs, ratio_pairs
from erbium.trial.statistics.endpoint import times_of

if TYPE_CHECKING:
    from erbium.knowledge.schema.criterion import Criterion
    from erbium.knowledge.schema.trial import Trial

Pair = TypeVar("Pair", FigurePair, RatioPair)
#: Endpoints of which figures are scored.
FIGURES = ("ORR", "pCR", "median_PFS")
#: Of several data cuts or definitions one counts: with an interval, better checked, earlier in the file.
_CHECKED = ("verified", "derived", "secondary", "unverified")


def rows_of(trial: Trial, summary: Summary, *, in_sample: bool, group: str) -> list[Row]:
    """Return everything of a trial that can be scored.

    Parameters
    ----------
    trial
        The trial with its published figures. Figures of the endpoints in `FIGURES` are taken; of several
        data cuts or definitions of one, that with an interval, then the better checked, then the first.
    summary
        What its virtual patients showed.
    in_sample
        Whether anything of the trial was used in calibration.
    group
        Class of the tested treatment and line.
    """
    pairs = _one_each(
        ratio_pairs(trial, summary), lambda pair: (pair.arm, pair.versus, pair.endpoint, pair.subgroup)
    )
    rows: list[Row] = list(_comparisons(trial, pairs, in_sample, group))
    figures = _one_each(figure_pairs(trial, summary), lambda pair: (pair.arm, pair.endpoint, pair.subgroup))
    rows += [_figure(trial, pair, in_sample) for pair in figures if _is_scored(pair)]
    rows += _ratio_contrasts(trial, pairs, in_sample)
    rows += _rate_contrasts(trial, figures, in_sample)
    return rows


def _one_each(pairs: Iterable[Pair], key: Callable[[Pair], object]) -> list[Pair]:
    """Return one pair of each key, in the order in which the keys appear."""
    found: dict[object, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(key(pair), []).append(pair)
    return [min(group, key=_worth) for group in found.values()]


def _worth(pair: FigurePair | RatioPair) -> tuple[bool, int]:
    status = pair.reported.status
    place = _CHECKED.index(status) if status in _CHECKED else len(_CHECKED)
    return pair.reported.low is None or pair.reported.derived, place


def _comparisons(
    trial: Trial, pairs: Iterable[RatioPair], in_sample: bool, group: str
) -> Iterable[ComparisonRow]:
    compared = {(item.arm, item.versus): item for item in trial.comparison}
    first_primary = True
    for pair in pairs:
        if pair.subgroup is not None:
            continue
        comparison, found = compared.get((pair.arm, pair.versus)), pair.simulated
        event = pair.endpoint not in {"OS", "DOR"}
        primary = bool(comparison and comparison.primary and event and first_primary)
        first_primary = first_primary and not primary
        yield ComparisonRow(
            trial.id, pair.arm, pair.versus, pair.endpoint, in_sample, group,
            pair.reported.value, pair.reported.low, pair.reported.high,
            primary=primary,
            expected=comparison.expected if comparison and event else None,
            # Without a comparison of treatments in the file the ratio is of patients.
            prognostic=comparison is None,
            predicted=found.hr if found else None,
            draws=found.draws if found else (),
            error=(found.error or 0.0) if found else 0.0,
        )  # fmt: skip


def _is_scored(pair: FigurePair) -> bool:
    return pair.subgroup is None and pair.endpoint in FIGURES


def _figure(trial: Trial, pair: FigurePair, in_sample: bool) -> FigureRow:
    found, reported = pair.simulated, pair.reported
    printed = None if reported.derived else (reported.low, reported.high)
    low, high = printed or (None, None)
    unit = "months" if pair.endpoint.startswith("median") else "fraction"
    return FigureRow(
        trial.id, pair.arm, pair.endpoint, in_sample, unit, reported.value, low, high, reported.n,
        predicted=found.value if found else None,
        draws=found.draws if found else (),
        not_reached=bool(found and found.not_reached),
    )  # fmt: skip


def _rest(group: Criterion, known: Iterable[Criterion | None]) -> tuple[bool, Criterion | None]:
    """Return whether a subgroup is to be contrasted, and with whom.

    A yes-or-no subgroup is contrasted with its complement where that is known too (and the complement is not
    contrasted again), every other with all patients (None), which gives the same sign.
    """
    if isinstance(group.equals, bool):
        for other in known:
            if other and other.attribute == group.attribute and other.equals is (not group.equals):
                return group.equals, other
    return True, None


def _ratio_contrasts(trial: Trial, pairs: Iterable[RatioPair], in_sample: bool) -> Iterable[SubgroupRow]:
    """Yield the log ratio in a subgroup less that in the others."""
    found: dict[tuple[str, str, str, Criterion | None], RatioPair] = {}
    for pair in pairs:
        if pair.endpoint not in {"OS", "DOR"}:
            times = times_of(pair.endpoint, trial.setting)
            found.setdefault((pair.arm, pair.versus, times, pair.subgroup), pair)
    for (arm, versus, times, group), pair in found.items():
        if group is None:
            continue
        known = [key[3] for key in found if key[:3] == (arm, versus, times)]
        wanted, other_group = _rest(group, known)
        rest = found.get((arm, versus, times, other_group))
        if not wanted or rest is None:
            continue
        published = math.log(pair.reported.value / rest.reported.value)
        one, other = (item.simulated.hr if item.simulated else None for item in (pair, rest))
        predicted = math.log(one / other) if one and other else None
        yield SubgroupRow(
            trial.id, arm, versus, pair.endpoint, in_sample, pair.group, "ratio", published, predicted
        )


def _rate_contrasts(trial: Trial, figures: Iterable[FigurePair], in_sample: bool) -> Iterable[SubgroupRow]:
    """Yield the difference of differences of a rate between a subgroup and the others."""
    found: dict[tuple[str, str, Criterion | None], FigurePair] = {}
    for pair in figures:
        if pair.endpoint in {"ORR", "pCR"}:
            found.setdefault((pair.arm, pair.endpoint, pair.subgroup), pair)
    for comparison in trial.comparison:
        for endpoint in ("ORR", "pCR"):
            known_groups = [key[2] for key in found if key[:2] == (comparison.arm, endpoint)]
            for group in known_groups:
                wanted, rest = (False, None) if group is None else _rest(group, known_groups)
                if not wanted:
                    continue
                corners = [
                    found.get((arm, endpoint, where))
                    for where in (group, rest)
                    for arm in (comparison.arm, comparison.versus)
                ]
                if any(corner is None for corner in corners):
                    continue
                known = [corner for corner in corners if corner is not None]
                published = [corner.reported.value for corner in known]
                predicted = [corner.simulated.value if corner.simulated else None for corner in known]
                yield SubgroupRow(
                    trial.id, comparison.arm, comparison.versus, endpoint, in_sample, known[0].group,
                    "difference", _contrast(published) or 0.0, _contrast(predicted),
                )  # fmt: skip


def _contrast(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    if len(known) < 4:
        return None
    one, other, away, rest = known
    return (one - other) - (away - rest)
