"""Two drugs together against what each does alone: Bliss, highest single agent, Loewe.

All three are given as excess effect: positive where the pair does more than the reference says. An
effect is 1 minus the living cells relative to the untreated ones.
"""

from __future__ import annotations

import numpy as np

from erbium.core.twins import Array

REFERENCES = ("Bliss", "HSA", "Loewe")
_BISECTIONS = 60


def excess(rows: Array, columns: Array, effect: Array) -> dict[str, Array]:
    """Return the excess over each reference, shape (rows, columns).

    Parameters
    ----------
    rows, columns
        Ascending concentrations of the two drugs, the first of each 0.
    effect
        Effect of the pair, (rows, columns); its first row and column are the drugs alone.
    """
    alone_row, alone_column = effect[:, :1], effect[:1, :]
    return {
        "Bliss": effect - (alone_row + alone_column - alone_row * alone_column),
        "HSA": effect - np.maximum(alone_row, alone_column),
        "Loewe": effect - additive(rows, columns, effect),
    }


def additive(rows: Array, columns: Array, effect: Array) -> Array:
    """Return the effect of dose additivity (Loewe): what a drug combined with itself would do.

    The effect ``e`` at doses a and b solves ``a / A(e) + b / B(e) = 1``, where A and B are the doses at
    which either drug alone has the effect e. Where e is beyond what a drug reaches alone, that drug's
    dose is infinite and only the other counts. The curves alone are monotone interpolations.
    """
    out = np.array(effect, dtype=float)
    first, second = _Curve(rows, effect[:, 0]), _Curve(columns, effect[0, :])
    for i in range(1, len(rows)):
        for j in range(1, len(columns)):
            out[i, j] = _same_load(first, second, rows[i], columns[j])
    return out


def additive_at(rows: Array, columns: Array, first: Array, second: Array, i: int, j: int) -> float:
    """Return the effect of dose additivity at one pair of doses.

    Parameters
    ----------
    rows, columns
        Ascending doses of the two drugs, the first of each 0.
    first, second
        Effect of each drug alone at them.
    i, j
        Positions of the pair.
    """
    return _same_load(_Curve(rows, first), _Curve(columns, second), rows[i], columns[j])


def _same_load(first: _Curve, second: _Curve, a: float, b: float) -> float:
    """Return the effect e at which ``a / A(e) + b / B(e)`` is 1."""
    low, high = 0.0, max(first.top, second.top)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        load = a / first.dose(middle) + b / second.dose(middle)
        low, high = (middle, high) if load > 1.0 else (low, middle)
    return 0.5 * (low + high)


class _Curve:
    """A drug alone: the dose at which it has an effect; linear below the lowest dose, then log-monotone."""

    def __init__(self, doses: Array, effect: Array) -> None:
        from scipy.interpolate import PchipInterpolator

        rising = np.maximum.accumulate(np.maximum(effect, 0.0))
        keep = np.concatenate([[False], np.diff(rising) > 1e-9])
        self.top = float(rising[-1])
        self._effects, self._doses = rising[keep], doses[keep]
        self._inverse = (
            PchipInterpolator(self._effects, np.log(self._doses)) if len(self._effects) > 1 else None
        )

    def dose(self, effect: float) -> float:
        if len(self._effects) == 0 or effect > self.top:
            return np.inf
        if effect <= self._effects[0] or self._inverse is None:
            return max(float(self._doses[0] * effect / self._effects[0]), 1e-12)
        return float(np.exp(self._inverse(effect)))
