"""One regimen for one group of patients, ready to be run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.engine.doses import DoseRule


@dataclass(frozen=True)
class Arm:
    """One regimen for one group of patients.

    Attributes
    ----------
    name
        Label of the arm.
    parameters
        Network parameters, shape (n, parameters).
    states
        Start states, shape (n, species).
    rules, amounts
        Dose rules, and amounts in mg, shape (rules, n).
    lesions, detection_mm
        Lesions per patient and the smallest visible one, shape (n,).
    new_lesion_threshold
        Cumulated hazard at which a new lesion appears, shape (n,); infinite for none.
    new_lesion_rate
        Hazard per cm3 of living tumour and month, for cells that seed like the reference, shape (n,).
    warnings
        What must be said of the doses.
    held
        Per rule, whether low neutrophils hold its doses; empty for none.
    stop_days
        Day from which the doses of a rule are no longer given for toxicity, shape (rules, n); empty for
        never.
    scar
        Share of a lesion's volume that stays visible when its cells are gone, shape (n,); empty for none.
    until_days
        Day after which a patient is not seen any more, shape (n,); None for the whole grid.
    """

    name: str
    parameters: Array
    states: Array
    rules: tuple[DoseRule, ...]
    amounts: Array
    lesions: Array
    detection_mm: Array
    new_lesion_threshold: Array
    new_lesion_rate: Array
    warnings: tuple[str, ...] = ()
    held: tuple[bool, ...] = ()
    stop_days: Array = field(default_factory=lambda: np.empty((0, 0)))
    scar: Array = field(default_factory=lambda: np.empty(0))
    until_days: Array | None = None

    @property
    def stops(self) -> Array:
        """Day from which the doses of each rule are no longer given, shape (rules, n)."""
        return self.stop_days if self.stop_days.size else np.full(self.amounts.shape, np.inf)

    @property
    def scars(self) -> Array:
        """Share of a lesion's volume that stays visible when its cells are gone, shape (n,)."""
        return self.scar if self.scar.size else np.zeros(self.lesions.shape)

    def of(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Arm:
        """Return the arm with only some of its patients."""
        return replace(
            self,
            parameters=self.parameters[rows],
            states=self.states[rows],
            amounts=self.amounts[:, rows],
            lesions=self.lesions[rows],
            detection_mm=self.detection_mm[rows],
            new_lesion_threshold=self.new_lesion_threshold[rows],
            new_lesion_rate=self.new_lesion_rate[rows],
            stop_days=self.stops[:, rows],
            scar=self.scars[rows],
            until_days=None if self.until_days is None else self.until_days[rows],
        )
