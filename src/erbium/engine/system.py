"""A network as a program: rates, Jacobian and elimination on one tape, shared by both kernels."""

from __future__ import annotations

from dataclasses import dataclass

from erbium.engine import sparse
from erbium.engine.jacobian import jacobian, net_changes
from erbium.engine.sparse import SparseLU
from erbium.engine.tape import Tape
from erbium.model.network import Network


@dataclass(frozen=True)
class System:
    """What a kernel computes.

    Parameters
    ----------
    size, parameter_count
        Numbers of states and parameters.
    tape
        All operations.
    rates
        Slot of every reaction rate.
    entries
        Slot of every Jacobian entry by (row, column).
    changes
        Per reaction the species it changes, with the net count.
    terms
        Per species the reactions that change it, with the net count.
    lu
        Elimination plan of ``I - g J``.
    """

    size: int
    parameter_count: int
    tape: Tape
    rates: tuple[int, ...]
    entries: dict[tuple[int, int], int]
    changes: tuple[tuple[tuple[int, float], ...], ...]
    terms: tuple[tuple[tuple[int, float], ...], ...]
    lu: SparseLU

    @classmethod
    def of(cls, network: Network) -> System:
        """Return the program of `network`."""
        tape = Tape(network.species_index, network.parameter_index)
        rates = tape.add_all(network.rates)
        symbolic = jacobian(network)
        entries = {at: tape.add(entry) for at, entry in symbolic.items()}
        changes = tuple(tuple(change) for change in net_changes(network))
        terms: list[list[tuple[int, float]]] = [[] for _ in network.species]
        for j, change in enumerate(changes):
            for i, count in change:
                terms[i].append((j, count))
        return cls(
            size=len(network.species),
            parameter_count=len(network.parameters),
            tape=tape,
            rates=tuple(rates),
            entries=entries,
            changes=changes,
            terms=tuple(tuple(row) for row in terms),
            lu=sparse.plan(len(network.species), entries),
        )

    @property
    def targets(self) -> tuple[int, ...]:
        """All slots a kernel needs."""
        return (*self.rates, *self.entries.values())
