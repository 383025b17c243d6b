"""How long each patient is seen: entry over the time of accrual, one data cut, and loss on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.core import seeds
from erbium.core.twins import Array, Twins
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.number import Number
from erbium.knowledge.schema.span import days
from erbium.knowledge.schema.trial import Design
from erbium.knowledge.tables import load_numbers

YEAR_DAYS = 12.0 * DAYS_PER_MONTH


@dataclass(frozen=True)
class Seen:
    """Until when the patients are seen.

    Attributes
    ----------
    until
        Days from randomisation after which there is no visit, shape (n,).
    lost
        Whether that is because the patient was lost before the data cut, shape (n,).
    """

    until: Array
    lost: NDArray[np.bool_]


def seen_until(design: Design, patient: NDArray[np.int64], seed: int, draw: int) -> Seen:
    """Return until when patients are seen.

    Parameters
    ----------
    patient
        Numbers of the patients, shape (n,).
    draw
        Draw of what all share: within the ranges of rate and accrual where they are not known well.
    """
    # Parts of the accrual, latest first: who enters last is seen for the shortest time.
    entry = seeds.uniform(seed, patient, "trial.entry")
    cut = design.follow_up_days + _half_width(design, seed, draw) * (2.0 * entry - 1.0)
    rate = _drawn(drop_out(design), "trial.drop_out", seed, draw)
    gone = -np.log(seeds.uniform(seed, patient, "trial.drop_out")) / max(rate, 1e-12) * YEAR_DAYS
    return Seen(np.minimum(cut, gone), gone < cut)


def longest_follow_up(design: Design, seed: int, draw: int) -> float:
    """Return for how long the first patient is followed, in days."""
    return design.follow_up_days + _half_width(design, seed, draw)


def other_event_days(patient: NDArray[np.int64], seed: int) -> Array:
    """Return the day of a second primary tumour, or of a death without relapse, shape (n,).

    They count as events after surgery, and no treatment of the tumour changes them.
    """
    rate = load_numbers("conduct/trials")["other_events_per_year"].value
    return np.asarray(-np.log(seeds.uniform(seed, patient, "trial.other_event")) / rate * YEAR_DAYS)


def drop_out(design: Design) -> Number:
    """Return the rate at which patients are lost."""
    return design.drop_out_per_year or load_numbers("conduct/trials")["drop_out_per_year"]


def _half_width(design: Design, seed: int, draw: int) -> float:
    """Return by how much follow-up differs from its mean at most, in days."""
    mean = design.follow_up_days
    if design.accrual is not None:
        return min(0.5 * days(design.accrual), mean)
    numbers = load_numbers("conduct/trials")
    share = _drawn(numbers["accrual_half_width"], "trial.accrual", seed, draw)
    most = _drawn(numbers["accrual_half_width_most"], "trial.accrual_most", seed, draw)
    return min(share * mean, most * DAYS_PER_MONTH, mean)


def _drawn(number: Number, quantity: str, seed: int, draw: int) -> float:
    values = Twins(seed, draw + 1, 1).uncertain(quantity, number.value, number.low, number.high)
    return float(values[draw])
