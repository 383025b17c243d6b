"""Rows of fitted trials as the fit without the trial predicts them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from statistics import NormalDist

from erbium.knowledge.left_out import LeftOutFigure, load_left_out
from erbium.trial.scoring import ComparisonRow, SubgroupRow
from erbium.trial.scoring.rows import Row

#: Places in the posterior at which a left-out figure is read.
QUANTILES = tuple((k + 0.5) / 9 for k in range(9))
_Z95 = NormalDist().inv_cdf(0.95)
_TIMES = {"median_TTP": "median_PFS"}
Key = tuple[str, str, str | None, str]


def left_out_in_turn(rows: Iterable[Row], figures: Iterable[LeftOutFigure] | None = None) -> list[Row]:
    """Return rows with every trial of the joint fit predicted without itself, and out of sample.

    Of such a trial only what was predicted without it is kept: response and median times of its arms, and
    its primary comparison. Rows of other trials stay as they are.

    Parameters
    ----------
    figures
        The predictions; the shipped ones without.
    """
    if figures is None:
        shipped = load_left_out()
        figures = shipped.left_out if shipped else ()
    known: dict[Key, LeftOutFigure] = {
        (item.trial, item.arm, item.versus, item.statistic): item for item in figures
    }
    trials = {item.trial for item in known.values()}
    found: list[Row] = []
    for row in rows:
        changed = without_itself(row, known) if row.trial in trials else row
        if changed is not None:
            found.append(changed)
    return found


def without_itself(row: Row, known: Mapping[Key, LeftOutFigure]) -> Row | None:
    """Return a row of a fitted trial as it is predicted without the trial; None where it is not."""
    if isinstance(row, SubgroupRow):
        return None
    if isinstance(row, ComparisonRow):
        item = known.get((row.trial, row.arm, row.versus, "HR")) if row.endpoint in ("PFS", "TTP") else None
        if item is None:
            return None
        return dataclasses.replace(row, predicted=item.value, draws=spread(item), in_sample=False)
    name = _TIMES.get(row.endpoint, row.endpoint)
    item = known.get((row.trial, row.arm, None, name))
    if item is None:
        return None
    scale = 0.01 if row.unit == "fraction" else 1.0
    draws = tuple(scale * value for value in spread(item))
    return dataclasses.replace(
        row, predicted=scale * item.value, draws=draws, in_sample=False, not_reached=False
    )


def spread(item: LeftOutFigure) -> tuple[float, ...]:
    """Return values that stand for a posterior, read off its 5th, 50th and 95th percentile on a log scale."""
    middle, low, high = (math.log(max(x, 1e-6)) for x in (item.value, item.low, item.high))
    found = []
    for quantile in QUANTILES:
        z = NormalDist().inv_cdf(quantile) / _Z95
        found.append(math.exp(middle + z * ((middle - low) if z < 0 else (high - middle))))
    return tuple(found)
