"""Whether what must be seen is seen: one expectation against the values of its arms.

Effects are natural logarithms of ratios, member by member, so that cells, kinetics and draws are the
same on both sides. Where a value is zero or negative (a growth rate, a payload that was never given)
the effect is the difference over the largest of the values instead.

A drug's effect on the number of cells, compared between two kinds of cell, is what growth-rate
inhibition and the number agree on (:func:`erbium.experiment.growth.response_change`): a marker that only
changes how fast cells divide is not taken for one that changes the drug. Where controls do not grow,
plain ratios are compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from erbium.core.twins import Array
from erbium.experiment.growth import response_change, response_differences
from erbium.experiment.names import VIABILITY
from erbium.knowledge.schema.claim import Expectation, ratio

#: Smaller magnitudes (nM, shares, rates) are zero: they lie below the tolerance of the integration.
ZERO = 1e-9
#: Smaller effects are the error of the steps of a course, not an effect: the interval is not off zero.
OFF_ZERO = 1e-3
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen.

    Attributes
    ----------
    holds
        Whether it is what must be seen.
    effect, low, high
        Median, 5th and 95th percentile over the members: natural log of the ratio of test to against,
        or of neighbours in an order; None where nothing could be compared.
    margin
        How far it is from failing, on the scale of the effect; negative when it fails.
    reason
        Why it does not hold; empty when it does.
    members
        Share of members that show it.
    logarithmic
        Whether the effect is a log ratio; else a difference over the largest of the values.
    """

    holds: bool
    effect: float | None
    low: float | None
    high: float | None
    margin: float
    reason: str = ""
    members: float = 0.0
    logarithmic: bool = True


@dataclass(frozen=True, slots=True)
class _Effects:
    values: Array
    logarithmic: bool

    def floor(self, relative: float) -> float:
        """Return the smallest effect that counts, on the scale of the values."""
        return math.log1p(relative) if self.logarithmic else relative / (1.0 + relative)


def judge(expectation: Expectation, values: Mapping[str, Array]) -> Outcome:
    """Return what `expectation` finds in the values of its arms.

    Parameters
    ----------
    values
        The readout at the time, by arm, each of shape (members,).
    """
    for name in dict.fromkeys(name for _, name in expectation.arms()):
        if not np.all(np.isfinite(values[name])):
            return Outcome(
                False, None, None, None, -math.inf, f"{expectation.readout} of {name} is not finite"
            )
    match expectation.comparison:
        case "order":
            return _weakest(
                [
                    _directed(_effects([a], [b], values), 1.0, expectation.floor)
                    for a, b in pairwise(expectation.arms_in_order)
                ]
            )
        case "biphasic":
            return _biphasic(expectation, values)
        case "threshold":
            return _threshold(expectation, values)
    test, against = ratio(expectation.test or ""), ratio(expectation.against or "")
    found = _effects(test, against, values)
    differences = len(test) == len(against) == 2 and expectation.comparison != "synergy"
    if differences and expectation.readout == VIABILITY:
        found = _response_change(test, against, values) or found
    if expectation.comparison == "unchanged":
        return _unchanged(found, expectation.floor)
    if expectation.comparison == "synergy":
        both, none = ratio(expectation.test or "")[0], ratio(expectation.against or "")[1]
        together = float(np.median(_effects([both], [none], values).values))
        sign = -1.0 if together < 0.0 else 1.0
        return _directed(found, sign, expectation.floor, "beyond Bliss independence")
    return _directed(found, 1.0 if expectation.comparison == "up" else -1.0, expectation.floor)


@dataclass(frozen=True, slots=True)
class Aim:
    """One condition of an expectation, on the scale of its effects.

    Attributes
    ----------
    effects
        One per member, shape (members,).
    sign
        The direction that is expected; 0 where nothing may move.
    floor
        The smallest effect that counts, or the largest that is allowed.
    """

    effects: Array
    sign: int
    floor: float


def aims(expectation: Expectation, values: Mapping[str, Array]) -> tuple[Aim, ...]:
    """Return what :func:`judge` asks, as conditions on effects that vary smoothly between members.

    A drug's effect on the number of cells gives two conditions, one for growth-rate inhibition and one
    for the number. There is none for a biphasic expectation.
    """
    match expectation.comparison:
        case "biphasic":
            return ()
        case "order":
            steps = [_effects([a], [b], values) for a, b in pairwise(expectation.arms_in_order)]
            return tuple(Aim(step.values, 1, step.floor(expectation.floor)) for step in steps)
        case "threshold":
            names = ratio(expectation.test or "")
            seen = values[names[0]] if len(names) == 1 else values[names[0]] / values[names[1]]
            level = np.full_like(seen, expectation.value or 0.0)
            side = 1 if expectation.side == "above" else -1
            return (Aim(_effects(["test"], ["level"], {"test": seen, "level": level}).values, side, 0.0),)
    test, against = ratio(expectation.test or ""), ratio(expectation.against or "")
    found = _effects(test, against, values)
    if expectation.comparison == "unchanged":
        return (Aim(found.values, 0, found.floor(expectation.floor)),)
    sign = 1 if expectation.comparison == "up" else -1
    if expectation.comparison == "synergy":
        both, none = test[0], against[1]
        sign = -1 if float(np.median(_effects([both], [none], values).values)) < 0.0 else 1
    elif len(test) == len(against) == 2 and expectation.readout == VIABILITY:
        parts = response_differences(*(values[name] for name in (*test, *against)))
        if np.all(np.isfinite(parts[0])):
            return tuple(Aim(part, sign, math.log1p(expectation.floor)) for part in parts)
    return (Aim(found.values, sign, found.floor(expectation.floor)),)


