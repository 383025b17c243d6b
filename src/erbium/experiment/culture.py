"""A cell line, or an engineered cell, in a dish: one condition at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erbium.core import units
from erbium.core.errors import UnknownName
from erbium.core.twins import Array
from erbium.experiment.batch import Batch
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition, Exposure

#: Readouts that a culture returns by default.
READOUTS = (
    "pHER2", "pHER3", "pEGFR", "HER3_total", "surface_HER2", "pERK", "pAKT_S473", "pS6", "pTSC2", "pRB",
    "cyclin_D1", "p27", "ER_output", "apoptosis", "Ki67", "signal_growth_rate", "payload",
    "payload_kill_rate", "growth_rate",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """Readouts of a culture at one time, each with one value per parameter draw."""

    values: Mapping[str, Array]

    def __getitem__(self, name: str) -> float:
        """Return the median over the parameter draws."""
        if name not in self.values:
            raise UnknownName.among("readout", name, self.values)
        return float(np.median(self.values[name]))


@dataclass(frozen=True)
class Culture:
    """A cell in medium, drug-free until treated.

    Attributes
    ----------
    condition
        The cell, and the drugs in its medium.
    draws, seed
        Parameter draws; the first is the typical cell.
    """

    condition: Condition
    draws: int = 1
    seed: int = 1

    @classmethod
    def of(
        cls,
        line: str | None = None,
        *,
        settings: Mapping[str, float] | None = None,
        mechanisms: Sequence[str | tuple[str, float]] = (),
        alternatives: Mapping[str, str] | None = None,
        draws: int = 1,
        seed: int = 1,
    ) -> Culture:
        """Return a culture of a named line, or of a cell with the given settings and mechanisms.

        Parameters
        ----------
        line
            Name of a shipped cell line.
        settings
            Network parameters to set, for example ``{"HER2_abundance": 1000.0}``.
        mechanisms
            Mechanism ids, alone or with their strength.
        alternatives
            Answers to open questions, question id to choice id; by default the first choice.
        draws
            Parameter draws; the first is the typical cell.

        Raises
        ------
        UnknownName
            No such line, handle, mechanism, question or answer; names the nearest.
        """
        condition = Condition(
            line,
            settings=tuple((settings or {}).items()),
            mechanisms=tuple(item if isinstance(item, tuple) else (item, 1.0) for item in mechanisms),
            alternatives=tuple((alternatives or {}).items()),
        )
        Cells.of(1, seed).table(condition)
        return cls(condition, draws, seed)

    def without(self, mechanism: str) -> Culture:
        """Return the same cell without one mechanism."""
        kept = tuple(pair for pair in self.condition.mechanisms if pair[0] != mechanism)
        return replace(self, condition=replace(self.condition, mechanisms=kept))

    def add(self, **drugs: str | float) -> Culture:
        """Return the culture with drugs in the medium (nominal concentration, nM or with a unit)."""
        added = tuple(Exposure(name, units.to(value, "nM", key=name)) for name, value in drugs.items())
        return replace(self, condition=replace(self.condition, exposures=(*self.condition.exposures, *added)))

    def parameters(self) -> Array:
        """Return the network parameters with the drugs and the cell's pace, shape (draws, parameters)."""
        batch = self._batch
        table = batch.drug_free(self.condition)[0].copy()
        for name, values in batch.changes(self.condition, np.zeros(1))[0.0]:
            table[:, batch.cells.column(name)] = values
        return table

    def read(self, hours: float = 72.0, readouts: Sequence[str] = READOUTS) -> Reading:
        """Return the readouts after `hours` in the medium, starting from the drug-free state."""
        found = self._batch.read([self.condition], readouts, [float(hours)])[0, 0]
        return Reading(dict(zip(readouts, found, strict=True)))

    @property
    def _batch(self) -> Batch:
        return Batch(culture_kernel(), Cells.of(self.draws, self.seed))
