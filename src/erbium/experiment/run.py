"""Runs a protocol over the ensemble: every arm, dose and pair in as few batches as there are readings."""

from __future__ import annotations

import numpy as np

from erbium.core.twins import Array
from erbium.experiment import growth, synergy
from erbium.experiment.batch import Batch, Progress
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition
from erbium.experiment.names import VIABILITY
from erbium.experiment.protocol import DoseGrid, Protocol, Series, with_drugs
from erbium.experiment.result import DoseCurve, DoseMatrix, ExperimentResult
from erbium.experiment.tested import untested

#: Members below which an interval over the ensemble says little.
FEW_MEMBERS = 8


def run_experiment(
    protocol: Protocol, *, members: int = 32, seed: int = 1, progress: Progress | None = None
) -> ExperimentResult:
    """Return what a protocol gives, over `members` parameter draws.

    Parameters
    ----------
    progress
        Called with the share done of the reading at work.

    Raises
    ------
    SimulationError
        An arm has no drug-free state or cannot be followed; names arm and state.
    """
    batch = Batch(culture_kernel(), Cells.of(members, seed), progress)
    values = np.zeros((len(protocol.arms), 0, 0, members))
    if protocol.times:
        values = batch.read(list(protocol.arms.values()), protocol.readouts, protocol.times)
    warnings = [*untested(protocol), *batch.kernel.warnings]
    if members < FEW_MEMBERS:
        warnings.append(f"{members} members: intervals over so few draws say little")
    curves = () if protocol.series is None else tuple(_curves(batch, protocol, protocol.series))
    matrices = () if protocol.matrix is None else tuple(_matrices(batch, protocol, protocol.matrix))
    warnings += [
        f"{curve.arm}: the untreated cells hardly grow, so GR metrics are not given"
        for curve in curves
        if np.isnan(curve.metrics["GR_AOC"]).any()
    ]
    return ExperimentResult(
        protocol=protocol,
        members=members,
        seed=seed,
        values=values,
        curves=curves,
        matrices=matrices,
        warnings=tuple(warnings),
    )


def _curves(batch: Batch, protocol: Protocol, series: Series) -> list[DoseCurve]:
    doses = (0.0, *series.concentrations)
    conditions = [
        with_drugs(protocol.arms[arm], **{series.drug: dose}) for arm in series.arms for dose in doses
    ]
    alive = _alive(batch, conditions, series.time).reshape(len(series.arms), len(doses), -1)
    found = []
    for arm, living in zip(series.arms, alive, strict=True):
        untreated, treated = living[0], living[1:]
        found.append(
            DoseCurve(
                arm=arm,
                viability=treated,
                relative=treated / untreated,
                gr=growth.growth_inhibition(treated, untreated),
                metrics=growth.metrics(np.array(series.concentrations), treated, untreated),
            )
        )
    return found


def _matrices(batch: Batch, protocol: Protocol, grid: DoseGrid) -> list[DoseMatrix]:
    rows, columns = (np.array(doses) for doses in grid.concentrations)
    conditions = [
        with_drugs(protocol.arms[arm], **{grid.drugs[0]: a, grid.drugs[1]: b})
        for arm in grid.arms
        for a in rows
        for b in columns
    ]
    alive = _alive(batch, conditions, grid.time)
    alive = alive.reshape(len(grid.arms), len(rows), len(columns), -1)
    found = []
    for arm, living in zip(grid.arms, alive, strict=True):
        relative = living / living[0, 0]
        each = [
            synergy.excess(rows, columns, 1.0 - relative[..., member]) for member in range(relative.shape[-1])
        ]
        excess = {name: np.stack([one[name] for one in each], axis=-1) for name in synergy.REFERENCES}
        found.append(DoseMatrix(arm, living, relative, excess))
    return found


def _alive(batch: Batch, conditions: list[Condition], time: float) -> Array:
    return batch.read(conditions, [VIABILITY], [time])[:, 0, 0]
