"""Where the published number of a claim is read in a trial, to be scored with frozen parameters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from erbium.knowledge.schema.criterion import Criterion
from erbium.knowledge.schema.number import Record, Texts, tuple_of


class ScoredNumber(Record):
    """One published number of a claim and the figure of a trial that it is held against.

    Attributes
    ----------
    claim, published
        Id of the claim, and the key of its `published`.
    trial, arm
        Trial and arm in which the figure is read; all arms together without `arm`.
    versus
        The arm a hazard ratio is against.
    endpoint
        As in trial files: ORR, median_PFS, PFS_6m; for a ratio, PFS.
    subgroup
        The patients it is about; all without.
    n
        Patients behind the number where the trial file does not say.
    bound
        The claim says "above" or "below" this number, and the figure must be on that side.
    complement
        The claim counts the patients without the outcome.
    note
        What stands for what.
    """

    claim: str = Field(pattern=r"^S[12]-\d{3}$")
    published: str
    trial: str
    arm: str | None = None
    versus: str | None = None
    endpoint: str
    subgroup: Criterion | None = None
    n: int | None = Field(default=None, gt=0)
    bound: Literal["above", "below"] | None = None
    complement: bool = False
    note: str | None = None


class Aside(Record):
    """Published numbers of a claim that no trial of ours can show, and why.

    Attributes
    ----------
    claim, published
        Id of the claim, and the keys; all of them without.
    reason
        Why they are not scored.
    """

    claim: str = Field(pattern=r"^S[12]-\d{3}$")
    published: Texts = ()
    reason: str = Field(min_length=8)


class ScoredClaims(Record):
    """The claims that are numbers of trials: each number in a figure of a trial, or set aside."""

    format: Literal["erbium.scored-claims/1"] = Field(alias="schema")
    number: Annotated[tuple[ScoredNumber, ...], BeforeValidator(tuple_of)] = ()
    aside: Annotated[tuple[Aside, ...], BeforeValidator(tuple_of)] = ()
