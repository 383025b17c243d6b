"""Whether agents together do more than they do alone: excess with its interval over the draws.

In a tumour the effect is the fall in cells, log10, against no treatment. Independent agents multiply what
is left of the cells (Bliss), so that their falls add; the highest single agent (HSA) and dose additivity
(Loewe) are as in a dish. In a dish the effect is the share of cells that is missing against untreated ones.
A pair is called synergistic where the whole interval of its Bliss excess lies above zero, antagonistic
where it lies below, and additive otherwise; a set that moves nothing has no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.experiment.synergy import additive_at

Verdict = Literal["synergistic", "additive", "antagonistic", "no effect"]
#: Effects below this are no effect: log10 of cells in a tumour, share of cells in a dish.
NOTHING = {"tumour": 0.05, "dish": 0.02}
#: Differences below this are rounding: in the same units.
ROUNDING = {"tumour": 1e-3, "dish": 1e-3}
Place = Literal["tumour", "dish"]


@dataclass(frozen=True)
class Excess:
    """Excess over one reference.

    Attributes
    ----------
    median, low, high
        Over the parameter draws, 5th and 95th percentile; positive where the set does more than expected.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Array, twins: Twins) -> Excess:
        """Return the interval of one value per twin."""
        return cls(*twins.quantiles(np.nanmean(twins.per_draw(values), axis=1)))

    def json(self) -> dict[str, float]:
        """Return median, low and high."""
        return {"median": self.median, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Synergy:
    """What a set does beyond its agents alone, in one place.

    Attributes
    ----------
    place
        "tumour" or "dish".
    effect
        Median effect of the set.
    excess
        By reference; Loewe for pairs only.
    """

    place: Place
    effect: float
    excess: Mapping[str, Excess]

    @property
    def verdict(self) -> Verdict:
        """Whether it is synergistic, by Bliss."""
        if self.effect < NOTHING[self.place]:
            return "no effect"
        bliss = self.excess["Bliss"]
        if bliss.low > ROUNDING[self.place]:
            return "synergistic"
        return "antagonistic" if bliss.high < -ROUNDING[self.place] else "additive"

    def json(self) -> dict[str, Any]:
        """Return the synergy as plain data."""
        return {
            "effect": self.effect,
            "unit": "log10 cells" if self.place == "tumour" else "share of cells",
            "excess": {name: item.json() for name, item in self.excess.items()},
            "verdict": self.verdict,
        }


def in_tumour(
    twins: Twins, together: Array, alone: Sequence[Array], ladders: Sequence[tuple[Array, Array]] = ()
) -> Synergy:
    """Return the synergy of a set in a tumour.

    Parameters
    ----------
    together, alone
        Fall in cells of the set and of each agent, log10, each of shape (count,).
    ladders
        For a pair, of each agent: factors on its dose, ascending from 0, and falls, (doses, count).
    """
    excess = {"Bliss": together - np.sum(alone, axis=0), "HSA": together - np.max(alone, axis=0)}
    if len(ladders) == 2:
        (rows, first), (columns, second) = ladders
        at = int(np.flatnonzero(rows == 1.0)[0]), int(np.flatnonzero(columns == 1.0)[0])
        expected = [additive_at(rows, columns, first[:, k], second[:, k], *at) for k in range(first.shape[1])]
        excess["Loewe"] = together - np.array(expected)
    return Synergy(
        "tumour",
        float(np.median(together)),
        {name: Excess.of(values, twins) for name, values in excess.items()},
    )
