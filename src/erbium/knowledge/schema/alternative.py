"""A question on which the literature disagrees: weighted alternatives, none presented as the truth."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.mechanism import Effect
from erbium.knowledge.schema.number import Record, Texts, tuple_of


class Choice(Record):
    """One answer with its weight and what it means for the network.

    Attributes
    ----------
    text
        The answer in words.
    weight
        Share of the parameter draws that follow it.
    effects
        Moves of neutral knobs; none for the answer the network holds as it stands.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    text: str
    weight: float = Field(gt=0, le=1)
    effects: Annotated[tuple[Effect, ...], BeforeValidator(tuple_of)] = ()
    evidence: Texts = ()


class Alternative(Record):
    """A question and its answers; the weights sum to one."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    question: str
    choices: Annotated[tuple[Choice, ...], BeforeValidator(tuple_of)] = Field(min_length=2)
    note: str | None = None

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> Alternative:
        total = sum(choice.weight for choice in self.choices)
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"the weights sum to {total:g}, not 1")
        return self
