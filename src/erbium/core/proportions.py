"""Intervals of rates and of their difference."""

from __future__ import annotations

import math


def wilson(share: float, n: int, z: float) -> tuple[float, float]:
    """Return Wilson's interval of a share of `n`, as fractions.

    Parameters
    ----------
    share
        Rate, a fraction.
    n
        How many it is of.
    z
        Half width of the interval in standard errors.
    """
    centre, spread = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def newcombe(one: float, n: int, other: float, n_other: int, z: float) -> tuple[float, float]:
    """Return the interval of the difference of two independent rates, fractions.

    Source: Newcombe 1998, method 10.

    Parameters
    ----------
    one, other
        Rates, fractions; the difference is `one` less `other`.
    n, n_other
        How many they are of.
    z
        Half width of the interval in standard errors.
    """
    (low, high), (low_other, high_other) = wilson(one, n, z), wilson(other, n_other, z)
    value = one - other
    return value - math.hypot(one - low, high_other - other), value + math.hypot(
        high - one, other - low_other
    )
