"""How far predictions lie from the data, by data set and readout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from erbium.calibrate.cells.observations import Observation, Observations
from erbium.core.twins import Array


@dataclass(frozen=True)
class Misfit:
    """One group of observations beside their predictions.

    Attributes
    ----------
    group
        Data set and what is compared.
    n
        Number of observations.
    observed, predicted
        Means; of signals on a blot after removal of the blot's scale (the mean of the blot is 0).
    bias, rmse
        Mean and root mean square of predicted minus observed, in the unit of the measure.
    noise
        Typical replicate noise.
    correlation
        Between observed and predicted; NaN where one of them does not vary.
    unit
        Unit of the measure.
    """

    group: tuple[str, ...]
    n: int
    observed: float
    predicted: float
    bias: float
    rmse: float
    noise: float
    correlation: float
    unit: str

    @property
    def in_noise(self) -> float:
        """Root mean square in units of the noise."""
        return self.rmse / self.noise


UNITS = {
    "log_signal": "ln", "log_fold": "ln", "GR_AOC": "1", "GRmax": "1", "log10_IC50": "log10 nM",
    "log10_GI50": "log10 nM", "mean_inhibition": "1", "viability": "1",
}  # fmt: skip


def centred(observations: Observations, values: Array) -> Array:
    """Return values (..., rows) with the mean of every blot removed."""
    out = np.array(values, float)
    blots = [f"{row.dataset}|{row.blot}" if row.blot else "" for row in observations.rows]
    for blot in dict.fromkeys(b for b in blots if b):
        inside = np.array([b == blot for b in blots])
        out[..., inside] -= out[..., inside].mean(axis=-1, keepdims=True)
    return out


def misfits(
    observations: Observations,
    predicted: Array,
    key: Callable[[Observation], tuple[str, ...]] = lambda row: (row.dataset, row.readout),
) -> list[Misfit]:
    """Return the misfit of one prediction (rows,) by group."""
    seen, simulated = centred(observations, observations.values), centred(observations, predicted)
    keys = [key(row) for row in observations.rows]
    found = []
    for group in dict.fromkeys(keys):
        inside = np.array([k == group for k in keys])
        a, b = seen[inside], simulated[inside]
        varies = len(a) > 2 and a.std() > 1e-9 and b.std() > 1e-9
        rows = [row for row, here in zip(observations.rows, inside, strict=True) if here]
        found.append(
            Misfit(
                group, len(a), float(a.mean()), float(b.mean()), float((b - a).mean()),
                float(np.sqrt(((b - a) ** 2).mean())), float(np.mean([row.sd for row in rows])),
                float(np.corrcoef(a, b)[0, 1]) if varies else float("nan"),
                UNITS[rows[0].measure],
            )
        )  # fmt: skip
    return found


def misfit_table(rows: list[Misfit]) -> str:
    """Return the misfits as Markdown."""
    lines = [
        "| group | unit | n | observed | predicted | bias | RMSE | RMSE/noise | correlation |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for m in rows:
        correlation = "–" if np.isnan(m.correlation) else f"{m.correlation:.2f}"
        lines.append(
            f"| {' / '.join(m.group)} | {m.unit} | {m.n} | {m.observed:.2f} | {m.predicted:.2f} | "
            f"{m.bias:+.2f} | {m.rmse:.2f} | {m.in_noise:.1f} | {correlation} |"
        )
    return "\n".join(lines)
