"""A run beside the published figures of its trial, with a verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from erbium.knowledge.schema.trial import Trial
from erbium.trial.statistics import Summary
from erbium.trial.statistics.beside import FigurePair, RatioPair, figure_pairs, ratio_pairs
from erbium.trial.statistics.endpoint import is_survival
from erbium.trial.statistics.estimate import known

#: A median without a published interval is called near within this share, as the scoreboard has it.
NEAR = 0.30
Ends = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Verdict:
    """A published figure, the simulated one, and what to think of the pair.

    Attributes
    ----------
    arm, versus, endpoint, group
        What was compared; `versus` for hazard ratios, `group` in words, empty for all patients.
    unit
        fraction, months or ratio.
    published, simulated
        Value, low, high; None where absent.
    words
        The verdict.
    inside
        Whether the simulated value lies in the published interval; None where it cannot be said.
    """

    arm: str
    versus: str | None
    endpoint: str
    group: str
    unit: str
    published: Ends
    simulated: Ends
    words: str
    inside: bool | None

    def json(self) -> dict[str, Any]:
        """Return the verdict as JSON."""
        ends = ("value", "low", "high")
        return {
            "arm": self.arm, "versus": self.versus, "endpoint": self.endpoint,
            "exploratory": is_survival(self.endpoint), "subgroup": self.group or None, "unit": self.unit,
            "published": dict(zip(ends, map(known, self.published), strict=True)),
            "simulated": dict(zip(ends, map(known, self.simulated), strict=True)),
            "inside": self.inside, "words": self.words,
        }  # fmt: skip


def verdicts(trial: Trial, summary: Summary) -> list[Verdict]:
    """Return every published hazard ratio and figure of a trial with its verdict."""
    return [_of_ratio(pair) for pair in ratio_pairs(trial, summary)] + [
        _of_figure(pair) for pair in figure_pairs(trial, summary)
    ]


def tally(found: Sequence[Verdict]) -> str:
    """Return in words how many figures lie inside, of those that can be judged; survival is not counted."""
    judged = [item.inside for item in found if item.inside is not None and not is_survival(item.endpoint)]
    if not judged:
        return "no published figure has an interval and a simulated counterpart"
    return f"{sum(judged)} of {len(judged)} simulated figures lie inside the published interval"


def _of_ratio(pair: RatioPair) -> Verdict:
    told, found = pair.reported, pair.simulated
    simulated: Ends = (None, None, None) if found is None else (found.hr, found.low, found.high)
    return _verdict(pair.arm, pair.versus, pair.endpoint, pair.group, "ratio",
                    (told.value, told.low, told.high), simulated, found.note if found else "")  # fmt: skip


def _of_figure(pair: FigurePair) -> Verdict:
    told, found = pair.reported, pair.simulated
    unit = "months" if pair.endpoint.startswith(("median", "mean")) else "fraction"
    simulated: Ends = (None, None, None) if found is None else (found.value, found.low, found.high)
    note = "" if found is None else "not reached in the follow-up" if found.not_reached else found.note
    return _verdict(pair.arm, None, pair.endpoint, pair.group, unit,
                    (told.value, told.low, told.high), simulated, note)  # fmt: skip


def _verdict(
    arm: str,
    versus: str | None,
    endpoint: str,
    group: str,
    unit: str,
    published: Ends,
    simulated: Ends,
    note: str,
) -> Verdict:
    words, inside = _words(published, simulated, note)
    return Verdict(arm, versus, endpoint, group, unit, published, simulated, words, inside)


def _words(published: Ends, simulated: Ends, note: str) -> tuple[str, bool | None]:
    value, (told, low, high) = simulated[0], published
    if value is None or told is None:
        return note or "not simulated", None
    if low is None and high is None:
        apart = value / told - 1.0 if told else 0.0
        if abs(apart) <= NEAR:
            return f"no interval is published; within {100 * NEAR:.0f} %", None
        return (
            f"no interval is published; {100 * abs(apart):.0f} % {'higher' if apart > 0 else 'lower'}",
            None,
        )
    above, under = high is not None and value > high, low is not None and value < low
    if not above and not under:
        return "inside the published interval", True
    side = "above" if above else "below"
    nearer = simulated[1] if above else simulated[2]
    edge = high if above else low
    if nearer is not None and edge is not None and (nearer <= edge if above else nearer >= edge):
        return f"{side} the published interval, but the intervals overlap", False
    return f"clearly {side} the published interval", False
