"""The profile of one patient, `erbium.profile/1`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from erbium.core.errors import nearest
from erbium.profile.disease import Disease, PriorTherapy, Specimen
from erbium.profile.genome import CopyNumber, Fusion, Sequencing, Variant
from erbium.profile.measurement import Block, Date, Fraction, Measurement, fault, reading
from erbium.profile.person import Person
from erbium.profile.receptors import HER2, Copies, Immune, Proteins, Receptors, Transcripts
from erbium.profile.vocabulary import Ihc

SCHEMA = "erbium.profile/1"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_PERSON_NAME = re.compile(r"(Mrs?|Ms|Dr)?[-_. ]?[A-Z][a-z]{2,}[-_. ,]+[A-Z][a-z]{2,}")
_NUMBER_ONLY = re.compile(r"(MRN|NHS|HN|PID|SSN)?[-_.# ]?(\d[-_. ]?){6,}", re.IGNORECASE)


def _read_id(raw: Any) -> str:
    text = str(raw).strip()
    expected = "a pseudonym such as case-001 (letters, digits, points, underscores, hyphens)"
    if _PERSON_NAME.fullmatch(text):
        raise fault("the id looks like a person's name.", expected=expected)
    if _NUMBER_ONLY.fullmatch(text):
        raise fault("the id looks like a hospital number or a date of birth.", expected=expected)
    if not _ID.fullmatch(text):
        raise fault(f'"{text}" is not an id.', expected=expected)
    return text


PseudonymousId = Annotated[
    str, BeforeValidator(_read_id), WithJsonSchema({"type": "string", "pattern": _ID.pattern})
]


def _read_schema(raw: Any) -> str:
    if raw != SCHEMA:
        raise fault(f'"{raw}" is not a schema this version reads.', expected=f'"{SCHEMA}"', nearest=SCHEMA)
    return SCHEMA


class Meta(Block):
    """The pseudonym and where the profile comes from."""

    id: PseudonymousId
    created: Date | None = None
    consent: str | None = None
    note: str | None = None
    source: str | None = None


class Clone(Block):
    """One clone of the tumour."""

    name: str = Field(description="Name of the clone.")
    fraction: Fraction = Field(description="Share of the tumour, 0 to 1; all of them sum to 1.")
    her2_ihc: Measurement[Ihc] = reading("IHC score of this clone.")
    her2_copies: Measurement[Copies] = reading("HER2 copies per cell of this clone.", "1")
    mechanisms: tuple[str, ...] = Field(default=(), description="Mechanism ids this clone carries.")


class Preferences(Block):
    """Limits on what may be advised."""

    region: Literal["FDA", "EMA", "NMPA", "other"] | None = None
    not_available: tuple[str, ...] = ()
    route: str | None = None
    trials_acceptable: bool | None = None


class Profile(Block):
    """Everything known of one patient's tumour.

    Every measurement has a status; one that was not given is ``unknown`` and never negative.
    """

    schema_id: Annotated[Literal["erbium.profile/1"], BeforeValidator(_read_schema)] = Field(
        default="erbium.profile/1", alias="schema"
    )
    meta: Meta
    person: Person = Person()
    disease: Disease = Disease()
    specimens: tuple[Specimen, ...] = ()
    her2: HER2 = HER2()
    her2_history: tuple[HER2, ...] = Field(default=(), description="HER2 results of earlier specimens.")
    receptors: Receptors = Receptors()
    variants: tuple[Variant, ...] = ()
    copy_number: tuple[CopyNumber, ...] = ()
    fusions: tuple[Fusion, ...] = ()
    sequencing: Sequencing = Sequencing()
    protein: Proteins = Proteins()
    rna: Transcripts = Transcripts()
    immune: Immune = Immune()
    prior_therapies: tuple[PriorTherapy, ...] = Field(default=(), description="Earlier treatments, in order.")
    clones: tuple[Clone, ...] = ()
    preferences: Preferences = Preferences()
    extras: dict[str, Any] = Field(default_factory=dict, description="Input that has no place above, kept.")

    @property
    def id(self) -> str:
        """The pseudonym."""
        return self.meta.id

    def variants_of(self, gene: str) -> tuple[Variant, ...]:
        """Return the variants of one gene."""
        return tuple(variant for variant in self.variants if variant.gene == gene)

    def copy_number_of(self, gene: str) -> CopyNumber | None:
        """Return the copy number of one gene, a measured one before an inferred one."""
        found = [entry for entry in self.copy_number if entry.gene == gene]
        found.sort(key=lambda entry: entry.status != "measured")
        return found[0] if found else None

    @property
    def her2_amplified(self) -> bool:
        """Whether sequencing, or another copy number of ERBB2, shows amplification."""
        entry = self.copy_number_of("ERBB2")
        return entry is not None and entry.amplified

    def gene_state(self, gene: str) -> Literal["variant", "wild type", "not tested"]:
        """Return whether a gene carries a variant, was sequenced without one, or was not tested."""
        if self.variants_of(gene):
            return "variant"
        return "wild type" if gene in self.sequencing.genes else "not tested"


def nearest_key(block: type[Block], key: str) -> str | None:
    """Return the field of `block` that looks most like `key`."""
    return nearest(key, [field.alias or name for name, field in block.model_fields.items()])
