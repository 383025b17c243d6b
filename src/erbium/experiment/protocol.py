"""An experiment ready to run: conditions by arm, times in hours, concentrations in nM."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from erbium.core.errors import DataError, UnknownName
from erbium.core.twins import Twins
from erbium.experiment import medium
from erbium.experiment.arms import ArmReader, located, merged, quantity
from erbium.experiment.condition import Condition, Exposure
from erbium.experiment.names import NEIGHBOURS, readout
from erbium.experiment.schema import Amount, Doses, Experiment, Grid
from erbium.knowledge.record_files import read_record, record_from
from erbium.model import build_network

#: A course with more readings than this is a typing error.
MOST_TIMES = 2000


@dataclass(frozen=True)
class Contrast:
    """One arm against another, in some readouts at some times (h)."""

    name: str
    test: str
    against: str
    readouts: tuple[str, ...]
    times: tuple[float, ...]
    floor: float


@dataclass(frozen=True)
class Series:
    """One drug at ascending concentrations (nM), read at one time (h), in some arms."""

    drug: str
    concentrations: tuple[float, ...]
    time: float
    arms: tuple[str, ...]


@dataclass(frozen=True)
class DoseGrid:
    """Two drugs at ascending concentrations (nM) from 0 on, read at one time (h), in some arms."""

    drugs: tuple[str, str]
    concentrations: tuple[tuple[float, ...], tuple[float, ...]]
    time: float
    arms: tuple[str, ...]


@dataclass(frozen=True)
class Protocol:
    """What is done, to whom, and what is read when."""

    name: str
    question: str | None
    arms: dict[str, Condition]
    readouts: tuple[str, ...]
    times: tuple[float, ...]
    contrasts: tuple[Contrast, ...]
    series: Series | None
    matrix: DoseGrid | None


def read_protocol(path: str | Path) -> Protocol:
    """Return the experiment in a TOML file.

    Raises
    ------
    ErbiumError
        What is wrong with it: file, key, what was expected, the nearest name.
    """
    file = Path(path)
    return _Reader(file, read_record(Experiment, file)).protocol()


def protocol_from(data: Any, *, name: str, cases: Mapping[str, str]) -> Protocol:
    """Return the experiment held by plain data, as read from TOML or JSON; no file is opened.

    Parameters
    ----------
    data
        Tables, lists and values in the shape of the file.
    name
        What it is called in errors.
    cases
        Profiles, as JSON text, by the name under which an arm may have them as its case.

    Raises
    ------
    ErbiumError
        What is wrong with it: key, what was expected, the nearest name.
    """
    return _Reader(Path(name), record_from(Experiment, data, name), cases).protocol()


class _Reader:
    """Turns the file's record into a protocol."""

    def __init__(self, file: Path, experiment: Experiment, cases: Mapping[str, str] | None = None) -> None:
        self.file = file
        self.experiment = experiment
        self.network = build_network(1)
        self.reader = ArmReader(file, self.network, cases)

    def protocol(self) -> Protocol:
        experiment = self.experiment
        for place, name in enumerate(experiment.readouts):
            with located(self.file, f"readouts[{place}]"):
                readout(self.network, name)
        arms = {
            name: self.reader.condition(merged(experiment.base, arm), f"arms.{name}")
            for name, arm in experiment.arms.items()
        }
        for place, name in enumerate(experiment.readouts):
            if not any(has_readout(arm, name) for arm in arms.values()):
                raise DataError(
                    f"no arm has neighbours in which to read {name}.",
                    file=self.file,
                    key=f"readouts[{place}]",
                    expected="an arm with neighbours, or a readout of the cells themselves",
                )
        times = self.times()
        if bool(experiment.readouts) != bool(times):
            lacking = "times" if experiment.readouts else "readouts"
            raise DataError(f"there are no {lacking}.", file=self.file, key=lacking)
        series, matrix = self.series(arms), self.matrix(arms)
        if not times and series is None and matrix is None:
            raise DataError(
                "nothing is read.", file=self.file, expected="readouts and times, dose_response or matrix"
            )
        last = max([*times, *(design.time for design in (series, matrix) if design is not None)])
        self.check_end(arms, last)
        return Protocol(
            name=experiment.name,
            question=experiment.question,
            arms=arms,
            readouts=experiment.readouts,
            times=times,
            contrasts=tuple(
                self.contrast(place, times, arms) for place in range(len(experiment.comparisons))
            ),
            series=series,
            matrix=matrix,
        )

    def times(self) -> tuple[float, ...]:
        given = self.experiment.times
        if not isinstance(given, Grid):
            found = [self.reader.time(value, f"times[{place}]") for place, value in enumerate(given)]
            return tuple(sorted(set(found)))
        start, end = self.reader.time(given.start, "times.from"), self.reader.time(given.end, "times.to")
        every = quantity(given.every, "h", self.file, "times.every")
        if not (every > 0.0 and end >= start and (end - start) / every < MOST_TIMES):
            raise DataError(
                f"from {given.start} to {given.end} every {given.every}.",
                file=self.file,
                key="times",
                expected=f"ascending times, at most {MOST_TIMES}",
            )
        return tuple(float(start + every * k) for k in range(math.floor((end - start) / every + 1e-9) + 1))

    def contrast(self, place: int, times: tuple[float, ...], arms: dict[str, Condition]) -> Contrast:
        one, key = self.experiment.comparisons[place], f"comparisons[{place}]"
        for role in ("test", "against"):
            self.check_arm(getattr(one, role), f"{key}.{role}")
        if one.test == one.against:
            raise DataError(
                f"{one.test} is compared with itself.", file=self.file, key=key, expected="two different arms"
            )
        for name in one.readouts:
            if name not in self.experiment.readouts:
                raise UnknownName.among(
                    "readout of this experiment", name, self.experiment.readouts,
                    file=self.file, key=f"{key}.readouts",
                )  # fmt: skip
        both = [arms[one.test], arms[one.against]]
        shared = tuple(
            name for name in self.experiment.readouts if all(has_readout(arm, name) for arm in both)
        )
        for name in one.readouts:
            if name not in shared:
                raise DataError(
                    f"{one.test} and {one.against} do not both have neighbours in which to read {name}.",
                    file=self.file,
                    key=f"{key}.readouts",
                    expected="a readout that both arms have",
                )
        wanted = tuple(self.reader.time(value, f"{key}.times[{k}]") for k, value in enumerate(one.times))
        for hours in wanted:
            if hours not in times:
                raise DataError(
                    f"nothing is read at {hours:g} h.",
                    file=self.file,
                    key=f"{key}.times",
                    expected="one of the times of the experiment",
                )
        return Contrast(
            one.name or f"{one.test} against {one.against}",
            one.test,
            one.against,
            one.readouts or shared,
            wanted or times,
            one.floor,
        )

    def series(self, arms: dict[str, Condition]) -> Series | None:
        given = self.experiment.dose_response
        if given is None:
            return None
        names = self.arm_names(given.arms, arms, "dose_response.arms")
        time = self.design_time(given.time, "dose_response.time")
        doses = self.doses(given.concentrations, "dose_response.concentrations")
        self.check_room(arms, names, (given.drug,), "dose_response.drug")
        return Series(given.drug, tuple(dose for dose in doses if dose > 0.0), time, names)

    def matrix(self, arms: dict[str, Condition]) -> DoseGrid | None:
        given = self.experiment.matrix
        if given is None:
            return None
        names = self.arm_names(given.arms, arms, "matrix.arms")
        time = self.design_time(given.time, "matrix.time")
        first, second = given.drugs
        doses = [self.doses(given.drugs[name], f"matrix.drugs.{name}") for name in (first, second)]
        self.check_room(arms, names, (first, second), "matrix.drugs")
        rows, columns = (tuple(sorted({0.0, *values})) for values in doses)
        return DoseGrid((first, second), (rows, columns), time, names)

    def design_time(self, value: Amount, key: str) -> float:
        hours = self.reader.time(value, key)
        if hours == 0.0:
            raise DataError("nothing has happened at 0 h.", file=self.file, key=key, expected="a later time")
        return hours

    def doses(self, given: Doses, key: str) -> tuple[float, ...]:
        if given.concentrations:
            found = [
                quantity(value, "nM", self.file, f"{key}[{place}]")
                for place, value in enumerate(given.concentrations)
            ]
        else:
            assert given.start is not None
            assert given.end is not None
            low = quantity(given.start, "nM", self.file, f"{key}.from")
            high = quantity(given.end, "nM", self.file, f"{key}.to")
            if not 0.0 < low < high:
                raise DataError(
                    f"from {given.start} to {given.end}.",
                    file=self.file,
                    key=key,
                    expected="positive, ascending concentrations",
                )
            found = [float(f"{dose:.4g}") for dose in np.geomspace(low, high, given.points)]
        if len({dose for dose in found if dose > 0.0}) < 2:
            raise DataError(
                "too few concentrations.", file=self.file, key=key, expected="two or more above 0"
            )
        return tuple(sorted(set(found)))

    def arm_names(self, given: tuple[str, ...], arms: dict[str, Condition], key: str) -> tuple[str, ...]:
        for name in given:
            self.check_arm(name, key)
        return given or tuple(arms)

    def check_arm(self, name: str, key: str) -> None:
        if name not in self.experiment.arms:
            raise UnknownName.among("arm", name, self.experiment.arms, file=self.file, key=key)

    def check_room(
        self, arms: dict[str, Condition], names: tuple[str, ...], drugs: tuple[str, ...], key: str
    ) -> None:
        """Check that the drugs of a design are known and have a place beside those of the arms."""
        for name in names:
            exposures = (*arms[name].exposures, *(Exposure(drug, 1.0) for drug in drugs))
            with located(self.file, key):
                medium.changes(exposures, Twins(1, 1, 1))

    def check_end(self, arms: dict[str, Condition], last: float) -> None:
        """Check that nothing lies beyond the protocol."""
        duration = self.experiment.duration
        end = last if duration is None else self.reader.time(duration, "duration")
        if last > end:
            raise DataError(
                f"a reading at {last:g} h is beyond the protocol.",
                file=self.file,
                key="times",
                expected=f"times up to {end:g} h, or a longer duration",
            )
        for name, condition in arms.items():
            for exposure in condition.exposures:
                key = f"arms.{name}.drugs.{exposure.drug}"
                stop = 0.0 if math.isinf(exposure.stop_h) else exposure.stop_h
                late = exposure.start_h >= end or stop > end
                if late:
                    raise DataError(
                        f"{exposure} lies beyond the protocol, which ends at {end:g} h.",
                        file=self.file,
                        key=key,
                        expected="a start before the end and a stop up to it",
                    )
            with located(self.file, f"arms.{name}.drugs"):
                medium.changes(condition.exposures, Twins(1, 1, 1), given=condition.given)
            for item in condition.given:
                if item.at_h >= end:
                    raise DataError(
                        f"{item} lies beyond the protocol, which ends at {end:g} h.",
                        file=self.file,
                        key=f"arms.{name}.drugs.{item.drug}",
                        expected="a dose before the end",
                    )


def has_readout(condition: Condition, name: str) -> bool:
    """Return whether an arm has the population in which a readout is read."""
    return condition.neighbours is not None or not name.startswith(NEIGHBOURS)


def with_drugs(condition: Condition, **concentrations: float) -> Condition:
    """Return a condition with more drugs from time 0 on; a concentration of 0 adds none."""
    added = tuple(Exposure(drug, dose) for drug, dose in concentrations.items() if dose > 0.0)
    return replace(condition, exposures=(*condition.exposures, *added))
