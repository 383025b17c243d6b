"""What cells must do whatever the claims say: one weighted sum of an arm's readings is above another."""

from __future__ import annotations

from pydantic import Field, model_validator

from erbium.knowledge.schema.arms import Arms
from erbium.knowledge.schema.condition import Context, Hours

#: Weight of each arm by its name.
Weights = dict[str, float]


class CellCheck(Arms):
    """One check: the sum `more` of readings is above the sum `less`, in four of five parameter draws.

    Sums serve what a ratio of arms cannot say: how much growth a drug takes away in one cell, a share of
    what it takes away in another.

    Attributes
    ----------
    statement
        What must be seen, in words.
    readout, time
        What is read of every arm, and when after the drugs are added (h).
    more, less
        Weights of the arms in the two sums.
    """

    id: str = Field(pattern=r"^cell-[a-z0-9-]+$")
    statement: str
    source: str | None = None
    readout: str
    time: Hours
    arms: dict[str, Context] = Field(min_length=2)
    more: Weights = Field(min_length=1)
    less: Weights = Field(min_length=1)

    @model_validator(mode="after")
    def _arms_fit(self) -> CellCheck:
        named = {*self.more, *self.less}
        if unknown := sorted(named - set(self.arms)):
            raise ValueError(f'more and less: no arm "{unknown[0]}"')
        if unused := sorted(set(self.arms) - named):
            raise ValueError(f'arm "{unused[0]}" is not used')
        return self
