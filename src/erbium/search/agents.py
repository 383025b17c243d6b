"""What the search combines: drugs of the catalogue, and nodes that are inhibited without a drug."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug
from erbium.knowledge.schema.search_node import SearchNode
from erbium.knowledge.search_nodes import load_search_nodes
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import choose_slot

#: Free concentration at which a virtual inhibitor stands in its slot, nM: too little to touch what it does
#: not name.
TRACE_NM = 1e-6
#: What the id of a virtual inhibitor begins with.
VIRTUAL = "node:"


@dataclass(frozen=True)
class Agent:
    """One drug at its default schedule, or one node inhibited by a fixed share.

    Attributes
    ----------
    id, name
        Id of the drug, or of the node after ``node:``.
    drug
        The drug; None for a node.
    node, strength
        The node, and the share of it that is inhibited.
    """

    id: str
    name: str
    drug: Drug | None = field(default=None, compare=False)
    node: SearchNode | None = field(default=None, compare=False)
    strength: float = 0.0


Set = tuple[Agent, ...]


def drug_agents(knowledge: Knowledge, names: Sequence[str] | None = None) -> dict[str, Agent]:
    """Return the drugs called `names`, or all of the catalogue, by id.

    Raises
    ------
    UnknownName
        No such drug; names the nearest.
    """
    drugs = (
        knowledge.drugs.values() if names is None else [resolve_drug(name, knowledge.drugs) for name in names]
    )
    return {drug.id: Agent(drug.id, drug.name, drug=drug) for drug in drugs}


def node_agents(strength: float, names: Sequence[str] | None = None) -> dict[str, Agent]:
    """Return virtual inhibitors of the nodes called `names`, or of all, by id.

    Parameters
    ----------
    strength
        Share of each node that is inhibited, above 0 and below 1.

    Raises
    ------
    DataError
        A strength out of range.
    UnknownName
        No such node; names the nearest.
    """
    if not 0.0 < strength < 1.0:
        raise DataError(f"a strength of {strength:g}.", key="strength", expected="a share between 0 and 1")
    known = load_search_nodes()
    for name in names or ():
        if name not in known:
            raise UnknownName.among("node", name, known, hint="erbium search nodes")
    chosen = known.values() if names is None else [known[name] for name in names]
    return {
        VIRTUAL + node.id: Agent(VIRTUAL + node.id, f"{node.name} -{strength:.0%}", None, node, strength)
        for node in chosen
    }


def regimen_of(drugs: Sequence[Drug]) -> Regimen:
    """Return drugs together, each at its default schedule, whatever regimen of the catalogue has them."""
    return Regimen(
        id="_".join(drug.id for drug in drugs),
        name=" + ".join(drug.name for drug in drugs),
        drugs=tuple(RegimenDrug(drug=drug.id, **drug.default_schedule.model_dump()) for drug in drugs),
        cautions=tuple(dict.fromkeys(itertools.chain.from_iterable(drug.toxicities for drug in drugs))),
        ad_hoc=True,
    )


def slots_of(agents: Set) -> dict[str, str]:
    """Return the slot that each agent of a set takes, by id; scaled nodes take none.

    Virtual inhibitors share a slot with each other and with no drug.

    Raises
    ------
    DataError
        Two of them take the same place.
    """
    taken: dict[str, str] = {}
    found: dict[str, str] = {}
    for agent in agents:
        if agent.drug is not None:
            slot = choose_slot(agent.drug, kind_of(agent.drug.drug_class), taken, name_of(agents))
            taken[slot] = agent.name
            found[agent.id] = slot
    for agent in agents:
        if agent.node is not None and agent.node.slots:
            free = [slot for slot in agent.node.slots if slot not in taken]
            if not free:
                holders = ", ".join(dict.fromkeys(taken[slot] for slot in agent.node.slots))
                raise DataError(
                    f"{agent.name} and {holders} act at one place.",
                    key=name_of(agents),
                    expected="two places",
                )
            found[agent.id] = free[0]
    return found


def name_of(agents: Set) -> str:
    """Return the names of a set joined by a plus sign."""
    return " + ".join(agent.name for agent in agents) or "no treatment"


def node_values(agent: Agent, slot: str | None) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return what a virtual inhibitor sets, and what it multiplies, by bare parameter name."""
    node = agent.node
    assert node is not None
    left = 1.0 - agent.strength
    if node.scale is not None:
        return {}, {node.scale: left}
    assert node.potency is not None
    return {
        f"medium_{slot}": TRACE_NM,
        node.potency.format(slot=slot): TRACE_NM * left / agent.strength,
    }, {}
