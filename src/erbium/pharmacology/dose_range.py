"""Doses beside those from which the pharmacokinetics of a drug were read: a warning and a wider draw."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from erbium.core.twins import Z95, Array, Twins
from erbium.knowledge.schema.dose_text import amount, hours
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Schedule
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology.host import Host

#: Hours of an infusion that the two-hour grid of a course cannot tell from a dose given at once.
_SHORT_INFUSION_H = 4.0
#: Rounding of a dose that is not outside a range.
_CLOSE = 1.0 + 1e-9


@dataclass(frozen=True)
class DoseRange:
    """How far the doses of a schedule lie outside what was studied.

    Attributes
    ----------
    drug
        Id of the drug.
    clearance_fold
        How many times more or less than expected the clearance may be, 95th percentile; 1 inside.
    warnings
        What must be said.
    """

    drug: str
    clearance_fold: float
    warnings: tuple[str, ...]

    def widened(self, clearance: Array, twins: Twins) -> Array:
        """Return a clearance, shape (count,), with the further variation between twins."""
        if self.clearance_fold <= 1.0:
            return clearance
        sd = math.log(self.clearance_fold) / Z95
        return np.asarray(clearance * np.exp(sd * twins.normal(f"{self.drug}.CL.outside_studied_doses")))


def dose_range(schedule: Schedule, drug: Drug, host: Host) -> DoseRange:
    """Return how far the doses of `schedule` lie outside what was studied of `drug`.

    That is the range in the drug's file; without one, the usual doses and what is not far from them. Doses in
    other units than the range are compared for the median twin.
    """
    numbers = load_numbers("host/dose_range")
    studied = drug.kinetics.studied_doses
    if studied is not None:
        low, high, room, what = studied.low, studied.high, 1.0, "studied"
    else:
        usual = drug.default_schedule
        doses = [usual.dose, *([usual.loading] if usual.loading else [])]
        doses.sort(key=lambda text: amount(text)[0])
        low, high, room, what = doses[0], doses[-1], numbers["usual_dose_fold"].value, "usual"
    warnings: list[str] = []
    farthest = 1.0
    for dose in dict.fromkeys(text for text in (schedule.loading, schedule.dose) if text):
        below, above = _ratio(low, dose, host) / room, _ratio(dose, high, host) / room
        fold = max(below, above)
        if fold <= _CLOSE:
            continue
        bound, side = (
            (f"lowest {what} ({low})", "below") if below > above else (f"highest {what} ({high})", "above")
        )
        warnings.append(f"{drug.name} at {dose} is {_times(fold * room)} times {side} the {bound}")
        farthest = max(farthest, fold)
    clearance = min(
        numbers["clearance_fold_per_doubling"].value ** math.log2(farthest),
        numbers["largest_clearance_fold"].value,
    )
    if warnings:
        warnings[-1] += f": clearance varies up to {clearance:.3g}-fold more between twins"
    if schedule.infusion is not None and hours(schedule.infusion) > _SHORT_INFUSION_H:
        warnings.append(
            f"{drug.name}: the infusion of {schedule.infusion} is simulated as one dose at its start"
        )
    return DoseRange(drug.id, clearance, tuple(warnings))


def target_path_share(schedule: Schedule, drug: Drug, host: Host) -> float:
    """Return how much of the saturable path counts at the dose of `schedule`, 0 to 1."""
    path, studied = drug.kinetics.target_path, drug.kinetics.studied_doses
    if path is None or studied is None:
        return 1.0
    below = math.log(max(_ratio(studied.low, schedule.dose, host), 1.0))
    return min(below / math.log(_ratio(studied.low, path.whole_at, host)), 1.0)


def _times(fold: float) -> str:
    return f"{fold:.3g}" if fold < 100.0 else f"{fold:.0f}"


def _ratio(one: str, other: str, host: Host) -> float:
    (a, unit), (b, other_unit) = amount(one), amount(other)
    if unit == other_unit:
        return a / b
    return float(np.median(host.size_of(one)) / np.median(host.size_of(other)))
