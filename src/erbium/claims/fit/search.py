"""The search: measure, linearise, move a little, and measure again; the best set seen is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from erbium.claims.fit.effects import MUST, anchored, asked_of_cells, draws, see
from erbium.claims.fit.surrogate import Surrogate
from erbium.core.twins import Array
from erbium.experiment.cells import IN_VIVO, Cells
from erbium.knowledge.cell_checks import load_cell_checks
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.cell_check import CellCheck
from erbium.knowledge.schema.claim import Check
from erbium.knowledge.schema.parameter import Parameter
from erbium.tumour.ensemble import draw_ensemble

#: Standard deviations of the draws that a number may move in all, and in one round.
FARTHEST, STEP = 2.0, 0.5
#: Smaller moves are none.
LEAST = 0.05
TINY = 1e-12


@dataclass(frozen=True)
class ClaimsFit:
    """Numbers moved towards the visible claims.

    Attributes
    ----------
    factors
        By which each number that moved is multiplied.
    numbers
        The shipped numbers that could move.
    course
        Checks of cells that do not hold, at the start and after each round.
    before, after
        Their ids at the shipped numbers and at the moved ones.
    checks
        How many were asked.
    """

    factors: Mapping[str, float]
    numbers: Mapping[str, Parameter]
    course: Sequence[int]
    before: frozenset[str]
    after: frozenset[str]
    checks: int


def fit_claims(
    *,
    members: int = 384,
    rounds: int = 4,
    penalty: float = 0.15,
    seed: int = 1,
    checks: Mapping[str, Check] | None = None,
    must: Mapping[str, CellCheck] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> ClaimsFit:
    """Return the smallest moves of assumed numbers that make more visible claims about cells hold.

    Held-out ids, claims about patients and contested claims are not looked at. Specificity checks count
    as claims do, and no line's sensitivity to a drug may move by more than a sixth.

    Parameters
    ----------
    members
        Parameter draws; the slopes are read off their spread.
    rounds
        How often to linearise.
    penalty
        Broken bounds that one standard deviation of one number must mend.
    checks
        What is asked, by id; all visible checks of cells by default.
    must
        What cells must show whatever the claims say; all such checks by default.
    """
    checks = asked_of_cells() if checks is None else checks
    must = load_cell_checks() if must is None else must
    numbers = _movable()
    names = list(numbers)
    spread, scores = _standard(draws(members, seed, {}), names)
    shift = np.zeros(len(names))
    best, course, first = shift, [], None
    for turn in range(rounds + 1):
        if progress is not None:
            progress(f"round {turn} of {rounds}", turn / (rounds + 1))
        seen = see(checks, draws(members, seed, _factors(names, shift, spread)), seed, must=must)
        course.append(seen.failing)
        first = first or seen
        if _badness(seen.failing, must) <= min(_badness(failing, must) for failing in course):
            best = shift
        if turn < rounds:
            surrogate = Surrogate.of(scores, anchored(seen.asked, first.asked))
            shift = _step(surrogate, shift, penalty)
    return ClaimsFit(
        _factors(names, best, spread),
        numbers,
        [len(failing) for failing in course],
        course[0],
        min(reversed(course), key=lambda failing: _badness(failing, must)),
        len(checks) + len(must),
    )


def _badness(failing: Collection[str], must: Collection[str]) -> float:
    """Return how bad a set of numbers is: checks that fail, those on cells by their weight."""
    return len(failing) + (MUST - 1.0) * len(set(failing) & set(must))


def _movable() -> dict[str, Parameter]:
    """Return the assumed numbers of which each parameter draw has its own, by handle.

    Factors from the dish to a patient are none: no claim about cells can say anything of them.
    """
    return {
        name: number
        for numbers in load_parameters().values()
        for name, number in numbers.items()
        if number.kind == "assumed"
        and number.ensemble
        and number.low is not None
        and number.value > 0.0
        and not name.startswith(IN_VIVO)
    }


def _standard(cells: Cells, names: Sequence[str]) -> tuple[Array, Array]:
    """Return the spread of the logarithm of each number, and its standard scores in every draw."""
    drawn = draw_ensemble(cells.twins)
    logs = np.log(np.stack([np.maximum(drawn[name], TINY) for name in names], axis=1))
    spread = logs[1:].std(axis=0)
    return spread, (logs - np.median(logs, axis=0)) / np.maximum(spread, TINY)


def _factors(names: Sequence[str], shift: Array, spread: Array) -> dict[str, float]:
    """Return the factor on each number that moves."""
    return {name: float(np.exp(z * s)) for name, z, s in zip(names, shift, spread, strict=True) if z != 0.0}


def _step(surrogate: Surrogate, shift: Array, penalty: float) -> Array:
    """Return the next moves from the shipped numbers, in standard deviations: L1-penalised."""
    from scipy.optimize import Bounds, minimize

    count = len(shift)
    start = np.concatenate([np.maximum(shift, 0.0), np.maximum(-shift, 0.0)])
    low = np.maximum(start - STEP, 0.0)
    high = np.minimum(start + STEP, FARTHEST)

    def cost(parts: Array) -> tuple[float, Array]:
        loss, slope = surrogate.loss(parts[:count] - parts[count:] - shift)
        return loss + penalty * float(parts.sum()), np.concatenate([slope, -slope]) + penalty

    found = minimize(
        cost, np.clip(start + 1e-3, low, high), jac=True, method="L-BFGS-B",
        bounds=Bounds(low, high), options={"maxiter": 5000, "maxfun": 20000},
    )  # fmt: skip
    moves = found.x[:count] - found.x[count:]
    return np.where(np.abs(moves) < LEAST, 0.0, moves)
