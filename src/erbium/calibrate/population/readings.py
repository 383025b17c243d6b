"""Figures of every course under every design, patients weighted to the shares of the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.calibrate.population.courses import Courses
from erbium.calibrate.population.emulator import Emulator, fit_emulator
from erbium.calibrate.population.library import Library
from erbium.calibrate.population.statistic import log_ratio, read_statistic, scale_of, weights_for
from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    import pandas as pd

#: Read of every course beside what is published of it.
USUAL = ("ORR", "CR", "CBR", "median_PFS", "PFS_6m", "PFS_12m", "PFS_24m", "median_DOR")
RATIO = "log_HR"


@dataclass(frozen=True)
class Reading:
    """A figure of a course, or the ratio of a pair.

    Attributes
    ----------
    course, statistic
        Number of the course (place of the pair for a ratio), and the statistic.
    """

    course: int
    statistic: str


class Reader:
    """Reads figures from outcomes of a library.

    Parameters
    ----------
    library
        The library; its patients are weighted.
    wanted
        What is read.
    """

    def __init__(self, library: Library, wanted: Sequence[Reading]) -> None:
        self.library, self.wanted = library, tuple(wanted)
        self.courses: Courses = library.courses
        places = {enrolment: place for place, enrolment in enumerate(self.courses.enrolments)}
        self.enrolment = [places[course.enrolment] for course in self.courses.courses]
        self.marks = [library.marks(group) for group in range(library.groups)]
        shares = library.shares
        pooled = [
            np.concatenate([m.loc[m["enrolment"] == place, list(shares)].to_numpy() for m in self.marks])
            for place in range(len(places))
        ]
        self.base = [
            dict(zip(shares, table.mean(axis=0).tolist(), strict=True)) if shares else {} for table in pooled
        ]

    def varies(self, course: int) -> NDArray[np.bool_]:
        """Return which shares can be changed among the patients of a course, shape (shares,)."""
        base = self.base[self.enrolment[course]]
        return np.array([0.0 < base[name] < 1.0 for name in self.library.shares], dtype=bool)

    def weights(self, place: int, z: Array, group: int) -> Array:
        """Return the weights of the patients of an enrolment in a group, shape (patients,)."""
        coordinates = self.library.place
        wanted = [
            (c.name, float(c.at(np.array(x))))
            for c, x in zip(coordinates, z, strict=True)
            if c.kind == "share"
        ]
        marks = self.marks[group]
        return weights_for(marks[marks["enrolment"] == place], wanted, self.base[place])

    def effective(self, z: Array) -> list[tuple[float, int]]:
        """Return effective and real number of patients of each enrolment at coordinates, over all groups."""
        found = []
        for place in range(len(self.base)):
            w = np.concatenate([self.weights(place, z, group) for group in range(self.library.groups)])
            found.append((float(w.sum() ** 2 / np.square(w).sum()), len(w)))
        return found

    def baseline(self) -> list[float]:
        """Return the median sum of diameters at the start of each enrolment, in mm."""
        return [
            float(np.median(np.concatenate([m.loc[m["enrolment"] == at, "baseline_mm"] for m in self.marks])))
            for at in range(len(self.base))
        ]

    def read(self, outcomes: Sequence[pd.DataFrame], z: Array, groups: Sequence[int]) -> Array:
        """Return the wanted figures of patients of some groups together, shape (wanted,).

        Parameters
        ----------
        outcomes
            Outcomes of each group under the same numbers.
        z
            Coordinates, of which the shares weight the patients, shape (coordinates,).
        groups
            Number of the group behind each of `outcomes`.
        """
        import pandas as pd

        table = pd.concat(outcomes, ignore_index=True)
        parts = {course.number: table[table["course"] == course.number] for course in self.courses.courses}
        weights = {
            place: np.concatenate([self.weights(place, z, group) for group in groups])
            for place in range(len(self.base))
        }
        months = self.courses.horizon / DAYS_PER_MONTH
        found = []
        for item in self.wanted:
            if item.statistic == RATIO:
                pair = self.courses.pairs[item.course]
                one, other = self.courses.arms[pair.arm].course, self.courses.arms[pair.versus].course
                both = (weights[self.enrolment[one]], weights[self.enrolment[other]])
                found.append(log_ratio(parts[one], parts[other], both, pair.months))
            else:
                own = weights[self.enrolment[item.course]]
                visits = [day / DAYS_PER_MONTH for day in self.courses.courses[item.course].visits]
                found.append(read_statistic(item.statistic, parts[item.course], own, months, visits))
        return np.array(found)

    def table(self) -> Array:
        """Return the wanted figures of every design, shape (designs, wanted)."""
        library = self.library
        rows = []
        every = library.every_z
        for m in range(len(every)):
            library.report("reading", m / len(every))
            group = int(library.group_of[m])
            rows.append(self.read([library.design(m)], every[m], [group]))
        return np.array(rows)


def emulate(reader: Reader, table: Array, draws: Array | None = None) -> dict[Reading, Emulator]:
    """Return one emulator per figure.

    Parameters
    ----------
    table
        Figures of every design, shape (designs, wanted).
    draws
        Draws of a posterior, shape (draws, coordinates): designs near it count more.
    """
    library, felt = reader.library, reader.library.felt()
    found: dict[Reading, Emulator] = {}
    for column, item in enumerate(reader.wanted):
        library.report("emulating", column / len(reader.wanted))
        if item.statistic == RATIO:
            pair = library.courses.pairs[item.course]
            courses = [library.courses.arms[at].course for at in (pair.arm, pair.versus)]
            noise = 4.0 / library.patients
        else:
            courses = [item.course]
            middle = float(np.nanmedian(table[:, column])) if np.isfinite(table[:, column]).any() else 0.0
            noise = scale_of(item.statistic).variance(middle, library.patients)
        bends = felt[courses].any(axis=0)
        shares = np.any([reader.varies(course) for course in courses], axis=0)
        feels = np.r_[bends, shares]
        found[item] = fit_emulator(
            library.every_z, table[:, column], library.group_of,
            np.r_[bends, np.zeros(len(shares), dtype=bool)], feels, noise,
            None if draws is None else nearness(library.every_z, draws, feels),
        )  # fmt: skip
    return found


def nearness(z: Array, draws: Array, feels: NDArray[np.bool_]) -> Array:
    """Return weights of designs: 1 at the middle of the posterior, less with the mean squared distance.

    Distances count in the coordinates that a figure depends on, in posterior SD, but no less than half of
    a prior SD: a weight of one half stands at twice that.
    """
    if not feels.any():
        return np.ones(len(z))
    middle, spread = draws.mean(axis=0), np.maximum(draws.std(axis=0), 0.5)
    distance = np.square((z - middle) / spread)[:, feels].mean(axis=1)
    return np.asarray(1.0 / (1.0 + distance / 4.0))


def wanted_readings(courses: Courses, published: Sequence[Reading]) -> list[Reading]:
    """Return what is read: the usual figures of every course, what is published, and the ratios."""
    usual = [Reading(course.number, name) for course in courses.courses for name in USUAL]
    ratios = [Reading(place, RATIO) for place in range(len(courses.pairs))]
    return list(dict.fromkeys([*usual, *published, *ratios]))
