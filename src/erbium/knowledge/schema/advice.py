"""What an answer is made with beside the model: virtual inhibition, and assays with their cost class."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from erbium.knowledge.schema.number import Number, Record, Status, Texts, tuple_of

#: Cost classes, the cheapest first.
COSTS = ("lowest", "low", "moderate", "high", "research")
Cost = Literal["lowest", "low", "moderate", "high", "research"]


class InhibitedArm(Record):
    """One arm of the network that is throttled.

    Attributes
    ----------
    handles
        Bare names of the neutral parameters that are scaled down, in every clone.
    output
        Readout of the clone that tells how far the arm is throttled.
    """

    id: str
    name: str
    handles: Texts = Field(min_length=1)
    output: str


class PanelMarker(Record):
    """A protein of the panel: `field` of the profile's proteins, and what a high level speaks for."""

    field: str
    name: str
    high: str


class DependencePanel(Record):
    """Proteins that the literature reads dependence from."""

    statement: str
    claims: Texts
    source: str
    status: Status
    markers: Annotated[tuple[PanelMarker, ...], BeforeValidator(tuple_of)]


class Dependence(Record):
    """Virtual inhibition of the arms of the network.

    Attributes
    ----------
    remaining
        Share of each arm's output that is left.
    smallest_loss
        Share of net growth lost from which a tumour counts as dependent.
    """

    remaining: Number
    smallest_loss: Number
    arms: Annotated[tuple[InhibitedArm, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
    panel: DependencePanel


class Assay(Record):
    """A kind of test.

    Attributes
    ----------
    words
        A mechanism's test is of this kind if one of these occurs in it.
    cost, why
        Cost class, and what it rests on.
    sensitivity, specificity
        Chance that a result is right where the mechanism is there, and where it is not.
    """

    id: str
    name: str
    words: Texts = Field(min_length=1)
    cost: Cost
    why: str
    sensitivity: Number
    specificity: Number


class Assays(Record):
    """All kinds of tests; the first that fits is taken."""

    assays: Annotated[tuple[Assay, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
