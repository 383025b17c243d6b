"""An item of evidence: what is claimed of which tumours and drugs, by which study, how far it was read."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.biomarker import Leaf
from erbium.knowledge.schema.number import Record, Status, Texts, fault, tuple_of
from erbium.knowledge.schema.regimen import Level, Line, Setting

Effect = Literal[
    "sensitivity", "resistance", "no_predictive_effect", "better_outcome", "worse_outcome",
    "no_prognostic_effect", "diagnostic", "predisposition",
]  # fmt: skip
#: Effects that say how a treatment does; the others say how patients do, whatever they get.
PREDICTIVE = ("sensitivity", "resistance", "no_predictive_effect")
PROGNOSTIC = ("better_outcome", "worse_outcome", "no_prognostic_effect")
Direction = Literal["supports", "disputes", "neutral"]
Design = Literal[
    "guideline", "randomised", "randomised_subgroup", "randomised_post_hoc", "pooled", "single_arm",
    "cohort", "clinical", "case", "animal", "cell_line", "biochemical", "preclinical", "statement",
    "simulation",
]  # fmt: skip
Directness = Literal["direct", "indirect_step", "other_tumour", "by_analogy"]
Verification = Literal["full_text", "abstract", "database", "report", "via_review", "unverified"]
#: Read in what others wrote of the study: a review, a label, a news summary, a curve drawn again.
SECOND_HAND: tuple[Verification, ...] = ("report", "via_review")
Tumour = Literal[
    "HER2-positive", "HER2-low", "HER2-negative", "ERBB2-mutant", "HR-positive", "breast", "other"
]
Interaction = Literal["combination", "sequential", "substitutes"]
Origin = Literal["curated", "claim", "trial", "civic", "overlay"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")


class Measure(Record):
    """What was measured, with its interval.

    Attributes
    ----------
    name
        HR, OR, RR, ORR, pCR, median_PFS ...; a rate is in per cent and a time in months.
    value, low, high
        The figure and its 95 % interval.
    against
        The same figure of the other side, where two are compared.
    p
        P value as reported.
    """

    name: str = Field(min_length=1)
    value: float = Field(allow_inf_nan=False)
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)
    unit: str = "1"
    against: float | None = Field(default=None, allow_inf_nan=False)
    p: float | None = Field(default=None, ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _ordered(self) -> Measure:
        if self.low is not None and self.low > self.value:
            raise fault(f"low ({self.low:g}) lies above the value ({self.value:g}).", key="low")
        if self.high is not None and self.high < self.value:
            raise fault(f"high ({self.high:g}) lies below the value ({self.value:g}).", key="high")
        return self

    @property
    def text(self) -> str:
        """The figure in words."""
        unit = {"1": "", "percent": " %", "months": " months"}.get(self.unit, f" {self.unit}")
        interval = (
            f" ({self.low:g} to {self.high:g})" if self.low is not None and self.high is not None else ""
        )
        other = f" against {self.against:g}{unit}" if self.against is not None else ""
        p = f", p = {self.p:g}" if self.p is not None else ""
        return f"{self.name} {self.value:g}{unit}{interval}{other}{p}"


Leaves = Annotated[tuple[Leaf, ...], BeforeValidator(tuple_of)]


class EvidenceItem(Record):
    """One item of evidence.

    Attributes
    ----------
    id
        Stable id.
    claim
        What is said, in own words.
    any_of, all_of
        Markers of which one, and of which every one, must be there (a leaf may ask that it is not).
    tumour, setting, line
        Whose disease; a setting or line that the source does not state is left out.
    drugs, other_drugs, drug_class
        Drugs of the treatment by id; those that no drug file describes, by name; a class in their place.
    interaction
        combination, sequential, or substitutes (each drug by itself).
    comparator, comparator_drugs
        What it was held against, and the drugs of that by id where it is another treatment.
    effect, direction
        What the claim says, and whether this item supports it, disputes it or leaves it open.
    design, n, n_positive, endpoint, measure, interaction_p, assay
        The study, its patients, those with the marker, and what was found.
    directness, quality, reasons
        How near to the question; 1 (poor) to 5; why.
    approved
        The marker and treatment are approved or in a guideline for this setting, as the source says.
    lowered_to
        A curator's limit on the level; it can only lower.
    source, pmid, doi, nct, year, status, verification
        Reference, how far it was checked, and in what it was read.
    retracted
        The source was withdrawn: the item is kept and counts for nothing.
    relates
        Ids of mechanisms of the model that it is about.
    table_row
        Columns of the table that it was read from, where it came from one.
    origin
        Where the item is from; set when it is read.
    """

    id: str
    claim: str = Field(min_length=8)
    any_of: Leaves = ()
    all_of: Leaves = ()
    tumour: Tumour = "HER2-positive"
    setting: Setting | None = None
    line: Line | None = None
    drugs: Texts = ()
    other_drugs: Texts = ()
    drug_class: str | None = None
    interaction: Interaction | None = None
    comparator: str | None = None
    comparator_drugs: Texts = ()
    effect: Effect
    direction: Direction = "supports"
    design: Design
    n: int | None = Field(default=None, gt=0)
    n_positive: int | None = Field(default=None, ge=0)
    endpoint: str | None = None
    measure: Measure | None = None
    interaction_p: float | None = Field(default=None, ge=0.0, le=1.0)
    assay: str | None = None
    directness: Directness = "direct"
    quality: int = Field(default=3, ge=1, le=5)
    reasons: Texts = ()
    approved: bool = False
    lowered_to: Level | None = None
    source: str = Field(min_length=3)
    pmid: str | None = Field(default=None, pattern=r"^\d{6,9}$")
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    nct: str | None = Field(default=None, pattern=r"^NCT\d{8}$")
    year: int | None = Field(default=None, ge=1950, le=2100)
    status: Status
    verification: Verification = "abstract"
    retracted: bool = False
    relates: Texts = ()
    note: str | None = None
    table_row: dict[str, str] = Field(default_factory=dict)
    origin: Origin = "curated"

    @model_validator(mode="after")
    def _coherent(self) -> EvidenceItem:
        if not _ID.fullmatch(self.id):
            raise fault(
                f'"{self.id}" is not an id.', key="id", expected="letters, digits, points, _, : and -"
            )
        treated = bool(self.drugs or self.other_drugs or self.drug_class)
        if self.effect in PREDICTIVE and not treated:
            raise fault(
                f"{self.effect} to nothing.", key="drugs", expected="drugs, other_drugs or drug_class",
            )  # fmt: skip
        if len(self.drugs) + len(self.other_drugs) > 1 and self.interaction is None:
            raise fault(
                "several drugs and no word on how they go together.", key="interaction",
                expected="combination, sequential or substitutes",
            )  # fmt: skip
        if self.n is not None and self.n_positive is not None and self.n_positive > self.n:
            raise fault(f"{self.n_positive} of {self.n} patients.", key="n_positive", expected="at most n")
        if self.status == "verified" and self.verification == "unverified":
            raise fault("verified, and read nowhere.", key="verification", expected="where it was read")
        return self

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every marker that is named."""
        return (*self.any_of, *self.all_of)

    @property
    def markers(self) -> tuple[str, ...]:
        """Ids of the markers, each once."""
        return tuple(dict.fromkeys(leaf.marker for leaf in self.leaves))

    @property
    def study(self) -> str:
        """What tells one study from another: its public identifier, else its reference."""
        return self.pmid or self.doi or self.nct or self.source.casefold()


class EvidenceFile(Record):
    """A file of items, ``erbium.evidence/1``."""

    format: Literal["erbium.evidence/1"] = Field(alias="schema")
    topic: str = ""
    items: Annotated[tuple[EvidenceItem, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
