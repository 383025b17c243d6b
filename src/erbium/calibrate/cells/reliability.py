"""How far a predicted difference between lines is to be trusted, learnt from donors that were seen.

A model may rank lines and yet spread them too widely. For each drug of a data set the measured values
of the training donors are regressed on the predicted ones; the slope of a drug leans towards that of all
drugs of the data set, as if those were one more drug. A slope below 0 counts as 0.
"""

from __future__ import annotations

import numpy as np

from erbium.calibrate.cells.observations import Observation, Observations
from erbium.core.twins import Array


def rescaled(seen: Observations, held: Observations, at_seen: Array, at_held: Array) -> Array:
    """Return predictions of held-out rows, (held rows,), about the mean of their drug.

    Parameters
    ----------
    seen, held
        Drug responses of the training donors, and of the held-out ones.
    at_seen, at_held
        What the model predicts for both. A drug that nobody else was given keeps its prediction.
    """
    sums: dict[str, list[Array]] = {}
    groups = _groups(seen)
    moments: dict[str, tuple[float, float, float, float]] = {}
    for key, rows in groups.items():
        said, true = at_seen[rows], seen.values[rows]
        covariance = float(((said - said.mean()) * (true - true.mean())).sum())
        variance = float(((said - said.mean()) ** 2).sum())
        moments[key] = (float(said.mean()), float(true.mean()), covariance, variance)
        sums.setdefault(_set_of(seen.rows[int(rows[0])]), []).append(np.array([covariance, variance, 1.0]))
    pooled = {name: np.sum(parts, axis=0) for name, parts in sums.items()}
    found = at_held.copy()
    for key, rows in _groups(held).items():
        if key not in moments:
            continue
        said_mean, true_mean, covariance, variance = moments[key]
        all_covariance, all_variance, drugs = pooled[_set_of(held.rows[int(rows[0])])]
        total = variance + all_variance / drugs
        slope = max((covariance + all_covariance / drugs) / total, 0.0) if total > 0 else 0.0
        found[rows] = true_mean + slope * (at_held[rows] - said_mean)
    return np.asarray(found)


def _set_of(row: Observation) -> str:
    return f"{row.dataset}|{row.measure}|{row.dose}"


def _groups(table: Observations) -> dict[str, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return the rows of each drug in each measure of each data set (and at each dose)."""
    keys = np.array([f"{_set_of(row)}|{row.drug}" for row in table.rows])
    return {str(key): np.flatnonzero(keys == key) for key in np.unique(keys)}
