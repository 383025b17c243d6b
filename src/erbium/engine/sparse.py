"""Symbolic LU of a sparse matrix: elimination order, fill and the list of updates.

Pivots stay on the diagonal: ``I - g J`` of a reaction network has a strong diagonal, and a fixed
order is what makes the elimination straight-line code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pivot:
    """One elimination step: row and column `k`, the rows below and the columns to the right."""

    k: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True)
class SparseLU:
    """The plan of an elimination in place.

    Parameters
    ----------
    size
        Number of rows.
    positions
        Storage position of every entry (row, column), fill included.
    pivots
        Elimination steps in order.
    """

    size: int
    positions: dict[tuple[int, int], int]
    pivots: tuple[Pivot, ...]

    @property
    def nonzeros(self) -> int:
        """Number of stored entries."""
        return len(self.positions)


def plan(size: int, entries: Iterable[tuple[int, int]]) -> SparseLU:
    """Return the elimination of least local cost (Markowitz count on the diagonal)."""
    rows: list[set[int]] = [{i} for i in range(size)]
    columns: list[set[int]] = [{i} for i in range(size)]
    for i, j in entries:
        rows[i].add(j)
        columns[j].add(i)
    filled = {(i, j) for i in range(size) for j in rows[i]}
    left = set(range(size))
    pivots: list[Pivot] = []
    while left:
        k = min(left, key=lambda q: ((len(rows[q]) - 1) * (len(columns[q]) - 1), q))
        left.discard(k)
        below, right = sorted(columns[k] - {k}), sorted(rows[k] - {k})
        pivots.append(Pivot(k, tuple(below), tuple(right)))
        for i in below:
            rows[i].update(right)
            rows[i].discard(k)
            filled.update((i, j) for j in right)
        for j in right:
            columns[j].update(below)
            columns[j].discard(k)
    return SparseLU(size, {entry: at for at, entry in enumerate(sorted(filled))}, tuple(pivots))
