"""Totals of the scoreboard, and how they change with what may be doubted about the sides and endpoints."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erbium.trial.scoreboard.entry import Entry, RateComparison, Scored
from erbium.trial.scoreboard.left_out import left_out_in_turn
from erbium.trial.scoring import ComparisonRow, FigureRow, Scoreboard, score
from erbium.trial.scoring.rows import Row
from erbium.trial.scoring.score import OUTSIDE, fraction, primaries

_PCR = "pCR"


@dataclass(frozen=True)
class Totals:
    """Totals of the scoreboard.

    Attributes
    ----------
    board
        Scores of the rows that count.
    sensitivity
        Totals again: with trials that are only printed beside a fit out of sample; with every comparison
        whose tested arm no fit uses, and every figure of such an arm, out of sample; and without the hazard
        ratios whose published endpoint is not the simulated one; and with every trial of the joint fit
        predicted by the fit without it, and counted out of sample.
    rates
        By side, the comparisons by shares, and pCR by its definition.
    claims
        By side, the numbers of claims inside their exact interval.
    """

    board: Scoreboard
    sensitivity: Mapping[str, Any]
    rates: Mapping[str, Any]
    claims: Mapping[str, Any]


def total(scored: Sequence[Scored], seed: int) -> Totals:
    """Return the totals of some trials."""
    entries = [
        (one, entry)
        for one in scored
        for entry in (*one.comparisons, *one.figures, *one.subgroups)
        if entry.scored
    ]
    rows: list[Row] = [entry.row for _, entry in entries]
    fitted = [dataclasses.replace(entry.row, in_sample=one.about.fitted) for one, entry in entries]
    tested = [
        dataclasses.replace(entry.row, in_sample=entry.row.arm in one.about.arms) for one, entry in entries
    ]
    in_turn = left_out_in_turn(rows)
    ratios = [row for row in rows if isinstance(row, ComparisonRow) and row.endpoint not in OUTSIDE]
    strict = [entry.row for _, entry in entries if not _differs(entry)]
    return Totals(
        score(rows, seed=seed),
        {
            "only_fitted_in_sample": score(fitted, seed=seed).totals,
            "only_fitted_arms_in_sample": score(tested, seed=seed).totals,
            "same_endpoint": score(strict, seed=seed).totals,
            "left_out_in_turn": score(in_turn, training=primaries(ratios), seed=seed).totals,
        },
        {"totals": _by_side(scored, _rates)},
        {"totals": _by_side(scored, _claims)},
    )


def _differs(entry: Entry) -> bool:
    """Whether the published endpoint of a hazard ratio is another than the simulated one."""
    return not isinstance(entry.row, FigureRow) and "is simulated" in str(entry.told.get("flag", ""))


def _by_side(
    scored: Sequence[Scored], sums: Callable[[Sequence[Scored]], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    return {
        name: sums([one for one in scored if one.about.in_sample == wanted])
        for name, wanted in (("in_sample", True), ("out_of_sample", False))
    }


def _rates(scored: Sequence[Scored]) -> dict[str, Any]:
    rows: list[RateComparison] = [row for one in scored for row in one.rates]
    figures = [
        entry.row
        for one in scored
        for entry in one.figures
        if entry.scored and isinstance(entry.row, FigureRow) and entry.row.endpoint.startswith(_PCR)
    ]
    return {
        "inside_ci": fraction(row.inside for row in rows),
        "null_comparisons_right": fraction(row.null_right for row in rows),
        "right_direction": fraction(_direction(rows)),
        "pcr_inside_ci_by_definition": {
            name: fraction(row.inside for row in figures if row.endpoint == name)
            for name in sorted({row.endpoint for row in figures})
        },
    }


def _direction(rows: Iterable[RateComparison]) -> list[bool | None]:
    return [
        None
        if row.published in {None, 0.0} or row.predicted is None or row.expected == "none"
        else (row.predicted > 0.0) == ((row.published or 0.0) > 0.0)
        for row in rows
    ]


def _claims(scored: Sequence[Scored]) -> dict[str, Any]:
    scores = [item for one in scored for item in one.claims]
    return {
        "numbers_right": fraction(item.right for item in scores),
        "not_judged": sum(item.right is None for item in scores),
    }
