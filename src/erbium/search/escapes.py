"""Which escape a partner closes, by counterfactual.

Under a treatment a mechanism, or a node that rises once the cells adapt, is worth as many cells as there
would be fewer without it: the same twins without the mechanism (courses), or with the node held at its
drug-free amount (adapted signalling). A partner closes the escape if it is worth less beside the partner,
in the whole interval over the draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.search.agents import Agent, Set
from erbium.search.courses import Treated, arm_of, run_courses
from erbium.search.excess import Excess
from erbium.search.screening import adapted, growth_of
from erbium.search.standing import Standings

#: Median worth of an escape, log10 cells, below which there is nothing to close.
WORTH = 0.05
#: Rise over the drug-free amount, median twin, above which a state counts as rebounding.
RISE = 1.1
#: Rebounding nodes looked at per treatment: those that rise most.
MOST_NODES = 24
#: Amounts below which a state is as good as absent.
_ABSENT = 1e-6
_FORM = re.compile(r"c\d+\.")


@dataclass(frozen=True)
class Closed:
    """One escape that one partner closes.

    Attributes
    ----------
    agent
        The partner.
    kind, name
        A mechanism by id, or a rebounding node.
    worth
        Cells that the escape is worth without the partner, log10.
    closed
        How much less it is worth beside the partner, log10.
    """

    agent: Agent
    kind: Literal["mechanism", "rebound"]
    name: str
    worth: Excess
    closed: Excess

    def json(self) -> dict[str, Any]:
        """Return the escape as plain data."""
        return {
            "agent": self.agent.id,
            "kind": self.kind,
            "escape": self.name,
            "worth": self.worth.json(),
            "closed": self.closed.json(),
            "unit": "log10 cells",
        }


def partners(sets: Sequence[Set], given: Set) -> list[tuple[Set, Agent, Set]]:
    """Return each set with each of its agents that was not given, and the set without it."""
    return [
        (agents, agent, tuple(other for other in agents if other is not agent))
        for agents in sets
        for agent in agents
        if len(agents) > 1 and agent not in given
    ]


def by_mechanism(
    standings: Standings,
    sets: Sequence[Set],
    given: Set,
    mechanisms: Sequence[str],
    progress: Callable[[float], None] | None = None,
) -> dict[Set, list[Closed]]:
    """Return the mechanisms that the partners close, by set."""
    tried = partners(sets, given)
    treatments = list(dict.fromkeys(one for agents, _, base in tried for one in (agents, base)))
    if not treatments or not mechanisms:
        return {}
    tumours = [None, *(standings.tumour.without(name) for name in mechanisms)]
    arms = [arm_of(standings, Treated(one), tumour) for tumour in tumours for one in treatments]
    cells = run_courses(standings, arms, progress)[:, -1].reshape(len(tumours), len(treatments), -1)
    worth = {
        name: dict(zip(treatments, cells[0] - cells[k + 1], strict=True)) for k, name in enumerate(mechanisms)
    }
    return _closed(standings, tried, worth, "mechanism")


def by_rebound(
    standings: Standings,
    sets: Sequence[Set],
    given: Set,
    progress: Callable[[float], None] | None = None,
) -> dict[Set, list[Closed]]:
    """Return the rebounding nodes that the partners close, by set."""
    tried = partners(sets, given)
    treatments = list(dict.fromkeys(one for agents, _, base in tried for one in (agents, base)))
    if not treatments:
        return {}
    rows = {one: standings.rows(one) for one in treatments}
    parameters, starts = (np.concatenate([row[k] for row in rows.values()]) for k in (0, 1))
    settled = adapted(standings, parameters, starts)
    growth = dict(
        zip(treatments, growth_of(standings, parameters, settled).reshape(len(rows), -1), strict=True)
    )
    states = dict(zip(treatments, settled.reshape(len(rows), standings.tumour.twins.count, -1), strict=True))
    nodes = _nodes(standings)
    wanted: dict[tuple[str, tuple[int, ...]], list[Set]] = {}
    for agents, _, base in tried:
        for name, held in _rebounding(standings, nodes, states[base]).items():
            group = wanted.setdefault((name, held), [])
            group += [one for one in (agents, base) if one not in group]
    worth: dict[str, dict[Set, Array]] = {}
    for number, ((name, held), group) in enumerate(wanted.items()):
        mask = np.zeros(settled.shape[1], dtype=bool)
        mask[list(held)] = True
        own, start = (np.concatenate([rows[one][k] for one in group]) for k in (0, 1))
        clamped = growth_of(standings, own, adapted(standings, own, start, mask)).reshape(len(group), -1)
        for one, less in zip(group, clamped, strict=True):
            worth.setdefault(name, {})[one] = growth[one] - less
        if progress is not None:
            progress((number + 1) / len(wanted))
    return _closed(standings, tried, worth, "rebound")


def _closed(
    standings: Standings,
    tried: Sequence[tuple[Set, Agent, Set]],
    worth: Mapping[str, Mapping[Set, Array]],
    kind: Literal["mechanism", "rebound"],
) -> dict[Set, list[Closed]]:
    found: dict[Set, list[Closed]] = {}
    twins = standings.tumour.twins
    for agents, agent, base in tried:
        for name, of in worth.items():
            if agents not in of or base not in of:
                continue
            before = Excess.of(of[base], twins)
            less = Excess.of(of[base] - np.maximum(of[agents], 0.0), twins)
            if before.median > WORTH and less.low > 0.0:
                found.setdefault(agents, []).append(Closed(agent, kind, name, before, less))
    for items in found.values():
        items.sort(key=lambda item: -item.closed.median)
    return found


def _nodes(standings: Standings) -> dict[str, list[int]]:
    """Return the settling states of each protein, all its forms and clones together, by bare name."""
    network = standings.tumour.network
    found: dict[str, list[int]] = {}
    for place, (species, settles) in enumerate(zip(network.species, network.settles, strict=True)):
        if settles:
            found.setdefault(_protein(species, network.species_index), []).append(place)
    return found


def _protein(species: str, known: Mapping[str, int]) -> str:
    """Return the protein of a state: the same name without the marks of phosphorylation or endosome."""
    clone, dot, own = species.rpartition(".")
    for prefix in ("pp", "p", "e"):
        if own.startswith(prefix) and f"{clone}{dot}{own.removeprefix(prefix)}" in known:
            return own.removeprefix(prefix)
    return own


def _rebounding(
    standings: Standings, nodes: Mapping[str, list[int]], states: Array
) -> dict[str, tuple[int, ...]]:
    """Return the nodes with states that rose over their drug-free amount, and these states."""
    before = standings.tumour.drug_free
    ratio: NDArray[np.float64] = np.nanmedian(
        np.maximum(states, _ABSENT) / np.maximum(before, _ABSENT), axis=0
    )
    risen = {name: [place for place in places if ratio[place] > RISE] for name, places in nodes.items()}
    most = sorted(
        (name for name in risen if risen[name]), key=lambda name: -max(ratio[p] for p in risen[name])
    )
    return {name: tuple(risen[name]) for name in most[:MOST_NODES]}
