"""What a table says of a trial beside its results: figures by marker, and rows kept for the record."""

from __future__ import annotations

from pydantic import Field, model_validator

from erbium.knowledge.schema.number import Record, Status, Texts, fault


class Reported(Record):
    """What both kinds of row have.

    Attributes
    ----------
    arm, endpoint
        Arm or arms, and endpoint, in the words of the table.
    value, low, high, unit
        The figure with its interval; absent where only a ratio, or nothing, is reported.
    hazard_ratio, ratio_low, ratio_high
        A hazard ratio with its interval.
    n
        Patients behind it.
    year
        Year of the report.
    source, status
        Reference, and how far it was checked.
    """

    arm: str
    endpoint: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    hazard_ratio: float | None = Field(default=None, gt=0.0, lt=100.0)
    ratio_low: float | None = None
    ratio_high: float | None = None
    n: int | None = Field(default=None, gt=0)
    year: int | None = Field(default=None, ge=1990, le=2100)
    source: str
    status: Status


class PublishedPrognostic(Reported):
    """Patients with a marker against patients without, whatever they got: never a ratio of treatments.

    Attributes
    ----------
    arms
        Names in the file of the arms the patients come from; all arms together without.
    marker
        The marker and its value, or what a ratio is per ("TIL_per10pct").
    """

    arms: Texts = ()
    marker: str

    @model_validator(mode="after")
    def _says_something(self) -> PublishedPrognostic:
        if self.value is None and self.hazard_ratio is None:
            raise fault("neither a figure nor a ratio.", key="value", expected="value, hazard_ratio or both")
        return self


class NoteRow(Reported):
    """A row of the table that is kept and not compared with anything.

    Attributes
    ----------
    subgroup
        Patients it is about, in the words of the table; all without.
    reason
        Why it is not among the results.
    """

    subgroup: str | None = None
    reason: str
