"""What an answer is made with beside the model: virtual inhibition, and assays with their cost class."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.number import Number, Record, Status, Texts, fault, tuple_of

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
    """Proteins that the literature reads dependence from.

    Attributes
    ----------
    high_from, low_below
        H-score (0 to 300) from which a protein counts as high, and below which as low.
    """

    statement: str
    claims: Texts
    source: str
    status: Status
    high_from: Number
    low_below: Number
    markers: Annotated[tuple[PanelMarker, ...], BeforeValidator(tuple_of)]

    @model_validator(mode="after")
    def _in_order(self) -> DependencePanel:
        if self.low_below.value > self.high_from.value:
            raise fault(
                f"low_below ({self.low_below.value:g}) lies above high_from ({self.high_from.value:g})",
                key="low_below",
                expected=f"at most {self.high_from.value:g}",
            )
        return self


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
