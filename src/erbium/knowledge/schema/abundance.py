"""From what pathology reports to receptor numbers: log-normal distributions that overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field, field_validator, model_validator

from erbium.core.twins import Array
from erbium.knowledge.schema.number import Number, Record, tuple_of

Her2Class = Literal["3+", "2+/ISH+", "2+", "2+/ISH-", "1+", "0+", "0"]


@dataclass(frozen=True)
class Spread:
    """A log-normal distribution: median, and standard deviation of the natural logarithm."""

    median: float
    log_sd: float

    def at(self, z: float) -> float:
        """Return the value `z` standard deviations from the middle."""
        return self.median * math.exp(self.log_sd * z)


class LogNormal(Record):
    """Median and coefficient of variation, each with kind and range."""

    median: Number
    cv: Number

    @property
    def log_sd(self) -> float:
        """Standard deviation of the natural logarithm."""
        return math.sqrt(math.log1p(self.cv.value**2))

    @property
    def spread(self) -> Spread:
        """The distribution."""
        return Spread(self.median.value, self.log_sd)


class CopyScaling(Record):
    """How ISH copies per cell narrow and shift the receptor number of an amplified class.

    Attributes
    ----------
    reference
        Mean copies of a typical tumour of the class, where the median holds.
    exponent
        Receptors go with copies to this power.
    from_copies
        Below this, copies say nothing of receptors (they overlap between 0, 1+ and 2+).
    residual_cv
        Variation left between tumours of the same class and copies.
    """

    reference: dict[Her2Class, Number]
    exponent: Number
    from_copies: Number
    residual_cv: Number


class Her2Abundance(Record):
    """HER2 receptors per cell (kreceptor) by IHC score and ISH.

    Attributes
    ----------
    classes
        One distribution for each score; ``2+`` stands for a score without ISH.
    copies
        Scaling by copy number.
    positive, negative
        Shares of the classes where only the overall status is known.
    assay_cv
        Error of a direct count of receptors.
    negative_below
        A clone with fewer receptors (kreceptor) is HER2-negative.
    """

    classes: dict[Her2Class, LogNormal]
    copies: CopyScaling
    positive: dict[Her2Class, Number]
    negative: dict[Her2Class, Number]
    assay_cv: Number
    negative_below: Number

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Her2Abundance:
        for name in ("positive", "negative"):
            shares: dict[Her2Class, Number] = getattr(self, name)
            total = sum(number.value for number in shares.values())
            if abs(total - 1.0) > 1e-6:
                raise ValueError(f"the shares of {name} sum to {total:g}, not 1")
            if missing := sorted(set(shares) - set(self.classes)):
                raise ValueError(f"no class {missing[0]}")
        return self

    def spread(self, her2_class: Her2Class, copies: float | None = None) -> Spread:
        """Return the receptors per cell of a class, at `copies` per cell if they were counted."""
        found = self.classes[her2_class].spread
        reference = self.copies.reference.get(her2_class)
        if copies is None or reference is None or copies < self.copies.from_copies.value:
            return found
        shifted = found.median * (copies / reference.value) ** self.copies.exponent.value
        residual = math.sqrt(math.log1p(self.copies.residual_cv.value**2))
        return Spread(shifted, min(found.log_sd, residual))

    def counted(self, kreceptor: float) -> Spread:
        """Return the spread of a direct count, given in kreceptor."""
        return Spread(kreceptor, math.sqrt(math.log1p(self.assay_cv.value**2)))

    def class_at(self, u: float, status: Literal["positive", "negative"]) -> Her2Class:
        """Return the class at quantile `u` of a tumour of which only the status is known."""
        shares: dict[Her2Class, Number] = getattr(self, status)
        reached = 0.0
        for name, share in shares.items():
            reached += share.value
            if u < reached:
                return name
        return next(reversed(shares))


class ReceptorAbundance(Record):
    """EGFR and HER3 receptors per cell (kreceptor) where nobody measured them, and by protein level."""

    EGFR: LogNormal
    HER3: LogNormal


class OestrogenReceptor(Record):
    """ER percent to ER_abundance, and how often ER is positive.

    Attributes
    ----------
    curve
        Points (percent of stained cells, abundance), rising; between them, straight lines.
    positive_fraction
        Share of ER-positive disease by setting.
    positive
        Abundance where only "positive" is known.
    assay_cv
        Error of the abundance read from a percentage.
    """

    curve: Annotated[
        tuple[tuple[float, float], ...], BeforeValidator(lambda rows: tuple(map(tuple_of, rows)))
    ]
    curve_note: str
    positive_fraction: dict[str, Number]
    positive: LogNormal
    assay_cv: Number
    positive_from_percent: float = Field(default=1.0, gt=0)

    @field_validator("curve")
    @classmethod
    def _rises(cls, value: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
        if len(value) < 2 or any(b[0] <= a[0] or b[1] < a[1] for a, b in pairwise(value)):
            raise ValueError("the points of the curve must rise")
        return value

    def abundance(self, percent: float) -> float:
        """Return the abundance at `percent` stained cells."""
        if percent <= self.curve[0][0]:
            return self.curve[0][1]
        for (x0, y0), (x1, y1) in pairwise(self.curve):
            if percent <= x1:
                return y0 + (y1 - y0) * (percent - x0) / (x1 - x0)
        return self.curve[-1][1]


class Bypass(Record):
    """Drive of what is not modelled one by one: the more, the less HER2 there is.

    Attributes
    ----------
    without_HER2
        Median drive of a tumour without HER2.
    half_at
        HER2 per cell (kreceptor) at which the median is half of that.
    steepness
        How fast it falls with HER2.
    cv
        Variation between tumours with the same HER2.
    her2_mutant
        Drive beside an activating ERBB2 mutation without amplification.
    """

    without_HER2: Number
    half_at: Number
    steepness: Number
    cv: Number
    her2_mutant: LogNormal

    def median(self, kreceptor: Array) -> Array:
        """Return the median drive at HER2 receptors per cell, given in kreceptor, same shape."""
        fall = 1.0 + (kreceptor / self.half_at.value) ** self.steepness.value
        return np.asarray(self.without_HER2.value / fall)

    @property
    def log_sd(self) -> float:
        """Standard deviation of the natural logarithm between tumours with the same HER2."""
        return math.sqrt(math.log1p(self.cv.value**2))


class Abundance(Record):
    """All tables of the folder."""

    her2: Her2Abundance
    receptors: ReceptorAbundance
    oestrogen_receptor: OestrogenReceptor
    bypass: Bypass
