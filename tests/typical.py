"""The typical patient: every draw at its middle, so that simulations can be compared with published means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.engine.kernel import STEPS_PER_DAY, Kernel
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen
from erbium.pharmacology import Host, prescribe
from erbium.pharmacology.slots import Filling


@dataclass(frozen=True)
class Typical(Twins):
    """Twins without variation between patients; the first parameter draw has none at all."""

    def normal(self, quantity: str) -> Array:
        return np.zeros(self.count)

    def uniform(self, quantity: str) -> Array:
        return np.full(self.count, 0.5)


def typical_host(
    *, weight: float = 66.0, albumin: float = 4.0, fcgr3a: str = "V/F", height: float = 162.0, count: int = 1
) -> Host:
    """Return a patient with the given covariates, weight in kg, albumin in g/dL, height in cm."""
    given: dict[str, float | str | None] = {
        "weight": weight,
        "albumin": albumin,
        "fcgr3a": fcgr3a,
        "height": height,
    }
    return Host.draw(Typical(1, 1, count), given)


def plasma(
    kernel: Kernel,
    regimen: Regimen,
    drugs: Mapping[str, Drug],
    days: float,
    host: Host,
    *,
    steps_per_day: int = STEPS_PER_DAY,
) -> tuple[Array, Array]:
    """Return hours since the first dose and mg/L of a regimen of one drug, at every step."""
    (slot,) = prescribe(regimen, drugs, Filling(Typical(1, 1, 1), host)).slots
    return plasma_of(kernel, regimen, drugs, days, host, slot, steps_per_day=steps_per_day)


def plasma_of(
    kernel: Kernel,
    regimen: Regimen,
    drugs: Mapping[str, Drug],
    days: float,
    host: Host,
    slot: str,
    *,
    steps_per_day: int = STEPS_PER_DAY,
) -> tuple[Array, Array]:
    """Return the same of the drug in one slot of a regimen."""
    found = prescribe(regimen, drugs, Filling(Typical(1, 1, 1), host))
    network = kernel.network
    table = network.defaults[None].copy()
    for name, values in found.values.items():
        if name in network.parameter_index:
            table[:, network.parameter_index[name]] = values
    out = kernel.advance(
        kernel.initial_states(table),
        table,
        0.0,
        days * 24.0,
        list(found.rules),
        found.amounts,
        record_h=24.0 / steps_per_day,
        record_species=[f"central_{slot}"],
        steps_per_day=steps_per_day,
    )
    assert out.record is not None
    mg_l = out.record[:, 0, 0] / table[0, network.parameter_index[f"V1_{slot}"]]
    return np.asarray(out.times_h, dtype=float), np.asarray(mg_l, dtype=float)


def last_interval(hours: Array, mg_l: Array, interval_h: float) -> tuple[Array, Array]:
    """Return the last dosing interval, its hours from its own dose; the first record is before that dose."""
    last = hours >= hours[-1] - interval_h
    return hours[last] - (hours[-1] - interval_h), mg_l[last]


def exposure(hours: Array, mg_l: Array) -> tuple[float, float, float]:
    """Return trough and peak in mg/L, and area in mg*d/L, of one dosing interval."""
    return float(mg_l[-1]), float(mg_l[1:].max()), float(np.trapezoid(mg_l[1:], hours[1:] / 24.0))
