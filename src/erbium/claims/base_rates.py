"""What guessing scores on the same claims: one direction for all, permuted directions, signs of a graph."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from erbium.claims.outcomes import COUNTED, Report
from erbium.claims.run import setups_of
from erbium.claims.signs import propagated_sign
from erbium.claims.typical import Typical
from erbium.claims.verdict import Outcome
from erbium.core import seeds
from erbium.knowledge.schema.claim import Expectation

PERMUTATIONS = 200
_DIRECTIONS = {"up": 1, "down": -1, "unchanged": 0}


@dataclass(frozen=True)
class BaseRates:
    """Shares of directed expectations (up, down, unchanged) that each way of answering gets right.

    Attributes
    ----------
    of
        Number of expectations.
    model
        The network.
    permuted
        The network against the directions shuffled over the expectations: mean of 200 shuffles.
    all_up, all_down
        The same answer to everything.
    sign_propagation, of_signs
        The product of signs along the shortest path of the same network, over expectations of cells.
    """

    of: int
    model: float | None
    permuted: float | None
    all_up: float | None
    all_down: float | None
    sign_propagation: float | None
    of_signs: int

    def json(self) -> dict[str, Any]:
        """Return the rates as plain data."""
        return asdict(self)


def base_rates(report: Report, typical: Typical, *, seed: int = 1) -> BaseRates:
    """Return the base rates of the claims that are counted."""
    rows = [
        (item, expectation, outcome)
        for item in report.claims
        if item.status in COUNTED and item.status != "contested"
        for expectation, outcome in zip(item.check.expect, item.outcomes, strict=True)
        if expectation.comparison in _DIRECTIONS
    ]
    said = np.array([_DIRECTIONS[e.comparison] for _, e, _ in rows], dtype=int)
    seen = np.array([direction(e, outcome) for _, e, outcome in rows], dtype=int)
    if not rows:
        return BaseRates(0, None, None, None, None, None, 0)
    signs = [propagated_sign(expectation, setups_of(item.check), typical) for item, expectation, _ in rows]
    known = [(sign, claim) for sign, claim in zip(signs, said, strict=True) if sign is not None]
    return BaseRates(
        of=len(rows),
        model=float(np.mean(said == seen)),
        permuted=float(np.mean([np.mean(said[order] == seen) for order in _orders(len(rows), seed)])),
        all_up=float(np.mean(said == 1)),
        all_down=float(np.mean(said == -1)),
        sign_propagation=float(np.mean([sign == claim for sign, claim in known])) if known else None,
        of_signs=len(known),
    )


def direction(expectation: Expectation, outcome: Outcome) -> int | None:
    """Return what was seen: 1, -1, 0 for unchanged, or 2 for what is neither a change nor none."""
    claimed = _DIRECTIONS[expectation.comparison]
    if outcome.holds:
        return claimed
    if outcome.effect is None or outcome.low is None or outcome.high is None:
        return 2
    floor = float(np.log1p(expectation.floor))
    if outcome.effect >= floor and outcome.low > 0.0:
        return 1
    if outcome.effect <= -floor and outcome.high < 0.0:
        return -1
    return 0 if max(abs(outcome.low), abs(outcome.high)) <= floor else 2


def _orders(count: int, seed: int) -> list[np.ndarray[Any, np.dtype[np.intp]]]:
    drawn = seeds.uniform(seed, np.arange(PERMUTATIONS * count), "claims.permutation")
    return [np.argsort(row) for row in drawn.reshape(PERMUTATIONS, count)]
