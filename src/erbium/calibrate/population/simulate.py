"""Running all courses of one design of the numbers for one group of patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from erbium.calibrate.population.changed import change
from erbium.calibrate.population.courses import Courses, Enrolment
from erbium.core.twins import Array
from erbium.population import Patients
from erbium.trial.follow_up import Seen
from erbium.trial.outcome import measurable
from erbium.tumour import Arm, Course, run_arms
from erbium.tumour.recist import NAMES

if TYPE_CHECKING:
    import pandas as pd

#: Responses as they are kept: the place of the word.
CODES = {word: code for code, word in NAMES.items()}


@dataclass
class Group:
    """The same patients of every enrolment, sampled and settled once.

    Attributes
    ----------
    number, size
        Number of the group, which is the block they are sampled as, and patients of each enrolment.
    """

    courses: Courses
    seed: int
    number: int
    size: int
    _patients: dict[Enrolment, Patients] = field(default_factory=dict)
    _arms: dict[int, Arm] = field(default_factory=dict)

    def patients(self, enrolment: Enrolment) -> Patients:
        """Return the patients of an enrolment."""
        if enrolment not in self._patients:
            self._patients[enrolment] = enrolment.sample(self.seed, self.number, self.size)
        return self._patients[enrolment]

    def arm(self, course: int) -> Arm:
        """Return the arm of a course under the shipped numbers."""
        if course not in self._arms:
            plan = self.courses.courses[course]
            self._arms[course] = self.patients(plan.enrolment).tumour.arm(plan.regimen)
        return self._arms[course]

    def run(
        self, wanted: Sequence[int], many: Sequence[Mapping[str, float]], until: float
    ) -> list[dict[int, Course]]:
        """Return courses by number, for each set of factors.

        All run as few batches: what happens to a patient does not depend on the others.

        Parameters
        ----------
        wanted
            Which courses.
        many
            Sets of factors on the free numbers.
        until
            Days after which a course ends, if that is before the horizon.
        """
        grids: dict[tuple[float, ...], list[int]] = {}
        for number in wanted:
            visits = tuple(day for day in self.courses.courses[number].visits if day <= until)
            grids.setdefault(visits, []).append(number)
        found: list[dict[int, Course]] = [{} for _ in many]
        for visits, numbers in grids.items():
            arms, at = [], []
            for number in numbers:
                tumour = self.patients(self.courses.courses[number].enrolment).tumour
                for place, factors in enumerate(many):
                    arms.append(change(tumour, self.arm(number), factors))
                    at.append((place, number))
            kernel = self.patients(self.courses.courses[numbers[0]].enrolment).tumour.kernel
            for (place, number), course in zip(at, run_arms(kernel, arms, visits), strict=True):
                found[place][number] = course
        return found

    def outcomes(self, many: Sequence[Mapping[str, float]]) -> list[pd.DataFrame]:
        """Return, for each set of factors, one row per course and patient.

        A row holds response, months to it and to progression, and the deepest change.

        Nobody is lost and nobody is censored before the horizon: a Kaplan-Meier estimate of censored times
        aims at the same shares, with more noise.
        """
        everything = range(len(self.courses.courses))
        return [self._table(courses) for courses in self.run(everything, many, np.inf)]

    def _table(self, courses: Mapping[int, Course]) -> pd.DataFrame:
        import pandas as pd

        frames = []
        for number, course in sorted(courses.items()):
            arm, size = self.arm(number), self.size
            seen = Seen(np.full(size, self.courses.horizon), np.zeros(size, dtype=bool))
            table = measurable(course, arm, seen).table
            frames.append(
                pd.DataFrame(
                    {
                        "course": np.full(size, number, dtype=np.int16),
                        "patient": np.arange(size, dtype=np.int32),
                        "response": table["response"].map(CODES).fillna(0).astype(np.int8),
                        "benefit": table["benefit"].to_numpy(dtype=bool),
                        "months": table["pfs_months"].to_numpy(dtype=np.float32),
                        "progressed": table["pfs_event"].to_numpy(dtype=bool),
                        "response_month": table["response_month"].to_numpy(dtype=np.float32),
                        "nadir_percent": table["nadir_percent"].to_numpy(dtype=np.float32),
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)

    def reads_otherwise(self, course: int, factors: Mapping[str, float]) -> bool:
        """Return whether factors change how a scan reads the sizes of a course."""
        plan, arm = self.courses.courses[course], self.arm(course)
        changed = change(self.patients(plan.enrolment).tumour, arm, factors)
        return bool((changed.detection_mm != arm.detection_mm).any())

    def marks(self, attributes: Sequence[str]) -> pd.DataFrame:
        """Return who has which attribute, and the size at the start, by enrolment and patient."""
        import pandas as pd

        frames = []
        for place, enrolment in enumerate(self.courses.enrolments):
            table = self.patients(enrolment).table
            columns = {name: table[name].to_numpy(dtype=bool) for name in attributes}
            frames.append(
                pd.DataFrame(
                    {
                        "enrolment": np.full(self.size, place, dtype=np.int16),
                        "patient": np.arange(self.size, dtype=np.int32),
                        "baseline_mm": table["baseline_mm"].to_numpy(dtype=np.float32),
                        **columns,
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)


def moved(before: Course, after: Course) -> bool:
    """Return whether sizes differ by more than rounding, in any patient at any visit."""
    one, other = before.volume, after.volume
    apart: Array = np.abs(one - other) / np.maximum(np.maximum(one, other), 1e-6)
    return bool((apart > 1e-3).any())
