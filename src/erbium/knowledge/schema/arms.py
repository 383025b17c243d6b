"""Arms and what they have in common: the setting of every check."""

from __future__ import annotations

from pydantic import Field

from erbium.knowledge.schema.condition import Context
from erbium.knowledge.schema.number import Record


class Arms(Record):
    """Arms of a check.

    Attributes
    ----------
    base
        Context of every arm; what an arm says is added to it.
    arms
        What each arm adds, by name.
    """

    base: Context = Context()
    arms: dict[str, Context] = Field(default_factory=dict)

    def contexts(self) -> dict[str, Context]:
        """Return the whole context of each arm.

        Raises
        ------
        ValueError
            A context is contradictory, or says of no cell or patient.
        """
        return {name: arm.over(self.base) for name, arm in self.arms.items()}
