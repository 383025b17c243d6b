"""How the patients of a run are split into blocks, and which arm each place in the sequence belongs to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from erbium.core.errors import DataError
from erbium.knowledge.schema.trial import Trial


@dataclass(frozen=True)
class Block:
    """A part of a run that depends on nothing but itself.

    Attributes
    ----------
    index
        Number of the block in the run.
    first, size
        Number of its first patient, and its patients.
    draw
        Draw of what all tumours share; 0 is typical.
    """

    index: int
    first: int
    size: int
    draw: int

    def places(self, trial: Trial) -> list[int]:
        """Return the arms that the block has to give out, as positions in the trial's list."""
        return sequence(self.first, self.size, [arm.share for arm in trial.arm])


@dataclass(frozen=True)
class Plan:
    """Which block simulates which patients.

    Parameters
    ----------
    trial
        The trial.
    patients, draws
        Patients of all arms together, and draws of what all tumours share over which they are spread.
    block
        Most patients of a block.

    Raises
    ------
    DataError
        An arm would be left without patients.
    """

    trial: Trial
    patients: int
    draws: int
    block: int

    def __post_init__(self) -> None:
        if self.draws > self.patients:
            raise DataError(
                f"{self.draws} draws for {self.patients} patients.",
                key="--draws",
                expected="no more than patients",
            )
        shares = [arm.share for arm in self.trial.arm]
        for arm, count in zip(self.trial.arm, counts_after(self.patients, shares), strict=True):
            if count == 0:
                raise DataError(
                    f'arm "{arm.name}" is left without patients: {self.patients} in all are too few.',
                    key="--patients",
                    expected=f"at least {_least(shares)}",
                )

    def blocks(self) -> list[Block]:
        """Return the blocks in order; the patients of a draw stand together."""
        whole, more = divmod(self.patients, self.draws)
        found: list[Block] = []
        first = 0
        for draw in range(self.draws):
            end = first + whole + (draw < more)
            while first < end:
                size = min(self.block, end - first)
                found.append(Block(len(found), first, size, draw))
                first += size
        return found


def counts_after(patients: int, shares: Sequence[float]) -> list[int]:
    """Return how many of the first `patients` belong to each arm: whole numbers that never fall.

    Each next patient goes to the arm that is furthest behind its share (the method of Webster), so that
    a trial of as many patients as the published one has its arms of the same size.
    """
    total = sum(shares)
    found = [max(math.floor(patients * share / total) - len(shares), 0) for share in shares]
    while sum(found) < patients:
        found[_next(found, shares)] += 1
    return found


def sequence(first: int, size: int, shares: Sequence[float]) -> list[int]:
    """Return the arms of the places from `first` on, as positions in `shares`."""
    counts = counts_after(first, shares)
    places = []
    for _ in range(size):
        arm = _next(counts, shares)
        counts[arm] += 1
        places.append(arm)
    return places


def _next(counts: Sequence[int], shares: Sequence[float]) -> int:
    return min(range(len(shares)), key=lambda arm: ((counts[arm] + 0.5) / shares[arm], arm))


def _least(shares: Sequence[float]) -> int:
    patients = len(shares)
    while not all(counts_after(patients, shares)):
        patients += 1
    return patients
