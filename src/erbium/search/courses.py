"""Sets of agents as tumour courses: how many cells are left after half a year of treatment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erbium.core.twins import Array
from erbium.search.agents import Set, name_of, regimen_of, slots_of
from erbium.search.standing import Standings
from erbium.tumour import Arm, Tumour, run_arms
from erbium.tumour.course import CELL_CM3

#: How long a course lasts, and how often the tumour is looked at, days.
VISITS = (21.0, 42.0, 84.0, 126.0, 168.0)
HORIZON_DAYS = VISITS[-1]


@dataclass(frozen=True)
class Treated:
    """A set to run: its agents, a factor on every dose, and whether drugs are stopped for toxicity."""

    agents: Set
    dose: float = 1.0
    stops: bool = True


def arm_of(standings: Standings, treated: Treated, tumour: Tumour | None = None) -> Arm:
    """Return the arm of a set.

    Parameters
    ----------
    tumour
        Counterfactual twins instead of those of `standings`, with the same clones.

    Raises
    ------
    DataError
        Two agents take the same place.
    """
    twins = tumour or standings.tumour
    slots = slots_of(treated.agents)
    drugs = [agent.drug for agent in treated.agents if agent.drug is not None]
    if drugs:
        arm = twins.arm(regimen_of(drugs))
    elif tumour is None:
        arm = standings.rest
    else:
        # Doses of nothing: the parameters of the body without those of a drug.
        arm = replace(standings.rest, parameters=twins.parameters.copy(), states=twins.drug_free)
    nodes = [agent for agent in treated.agents if agent.drug is None]
    parameters = arm.parameters.copy() if nodes else arm.parameters
    for agent in nodes:
        standings.inhibit(parameters, agent, slots.get(agent.id))
    return replace(
        arm,
        name=name_of(treated.agents),
        parameters=parameters,
        amounts=arm.amounts * treated.dose,
        stop_days=arm.stop_days if treated.stops else np.empty((0, 0)),
    )


def run_courses(
    standings: Standings, arms: Sequence[Arm], progress: Callable[[float], None] | None = None
) -> Array:
    """Return living cells at the visits, log10, (arms, visits, count); fewer than one counts as one."""
    if not arms:
        return np.empty((0, len(VISITS), standings.tumour.twins.count))
    courses = run_arms(
        standings.tumour.kernel,
        arms,
        VISITS,
        stop_at_progression=False,
        progress=progress,
    )
    cells = np.stack([course.live[1:].sum(axis=2) for course in courses]) / CELL_CM3
    return np.asarray(np.log10(np.maximum(cells, 1.0)))
