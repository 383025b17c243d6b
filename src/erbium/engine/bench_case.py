"""What is benchmarked: virtual patients, their doses and the readout that is followed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.core import expression as ex
from erbium.engine.backend import Floats
from erbium.engine.doses import DoseRule
from erbium.engine.system import System
from erbium.model.network import Network

WEEKS = 104
COURSE_H = WEEKS * 7 * 24.0
CELL_TIMES_H = (1 / 12, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0)
CELL_PATIENTS = 4


@dataclass(frozen=True)
class Case:
    """Virtual patients under treatment.

    Parameters
    ----------
    network
        The composed network.
    parameters
        (patients, parameters).
    rules, amounts
        Dose rules, and what one dose adds, (rules, patients).
    volume
        Readout, rule or species that holds the tumour volume, cm3.
    initial
        States before settling, (patients, species); the network's own when None.
    """

    network: Network
    parameters: Floats
    rules: Sequence[DoseRule]
    amounts: Floats
    volume: str
    initial: Floats | None = None

    @property
    def volume_expression(self) -> ex.Expr:
        """The followed volume in species and parameters only."""
        named = self.network.readouts.get(self.volume) or ex.name(self.volume)
        return self.network.expand(named)

    @property
    def volume_species(self) -> list[str]:
        """The species that the volume needs."""
        return [name for name in self.network.species if name in self.volume_expression.names]

    def volumes(self, record: Floats) -> Floats:
        """Return the volume, (times, patients), of a record of :attr:`volume_species`."""
        values = {name: record[..., i] for i, name in enumerate(self.volume_species)}
        values |= {name: self.parameters[:, i] for name, i in self.network.parameter_index.items()}
        return np.asarray(
            np.broadcast_to(ex.evaluate(self.volume_expression, values), record.shape[:2]), np.float64
        )

    def first_doses(self) -> list[tuple[str, Floats]]:
        """Return species and amounts of the first dose of every rule, for a cell course."""
        return [(rule.species, self.amounts[k]) for k, rule in enumerate(self.rules)]

    def fingerprint(self) -> str:
        """Return a digest of the network and the patients, the same in every process.

        Numbers enter with nine digits, so that the last bits of another machine do not matter.
        """
        network = self.network
        parts: list[object] = [
            System.of(network).tape.slots,
            network.species,
            network.parameters,
            network.settles,
        ]
        parts += [[(r.species, r.start_h, r.every_h, r.cycle_h, r.on_h, r.stop_h) for r in self.rules]]
        parts += [self.volume, *map(_rounded, (network.defaults, self.parameters, self.amounts))]
        if self.initial is not None:
            parts.append(_rounded(self.initial))
        return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


#: Makes a case of so many clones and patients from a seed.
Cases = Callable[[int, int, int], Case]


def _rounded(values: NDArray[np.float64]) -> list[str]:
    return [f"{value:.8e}" for value in np.ravel(values).tolist()]
