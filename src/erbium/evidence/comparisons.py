"""Two arms of a trial against each other: which one a hazard ratio or a pair of rates favours, if either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from erbium.core.proportions import newcombe
from erbium.evidence.identifiers import doi_in, pmid_in
from erbium.knowledge.schema.number import Status
from erbium.knowledge.schema.trial import Comparison, Trial
from erbium.knowledge.schema.trial_results import Published, PublishedRatio

#: The rate of which two arms are compared.
RATE = "pCR"
#: Standard normal quantile of a two-sided 95 % interval.
_Z = 1.959964
#: Endpoints by which one course is told: a trial file may name one and the figure the other.
_SAME = {"DFS": "iDFS", "TTP": "PFS"}
#: From the surest to the least sure.
_STATUSES: tuple[Status, ...] = ("verified", "derived", "secondary", "unverified")


@dataclass(frozen=True)
class Verdict:
    """Which arm is favoured, clearly or not.

    Attributes
    ----------
    arm, versus
        The favoured arm and the other; as in the report where neither is.
    clear
        Whether the interval leaves out "no difference" and the report does not call it none.
    words
        How the claim ends.
    """

    arm: str
    versus: str
    clear: bool
    words: str


@dataclass(frozen=True)
class RatePair:
    """The same rate in two arms.

    Attributes
    ----------
    one, other
        Figures of the favoured arm and of the other.
    verdict
        Which arm is favoured.
    n
        Patients of both arms; None where a number is not at hand.
    note
        The difference with its interval, in words.
    """

    one: Published
    other: Published
    verdict: Verdict
    n: int | None
    note: str

    @property
    def source(self) -> str:
        """Source of the figures, both where they differ."""
        return "; ".join(dict.fromkeys((self.one.source, self.other.source)))

    @property
    def weaker(self) -> Published:
        """The figure whose status is the less sure."""
        return max(self.one, self.other, key=lambda figure: _STATUSES.index(figure.status))

    @property
    def identifiers(self) -> tuple[str | None, str | None]:
        """PMID and DOI where both figures stand in the paper itself: a report's would name another study."""
        if self.one.source != self.other.source or self.weaker.status != "verified":
            return None, None
        return pmid_in(self.source), doi_in(self.source)


def ratio_verdict(trial: Trial, ratio: PublishedRatio) -> Verdict:
    """Return which arm a hazard ratio favours: the better one, if the interval leaves out 1.

    An arm that does worse than an active one does not resist its drugs; the ratio speaks for the better arm.
    """
    told = None if ratio.subgroup else _reported(trial, ratio.arm, ratio.versus, ratio.endpoint)
    better = ratio.high is not None and ratio.high < 1.0
    worse = ratio.low is not None and ratio.low > 1.0
    return _verdict(ratio.arm, ratio.versus, better, worse, told)


def rate_pairs(trial: Trial) -> Iterator[RatePair]:
    """Yield the arms that a randomised trial compares and whose rates it has, a pair for each definition."""
    if not trial.randomised:
        return
    figures: dict[tuple[str, str | None, int | None], Published] = {}
    for figure in trial.published:
        if figure.endpoint == RATE and figure.subgroup is None:
            figures.setdefault((figure.arm, figure.definition, figure.year), figure)
    seen: set[frozenset[str]] = set()
    for pair in trial.comparison:
        if frozenset((pair.arm, pair.versus)) in seen:
            continue
        seen.add(frozenset((pair.arm, pair.versus)))
        for (arm, definition, year), figure in figures.items():
            other = figures.get((pair.versus, definition, year))
            if arm == pair.arm and other is not None:
                yield _pair(trial, figure, other)


def _pair(trial: Trial, one: Published, other: Published) -> RatePair:
    numbers = [figure.n or _patients(trial, figure.arm) for figure in (one, other)]
    told = _reported(trial, one.arm, other.arm, RATE)
    points = one.value - other.value
    first, second = numbers
    if first is None or second is None:
        note = f"Difference {points:.1f} points; without numbers of patients there is no interval."
        return RatePair(one, other, _verdict(one.arm, other.arm, False, False, told), None, note)
    low, high = (
        100.0 * bound for bound in newcombe(one.value / 100.0, first, other.value / 100.0, second, _Z)
    )
    verdict = _verdict(one.arm, other.arm, low > 0.0, high < 0.0, told)
    note = (
        f"{one.arm} less {other.arm}: {points:.1f} points ({low:.1f} to {high:.1f}; Newcombe's interval, "
        f"derived from the rates and {first} and {second} patients)."
    )
    swapped = verdict.arm != one.arm
    return RatePair(other if swapped else one, one if swapped else other, verdict, first + second, note)


def _patients(trial: Trial, name: str) -> int | None:
    """Return the patients of an arm, where the shares of the arms are patients and not a ratio."""
    if sum(arm.share for arm in trial.arm) != trial.design.patients:
        return None
    return next(int(arm.share) for arm in trial.arm if arm.name == name)


def _reported(trial: Trial, arm: str, versus: str, endpoint: str) -> Comparison | None:
    """Return what the report says of two arms, if it does."""
    for item in trial.comparison:
        about = {item.arm, item.versus} == {arm, versus}
        if about and _course(item.endpoint or trial.design.primary) == _course(endpoint):
            return item
    return None


def _course(endpoint: str) -> str:
    return _SAME.get(endpoint, endpoint)


def _verdict(arm: str, versus: str, better: bool, worse: bool, told: Comparison | None) -> Verdict:
    if told is not None and told.expected == "none":
        return Verdict(arm, versus, False, "; reported as no difference")
    if worse:
        return Verdict(versus, arm, True, f"; it favours {versus}")
    return Verdict(arm, versus, better, "")
