"""Claims that are numbers of trials, scored by the exact interval of their patients.

Only here, with frozen parameters: `erbium claims check` never looks at them, so that nobody fits to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from erbium.core.errors import UnknownName
from erbium.knowledge.claims import load_claims
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.scored_claim import Aside, ScoredClaims, ScoredNumber
from erbium.knowledge.schema.trial import Trial
from erbium.trial.scoreboard.selection import published_patients
from erbium.trial.statistics import Estimate, Summary, exact_interval, figure_name, summarise_arm
from erbium.trial.statistics.endpoint import rate_of
from erbium.trial.statistics.subgroup import members

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
#: Published figures are printed in whole per cent or tenths of a month: two are one within this share.
_SAME = 0.005


@dataclass(frozen=True)
class ClaimScore:
    """One published number of a claim beside the figure of the trial.

    Attributes
    ----------
    number
        The number, and where it is read.
    statement
        The claim.
    unit
        fraction, months or ratio.
    value, low, high
        What is published, with the exact interval of its patients; ends are None where n is not known.
    n
        Patients behind it.
    how
        What the interval is.
    simulated
        The figure; None where there is none.
    side
        in_sample or out_of_sample: that of the trial.
    """

    number: ScoredNumber
    statement: str
    unit: str
    value: float
    low: float | None
    high: float | None
    n: int | None
    how: str
    simulated: float | None
    side: str

    @property
    def right(self) -> bool | None:
        """Whether the figure lies in the interval, or on the side of the bound; None if it cannot be said."""
        if self.simulated is None:
            return None
        if self.number.bound is not None:
            return (self.simulated > self.value) == (self.number.bound == "above")
        if self.low is None or self.high is None:
            return None
        return self.low <= self.simulated <= self.high

    def json(self) -> dict[str, Any]:
        """Return the score as JSON."""
        number = self.number
        return {
            "claim": number.claim,
            "statement": self.statement,
            "published_key": number.published,
            "trial": number.trial,
            "arm": number.arm,
            "endpoint": number.endpoint,
            "subgroup": number.subgroup.text if number.subgroup else None,
            "side": self.side,
            "unit": self.unit,
            "published": {
                "value": self.value,
                "low": self.low,
                "high": self.high,
                "n": self.n,
                "how": self.how,
            },
            "simulated": self.simulated,
            "right": self.right,
            "note": number.note,
        }


def load_scored_claims() -> ScoredClaims:
    """Return where the numbers of claims are read."""
    return read_record(ScoredClaims, data_folder() / "scored_claims" / "trials.toml")


def numbers_of(trial: str) -> list[ScoredNumber]:
    """Return the numbers that are read in a trial."""
    return [number for number in load_scored_claims().number if number.trial == trial]


def score_claims(trial: Trial, patients: pd.DataFrame, summary: Summary, side: str) -> list[ClaimScore]:
    """Return the scores of the numbers that are read in a trial."""
    claims = load_claims()
    return [
        _score(number, claims[number.claim].claim.statement, claims[number.claim].claim.published, trial,
               patients, summary, side)
        for number in numbers_of(trial.id)
    ]  # fmt: skip


def set_aside() -> list[dict[str, Any]]:
    """Return the claims, or numbers of claims, that are not scored, with the reason."""
    claims = load_claims()
    return [
        {
            "claim": item.claim,
            "statement": claims[item.claim].claim.statement,
            "published": list(item.published),
            "reason": item.reason,
        }
        for item in load_scored_claims().aside
    ]


def unplaced() -> Iterator[str]:
    """Yield what is wrong in the file: numbers that are neither scored nor set aside, and unknown names."""
    told = load_scored_claims()
    claims = {name: filed.claim for name, filed in load_claims().items() if filed.claim.trial_number}
    keys: dict[str, set[str]] = {name: set(claim.published) - {"n"} for name, claim in claims.items()}
    placed: dict[str, set[str]] = {name: set() for name in claims}
    items: list[ScoredNumber | Aside] = [*told.number, *told.aside]
    for item in items:
        if item.claim not in claims:
            yield f"{item.claim} is no claim with trial_number = true"
            continue
        names = _keys(item, keys[item.claim])
        yield from (f"{item.claim} has no published number {name}" for name in names - keys[item.claim])
        yield from (f"{item.claim}: {name} is placed twice" for name in names & placed[item.claim])
        placed[item.claim] |= names or {""}
    for name in claims:
        if not placed[name]:
            yield f"{name} is neither scored nor set aside"
        yield from (f"{name}: {key} is neither scored nor set aside" for key in keys[name] - placed[name])


def _keys(item: ScoredNumber | Aside, every: set[str]) -> set[str]:
    if isinstance(item, ScoredNumber):
        return {item.published}
    return set(item.published) or every


def _score(
    number: ScoredNumber,
    statement: str,
    published: Mapping[str, float],
    trial: Trial,
    patients: pd.DataFrame,
    summary: Summary,
    side: str,
) -> ClaimScore:
    value = published[number.published]
    if number.versus is not None:
        found = summary.ratio(number.arm or "", number.versus)
        row = next(
            (item for item in trial.published_ratio
             if (item.arm, item.versus, item.endpoint) == (number.arm, number.versus, number.endpoint)
             and item.subgroup is None and item.low is not None),
            None,
        )  # fmt: skip
        low, high, how = (row.low, row.high, "as published") if row else (None, None, "none is published")
        return ClaimScore(
            number, statement, "ratio", value, low, high, published_patients(trial, number.arm or ""), how,
            found.hr if found else None, side,
        )  # fmt: skip
    figure = _figure(number, trial, patients)
    unit = figure.unit if figure is not None else "fraction"
    n = _patients(number, value, trial, published)
    low, high, how = _interval(value, n, unit)
    simulated = None if figure is None else figure.value
    if simulated is not None and number.complement:
        simulated = 1.0 - simulated
    return ClaimScore(number, statement, unit, value, low, high, n, how, simulated, side)


def _figure(number: ScoredNumber, trial: Trial, patients: pd.DataFrame) -> Estimate | None:
    if number.arm is not None and number.arm not in trial.arm_names:
        raise UnknownName.among(
            f'arm of the trial "{trial.id}"', number.arm, trial.arm_names, file="scored_claims/trials.toml",
            key=f"{number.claim}.arm",
        )  # fmt: skip
    chosen = patients if number.arm is None else patients[patients["arm"] == number.arm]
    if number.subgroup is not None:
        if number.subgroup.attribute not in chosen:
            return None
        chosen = chosen[members(chosen, number.subgroup)]
    if chosen.empty:
        return None
    name = figure_name(number.endpoint) or ""
    rate = rate_of(name)
    return summarise_arm(number.arm or "all", chosen, rates=[rate] if rate else []).figures.get(name)


def _patients(number: ScoredNumber, value: float, trial: Trial, published: Mapping[str, float]) -> int | None:
    """Return the patients behind a number: of the same figure in the trial file, or else of the arm."""
    if number.n is not None:
        return number.n
    for row in trial.published:
        scale = 0.01 if row.unit == "percent" else 1.0
        same = abs(scale * row.value - value) <= _SAME * max(1.0, value)
        if (
            (row.arm, row.endpoint, row.subgroup) == (number.arm, number.endpoint, number.subgroup)
            and same
            and row.n
        ):
            return row.n
    if number.subgroup is not None:
        return None
    if "n" in published:
        return min(int(published["n"]), published_patients(trial, number.arm) if number.arm else 10**9)
    return published_patients(trial, number.arm) if number.arm else None


def _interval(value: float, n: int | None, unit: str) -> tuple[float | None, float | None, str]:
    """Return the exact interval of a published number."""
    if n is None:
        return None, None, "patients behind it are not known"
    if unit == "fraction":
        low, high = exact_interval(round(value * n), n, LEVEL)
        return low, high, "Clopper and Pearson, from n"
    from scipy.stats import chi2

    # A mean of n exponential times: 2 n mean / true is chi-squared; the median is proportional to it.
    low, high = (2.0 * n * value / float(chi2.ppf(p, 2 * n)) for p in (0.5 + LEVEL / 2, 0.5 - LEVEL / 2))
    return low, high, "exact for exponential times, from n, as if every patient had an event"
