"""The typical cell of a condition: its parameters with drugs, and its drug-free state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from erbium.core.twins import Array
from erbium.engine.kernel import Kernel
from erbium.experiment import medium
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition


@dataclass
class Typical:
    """Parameters and drug-free states of the first member of the ensemble, each found once.

    Attributes
    ----------
    cells
        Writes the parameters of one member.
    """

    cells: Cells = field(default_factory=lambda: Cells.of(1, 1))
    _tables: dict[Condition, Array] = field(default_factory=dict)
    _states: dict[Condition, Array] = field(default_factory=dict)

    @property
    def kernel(self) -> Kernel:
        """The kernel of a single clone."""
        return culture_kernel()

    def settle(self, conditions: Iterable[Condition]) -> None:
        """Find the drug-free states of many cells together."""
        new = [cell for cell in dict.fromkeys(c.cell for c in conditions) if cell not in self._states]
        if not new:
            return
        tables = np.concatenate([self.cells.table(cell) for cell in new])
        states = self.kernel.settle(tables, unsettled="nan")
        self._states |= {cell: states[k : k + 1] for k, cell in enumerate(new)}

    def states(self, condition: Condition) -> Array:
        """Return the drug-free state of a cell, shape (1, species); NaN if it has none."""
        self.settle([condition])
        return self._states[condition.cell]

    def table(self, condition: Condition) -> Array:
        """Return the parameters with all drugs of the condition present, shape (1, parameters)."""
        if condition not in self._tables:
            table = self.cells.table(condition.cell)
            for name, value in condition.acute:
                table[:, self.cells.column(name)] = value
            for changes in medium.changes(condition.exposures, self.cells.twins, condition.fcgr3a).values():
                for name, values in changes:
                    if values.any():
                        table[:, self.cells.column(name)] = values
            self._tables[condition] = table
        return self._tables[condition]
