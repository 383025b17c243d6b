"""A marker that evidence speaks of, what in a profile shows it, and one mention of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.mechanism import Marker
from erbium.knowledge.schema.number import Record, Texts, fault, tuple_of

#: Amplification, overexpression, mutation, truncation and expression are kept apart.
MarkerClass = Literal[
    "amplification", "overexpression", "expression", "low_expression", "loss", "mutation", "truncation",
    "fusion", "genotype", "receptor_status", "subtype", "immune", "serum", "localisation", "phosphorylation",
    "other",
]  # fmt: skip
#: States that are computed from several measurements of a profile.
Computed = Literal["HER2-positive", "HER2-low", "HR-positive"]
#: Classes that are changes of the tumour's genome, which is all that ESCAT covers.
GENOMIC = ("amplification", "mutation", "fusion")


class Biomarker(Record):
    """One marker.

    Attributes
    ----------
    id
        Name as in a table of patients, such as ``PIK3CA_mutated``, ``p95``, ``fcgr3a_V``.
    marker_class
        What sort of change it is; key `class` in the file.
    gene
        HGNC symbol, if it is of one gene.
    names
        Other names it goes by.
    markers
        What in a profile shows it; without, no profile does, and it counts as not tested.
    computed
        A state that is computed from a profile instead.
    """

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    name: str
    marker_class: MarkerClass = Field(alias="class")
    gene: str | None = None
    names: Texts = ()
    markers: Annotated[tuple[Marker, ...], BeforeValidator(tuple_of)] = ()
    computed: Computed | None = None
    note: str | None = None

    @property
    def genomic(self) -> bool:
        """Whether it is a change of the tumour's genome."""
        return self.marker_class in GENOMIC


class Leaf(Record):
    """One mention of a marker.

    Attributes
    ----------
    marker
        Id of the marker.
    present
        Whether it is asked to be there; False asks for a negative result, never for a missing one.
    alterations
        Protein changes, one-letter, if only these are meant.
    among
        Values, if only these are meant, such as genotypes.
    """

    marker: str = Field(min_length=2)
    present: bool = True
    alterations: Texts = ()
    among: Texts = ()

    @model_validator(mode="after")
    def _one_way(self) -> Leaf:
        if self.alterations and self.among:
            raise fault("alterations beside values.", key="among", expected="one of the two")
        return self

    @property
    def text(self) -> str:
        """The mention in words."""
        detail = "/".join(self.alterations or self.among)
        return f"{'' if self.present else 'no '}{self.marker}{f' {detail}' if detail else ''}"
