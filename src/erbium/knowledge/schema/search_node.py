"""What the combination search reads: druggable nodes, and drugs that stand in for measured compounds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from erbium.knowledge.schema.number import Record, Texts


class SearchNode(Record):
    """A place of the network at which a drug could act, and the neutral parameter that stands for it.

    Attributes
    ----------
    id, name
        Id, and what it is in words.
    slots
        Drug slots through which an inhibitor of unit concentration may act.
    potency
        Name of the half-inhibition constant in the slot, ``{slot}`` standing for the slot.
    scale
        Instead of a slot: a parameter that inhibition multiplies by what is left.
    basis
        "drug" where a drug of the catalogue hits the node, "tool" where only tool compounds, degraders or
        RNA interference do.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    name: str
    slots: Texts = ()
    potency: str | None = None
    scale: str | None = None
    basis: Literal["drug", "tool"] = "drug"

    @model_validator(mode="after")
    def _one_way(self) -> SearchNode:
        if (self.potency is None) == (self.scale is None):
            raise ValueError("a node has either a potency or a scale")
        if (self.potency is None) != (not self.slots):
            raise ValueError("slots and potency come together")
        return self


class StandIn(Record):
    """A drug of the catalogue that stands for a compound of the same target; that it does is assumed.

    Attributes
    ----------
    name
        The compound as the data call it.
    drug
        Id of the drug.
    target
        What both hit, and what sets them apart.
    """

    name: str
    drug: str
    target: str
