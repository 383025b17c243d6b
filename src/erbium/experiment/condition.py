"""What is done to cells in one arm of an experiment: the cell, what is changed, and the drugs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from erbium.core.errors import DataError

#: Genotype of effector cells unless said otherwise.
FCGR3A = "F/F"
Pairs = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Exposure:
    """A drug in the medium from one time to another.

    Parameters
    ----------
    drug
        Name of a drug.
    concentration_nM
        Nominal concentration in the medium, nM.
    start_h, stop_h
        When it is added and washed out, h.
    """

    drug: str
    concentration_nM: float
    start_h: float = 0.0
    stop_h: float = math.inf

    def __post_init__(self) -> None:
        if not (math.isfinite(self.concentration_nM) and self.concentration_nM >= 0.0):
            raise DataError(
                f"{self.drug} at {self.concentration_nM:g} nM.",
                key=self.drug,
                expected="a finite concentration of 0 nM or more",
            )
        if not (math.isfinite(self.start_h) and self.start_h >= 0.0):
            raise DataError(
                f"{self.drug} starts at {self.start_h:g} h.", key=self.drug, expected="a time from 0 h on"
            )
        if not self.stop_h > self.start_h:
            raise DataError(
                f"{self.drug} stops at {self.stop_h:g} h and starts at {self.start_h:g} h.",
                key=self.drug,
                expected="a stop after the start",
            )

    def __str__(self) -> str:
        text = f"{self.drug} {self.concentration_nM:g} nM"
        if self.start_h > 0.0:
            text += f" from {self.start_h:g} h"
        return text if math.isinf(self.stop_h) else f"{text} until {self.stop_h:g} h"


def is_profile(case: str) -> bool:
    """Return whether a case is the profile itself, as JSON text, rather than the path of a file."""
    return case.lstrip().startswith("{")


@dataclass(frozen=True)
class Given:
    """One dose of what has no concentration: a vaccine, cells or radiation.

    Parameters
    ----------
    drug
        Name of it.
    dose
        Its size with a unit: "1 dose", "1e7 cells", "2 Gy".
    at_h
        When it is given, h.
    """

    drug: str
    dose: str
    at_h: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.at_h) and self.at_h >= 0.0):
            raise DataError(
                f"{self.drug} is given at {self.at_h:g} h.", key=self.drug, expected="a time from 0 h on"
            )

    def __str__(self) -> str:
        return f"{self.drug} {self.dose}" + (f" at {self.at_h:g} h" if self.at_h > 0.0 else "")


@dataclass(frozen=True)
class Neighbours:
    """Other cells in the same dish.

    Parameters
    ----------
    cell
        What they are: line, settings, mechanisms and scale. Where they live and what they meet is as in
        the arm they stand in.
    share
        Their share of all cells at the start, between 0 and 1.
    """

    cell: Condition
    share: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0:
            raise DataError(
                f"the neighbours are {self.share:g} of all cells.",
                key="share",
                expected="a share above 0 and below 1",
            )
        if self.cell.neighbours is not None:
            raise DataError("neighbours of neighbours.", key="neighbours", expected="two populations")

    def __str__(self) -> str:
        return f"beside {100.0 * self.share:g} % {self.cell}"


@dataclass(frozen=True)
class Condition:
    """One arm: a cell, what is changed in it before and at time 0, and the drugs it meets.

    Parameters
    ----------
    line
        Name of a cell line; None for a cell that `settings` describe.
    settings
        Handles that are set, before the drug-free state is found.
    mechanisms
        Mechanism ids with their strength.
    scale
        Handles that are multiplied, before the drug-free state is found.
    acute
        Handles that are set at time 0, after the drug-free state is found.
    exposures
        Drugs in the medium.
    effectors
        Effector cells (NK cells and macrophages) relative to a typical tumour.
    tumour
        A piece of tumour of 1 cm3, with effector cells, instead of a dish.
    alternatives
        Answers to open questions, question id and choice id; by default those of the fitted ensemble's
        members, without one the first choice.
    case
        Patient profile whose first clone is the cell, instead of a line: its file, or itself as JSON text.
    given
        Doses of vaccines, cells and radiation.
    fcgr3a
        Genotype at position 158 of the effector cells' activating receptor: V/V, V/F or F/F.
    neighbours
        A second population in the same dish or tumour, which meets the same.
    """

    line: str | None = None
    settings: Pairs = ()
    mechanisms: Pairs = ()
    scale: Pairs = ()
    acute: Pairs = ()
    exposures: tuple[Exposure, ...] = ()
    effectors: float = 0.0
    tumour: bool = False
    alternatives: tuple[tuple[str, str], ...] = ()
    case: str | None = None
    fcgr3a: str = FCGR3A
    neighbours: Neighbours | None = None
    given: tuple[Given, ...] = ()

    def __post_init__(self) -> None:
        for pairs in (
            self.settings,
            self.mechanisms,
            self.scale,
            self.acute,
            (("effectors", self.effectors),),
        ):
            for name, value in pairs:
                if not math.isfinite(value):
                    raise DataError(f"{name} is {value:g}.", key=name, expected="a finite number")
        if self.effectors < 0.0:
            raise DataError(f"{self.effectors:g} effector cells.", key="effectors", expected="0 or more")
        for name, factor in self.scale:
            if factor < 0.0:
                raise DataError(
                    f"{name} is multiplied by {factor:g}.", key=name, expected="a factor of 0 or more"
                )

    @property
    def cell(self) -> Condition:
        """The same cell before time 0: without acute changes and drugs."""
        return replace(self, acute=(), exposures=(), given=(), fcgr3a=FCGR3A)

    @property
    def populations(self) -> tuple[Condition, ...]:
        """The cells of the arm by themselves, and their neighbours where there are any."""
        if self.neighbours is None:
            return (self,)
        beside = replace(
            self.neighbours.cell,
            acute=self.acute,
            exposures=self.exposures,
            given=self.given,
            effectors=self.effectors,
            tumour=self.tumour,
            alternatives=self.alternatives,
            fcgr3a=self.fcgr3a,
        )
        return replace(self, neighbours=None), beside

    def __str__(self) -> str:
        case = "cells of the case" if self.case and is_profile(self.case) else self.case
        parts = [self.line or case or "cell"]
        parts += [f"{name} = {value:g}" for name, value in self.settings]
        parts += [name if x == 1.0 else f"{name} ({x:g})" for name, x in self.mechanisms]
        parts += [f"{name} x {factor:g}" for name, factor in self.scale]
        parts += [f"{name} = {value:g} at 0 h" for name, value in self.acute]
        parts += [str(item) for item in (*self.exposures, *self.given)]
        if self.effectors:
            parts.append(f"effector cells {self.effectors:g}")
        if self.fcgr3a != FCGR3A:
            parts.append(f"FCGR3A {self.fcgr3a}")
        if self.tumour:
            parts.append("in a tumour")
        parts += [f"{question}: {choice}" for question, choice in self.alternatives]
        parts += [] if self.neighbours is None else [str(self.neighbours)]
        return ", ".join(parts)
