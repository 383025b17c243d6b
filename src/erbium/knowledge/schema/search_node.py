"""A druggable node that the combination search may inhibit without a drug."""

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
    part
        Which readout or state shows the node in the graph of influences.
    basis
        "drug" where a drug of the catalogue hits the node, "tool" where only tool compounds, degraders or
        RNA interference do.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    name: str
    slots: Texts = ()
    potency: str | None = None
    scale: str | None = None
    part: str | None = None
    basis: Literal["drug", "tool"] = "drug"

    @model_validator(mode="after")
    def _one_way(self) -> SearchNode:
        if (self.potency is None) == (self.scale is None):
            raise ValueError("a node has either a potency or a scale")
        if (self.potency is None) != (not self.slots):
            raise ValueError("slots and potency come together")
        return self
