"""What each agent alone leaves in a patient: its parameters, and its mean amounts over twelve weeks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from erbium.core.twins import Array
from erbium.core.units import HOURS_PER_DAY
from erbium.pharmacology.interactions import clearance_factors
from erbium.search.agents import Agent, Set, node_values, regimen_of, slots_of
from erbium.tumour import Arm, Tumour

#: Weeks over which amounts are averaged: whole cycles of three and of four weeks.
MEAN_DAYS = 84.0
_RECORD_H = 6.0
#: States that do not settle and belong to the tumour or the marrow, not to a drug.
_NOT_OF_DRUGS = ("volume", "dying", "selected", "marrow", "neutrophils", "serum")


@dataclass(frozen=True)
class Standing:
    """One agent alone.

    Attributes
    ----------
    slot
        The slot that it takes alone; None without one.
    parameters
        Network parameters that it changes, by full name, each of shape (count,).
    amounts
        Mean rise of the states that hold drugs, by full name, each of shape (count,).
    """

    slot: str | None
    parameters: Mapping[str, Array]
    amounts: Mapping[str, Array]


def everywhere(tumour: Tumour, name: str) -> list[str]:
    """Return the full names of a parameter given by bare name: that of the patient, or one per clone."""
    index = tumour.network.parameter_index
    clones = [f"c{c}.{name}" for c in range(1, len(tumour.clones) + 1)]
    return [full for full in (name, *clones) if full in index]


def untreated(tumour: Tumour) -> Arm:
    """Return the arm without a drug."""
    drug = next(iter(tumour.knowledge.drugs.values()))
    arm = tumour.arm(regimen_of([drug]))
    parameters = tumour.parameters.copy()
    for name in ("effector_cells", "neutrophil_baseline"):
        for full in everywhere(tumour, name):
            column = tumour.network.parameter_index[full]
            parameters[:, column] = arm.parameters[:, column]
    return Arm(
        name="untreated",
        parameters=parameters,
        states=arm.states,
        rules=(),
        amounts=np.zeros((0, tumour.twins.count)),
        lesions=arm.lesions,
        detection_mm=arm.detection_mm,
        new_lesion_threshold=arm.new_lesion_threshold,
        new_lesion_rate=arm.new_lesion_rate,
        scar=arm.scar,
    )


class Standings:
    """The agents of a search on one tumour, and the rows of their sets.

    Parameters
    ----------
    tumour
        The twins.
    agents
        Every agent that a set may hold.
    progress
        Called with the share done.
    """

    def __init__(
        self,
        tumour: Tumour,
        agents: Mapping[str, Agent],
        progress: Callable[[float], None] | None = None,
    ) -> None:
        self.tumour = tumour
        self.rest = untreated(tumour)
        self._held: dict[str, Standing] = {}
        for number, agent in enumerate(agents.values()):
            if agent.drug is not None:
                self._held[agent.id] = self._standing(agent)
            if progress is not None:
                progress((number + 1) / len(agents))

    def on(self, tumour: Tumour) -> Standings:
        """Return the same agents on counterfactual twins with the same clones and bodies.

        Amounts are those on the twins at hand: a lesion moves what a drug does, hardly where it goes.
        """
        other = Standings(tumour, {})
        other._held = self._held
        return other

    def rows(self, agents: Set) -> tuple[Array, Array]:
        """Return parameters and start states of the twins under a set, each (count, ...).

        Raises
        ------
        DataError
            Two agents take the same place.
        """
        network = self.tumour.network
        parameters, states = self.rest.parameters.copy(), self.tumour.drug_free.copy()
        slots = slots_of(agents)
        drugs = [agent.drug for agent in agents if agent.drug is not None]
        factors = clearance_factors([drug.id for drug in drugs], self.tumour.knowledge.drugs)
        for agent in agents:
            slot = slots.get(agent.id)
            if agent.drug is None:
                self.inhibit(parameters, agent, slot)
                continue
            held = self._held[agent.id]
            moved = slot is not None and held.slot is not None and slot != held.slot
            for name, values in held.parameters.items():
                full = name.replace(str(held.slot), str(slot)) if moved else name
                parameters[:, network.parameter_index[full]] = values
            for name, values in held.amounts.items():
                full = name.replace(str(held.slot), str(slot)) if moved else name
                states[:, network.species_index[full]] += values / factors.get(agent.id, 1.0)
        return parameters, states

    def inhibit(self, parameters: Array, agent: Agent, slot: str | None) -> None:
        """Write a virtual inhibitor into parameters of the twins."""
        settings, scale = node_values(agent, slot)
        index = self.tumour.network.parameter_index
        for name, value in settings.items():
            for full in everywhere(self.tumour, name):
                parameters[:, index[full]] = value
        for name, factor in scale.items():
            for full in everywhere(self.tumour, name):
                parameters[:, index[full]] *= factor

    def _standing(self, agent: Agent) -> Standing:
        assert agent.drug is not None
        tumour, network = self.tumour, self.tumour.network
        arm = tumour.arm(regimen_of([agent.drug]))
        changed = np.flatnonzero((arm.parameters != self.rest.parameters).any(axis=0))
        parameters = {network.parameters[k]: arm.parameters[:, k] for k in changed}
        holding = [
            name
            for name, settles in zip(network.species, network.settles, strict=True)
            if not settles and not any(word in name for word in _NOT_OF_DRUGS)
        ]
        moved = tumour.kernel.advance(
            arm.states,
            arm.parameters,
            0.0,
            MEAN_DAYS * HOURS_PER_DAY,
            arm.rules,
            arm.amounts,
            _RECORD_H,
            record_species=holding,
        )
        assert moved.record is not None
        amounts = {}
        for k, name in enumerate(holding):
            rise = moved.record[:, :, k].mean(axis=0) - tumour.drug_free[:, network.species_index[name]]
            if np.abs(rise).max() > 1e-9:
                amounts[name] = rise
        return Standing(slots_of((agent,)).get(agent.id), parameters, amounts)
