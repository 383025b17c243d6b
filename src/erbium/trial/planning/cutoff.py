"""A cut-off of a continuous marker, tested for having been looked for, and what selecting by it saves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from erbium.core.errors import DataError, UnknownName
from erbium.core.seeds import uniform
from erbium.trial.planning.formula import events_needed
from erbium.trial.statistics.ratio import comparison_table, times_held
from erbium.trial.statistics.risk_sets import risk_sets

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]
#: Cut-offs lie between these percentiles of the marker.
PERCENTILES = tuple(range(10, 91, 10))
FOLDS = 5
METHOD = "largest interaction over deciles; permutation of the marker; five-fold cross-validation"


@dataclass(frozen=True)
class Cut:
    """A marker at or above a value, against below.

    Attributes
    ----------
    value
        The cut-off, in the marker's unit.
    share
        Share of patients at or above.
    hr_above, hr_below
        Hazard ratio on either side; None where it cannot be had.
    z
        Contrast of the log ratios over its standard error: negative is more effect above.
    """

    value: float
    share: float
    hr_above: float | None
    hr_below: float | None
    z: float | None


@dataclass(frozen=True)
class CutOff:
    """The outcome of a search for a cut-off.

    Attributes
    ----------
    marker, best, cuts
        The marker, the cut with the largest contrast, and all that were tried.
    p
        p of the best contrast alone, as if it had been the only one: too small.
    p_corrected
        Share of runs with the marker dealt out anew within each arm whose best contrast is as large: it
        corrects for the number of cuts and their likeness.
    hr_above, hr_below
        Hazard ratio above and below the cut chosen without the patients it is then applied to (five folds);
        those of `best` itself flatter it.
    permutations
        How often the marker was dealt out.
    """

    marker: str
    best: Cut
    cuts: tuple[Cut, ...]
    p: float
    p_corrected: float
    hr_above: float | None
    hr_below: float | None
    permutations: int

    def json(self) -> dict[str, Any]:
        """Return the search as JSON."""
        return {
            "marker": self.marker,
            "best": vars(self.best).copy(), "cuts": [vars(cut).copy() for cut in self.cuts],
            "p": self.p, "p_corrected": self.p_corrected, "hr_above": self.hr_above,
            "hr_below": self.hr_below, "permutations": self.permutations,
            "method": METHOD,
        }  # fmt: skip


def cut_off(
    patients: pd.DataFrame,
    marker: str,
    arm: str,
    versus: str,
    *,
    times: str = "pfs",
    permutations: int = 200,
    seed: int = 1,
) -> CutOff:
    """Look for the cut-off of a marker at which the effect of treatment differs most.

    Parameters
    ----------
    patients
        One row a patient.
    marker
        A column of numbers.
    arm, versus
        The comparison.
    times
        Beginning of the columns of its times, such as "pfs" or "cns_pfs".
    permutations
        How often the marker is dealt out anew, within each arm.
    seed
        Of the permutations and folds.
    """
    table, values = _table(patients, marker, arm, versus, times)
    marks = np.unique(np.percentile(values, PERCENTILES))
    cuts = _scan(table, values, marks)
    known = [cut for cut in cuts if cut.z is not None]
    if not known:
        raise DataError(
            f"no cut-off of {marker} leaves events in both arms on either side.",
            key=marker,
            expected="more patients or longer follow-up",
        )
    best = max(known, key=lambda cut: abs(cut.z or 0.0))
    reached = sum(
        _largest(table, _dealt(table, values, seed, place), marks) >= abs(best.z or 0.0) - 1e-12
        for place in range(permutations)
    )
    above, below = _cross_validated(table, values, marks, seed)
    return CutOff(
        marker, best, tuple(cuts), math.erfc(abs(best.z or 0.0) / math.sqrt(2.0)),
        (reached + 1) / (permutations + 1), above, below, permutations,
    )  # fmt: skip


def enrichment(
    patients: pd.DataFrame,
    marker: str,
    arm: str,
    versus: str,
    cut_offs: Sequence[float],
    *,
    times: str = "pfs",
    power: float = 0.8,
    alpha: float = 0.05,
) -> list[dict[str, float | int | None]]:
    """Return what selecting patients by a marker would need, one row a cut-off, everyone first.

    Each row has the cut-off, the share selected, the hazard ratio in the selected, and by Schoenfeld's
    formula the events, the patients to randomise (at the share of events the simulated follow-up gives)
    and the patients to screen; None where there is no ratio, or where it favours the control. `times` is
    the beginning of the columns of times, such as "pfs" or "cns_pfs".
    """
    table, values = _table(patients, marker, arm, versus, times)
    rows: list[dict[str, float | int | None]] = []
    for value in (None, *cut_offs):
        chosen = np.ones(len(values), dtype=bool) if value is None else values >= value
        fitted, share = _log_ratio(table, chosen), float(chosen.mean())
        row: dict[str, float | int | None] = {"cut_off": value, "share": share, "hr": None}
        row |= {"events": None, "randomise": None, "screen": None}
        if fitted is not None:
            row["hr"] = math.exp(fitted[0])
            if fitted[0] < 0.0:
                events = events_needed(math.exp(fitted[0]), power=power, alpha=alpha)
                seen = float(table["event"].to_numpy(dtype=bool)[chosen].mean())
                randomise = math.ceil(events / seen)
                row |= {"events": events, "randomise": randomise, "screen": math.ceil(randomise / share)}
        rows.append(row)
    return rows


def _table(
    patients: pd.DataFrame, marker: str, arm: str, versus: str, times: str
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    if marker not in patients:
        raise UnknownName.among("marker", marker, map(str, patients.columns), key="marker")
    if times not in times_held(patients):
        raise UnknownName.among("times to select for", times, times_held(patients), key="times")
    timed = patients[f"{times}_months"].notna()
    known = patients[patients[marker].notna() & patients["arm"].isin([arm, versus]) & timed]
    if known.empty:
        raise DataError(f"no patient of either arm has {marker}.", key=marker, expected="simulated patients")
    if known[marker].dtype.kind not in "if":
        raise DataError(f"{marker} is not a number.", key=marker, expected="a continuous marker")
    table = comparison_table(known, arm, versus, times, stratified=False)
    return table, known[marker].to_numpy(dtype=np.float64)


def _log_ratio(table: pd.DataFrame, chosen: Mask) -> tuple[float, float] | None:
    return risk_sets(table[chosen]).log_hazard_ratio() if chosen.any() else None


def _scan(table: pd.DataFrame, values: NDArray[np.float64], marks: NDArray[np.float64]) -> list[Cut]:
    cuts = []
    for mark in marks:
        above = values >= mark
        one, other = _log_ratio(table, above), _log_ratio(table, ~above)
        z = None if one is None or other is None else (one[0] - other[0]) / math.hypot(one[1], other[1])
        ratios = [None if found is None else math.exp(found[0]) for found in (one, other)]
        cuts.append(Cut(float(mark), float(above.mean()), ratios[0], ratios[1], z))
    return cuts


def _largest(table: pd.DataFrame, values: NDArray[np.float64], marks: NDArray[np.float64]) -> float:
    return max((abs(cut.z) for cut in _scan(table, values, marks) if cut.z is not None), default=0.0)


def _dealt(table: pd.DataFrame, values: NDArray[np.float64], seed: int, place: int) -> NDArray[np.float64]:
    """Return the marker dealt out anew within each arm."""
    order = uniform(seed, np.arange(len(values)) + len(values) * place, "cut_off.permutation")
    out = values.copy()
    for side in (0.0, 1.0):
        rows = np.flatnonzero(table["arm"].to_numpy() == side)
        out[rows] = values[rows[np.argsort(order[rows])]]
    return out


def _cross_validated(
    table: pd.DataFrame, values: NDArray[np.float64], marks: NDArray[np.float64], seed: int
) -> tuple[float | None, float | None]:
    """Return the ratio above and below cuts that were chosen on the other folds."""
    fold = (uniform(seed, np.arange(len(values)), "cut_off.fold") * FOLDS).astype(int)
    above = np.zeros(len(values), dtype=bool)
    for held in range(FOLDS):
        rest = fold != held
        cuts = [cut for cut in _scan(table[rest], values[rest], marks) if cut.z is not None]
        if not cuts:
            return None, None
        best = max(cuts, key=lambda cut: abs(cut.z or 0.0))
        above[~rest] = values[~rest] >= best.value
    ratios = (_log_ratio(table, above), _log_ratio(table, ~above))
    one, other = (None if found is None else math.exp(found[0]) for found in ratios)
    return one, other
