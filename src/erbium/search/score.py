"""How well synergy in a dish is predicted, beside what single agents tell by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from erbium.core import seeds
from erbium.core.errors import NotEnoughEvidence
from erbium.core.result import plain, version
from erbium.core.twins import Array, Twins
from erbium.experiment.cells import Cells
from erbium.experiment.condition import Condition
from erbium.knowledge import load_knowledge
from erbium.search.excess import Synergy
from erbium.search.measured import Measured, Reading, read_measured
from erbium.search.together import dish_synergy

SCHEMA = "erbium.search_score/1"
#: Predictors: the model's excess over each reference, and two baselines that know single agents only.
PREDICTORS = ("Loewe", "Bliss", "HSA", "single agents, model", "single agents, measured")
_RESAMPLES = 500
_FEWEST = 8


@dataclass(frozen=True)
class Predicted:
    """One measured pair with what is predicted for it."""

    measured: Measured
    synergy: Synergy
    single: float

    def by(self, predictor: str) -> float:
        """Return what one predictor says, NaN where it says nothing."""
        if predictor == "single agents, model":
            return self.single
        if predictor == "single agents, measured":
            return np.nan if self.measured.alone is None else self.measured.alone
        return self.synergy.excess[predictor].median


def score(
    folder: Path,
    *,
    members: int = 4,
    seed: int = 1,
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Return rank correlation and sign agreement of predicted with measured synergy, as plain data.

    Parameters
    ----------
    folder
        Folder with the tables of measured combinations.
    members
        Parameter draws of the cells.

    Raises
    ------
    NotEnoughEvidence
        No measured pair is in the model.
    """
    reading = read_measured(folder)
    if not reading.pairs:
        raise NotEnoughEvidence("none of the measured pairs has drugs and cell line in the model.")
    found = predict(reading, members=members, seed=seed, progress=progress)
    known = load_knowledge()
    groups: dict[str, list[Predicted]] = {"all": list(found)}
    for one in found:
        groups.setdefault(one.measured.table, []).append(one)
        if one.measured.by_name:
            groups.setdefault("drugs by name", []).append(one)
    body = {
        "schema": SCHEMA,
        "version": version(),
        "seed": seed,
        "knowledge_hash": known.hash,
        "knowledge_date": known.date,
        "warnings": [],
        "members": members,
        "pairs": len(found),
        "lines": len({one.measured.line for one in found}),
        "combinations": len({one.measured.drugs for one in found}),
        "left_out": dict(reading.left_out) | {"cannot be given together": len(reading.pairs) - len(found)},
        "scores": [
            {"group": name, "predictor": predictor, **agreement(members_, predictor, seed)}
            for name, members_ in groups.items()
            for predictor in PREDICTORS
        ],
        "verdicts": _verdicts(found),
        "rows": [
            {
                "table": one.measured.table,
                "line": one.measured.line,
                "drugs": list(one.measured.drugs),
                "measured": one.measured.score,
                "predicted": {name: item.json() for name, item in one.synergy.excess.items()},
                "verdict": one.synergy.verdict,
                "by_name": one.measured.by_name,
            }
            for one in found
        ],
    }
    return dict(plain(body))


def predict(
    reading: Reading,
    *,
    members: int,
    seed: int,
    progress: Callable[[float, str], None] | None = None,
) -> list[Predicted]:
    """Return the synergy predicted for each measured pair; pairs that take one place are left out."""
    drugs = load_knowledge().drugs
    lines: dict[str, list[Measured]] = {}
    for one in reading.pairs:
        lines.setdefault(one.line, []).append(one)
    cells = Cells.of(members, seed)
    twins = Twins(seed, members, 1)
    found: list[Predicted] = []
    for number, (line, measured) in enumerate(sorted(lines.items())):
        if progress is not None:
            progress(number / len(lines), line)
        pairs = sorted({one.drugs for one in measured})
        chosen = [(drugs[a], drugs[b]) for a, b in pairs]
        synergy = dish_synergy(Condition(line), chosen, twins, cells=cells)
        found += [
            Predicted(one, synergy[one.drugs], single_effect(synergy[one.drugs]))
            for one in measured
            if one.drugs in synergy
        ]
    return found


def single_effect(synergy: Synergy) -> float:
    """Return the effect of the better drug alone, mean over the doses: that of the pair less HSA excess."""
    return synergy.effect - synergy.excess["HSA"].median


def agreement(found: Sequence[Predicted], predictor: str, seed: int) -> dict[str, Any]:
    """Return Spearman correlation with its interval by resampling lines, and how often the signs agree."""
    values = np.array([one.by(predictor) for one in found])
    measured = np.array([one.measured.score for one in found])
    known = np.isfinite(values)
    lines = np.array([one.measured.line for one in found])[known]
    values, measured = values[known], measured[known]
    out: dict[str, Any] = {"n": len(values), "spearman": None, "low": None, "high": None}
    out |= {"sign_agreement": None, "measured_positive": None}
    if len(values) < _FEWEST or np.ptp(values) == 0.0:
        return out
    out["spearman"] = float(spearmanr(values, measured)[0])
    out["low"], out["high"] = _resampled(values, measured, lines, seed)
    out["measured_positive"] = float((measured > 0.0).mean())
    if predictor in ("Loewe", "Bliss", "HSA"):
        out["sign_agreement"] = float((np.sign(values) == np.sign(measured)).mean())
    return out


def _resampled(values: Array, measured: Array, lines: Any, seed: int) -> tuple[float | None, float | None]:
    """Return the 5th and 95th percentile of the correlation with whole lines drawn again."""
    every = np.unique(lines)
    if len(every) < 3:
        return None, None
    where: Mapping[str, Any] = {line: np.flatnonzero(lines == line) for line in every}
    kept = []
    for number in range(_RESAMPLES):
        draw = seeds.uniform(seed, np.arange(len(every)) + number * len(every), "score.lines")
        rows = np.concatenate([where[every[int(u * len(every))]] for u in draw])
        if np.ptp(values[rows]) > 0.0:
            kept.append(spearmanr(values[rows], measured[rows])[0])
    low, high = np.quantile(kept, (0.05, 0.95))
    return float(low), float(high)


def _verdicts(found: Sequence[Predicted]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in found:
        counted[one.synergy.verdict] = counted.get(one.synergy.verdict, 0) + 1
    return counted
