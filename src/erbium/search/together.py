"""Synergy of the sets that are shown: in the tumour over doses, and in a dish of the patient's cells."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from erbium.core.errors import DataError
from erbium.core.twins import Array, Twins
from erbium.experiment.batch import Batch
from erbium.experiment.cells import Cells, culture_kernel
from erbium.experiment.condition import Condition, Exposure
from erbium.experiment.drug_effects import HOURS, usual_concentration
from erbium.experiment.names import VIABILITY
from erbium.experiment.synergy import excess
from erbium.knowledge.schema.drug import Drug
from erbium.search.agents import Set
from erbium.search.courses import VISITS, Treated, arm_of, run_courses
from erbium.search.excess import Excess, Synergy, in_tumour
from erbium.search.standing import Standings

#: Factors on every dose at which an agent is run alone, for Loewe additivity in a tumour.
LADDER = (0.5, 1.0, 2.0)
#: Factors on the usual concentration at which pairs meet cells in a dish.
FOLDS = (1.0 / 3.0, 1.0, 3.0)
#: Cells, log10, below which a fall cannot be read any more: a few more than one.
_FLOOR = 0.5


def tumour_synergy(
    standings: Standings, sets: Sequence[Set], progress: Callable[[float], None] | None = None
) -> dict[Set, tuple[Synergy, float]]:
    """Return the synergy of each set in the tumour, with the day at which it is read.

    Nothing is stopped for toxicity here, which would differ between a set and its agents. It is read at the
    last visit at which every arm still has cells in every twin; a set that has none before the first is left
    out.
    """
    wanted = [Treated(agents, stops=False) for agents in sets if len(agents) > 1]
    alone = dict.fromkeys(agent for one in wanted for agent in one.agents)
    steps = [
        Treated((agent,), dose, stops=False)
        for agent in alone
        for dose in (LADDER if agent.drug is not None else (1.0,))
    ]
    every = [*wanted, *steps]
    arms = [standings.rest, *(arm_of(standings, one) for one in every)]
    cells = dict(zip([None, *every], run_courses(standings, arms, progress), strict=True))
    rest = cells[None]
    found: dict[Set, tuple[Synergy, float]] = {}
    for one in wanted:
        mine = [step for step in steps if step.agents[0] in one.agents]
        single = [step for step in mine if step.dose == 1.0]
        at = _last_readable([cells[step] for step in (one, *single)])
        if at is None:
            continue
        fall = {step: rest[at] - cells[step][at] for step in (one, *mine)}
        ladders = []
        pair = len(one.agents) == 2 and all(agent.drug is not None for agent in one.agents)
        if pair and _last_readable([cells[step][at : at + 1] for step in mine]) is not None:
            for agent in one.agents:
                rungs = [fall[Treated((agent,), dose, stops=False)] for dose in LADDER]
                ladders.append((np.array([0.0, *LADDER]), np.stack([np.zeros_like(rungs[0]), *rungs])))
        synergy = in_tumour(standings.tumour.twins, fall[one], [fall[step] for step in single], ladders)
        found[one.agents] = synergy, VISITS[at]
    return found


def _last_readable(cells: Sequence[Array]) -> int | None:
    """Return the last visit up to which every arm has cells in every twin; None without a first one."""
    readable = np.array([(arm > _FLOOR).all(axis=1) for arm in cells]).all(axis=0)
    # Later visits might be readable again by relapse.
    until = int(np.logical_and.accumulate(readable).sum())
    return until - 1 if until else None


def dish_synergy(
    cell: Condition,
    pairs: Sequence[tuple[Drug, Drug]],
    twins: Twins,
    *,
    cells: Cells | None = None,
    progress: Callable[[float], None] | None = None,
) -> dict[tuple[str, str], Synergy]:
    """Return the synergy of pairs on one kind of cell over three days, the mean over nine pairs of doses.

    Pairs that cannot be given together, or not as a concentration, are left out.
    """
    tried = [pair for pair in pairs if all(drug.has_concentration for drug in pair)]
    batch = Batch(culture_kernel(), cells or Cells.of(twins.parameter_draws, twins.seed), progress)
    doses = {drug.id: usual_concentration(drug) * np.array(FOLDS) for pair in tried for drug in pair}
    wells: dict[tuple[tuple[str, float], ...], Condition] = {(): cell}
    kept: list[tuple[Drug, Drug]] = []
    for pair in tried:
        grid = _grid(pair, doses)
        conditions = {key: _well(cell, key) for key in grid}
        try:
            batch.changes(conditions[grid[-1]], np.array([HOURS]))
        except DataError:
            continue
        kept.append(pair)
        wells |= conditions
    left = batch.read(list(wells.values()), [VIABILITY], [HOURS])[:, 0, 0, :]
    effect = {key: 1.0 - values / left[0] for key, values in zip(wells, left, strict=True)}
    return {(a.id, b.id): _of_dish((a, b), doses, effect, twins) for a, b in kept}


def _grid(pair: tuple[Drug, Drug], doses: Mapping[str, Array]) -> list[tuple[tuple[str, float], ...]]:
    """Return the wells of a pair, those of the drugs alone included, the strongest last."""
    levels = [[None, *doses[drug.id]] for drug in pair]
    found = []
    for combination in itertools.product(*levels):
        named = zip(pair, combination, strict=True)
        found.append(tuple((drug.id, float(dose)) for drug, dose in named if dose is not None))
    return [key for key in found if key]


def _well(cell: Condition, key: tuple[tuple[str, float], ...]) -> Condition:
    return replace(cell, exposures=tuple(Exposure(drug, dose) for drug, dose in key))


def _of_dish(
    pair: tuple[Drug, Drug],
    doses: Mapping[str, Array],
    effect: Mapping[tuple[tuple[str, float], ...], Array],
    twins: Twins,
) -> Synergy:
    rows, columns = (np.array([0.0, *doses[drug.id]]) for drug in pair)
    matrix = np.zeros((len(rows), len(columns), len(effect[()])))
    for i, a in enumerate(rows):
        for j, b in enumerate(columns):
            key = tuple((drug.id, float(dose)) for drug, dose in zip(pair, (a, b), strict=True) if dose > 0.0)
            matrix[i, j] = effect[key]
    over: dict[str, list[float]] = {}
    for k in range(matrix.shape[2]):
        for name, values in excess(rows, columns, matrix[:, :, k]).items():
            over.setdefault(name, []).append(float(values[1:, 1:].mean()))
    single = Twins(twins.seed, matrix.shape[2], 1)
    return Synergy(
        "dish",
        float(np.median(matrix[1:, 1:].mean(axis=(0, 1)))),
        {name: Excess.of(np.array(values), single) for name, values in over.items()},
    )