def weakest(outcomes: list[Outcome]) -> Outcome:
    """Return the outcome that is nearest to failing, or fails most."""
    return _weakest(outcomes)


def _weakest(outcomes: list[Outcome]) -> Outcome:
    return min(outcomes, key=lambda outcome: (outcome.holds, outcome.margin))


def _effects(
    test: list[str] | tuple[str, ...], against: list[str] | tuple[str, ...], values: Mapping[str, Array]
) -> _Effects:
    """Return log(test) - log(against), or the difference over the largest where a value is not positive."""
    terms = [(1.0, test[0]), *((-1.0, name) for name in test[1:])]
    terms += [(-1.0, against[0]), *((1.0, name) for name in against[1:])]
    stack = np.stack([np.where(np.abs(values[name]) < ZERO, 0.0, values[name]) for _, name in terms])
    signs = np.array([sign for sign, _ in terms])
    if np.all(stack > 0.0):
        return _Effects(signs @ np.log(stack), True)
    size = np.max(np.abs(stack), axis=0)
    return _Effects((signs @ stack) / np.where(size > 0.0, size, 1.0), False)


def _response_change(
    test: Sequence[str], against: Sequence[str], values: Mapping[str, Array]
) -> _Effects | None:
    """Return how much less the drug does in the cells of test; None where a control hardly grows."""
    change = response_change(*(values[name] for name in (*test, *against)))
    return _Effects(change, True) if np.all(np.isfinite(change)) else None


def _directed(found: _Effects, sign: float, floor: float, beyond: str = "") -> Outcome:
    median, low, high = _quantiles(found.values)
    least = found.floor(floor)
    worst = sign * low if sign > 0 else sign * high
    margin = min(sign * median - least, worst - OFF_ZERO)
    way = "up" if sign > 0 else "down"
    reason = ""
    if sign * median <= -least:
        reason = f"the effect is {_size(median, found)}, the other way"
    elif sign * median < least:
        reason = f"the effect is {_size(median, found)}, less than {floor:.0%} {way}"
    elif worst <= OFF_ZERO:
        reason = f"the 90 % interval {_size(low, found)} to {_size(high, found)} includes no effect"
    if reason and beyond:
        reason += f" ({beyond})"
    members = float(np.mean(sign * found.values >= least))
    return Outcome(not reason, median, low, high, margin, reason, members, found.logarithmic)


def _unchanged(found: _Effects, floor: float) -> Outcome:
    median, low, high = _quantiles(found.values)
    most = found.floor(floor)
    margin = most - max(abs(low), abs(high))
    reason = ""
    if margin < 0.0:
        reason = f"it moves: {_size(low, found)} to {_size(high, found)}, allowed are ±{floor:.0%}"
    members = float(np.mean(np.abs(found.values) <= most))
    return Outcome(not reason, median, low, high, margin, reason, members, found.logarithmic)


def _biphasic(expectation: Expectation, values: Mapping[str, Array]) -> Outcome:
    arms = expectation.arms_in_order
    best: Outcome | None = None
    for inner in arms[1:-1]:
        first, last = (_effects([inner], [end], values) for end in (arms[0], arms[-1]))
        for sign in (1.0, -1.0):
            least = np.minimum(sign * first.values, sign * last.values)
            outcome = _directed(
                _Effects(least, first.logarithmic and last.logarithmic), 1.0, expectation.floor
            )
            if best is None or (outcome.holds, outcome.margin) > (best.holds, best.margin):
                best = outcome
    assert best is not None
    return best


def _threshold(expectation: Expectation, values: Mapping[str, Array]) -> Outcome:
    names = ratio(expectation.test or "")
    seen = values[names[0]]
    if len(names) > 1:
        if not np.all(values[names[1]] > ZERO):
            return Outcome(False, None, None, None, -math.inf, f"{names[1]} is zero: there is no ratio")
        seen = seen / values[names[1]]
    level = np.full_like(seen, expectation.value or 0.0)
    found = _effects(["test"], ["level"], {"test": seen, "level": level})
    sign = 1.0 if expectation.side == "above" else -1.0
    median, low, high = _quantiles(found.values)
    worst = sign * low if sign > 0 else sign * high
    reason = ""
    if worst <= 0.0:
        middle, bottom, top = _quantiles(seen)
        reason = f"{middle:.3g} ({bottom:.3g} to {top:.3g}) is not {expectation.side} {expectation.value:g}"
    members = float(np.mean(sign * found.values > 0.0))
    return Outcome(not reason, median, low, high, worst, reason, members, found.logarithmic)


def _quantiles(values: Array) -> tuple[float, float, float]:
    median, low, high = np.quantile(values, [0.5, LOW, HIGH])
    return float(median), float(low), float(high)


def _size(effect: float, found: _Effects) -> str:
    return f"× {math.exp(effect):.3g}" if found.logarithmic else f"{effect:+.3g} of the larger"
