"""What the posterior says of arms and of primary comparisons, beside what was published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from erbium.calibrate.population.courses import Courses, Pair
from erbium.calibrate.population.design import Design
from erbium.calibrate.population.emulator import LEAST_R2, Emulator
from erbium.calibrate.population.floors import floor_sd
from erbium.calibrate.population.observed import Row, row_of
from erbium.calibrate.population.readings import RATIO, Reading
from erbium.calibrate.population.statistic import scale_of, simulated_name
from erbium.core.twins import Array
from erbium.knowledge.schema.calibration import free_at
from erbium.knowledge.schema.trial import Trial

#: Published figures that are predicted.
_PREDICTED = ("ORR", "CR", "CBR", "PD", "median_PFS", "median_TTP", "median_DOR")


@dataclass(frozen=True)
class Prediction:
    """A published figure beside its simulation.

    Attributes
    ----------
    label, trial, statistic
        Arm or comparison in words, id of the trial, and the figure.
    role
        backbone, control, anchor, or predicted; for a figure of a fitted arm that was not fitted: beside.
    published
        In per cent, months, or as a ratio.
    value, low, high
        Median, 5th and 95th percentile of the simulated figure.
    predicted_low, predicted_high
        The same with the floors and the chance of the published number of patients: 90 % of published
        figures should lie between them.
    """

    label: str
    trial: str
    statistic: str
    role: str
    published: float | None
    value: float
    low: float
    high: float
    predicted_low: float
    predicted_high: float

    @property
    def inside(self) -> bool | None:
        """Whether the published figure lies in the predicted interval."""
        if self.published is None:
            return None
        return self.predicted_low <= self.published <= self.predicted_high


@dataclass(frozen=True)
class Published:
    """What was published of one planned arm, or of a pair, and can be predicted."""

    reading: Reading
    row: Row | None
    label: str
    trial: str
    role: str
    drugs: tuple[str, ...]
    statistic: str
    published: float | None
    variance: float


@dataclass(frozen=True)
class Predictor:
    """Predicts published figures from draws of the coordinates.

    Attributes
    ----------
    items
        What can be predicted.
    emulators
        By figure.
    """

    design: Design
    items: tuple[Published, ...]
    emulators: Mapping[Reading, Emulator]
    undescribed: tuple[str, ...] = field(default=())

    def predict(self, draws: Array, seed: int, only: Collection[int] | None = None) -> list[Prediction]:
        """Return predictions.

        Parameters
        ----------
        draws
            Draws of the posterior, shape (draws, k).
        only
            Places in `items`; all without.
        """
        found = []
        for place, item in enumerate(self.items):
            if only is not None and place not in only:
                continue
            emulator = self.emulators[item.reading]
            random = np.random.default_rng([seed, place])
            chance = random.standard_normal((2, len(draws)))
            simulated = emulator.at(draws) + np.sqrt(emulator.variance) * chance[0]
            beside = simulated + np.sqrt(item.variance + self._floor(item) ** 2) * chance[1]
            quantiles = np.quantile(simulated, [0.5, 0.05, 0.95])
            middle, low, high = self._back(item, quantiles)
            wide_low, wide_high = self._back(item, np.quantile(beside, [0.05, 0.95]))
            found.append(
                Prediction(item.label, item.trial, item.statistic, item.role, item.published,
                           float(middle), float(low), float(high), float(wide_low), float(wide_high))
            )  # fmt: skip
        return found

    def _floor(self, item: Published) -> float:
        floors = self.design.calibration.discrepancy
        if item.row is not None:
            return floor_sd(item.row, floors)
        # The stretch that arms of a trial share leaves their ratio as it is.
        return float(np.sqrt(2.0)) * floors.time.arm.value

    @staticmethod
    def _back(item: Published, x: Array) -> Array:
        return np.exp(x) if item.row is None else scale_of(item.statistic).back(x)


def published_items(design: Design, courses: Courses, fitted: Sequence[Row]) -> list[Published]:
    """Return every published figure of the planned arms, and the ratio of every primary comparison."""
    used = {(row.arm, row.statistic) for row in fitted}
    found: list[Published] = []
    for place, arm in enumerate(courses.arms):
        trial = design.trials[arm.trial]
        rows = [row for row in fitted if row.arm == place and row.from_curve]
        for endpoint in dict.fromkeys(row.endpoint for row in trial.published if row.arm == arm.arm):
            month = free_at(endpoint)
            if endpoint in _PREDICTED or (month is not None and month <= design.calibration.horizon):
                row = row_of(trial, arm.arm, place, endpoint)
                if row is not None:
                    rows.append(row)
        for row in rows:
            beside = arm.role != "predicted" and (place, row.statistic) not in used
            scale = scale_of(row.statistic)
            found.append(
                Published(
                    Reading(arm.course, row.statistic), row, arm.label, arm.trial,
                    "beside" if beside else arm.role, arm.drugs, row.statistic,
                    100.0 * row.value if scale.share else row.value, scale.variance(row.x, row.n),
                )
            )  # fmt: skip
    found += [
        _of_pair(place, pair, design.trials[pair.trial], courses) for place, pair in enumerate(courses.pairs)
    ]
    return found


def _of_pair(place: int, pair: Pair, trial: Trial, courses: Courses) -> Published:
    arm, versus = courses.arms[pair.arm], courses.arms[pair.versus]
    drugs = tuple(dict.fromkeys((*arm.drugs, *versus.drugs)))
    told = [
        row
        for row in trial.published_ratio
        if row.arm == arm.arm
        and row.versus == versus.arm
        and row.subgroup is None
        and row.endpoint in ("PFS", "TTP")
    ]
    order = ("unverified", "secondary", "derived", "verified")
    best = max(told, key=lambda row: (order.index(row.status), row.year or 0), default=None)
    variance = 0.0
    if best is not None:
        events = 0.7 * trial.design.patients * 2.0 / max(len(trial.arm), 2)
        variance = 4.0 / events
        if best.low and best.high:
            variance = float((np.log(best.high / best.low) / (2.0 * 1.959963984540054)) ** 2)
    role = "control" if arm.role != "predicted" and versus.role != "predicted" else "predicted"
    return Published(
        Reading(place, RATIO), None, f"{trial.id}: {arm.arm} against {versus.arm}", trial.id, role, drugs,
        "HR", None if best is None else best.hazard_ratio, variance,
    )  # fmt: skip


def described(emulator: Emulator, floor: float) -> bool:
    """Return whether an emulator describes its figure, or the figure hardly moves over the prior."""
    return emulator.r2 >= LEAST_R2 or (np.isfinite(emulator.error) and emulator.error < floor)


def reading_of(row: Row, courses: Courses) -> Reading:
    """Return what is read for a published row."""
    return Reading(courses.arms[row.arm].course, simulated_name(row.statistic))
