"""Numbers of the tumour that are fitted to published arms, drawn together where they were fitted together.

Beside them stands what turns them into those of a patient: subtype, and lesions that were measured.
"""

from __future__ import annotations

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.knowledge.ensemble import joint_draws
from erbium.knowledge.schema.number import Number
from erbium.knowledge.schema.regimen import Setting
from erbium.knowledge.tables import load_numbers

#: ER abundance above which a tumour counts as ER-positive.
ER_POSITIVE = 0.1
#: Ki-67 in percent that a tumour that grows has at least.
LEAST_KI67 = 1.0


def of_fit(twins: Twins, name: str) -> Array:
    """Return a number of ``tumour/variation.toml`` that is fitted to arms for every twin, shape (count,)."""
    return _drawn(twins, name, load_numbers("tumour/variation")[name])


def detection(twins: Twins, lesion_mm: Array) -> Array:
    """Return the diameter in mm below which no lesion is seen; those of `lesion_mm` were, shape (count,)."""
    return np.minimum(of_fit(twins, "lesion_detection_mm"), 0.99 * lesion_mm)


def doubling(twins: Twins, setting: Setting) -> Array:
    """Return the drug-free volume doubling time of HER2-positive disease in days, shape (count,)."""
    number = load_numbers("tumour/settings")[f"{setting}_doubling"]
    if setting == "metastatic":
        return _drawn(twins, "doubling", number)
    return twins.uncertain("doubling", number.value, number.low, number.high)


def growth_after(twins: Twins, lines: int) -> Array:
    """Return how many times as fast metastatic disease grows after so many earlier lines, shape (count,)."""
    return of_fit(twins, "growth_per_line") ** lines


def growth_between(twins: Twins, ki67: float | None, er: Array, *, positive: bool) -> Array:
    """Return the factor on the doubling time by which a tumour differs from others of its subtype, (count,).

    Without Ki-67 it is drawn. A measured Ki-67 tells a part of it: the log doubling time falls with log
    Ki-67 from that of the subtype, and what Ki-67 does not tell stays drawn.

    Parameters
    ----------
    ki67
        Ki-67 of the tumour in percent, None where it was not measured.
    er
        ER abundance, shape (count,).
    positive
        Whether the tumour is HER2-positive.
    """
    numbers = load_numbers("tumour/variation")
    cv = numbers["doubling_cv"].value
    if ki67 is None:
        return twins.between("doubling", cv)
    if positive:
        typical: Array | float = numbers["ki67_her2_positive"].value
    else:
        slow, fast = numbers["ki67_er_positive"].value, numbers["ki67_triple_negative"].value
        typical = np.where(er > ER_POSITIVE, slow, fast)
    slope, told = numbers["ki67_slope"].value, numbers["ki67_slope"].value * numbers["ki67_log_sd"].value
    left = np.sqrt(max(0.0, np.log1p(cv**2) - told**2))
    return np.asarray((max(ki67, LEAST_KI67) / typical) ** -slope * np.exp(left * twins.normal("doubling")))


def _drawn(twins: Twins, name: str, number: Number) -> Array:
    joint = joint_draws(name, twins)
    return twins.uncertain(name, number.value, number.low, number.high) if joint is None else joint


def subtype_ratio(er: Array) -> Array:
    """Return the doubling time of HER2-negative over that of HER2-positive disease, by ER, shape (count,)."""
    numbers = load_numbers("tumour/settings")
    slow = numbers["doubling_er_positive_ratio"].value
    fast = numbers["doubling_triple_negative_ratio"].value
    return np.where(er > ER_POSITIVE, slow, fast)
