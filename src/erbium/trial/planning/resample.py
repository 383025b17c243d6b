"""Power of a planned trial from simulated patients, drawn again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from erbium.core.errors import DataError, UnknownName
from erbium.core.seeds import uniform
from erbium.trial.statistics.proportion import exact_interval
from erbium.trial.statistics.ratio import comparison_table, times_held
from erbium.trial.statistics.risk_sets import RiskSets, risk_sets

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Power:
    """Power from resampled trials.

    Attributes
    ----------
    patients, trials
        Patients in each trial, and how many trials were drawn.
    power, low, high
        Share of trials whose test was significant in favour of the tested arm, and its 95 % interval (of the
        number of trials drawn). Over several parameter draws this is the assurance: power averaged over
        what is not known.
    against
        Share significant against the tested arm.
    effect_low, effect, effect_high
        5th, 50th and 95th percentile of the hazard ratio, or of the difference of rates.
    by_draw
        Power in each parameter draw; empty with one.
    """

    patients: int
    trials: int
    power: float
    low: float
    high: float
    against: float
    effect_low: float | None
    effect: float | None
    effect_high: float | None
    by_draw: tuple[float, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the power as JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {
            "by_draw": list(self.by_draw)
        }


def resampled_power(
    patients: pd.DataFrame,
    arm: str,
    versus: str,
    n: int,
    *,
    outcome: str = "pfs",
    share: float = 0.5,
    alpha: float = 0.05,
    trials: int = 500,
    seed: int = 1,
) -> Power:
    """Draw trials of `n` patients from simulated ones, with replacement, and test each.

    Nothing is assumed of the shape of the curves; visits, drop-out and follow-up are those of the run. Each
    trial is drawn within one parameter draw, the draws in turn.

    Parameters
    ----------
    patients
        One row a patient.
    arm, versus
        The comparison.
    n
        Patients of a trial, both arms.
    outcome
        Beginning of the columns of times, such as "pfs", "cns_pfs" or "idfs" (log-rank test), or "pcr" (test
        of proportions; each patient's outcome is drawn from the chance). Patients without it are left out.
    share
        Share in the tested arm.
    alpha
        Two-sided level.
    trials
        How many are drawn.
    seed
        Of the draws.
    """
    sizes = (max(round(n * share), 1), max(n - round(n * share), 1))
    groups = [part for _, part in patients.groupby("draw")] if "draw" in patients else [patients]
    tests = [_Arms.of(part, arm, versus, outcome) for part in groups]
    effects: list[float] = []
    good = np.zeros(trials, dtype=bool)
    bad = np.zeros(trials, dtype=bool)
    for trial in range(trials):
        chances = uniform(seed, np.arange(2 * sum(sizes)) + 2 * sum(sizes) * trial, "trial.resample")
        effect, p, better = tests[trial % len(tests)].draw(chances, sizes)
        good[trial], bad[trial] = p < alpha and better, p < alpha and not better
        if effect is not None:
            effects.append(effect)
    low, high = exact_interval(int(good.sum()), trials)
    by_draw = tuple(float(good[place :: len(tests)].mean()) for place in range(len(tests)))
    return Power(
        n,
        trials,
        float(good.mean()),
        low,
        high,
        float(bad.mean()),
        effect_low=_percentile(effects, 5.0),
        effect=_percentile(effects, 50.0),
        effect_high=_percentile(effects, 95.0),
        by_draw=by_draw if len(tests) > 1 and trials >= len(tests) else (),
    )


def _percentile(values: list[float], rank: float) -> float | None:
    return float(np.percentile(values, rank)) if values else None


@dataclass(frozen=True)
class _Arms:
    """The outcomes of two arms to draw from: times with events, or chances."""

    one: tuple[NDArray[np.float64], NDArray[np.bool_]]
    other: tuple[NDArray[np.float64], NDArray[np.bool_]]
    timed: bool

    @classmethod
    def of(cls, patients: pd.DataFrame, arm: str, versus: str, outcome: str) -> _Arms:
        timed = outcome != "pcr"
        if timed and outcome not in times_held(patients):
            known = [*times_held(patients), "pcr"]
            raise UnknownName.among("outcome to plan with", outcome, known, key="outcome")
        parts = []
        for name in (arm, versus):
            part = patients[patients["arm"] == name]
            if timed:
                table = comparison_table(part, name, "", outcome, stratified=False)
                values = table["month"].to_numpy(), table["event"].to_numpy(dtype=bool)
            else:
                chance = part["pcr_chance"].dropna().to_numpy(dtype=np.float64)
                values = chance, np.ones(len(chance), dtype=bool)
            if not len(values[0]):
                raise DataError(
                    f'no patient of arm "{name}" has {outcome}.',
                    key="patients",
                    expected="simulated patients",
                )
            parts.append(values)
        return cls(parts[0], parts[1], timed)

    def draw(self, chances: NDArray[np.float64], sizes: tuple[int, int]) -> tuple[float | None, float, bool]:
        """Return effect, p and whether the tested arm did better in one drawn trial."""
        who, luck = np.split(chances, 2)
        drawn = []
        for (values, events), part in zip((self.one, self.other), np.split(who, [sizes[0]]), strict=True):
            rows = (part * len(values)).astype(int)
            drawn.append((values[rows], events[rows]))
        if not self.timed:
            hits = [
                float((luck_part < values).mean())
                for (values, _), luck_part in zip(drawn, np.split(luck, [sizes[0]]), strict=True)
            ]
            return _proportions(hits[0], hits[1], sizes)
        sets = _sets(drawn)
        fitted, p = sets.log_hazard_ratio(), sets.log_rank()
        if fitted is None or p is None:
            return None, 1.0 if p is None else p, sets.fallen_one.sum() < sets.fallen.sum() / 2.0
        return float(np.exp(fitted[0])), p, fitted[0] < 0.0


def _sets(drawn: list[tuple[NDArray[np.float64], NDArray[np.bool_]]]) -> RiskSets:
    import pandas as pd

    arm = np.repeat([1.0, 0.0], [len(values) for values, _ in drawn])
    months, events = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    return risk_sets(pd.DataFrame({"arm": arm, "month": months, "event": events}))


def _proportions(one: float, other: float, sizes: tuple[int, int]) -> tuple[float, float, bool]:
    from scipy.special import ndtr

    pooled = (one * sizes[0] + other * sizes[1]) / sum(sizes)
    error = np.sqrt(pooled * (1.0 - pooled) * (1.0 / sizes[0] + 1.0 / sizes[1]))
    p = 1.0 if error == 0.0 else float(2.0 * ndtr(-abs(one - other) / error))
    return one - other, p, one > other
