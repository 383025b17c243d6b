"""Numbers of the tumour that are fitted to published arms, drawn together where they were fitted together."""

from __future__ import annotations

from erbium.core.twins import Array, Twins
from erbium.knowledge.ensemble import joint_draws
from erbium.knowledge.schema.number import Number
from erbium.knowledge.schema.regimen import Setting
from erbium.knowledge.tables import load_numbers


def of_fit(twins: Twins, name: str) -> Array:
    """Return a number of ``tumour/variation.toml`` that is fitted to arms for every twin, shape (count,)."""
    return _drawn(twins, name, load_numbers("tumour/variation")[name])


def doubling(twins: Twins, setting: Setting) -> Array:
    """Return the drug-free volume doubling time of HER2-positive disease in days, shape (count,)."""
    number = load_numbers("tumour/settings")[f"{setting}_doubling"]
    if setting == "metastatic":
        return _drawn(twins, "doubling", number)
    return twins.uncertain("doubling", number.value, number.low, number.high)


def _drawn(twins: Twins, name: str, number: Number) -> Array:
    joint = joint_draws(name, twins)
    return twins.uncertain(name, number.value, number.low, number.high) if joint is None else joint
