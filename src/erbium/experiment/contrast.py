"""One arm against another, member by member: the draws are paired."""

from __future__ import annotations

from typing import Any

import numpy as np

from erbium.core.twins import Array

#: A readout below this counts as nothing: no ratio is taken of it.
NOTHING = 1e-9


def compare(test: Array, against: Array, floor: float) -> dict[str, Any]:
    """Return ratio (median), its 5th and 95th percentile, and the direction.

    Parameters
    ----------
    test, against
        A readout in both arms, shape (members,).
    floor
        Relative change below which the two count as equal.

    Returns
    -------
    The direction is up or down where the interval excludes 1 and the ratio passes the floor, unchanged
    where the whole interval lies within it, else unclear. A readout that can be 0 or negative has no
    ratio; then the direction is that of the difference, and equal arms are unchanged.
    """
    if (test > NOTHING).all() and (against > NOTHING).all():
        low, ratio, high = np.quantile(test / against, [0.05, 0.5, 0.95])
        inside = low > 1.0 / (1.0 + floor) and high < 1.0 + floor
        direction = (
            "up" if low > 1.0 and ratio >= 1.0 + floor
            else "down" if high < 1.0 and ratio <= 1.0 / (1.0 + floor)
            else "unchanged" if inside
            else "unclear"
        )  # fmt: skip
        return {"ratio": float(ratio), "low": float(low), "high": float(high), "direction": direction}
    low, high = np.quantile(test - against, [0.05, 0.95])
    size = max(floor * max(float(np.abs(against).max()), float(np.abs(test).max())), NOTHING)
    direction = (
        "unchanged" if max(abs(low), abs(high)) <= size
        else "up" if low > 0.0
        else "down" if high < 0.0
        else "unclear"
    )  # fmt: skip
    return {"ratio": None, "low": None, "high": None, "direction": direction}
