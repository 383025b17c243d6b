"""A resistance mechanism or biomarker: which neutral parameters it moves, and what reveals it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.core.expression import evaluate
from erbium.core.parser import parse
from erbium.knowledge.schema.number import Number, Record, Texts, fault, tuple_of

Verb = Literal["set", "scale", "enable", "remove"]
Reveal = Literal["variant", "copy_number", "field"]


class Effect(Record):
    """One move of one neutral parameter.

    Attributes
    ----------
    parameter
        ``module.name`` of a clone- or patient-level knob.
    verb
        set: takes the value; scale: multiplies; enable: 1; remove: 0.
    value
        A number or an expression of the marker value ``x`` (its graded strength).
    low, high
        5th and 95th percentile of the value, for numbers.
    evidence
        Source ids or short references.
    """

    parameter: str = Field(pattern=r"^[a-z0-9_]+\.[A-Za-z0-9_]+$")
    verb: Verb
    value: float | str | None = None
    low: float | None = None
    high: float | None = None
    kind: Literal["measured", "derived", "fitted", "assumed"] = "assumed"
    evidence: Texts = ()
    note: str | None = None

    @model_validator(mode="after")
    def _value_fits_verb(self) -> Effect:
        if self.verb in ("set", "scale") and self.value is None:
            raise ValueError(f"{self.verb} needs a value")
        if isinstance(self.value, str) and not parse(self.value).names <= {"x"}:
            raise ValueError('a value expression may use only "x"')
        if (
            isinstance(self.value, float)
            and self.kind == "assumed"
            and (self.low is None or self.high is None)
        ):
            raise ValueError("an assumed value needs low and high")
        return self

    def value_at(self, x: float = 1.0) -> float:
        """Return the value for marker value `x`."""
        if self.verb == "enable":
            return 1.0
        if self.verb == "remove":
            return 0.0
        return (
            float(evaluate(parse(self.value), {"x": x}))
            if isinstance(self.value, str)
            else float(self.value or 0.0)
        )


class Marker(Record):
    """What in a profile reveals the mechanism.

    Attributes
    ----------
    reveal
        variant: `gene` with one of `changes` (protein, one-letter, without ``p.``; "truncating" and
        "any" are classes); copy_number: `gene` with a call in `calls` or copies in [`above`, `below`);
        field: a profile field path whose value is in `values` or, as a number, in [`above`, `below`);
        when `graded` it gives ``x``.
    threshold
        For a graded field: present when the value is at least this.
    """

    reveal: Reveal
    gene: str | None = None
    changes: Texts = ()
    calls: Annotated[tuple[int, ...], BeforeValidator(tuple_of)] = ()
    above: float | None = None
    below: float | None = None
    field: str | None = None
    values: Texts = ()
    graded: bool = False
    threshold: float | None = None
    x: float = 1.0
    note: str | None = None


class Prior(Record):
    """How often, and how strongly, the mechanism is there when nobody tested.

    Attributes
    ----------
    prevalence
        Fraction per setting: keys metastatic, neoadjuvant, adjuvant, residual; and
        ``metastatic_pretreated`` after at least one anti-HER2 line.
    x_median, x_cv
        Log-normal strength of a graded mechanism when present.
    her2_positive_only
        True if the prevalence was read in HER2-positive disease and is not carried beyond it.
    drawn
        False for a prevalence that is on record but gives no untested twin the mechanism: the
        tumour-level constants were fitted over tumours with and without it.
    """

    prevalence: dict[str, Number]
    x_median: Number | None = None
    x_cv: float = 0.5
    her2_positive_only: bool = True
    requires_er: bool = False
    drawn: bool = True


class Dispute(Record):
    """That published evidence contradicts itself on what a mechanism does.

    Attributes
    ----------
    marker, treatment
        Marker and kind of drug of the group of evidence in which both sides have items.
    share
        Weight of what speaks against, of all: in this share of the parameter draws the mechanism moves
        nothing (never in the typical draw).
    """

    marker: str
    treatment: str
    share: Number

    @model_validator(mode="after")
    def _is_the_weaker_side(self) -> Dispute:
        if not 0.0 < self.share.value <= 0.5:
            raise fault(
                f"{self.share.value:g} of the evidence speaks against it.", key="share",
                expected="more than 0, at most 0.5: the stronger side is the claim",
            )  # fmt: skip
        return self


class Mechanism(Record):
    """One mechanism; it may only move knobs, never growth, kill or a drug's clinical numbers.

    Attributes
    ----------
    scope
        tumour: every clone; clone: only where a clone lists it; patient: a host factor.
    exclusive
        Ids that cannot be present together (alleles of one gene).
    test
        What an untested profile should ask for (assay in plain words).
    dispute
        Contradicting evidence, carried into the draws.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    group: str
    description: str
    scope: Literal["tumour", "clone", "patient"] = "tumour"
    effects: Annotated[tuple[Effect, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
    markers: Annotated[tuple[Marker, ...], BeforeValidator(tuple_of)] = ()
    prior: Prior | None = None
    exclusive: Texts = ()
    test: str | None = None
    evidence: Texts = ()
    alternatives: Texts = ()
    dispute: Dispute | None = None
    note: str | None = None
