"""How proteins of a panel of cell lines set knobs of the network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from erbium.knowledge.schema.number import Number, Record, Texts, tuple_of

PARAMETER = r"^[a-z0-9_]+\.[A-Za-z0-9_]+$"


class ProteinHandle(Record):
    """One knob, and the proteins whose amount sets it.

    Attributes
    ----------
    parameter
        ``module.name`` of the knob.
    genes
        Proteins that are one pool, by gene.
    form
        ratio: the knob is the amount relative to the reference; at_most_one: the same, but 1 above
        the reference; log10_above_one: its decimal logarithm, or 0 below the reference; each with
        the exponent of the panel.
    exponent
        Of this knob, where it is not that of the panel.
    enough
        Share of the reference that does as well as the whole; for at_most_one.
    note
        Why the protein speaks for the knob.
    """

    parameter: str = Field(pattern=PARAMETER)
    genes: Texts = Field(min_length=1)
    form: Literal["ratio", "at_most_one", "log10_above_one"] = "ratio"
    exponent: Number | None = None
    enough: Number | None = None
    note: str

    def logarithm(self, logs: Mapping[str, float]) -> float | None:
        """Return the natural logarithm of the pool, or None where a protein of it was not seen."""
        if any(gene not in logs for gene in self.genes):
            return None
        return sum(logs[gene] for gene in self.genes) / len(self.genes)

    def value(self, difference: float, exponent: float) -> float:
        """Return the knob of a line whose pool differs by this logarithm from the reference.

        Parameters
        ----------
        difference
            Natural logarithm of line over reference.
        exponent
            Of the panel.
        """
        power = exponent if self.exponent is None else self.exponent.value
        if self.form == "log10_above_one":
            return max(0.0, power * difference / math.log(10.0))
        if self.form == "ratio":
            return math.exp(power * difference)
        enough = 1.0 if self.enough is None else self.enough.value
        return min(1.0, math.exp(power * (difference - math.log(enough))))

    def formula(self, line: float, reference: float, exponent: float) -> str:
        """Return how the knob is computed, as a formula of the expression language."""
        power = exponent if self.exponent is None else self.exponent.value
        difference = f"{line:.3f} - ({reference:.3f})"
        if self.form == "log10_above_one":
            return f"max(0, {power:g} * ({difference}) / log(10))"
        if self.form == "ratio":
            return f"exp({power:g} * ({difference}))"
        enough = "" if self.enough is None else f" - log({self.enough.value:g})"
        return f"min(1, exp({power:g} * ({difference}{enough})))"


class NotRead(Record):
    """A protein of the panel that sets no knob, and why."""

    parameter: str = Field(pattern=PARAMETER)
    genes: Texts = Field(min_length=1)
    note: str


class ProteinPanel(Record):
    """The proteins that are read, and those that are not.

    Attributes
    ----------
    exponent
        Power of the relative amount that a knob follows.
    """

    exponent: Number
    handle: Annotated[tuple[ProteinHandle, ...], BeforeValidator(tuple_of)]
    not_read: Annotated[tuple[NotRead, ...], BeforeValidator(tuple_of)] = ()
