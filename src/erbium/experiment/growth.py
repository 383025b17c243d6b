"""What a dose-response says: growth-rate inhibition, and where half of an effect is reached.

Growth-rate inhibition (Hafner 2016, 10.1038/nmeth.3853): 1 no effect, 0 no growth, below 0 killing. The
metrics are read off the simulated curve itself, which has no noise to smooth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from erbium.core.twins import Array

#: Doublings of the untreated cells below which their growth cannot be compared with.
LEAST_DOUBLINGS = 0.05
HALF = 0.5


def growth_inhibition(treated: Array, untreated: Array) -> Array:
    """Return GR values from living cells relative to time 0; NaN where the untreated do not grow."""
    doublings = np.log2(untreated)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        gr = 2.0 ** (np.log2(np.maximum(treated, 1e-12)) / doublings) - 1.0
    return np.where(doublings > LEAST_DOUBLINGS, gr, np.nan)


def response_change(treated: Array, untreated: Array, treated_other: Array, untreated_other: Array) -> Array:
    """Return how much less a drug does to cells than to other cells; above zero it does less.

    Cells that divide at another pace without a drug differ in GR where the drug kills at a fixed rate, and
    in number where it slows division by a fixed share, though the drug acts alike. Only what both agree on
    counts: the smaller of the differences of ln(1 + GR) and of ln(treated / untreated), zero where they
    point apart, NaN where untreated cells do not grow.

    Parameters
    ----------
    treated, untreated, treated_other, untreated_other
        Living cells relative to time 0.
    """
    inhibition, number = response_differences(treated, untreated, treated_other, untreated_other)
    smaller = np.where(np.abs(inhibition) < np.abs(number), inhibition, number)
    return np.where(np.isnan(inhibition), np.nan, np.where(inhibition * number > 0.0, smaller, 0.0))


def response_differences(
    treated: Array, untreated: Array, treated_other: Array, untreated_other: Array
) -> tuple[Array, Array]:
    """Return the two differences that :func:`response_change` compares: of ln(1 + GR), and of log number."""
    # Where no cell is left GR is -1 and its logarithm infinite; two such cells cannot be compared.
    with np.errstate(divide="ignore", invalid="ignore"):
        inhibition = np.log1p(growth_inhibition(treated, untreated)) - np.log1p(
            growth_inhibition(treated_other, untreated_other)
        )
    return inhibition, np.log(treated / untreated) - np.log(treated_other / untreated_other)


def metrics(doses: Array, treated: Array, untreated: Array) -> Mapping[str, Array]:
    """Return the metrics of a dose-response, each of shape (members,).

    Parameters
    ----------
    doses
        Ascending concentrations, nM, shape (doses,).
    treated, untreated
        Living cells relative to time 0, (doses, members) and (members,).

    Returns
    -------
    GR50, IC50 in nM (infinite where the half is not reached), GR_max and E_max at the highest dose, and
    GR_AOC, the mean of 1 - GR over the log of the dose.
    """
    gr = growth_inhibition(treated, untreated)
    relative = treated / untreated
    area = np.trapezoid(1.0 - gr, np.log10(doses), axis=0) / np.log10(doses[-1] / doses[0])
    return {
        "GR50": half_point(doses, gr),
        "GR_max": gr[-1],
        "GR_AOC": np.asarray(area),
        "IC50": half_point(doses, relative),
        "E_max": relative[-1],
    }


def half_point(doses: Array, values: Array) -> Array:
    """Return the lowest dose at which a curve falls to one half, on the log scale, shape (members,).

    It is infinite where the curve stays above, and the lowest dose where it starts below.
    """
    out = np.full(values.shape[1], np.inf)
    for member, curve in enumerate(values.T):
        if np.isnan(curve).any():
            out[member] = np.nan
            continue
        below = np.flatnonzero(curve <= HALF)
        if len(below) == 0:
            continue
        k = int(below[0])
        if k == 0:
            out[member] = doses[0]
            continue
        share = (curve[k - 1] - HALF) / (curve[k - 1] - curve[k])
        out[member] = doses[k - 1] * (doses[k] / doses[k - 1]) ** share
    return out
