"""Leaving a trial, a drug or a class out: its rows are dropped, the rest is solved again, it is predicted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.calibrate.population.courses import Courses
from erbium.calibrate.population.observed import Row
from erbium.calibrate.population.posterior import Posterior, Target, solve
from erbium.calibrate.population.predictions import Prediction, Predictor
from erbium.knowledge.schema.drug import Drug


@dataclass(frozen=True)
class LeftOut:
    """What was predicted of a trial, a drug or a class without it.

    Attributes
    ----------
    kind, name
        trial, drug or class, and which.
    dropped, kept
        Rows that were left out and that stayed.
    predictions
        Every published figure of it, and its primary comparisons.
    lost
        Numbers that were fitted with it and are not without it.
    """

    kind: str
    name: str
    dropped: int
    kept: int
    predictions: tuple[Prediction, ...]
    lost: tuple[str, ...]


def leave_outs(
    target: Target,
    rows: Sequence[Row],
    courses: Courses,
    predictor: Predictor,
    whole: Posterior,
    names: Sequence[str],
    drugs: Mapping[str, Drug],
    *,
    draws: int,
    seed: int,
    report: Callable[[str, float], None],
) -> list[LeftOut]:
    """Return every trial, every drug, and every class of two drugs or more, left out in turn.

    A trial that gave no row was never fitted: it is predicted by the whole posterior and is not here.
    """
    found: list[LeftOut] = []
    todo = divisions(rows, courses, drugs)
    for done, (kind, name, drop, about) in enumerate(todo):
        report("leaving out", done / len(todo))
        kept = np.flatnonzero(~drop)
        posterior = solve(part(target, kept), draws, seed)
        only = {
            at for at, item in enumerate(predictor.items)
            if (item.trial == name if kind == "trial" else bool(set(item.drugs) & about))
        }  # fmt: skip
        lost = tuple(
            n for n, was, now in zip(names, whole.fitted, posterior.fitted, strict=True) if was > now
        )
        predictions = tuple(predictor.predict(posterior.draws, seed, only))
        found.append(LeftOut(kind, name, int(drop.sum()), len(kept), predictions, lost))
    return found


def divisions(
    rows: Sequence[Row], courses: Courses, drugs: Mapping[str, Drug]
) -> list[tuple[str, str, NDArray[np.bool_], set[str]]]:
    """Return what is left out in turn: kind, name, rows that are dropped, and the drugs concerned.

    All rows of a trial go together, and so do all rows of every arm that holds a drug, or any drug of a
    class. What drops no row, or all of them, is not listed.
    """
    given = [set(courses.arms[row.arm].drugs) for row in rows]
    used = sorted({name for arm in courses.arms for name in arm.drugs})
    classes: dict[str, set[str]] = {}
    for name in used:
        classes.setdefault(drugs[name].drug_class, set()).add(name)
    sets: list[tuple[str, str, set[str]]] = [("drug", name, {name}) for name in used]
    sets += [("class", name, members) for name, members in sorted(classes.items()) if len(members) > 1]
    found = [
        ("trial", name, np.array([row.trial == name for row in rows], dtype=bool), set[str]())
        for name in dict.fromkeys(row.trial for row in rows)
    ]
    found += [
        (kind, name, np.array([bool(arm & members) for arm in given], dtype=bool), members)
        for kind, name, members in sets
    ]
    return [item for item in found if 0 < item[2].sum() < len(rows)]


def part(target: Target, kept: NDArray[np.intp]) -> Target:
    """Return some rows of a target."""
    s = target.stack
    stack = type(s)(s.constant[kept], s.linear[kept], s.quadratic[kept], s.variance[kept])
    return Target(stack, target.x[kept], target.covariance[np.ix_(kept, kept)])
