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


def _drawn(twins: Twins, name: str, number: Number) -> Array:
    joint = joint_draws(name, twins)
    return twins.uncertain(name, number.value, number.low, number.high) if joint is None else joint


def subtype_ratio(er: Array) -> Array:
    """Return the doubling time of HER2-negative over that of HER2-positive disease, by ER, shape (count,)."""
    numbers = load_numbers("tumour/settings")
    slow = numbers["doubling_er_positive_ratio"].value
    fast = numbers["doubling_triple_negative_ratio"].value
    return np.where(er > ER_POSITIVE, slow, fast)
