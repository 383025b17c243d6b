"""A condition of the patient that rules regimens out, or that is said first among their cautions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.drug import DrugClass
from erbium.knowledge.schema.number import Record, Status, Texts, tuple_of
from erbium.knowledge.schema.regimen import Caution


class Risk(Record):
    """One condition; every one that is given must hold.

    Attributes
    ----------
    id
        Name of the rule, where the caution does not say it.
    caution, drugs, drug_classes
        The regimens it applies to: those with this caution, or with one of these drugs, or with a drug of
        one of these classes.
    lvef_below
        Left ventricular ejection fraction below this, in per cent (a threshold of a label or trial).
    comorbidity, earlier_toxicity
        Words of which one occurs in the other illnesses, or in the toxicities of earlier treatments; an
        illness that is said to be absent ("no lung disease") does not count.
    comorbidity_without
        Words of which none occurs in the same illness, for example "partial".
    lvef_unknown, gene_unknown
        No ejection fraction was reported, or nothing of a gene: a rule of this file cannot be decided. That
        is said once of the case, and never counts against a regimen.
    ecog_from
        ECOG performance status of at least this.
    brain_metastases
        States of the brain.
    without_drugs
        The risk does not apply to a regimen with one of these drugs.
    lost_gene, copies_lost
        A gene that a variant classified as loss inactivates: in both copies, or in one.
    menopausal
        Menopausal states.
    blocks
        Whether the regimen is not offered at all.
    text
        What is said; ``{lvef}`` and ``{ecog}`` stand for the measured values.
    source, status
        Id of a source, and how far this statement was checked in it.
    """

    id: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    caution: Caution | None = None
    drugs: Texts = ()
    drug_classes: Annotated[tuple[DrugClass, ...], BeforeValidator(tuple_of)] = ()
    lvef_below: float | None = Field(default=None, gt=0, le=100)
    lvef_unknown: bool = False
    gene_unknown: str | None = None
    ecog_from: int | None = Field(default=None, ge=0, le=4)
    brain_metastases: Texts = ()
    without_drugs: Texts = ()
    comorbidity: Texts = ()
    comorbidity_without: Texts = ()
    lost_gene: str | None = None
    copies_lost: Literal[1, 2] = 2
    earlier_toxicity: Texts = ()
    menopausal: Texts = ()
    blocks: bool = False
    text: str
    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    status: Status

    @model_validator(mode="after")
    def _complete(self) -> Risk:
        if sum(map(bool, (self.caution, self.drugs, self.drug_classes))) != 1:
            raise ValueError("a risk names one of a caution, drugs and drug_classes")
        told = (
            self.lvef_below, self.comorbidity, self.lost_gene, self.earlier_toxicity, self.menopausal,
            self.lvef_unknown, self.gene_unknown, self.ecog_from, self.brain_metastases,
        )  # fmt: skip
        if not any(told):
            raise ValueError("a risk needs a condition of the patient")
        if self.comorbidity_without and not self.comorbidity:
            raise ValueError("comorbidity_without needs comorbidity")
        if self.undecided and self.blocks:
            raise ValueError("what is not known rules nothing out")
        return self

    @property
    def undecided(self) -> bool:
        """Whether it says that a rule cannot be decided."""
        return self.lvef_unknown or self.gene_unknown is not None

    @property
    def rule(self) -> str:
        """Name of the rule."""
        return self.id or self.caution or "+".join(self.drugs or self.drug_classes)


class RiskTable(Record):
    """Every risk, the gravest first."""

    risk: Annotated[tuple[Risk, ...], BeforeValidator(tuple_of)]
