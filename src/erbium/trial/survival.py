"""Overall survival as survival after progression: exploratory, and the same for every treatment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core import seeds
from erbium.core.twins import Array, Twins
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.number import Number
from erbium.knowledge.tables import load_numbers

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Trial

TABLE = "tumour/after_progression"
#: The numbers of the model, in the order in which they are fitted.
NUMBERS = ("survival_after_progression", "survival_per_line", "death_at_progression")
#: Later lines have no survival curve of their own and count as this one.
LATEST_LINE = 3
#: The disease whose curves the model was fitted to.
SETTING, STATUS = "metastatic", "positive"
SAID = (
    "overall survival is exploratory: after progression it depends on the line of treatment alone, whatever "
    "was given before or comes later; it stands outside headline, ranking and scoreboard"
)
MISSING = "there is no overall survival: it was fitted to HER2-positive metastatic disease only"


@dataclass(frozen=True)
class AfterProgression:
    """How long patients live after progression.

    Attributes
    ----------
    median_months
        Median in first-line disease, months; the hazard of death is constant.
    per_line
        What each further line multiplies it with.
    deaths
        Share of the events of progression-free survival that are deaths.
    """

    median_months: float
    per_line: float
    deaths: float

    @classmethod
    def of(
        cls, numbers: Mapping[str, Number] | None = None, *, seed: int = 1, draw: int = 0
    ) -> AfterProgression:
        """Return the model with the numbers of a parameter draw; draw 0 has the fitted values.

        Parameters
        ----------
        numbers
            By the names in `NUMBERS`; the shipped ones without.
        """
        known = load_numbers(TABLE) if numbers is None else numbers
        twins = Twins(seed, draw + 1, 1)
        drawn = [
            float(twins.uncertain(name, found.value, found.low, found.high)[draw])
            for name, found in ((name, known[name]) for name in NUMBERS)
        ]
        return cls(*drawn)

    def median(self, line: int | NDArray[np.int64]) -> Array:
        """Return the median from progression to death, months, at a line of treatment (1 is the first)."""
        later = np.clip(np.asarray(line), 1, LATEST_LINE) - 1
        return np.asarray(self.median_months * self.per_line**later, dtype=np.float64)

    def months(self, line: NDArray[np.int64], chance: Array) -> Array:
        """Return the time from progression to death.

        Parameters
        ----------
        line
            Line of the treatment under which patients progressed, shape (n,).
        chance
            Even numbers in (0, 1), one a patient, shape (n,): the first share of them are deaths.

        Returns
        -------
        array
            Months; 0 for who died instead of progressing, shape (n,).
        """
        left = np.clip((chance - self.deaths) / (1.0 - self.deaths), 0.0, None)
        return np.asarray(self.median(line) * -np.log2(1.0 - left), dtype=np.float64)


def overall_survival(
    setting: str, table: pd.DataFrame, until_days: Array, seed: int, draw: int
) -> dict[str, Array | NDArray[np.bool_]]:
    """Return the columns `os_months` and `os_event` of some patients.

    Parameters
    ----------
    setting
        Of the trial: there is a model for metastatic disease only.
    table
        One row a patient: `patient`, `pfs_months`, `pfs_event`, `lines_before`, `her2_status`.
    until_days
        Day on which each patient is seen for the last time, shape (n,).
    seed, draw
        Seed of the run, and draw of what all patients share.

    Returns
    -------
    dict
        Months from randomisation to death, or to the end of follow-up, and whether it was death. NaN where
        the model does not apply: other settings, and disease that is not HER2-positive.
    """
    n = len(table)
    if setting != SETTING or not n:
        return {"os_months": np.full(n, np.nan), "os_event": np.zeros(n, dtype=bool)}
    progressed = table["pfs_event"].to_numpy(dtype=bool)
    start = table["pfs_months"].to_numpy(dtype=np.float64)
    line = table["lines_before"].to_numpy(dtype=np.int64) + 1
    chance = seeds.uniform(seed, table["patient"].to_numpy(), "trial.after_progression")
    death = start + AfterProgression.of(seed=seed, draw=draw).months(line, chance)
    # Who was never seen again has a follow-up of PFS that is longer than the day of loss.
    end = np.maximum(until_days / DAYS_PER_MONTH, start)
    event = progressed & (death <= end)
    months = np.where(event, death, end)
    known = (table["her2_status"] == STATUS).to_numpy(dtype=bool)
    return {"os_months": np.where(known, months, np.nan), "os_event": event & known}


def said_of(trial: Trial) -> list[str]:
    """Return what must be said of the simulated overall survival of a trial."""
    crossing = [
        f'crossover of "{arm.name}" to "{arm.crossover_to}" changes nothing in overall survival: the curves '
        "that it was fitted to do not tell later treatment from the line"
        for arm in trial.arm
        if arm.crossover_to
    ]
    return [SAID, *crossing]
