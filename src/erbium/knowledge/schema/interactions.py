"""What other drugs do to the clearance of a drug, and what it does to theirs: facts, no consequences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from erbium.knowledge.schema.number import Number, Record
from erbium.knowledge.schema.slot_units import check_unit

#: Enzymes that a sensitive probe drug measures in patients; transporters are not among them.
Enzyme = Literal["CYP1A2", "CYP2C8", "CYP2C9", "CYP2C19", "CYP2D6", "CYP3A"]
#: Shares are rounded: together they may pass 1 by this much.
_ROUNDING = 1e-6


class Interactions(Record):
    """How a drug's clearance depends on enzymes, and how the drug moves them; what is unknown is left out.

    Attributes
    ----------
    share
        Share of the drug's clearance (apparent, where `pk.CL` is) that an enzyme does, 0 to 1. A share
        of 0 says that the enzyme was tried and does nothing.
    probe_ratio
        Fold by which the drug at its usual dose changes the AUC of a sensitive oral probe of an
        enzyme: above 1 it inhibits, below 1 it induces.
    measured
        Measured AUC of this drug given with another drug, by its id, over that without. It stands in
        for what the enzymes of that pair would give.
    """

    share: Mapping[Enzyme, Number] = Field(default_factory=dict)
    probe_ratio: Mapping[Enzyme, Number] = Field(default_factory=dict)
    measured: Mapping[str, Number] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ranges(self) -> Interactions:
        for name, number in self.numbers().items():
            check_unit(name, number, "1")
        for enzyme, number in self.share.items():
            if number.convert(number.value if number.high is None else number.high, "1") > 1.0:
                raise ValueError(f"share.{enzyme} is above 1; expected a share of the clearance, 0 to 1")
        total = sum(number.to("1") for number in self.share.values())
        if total > 1.0 + _ROUNDING:
            raise ValueError(
                f"share: the enzymes together do {total:.3g} of the clearance; expected at most 1"
            )
        for table in ("probe_ratio", "measured"):
            for name, number in getattr(self, table).items():
                if number.value <= 0.0:
                    raise ValueError(f"{table}.{name} must be above 0; expected an AUC with over one without")
        return self

    def numbers(self) -> dict[str, Number]:
        """Return every number by dotted path."""
        return {
            f"{table}.{name}": number
            for table in type(self).model_fields
            for name, number in getattr(self, table).items()
        }
