"""What a kernel needs of whoever does the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from erbium.engine.doses import Schedule

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effort:
    """How often the guard repeated a step and how often the limiter took over, in block steps."""

    guarded: int = 0
    limited: int = 0


@dataclass(frozen=True)
class Settling:
    """How the drug-free state is searched: step lengths in hours, their growth, the most steps."""

    first_h: float = 0.05
    last_h: float = 1e5
    growth: float = 1.3
    steps: int = 800


@dataclass(frozen=True)
class Control:
    """Error control of cell courses."""

    rtol: float = 1e-5
    atol: float = 1e-9
    least_h: float = 1e-9
    steps: int = 200_000


@dataclass(frozen=True)
class Pace:
    """How far the steps of a course may stretch where little happens.

    Parameters
    ----------
    rtol, atol
        Error allowed in a stretched step, relative and absolute.
    plain
        Steps of the grid that one step spans as it comes, whatever its error.
    most
        Steps of the grid that one step may span.
    """

    rtol: float = 3e-3
    atol: float = 1e-3
    plain: int = 1
    most: int = 24


#: Every step is one of the grid, but for those after a dose.
UNIFORM = Pace(plain=1, most=1)


class Backend(Protocol):
    """Arithmetic on patient-major float64 arrays; what happens inside is its own affair."""

    name: str
    lanes: int

    def advance(
        self,
        states: Floats,
        parameters: Floats,
        amounts: Floats,
        schedule: Schedule,
        step_h: float,
        steps: int,
        record_every: int,
        columns: NDArray[np.int32],
        pace: Pace,
    ) -> tuple[Floats, Floats | None, Effort]:
        """Return end states, record (patients, times, columns) or None, and the effort."""
        ...

    def settle(
        self, states: Floats, parameters: Floats, frozen: NDArray[np.int32], how: Settling
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return states and whether each patient settled."""
        ...

    def cell(
        self, states: Floats, parameters: Floats, span_h: float, step_h: Floats, control: Control
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Return states after `span_h`, next step lengths, and whether each patient arrived."""
        ...

    def derivative(self, states: Floats, parameters: Floats) -> Floats:
        """Return d(states)/dt per hour."""
        ...
