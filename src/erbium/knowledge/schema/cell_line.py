"""A cell line: receptor numbers, variants and the mechanisms they stand for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from erbium.knowledge.schema.number import Number, Record, Status, Texts, tuple_of
from erbium.knowledge.schema.proteome import PARAMETER

ABUNDANCE_KNOBS = {
    "HER2": "her_receptors.HER2_abundance",
    "EGFR": "her_receptors.EGFR_abundance",
    "HER3": "her_receptors.HER3_abundance",
    "ER": "estrogen_receptor.ER_abundance",
    "NRG1": "her_receptors.NRG1",
    "bypass": "her_receptors.bypass_drive",
}
"""What an abundance of a line sets in the network."""


class CarriedMechanism(Record):
    """One mechanism a line carries, with its strength."""

    id: str
    x: float = Field(default=1.0, gt=0)
    status: Status = "unverified"
    note: str | None = None


class LineVariant(Record):
    """One known variant of a line."""

    gene: str
    protein: str | None = None
    note: str | None = None
    status: Status = "unverified"


class CellLine(Record):
    """One breast line.

    Attributes
    ----------
    her2
        amplified, or not.
    abundances
        Receptors per cell (kreceptor), ER relative to a clearly positive tumour, NRG1 in the medium
        (nM), and `bypass`, the drive of what is not modelled one by one.
    relative
        Other knobs, by ``module.parameter``: relative to a typical breast tumour where they are read from
        the proteome panel (``proteome/panel.toml``); a ligand of the usual medium in its own unit.
    patient
        Lines of one patient share it and are not independent.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    synonyms: Texts = ()
    her2: Literal["amplified", "not amplified"]
    subtype: str | None = None
    receptor_status: str | None = None
    patient: str | None = None
    doubling_time: Number | None = None
    abundances: dict[str, Number]
    relative: dict[Annotated[str, Field(pattern=PARAMETER)], Number] = Field(default_factory=dict)
    mechanisms: Annotated[tuple[CarriedMechanism, ...], BeforeValidator(tuple_of)] = ()
    variants: Annotated[tuple[LineVariant, ...], BeforeValidator(tuple_of)] = ()
    evidence: Texts = ()
    note: str | None = None

    @field_validator("abundances")
    @classmethod
    def _known_and_complete(cls, value: dict[str, Number]) -> dict[str, Number]:
        if unknown := sorted(set(value) - set(ABUNDANCE_KNOBS)):
            raise ValueError(f"unknown abundance {unknown[0]}; known are {', '.join(ABUNDANCE_KNOBS)}")
        if missing := [name for name in ("HER2", "EGFR", "HER3", "ER", "bypass") if name not in value]:
            raise ValueError(f"the abundance of {missing[0]} is missing")
        return value

    @property
    def knobs(self) -> dict[str, float]:
        """The values that this line's abundances set, by parameter path."""
        receptors = {ABUNDANCE_KNOBS[name]: number.value for name, number in self.abundances.items()}
        return receptors | {path: number.value for path, number in self.relative.items()}
