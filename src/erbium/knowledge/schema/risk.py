"""A condition of the patient that rules regimens out, or that is said first among their cautions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.number import Record, Status, Texts, tuple_of
from erbium.knowledge.schema.regimen import Caution


class Risk(Record):
    """One condition; every one that is given must hold.

    Attributes
    ----------
    caution, drugs
        The regimens it applies to: those with this caution, or with one of these drugs.
    lvef_below
        Left ventricular ejection fraction below this, in per cent (a threshold of a label or trial).
    comorbidity, earlier_toxicity
        Words of which one occurs in the other illnesses, or in the toxicities of earlier treatments.
    menopausal
        Menopausal states.
    blocks
        Whether the regimen is not offered at all.
    text
        What is said; ``{lvef}`` stands for the measured value.
    source, status
        Id of a source, and how far this statement was checked in it.
    """

    caution: Caution | None = None
    drugs: Texts = ()
    lvef_below: float | None = Field(default=None, gt=0, le=100)
    comorbidity: Texts = ()
    earlier_toxicity: Texts = ()
    menopausal: Texts = ()
    blocks: bool = False
    text: str
    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    status: Status

    @model_validator(mode="after")
    def _complete(self) -> Risk:
        if (self.caution is None) == (not self.drugs):
            raise ValueError("a risk names either a caution or drugs")
        if self.lvef_below is None and not (self.comorbidity or self.earlier_toxicity or self.menopausal):
            raise ValueError("a risk needs a condition of the patient")
        return self


class RiskTable(Record):
    """Every risk, the gravest first."""

    risk: Annotated[tuple[Risk, ...], BeforeValidator(tuple_of)]
