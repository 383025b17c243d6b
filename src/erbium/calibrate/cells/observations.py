"""The observations of cells as one table, whatever data set they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

import numpy as np

from erbium.core.twins import Array

#: What is compared: log_signal and log_fold are natural logarithms, log10_* decadic of nM nominal.
Measure = Literal[
    "log_signal", "log_fold", "GR_AOC", "GRmax", "log10_IC50", "log10_GI50", "mean_inhibition", "viability"
]


@dataclass(frozen=True)
class Course:
    """A dish followed for minutes to hours.

    Attributes
    ----------
    line
        Id of the cell line.
    medium
        Name of the medium.
    ligands
        Parameter and level in nM, added at time 0.
    drugs
        Drug id and nominal nM, present from `pretreat_h` before time 0.
    """

    line: str
    medium: str
    ligands: tuple[tuple[str, float], ...] = ()
    drugs: tuple[tuple[str, float], ...] = ()
    pretreat_h: float = 0.0


@dataclass(frozen=True)
class DoseResponse:
    """A line under one drug at several doses (nominal, nM), beside an untreated dish, for `hours`."""

    line: str
    drug: str
    doses: tuple[float, ...]
    hours: float
    medium: str = "full"


@dataclass(frozen=True)
class Observation:
    """One number.

    Attributes
    ----------
    dataset, line, donor
        Where it comes from; donors share a patient.
    setup
        The experiment that gives it.
    measure, readout
        What is compared; the network's readout for signals, else the measure.
    time_h
        Time after the ligand, or length of the assay, h.
    dose
        Position in the doses of a dose-response, or -1.
    value, sd
        The number and its replicate noise, in the unit of the measure.
    blot
        Observations of one blot or antibody share an unknown scale; "" without.
    curve
        Observations of one curve share a part of their error.
    drug
        Drug id of a drug response, else "".
    """

    dataset: str
    line: str
    donor: str
    setup: Course | DoseResponse
    measure: Measure
    readout: str
    time_h: float
    value: float
    sd: float
    dose: int = -1
    blot: str = ""
    curve: str = ""
    drug: str = ""


@dataclass(frozen=True)
class Observations:
    """A table of observations."""

    rows: tuple[Observation, ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @cached_property
    def values(self) -> Array:
        """Measured values, shape (rows,)."""
        return np.array([row.value for row in self.rows], float)

    @cached_property
    def sd(self) -> Array:
        """Replicate noise, shape (rows,)."""
        return np.array([row.sd for row in self.rows], float)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the table."""
        names = [field.name for field in fields(Observation)]
        text = "\n".join(repr([getattr(row, name) for name in names]) for row in self.rows)
        return hashlib.sha256(text.encode()).hexdigest()

    def mask(self, wanted: Callable[[Observation], bool]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return which rows are wanted, shape (rows,)."""
        return np.array([bool(wanted(row)) for row in self.rows], bool)

    def where(self, wanted: Callable[[Observation], bool]) -> Observations:
        """Return the wanted rows."""
        return Observations(tuple(row for row in self.rows if wanted(row)))

    def without_drugs_of(self, donors: Collection[str]) -> Observations:
        """Return the table without any drug response of some donors; their signalling stays."""
        return self.where(lambda row: not (row.drug and row.donor in donors))

    def drugs_of(self, donors: Collection[str]) -> Observations:
        """Return the drug responses of some donors."""
        return self.where(lambda row: bool(row.drug) and row.donor in donors)

    @property
    def donors(self) -> tuple[str, ...]:
        """Donors with drug responses."""
        return tuple(sorted({row.donor for row in self.rows if row.drug}))

    @property
    def datasets(self) -> tuple[str, ...]:
        """Data sets in the order of the table."""
        return tuple(dict.fromkeys(row.dataset for row in self.rows))


def join(parts: Iterable[Iterable[Observation]]) -> Observations:
    """Return one table of several readings."""
    return Observations(tuple(row for part in parts for row in part))
