"""What was measured during and after an earlier treatment: serial markers and a second specimen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.profile.measurement import Block, Date, Measurement, NotNegative, Percent, fault, reading
from erbium.profile.vocabulary import Ihc, words

#: Markers whose course under treatment is read, and the unit each is kept in.
MARKER_UNITS = {"serum_HER2": "ng/mL", "ctDNA_fraction": "1", "Ki67": "percent"}
#: Most that a marker which is a share can be, in its unit, and what is expected.
_SHARES = {"ctDNA_fraction": (1.0, "a fraction from 0 to 1"), "Ki67": (100.0, "percent of cells, 0 to 100")}
_SPELLINGS = {
    "plasma HER2": "serum_HER2",
    "serum HER2": "serum_HER2",
    "HER2 ECD": "serum_HER2",
    "ctDNA": "ctDNA_fraction",
    "ctDNA fraction": "ctDNA_fraction",
    "tumour fraction": "ctDNA_fraction",
    "Ki-67": "Ki67",
    "Ki 67": "Ki67",
}
MarkerName = Annotated[
    Literal["serum_HER2", "ctDNA_fraction", "Ki67"],
    BeforeValidator(words("serial marker", tuple(MARKER_UNITS), _SPELLINGS)),
]


class SerialMarker(Block):
    """One marker before and during a treatment; what counts is how it changed.

    Both values are in the same unit: ng/mL, a fraction, or percent of cells.
    """

    marker: MarkerName = Field(description="serum_HER2, ctDNA_fraction or Ki67.")
    week: NotNegative = Field(description="Weeks after the start of the treatment.")
    value: NotNegative = Field(description="Value in that week.")
    baseline: NotNegative = Field(description="Value before the treatment, in the same unit.")

    @model_validator(mode="after")
    def _has_a_baseline(self) -> SerialMarker:
        if self.baseline == 0:
            raise fault("a baseline of 0.", expected="a number more than 0: the change is what counts")
        if self.week == 0:
            raise fault("week 0 is the baseline.", expected="a week after the start of the treatment")
        if self.marker in _SHARES:
            most, expected = _SHARES[self.marker]
            for key, value in (("value", self.value), ("baseline", self.baseline)):
                if value > most:
                    raise fault(f"{self.marker}: a {key} of {value:g}.", expected=expected)
        return self


class Rebiopsy(Block):
    """What a second specimen showed after a treatment: after progression, or in residual disease."""

    date: Date | None = None
    her2_ihc: Measurement[Ihc] = reading("IHC score of the second specimen.")
    ki67: Measurement[Percent] = reading("Ki-67 of the second specimen, for the record.", "percent")
    found: tuple[str, ...] = Field(default=(), description="Mechanism ids that it showed.")
    not_found: tuple[str, ...] = Field(default=(), description="Mechanism ids looked for and not found.")
