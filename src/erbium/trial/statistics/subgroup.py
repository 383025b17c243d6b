"""Subgroups by criteria of trial files, and whether an effect differs between a group and the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core.errors import UnknownName
from erbium.knowledge.schema.criterion import Criterion
from erbium.trial.statistics.difference import Difference
from erbium.trial.statistics.estimate import LEVEL, known
from erbium.trial.statistics.ratio import Ratio
from erbium.trial.statistics.survival import normal_quantile

if TYPE_CHECKING:
    import pandas as pd

#: How attributes are written; others are written as they are called.
_WORDS = {
    "er": "ER",
    "hr": "hormone receptor",
    "her2_status": "HER2",
    "her2_ihc": "HER2 IHC",
    "her2_copies": "ERBB2 copies",
    "her2_thousands": "HER2 receptors, thousands per cell",
    "pdl1_positive": "PD-L1",
    "til_percent": "TIL, %",
    "fcgr3a": "FCGR3A",
    "pam50": "PAM50",
    "lines_before": "earlier lines",
    "visceral": "visceral disease",
    "brain": "brain metastases",
    "p95": "p95HER2",
    "age": "age, years",
}
_SIGNED = {"er", "hr", "pdl1_positive", "p95"}


def criterion(given: Criterion | Mapping[str, Any]) -> Criterion:
    """Return a criterion as it is, or checked from a mapping as trial files write it."""
    return given if isinstance(given, Criterion) else Criterion.model_validate(dict(given))


def members(patients: pd.DataFrame, given: Criterion) -> pd.Series:
    """Return which patients meet a criterion, one bool a row; who was not assessed does not."""
    name = given.attribute
    if name not in patients:
        raise UnknownName.among("attribute of the patients", name, map(str, patients.columns), key="subgroup")
    column = patients[name]
    met = column.notna()
    if given.equals is not None:
        met &= column == given.equals
    if given.among:
        met &= column.isin(list(given.among))
    if given.at_least is not None:
        met &= column >= given.at_least
    if given.at_most is not None:
        met &= column <= given.at_most
    return met.astype(bool)


def split(patients: pd.DataFrame, given: Criterion) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the members of a subgroup, and the other patients in whom the attribute is known."""
    met = members(patients, given)
    return patients[met], patients[~met & patients[given.attribute].notna()]


def label(given: Criterion) -> str:
    """Return a criterion in words: "ER positive", "ERBB2 copies ≥ 6", "HER2 IHC 3+"."""
    name = given.attribute
    word = _WORDS.get(name, name.removeprefix("mechanism.").replace("_", " "))
    if isinstance(given.equals, bool):
        if name in _SIGNED:
            return f"{word} {'positive' if given.equals else 'negative'}"
        return word if given.equals else f"{word}: no"
    parts = []
    if given.equals is not None:
        parts.append(f"{word} {given.equals}")
    if given.among:
        parts.append(f"{word} {' or '.join(map(str, given.among))}")
    if given.at_least is not None:
        parts.append(f"{word} ≥ {given.at_least:g}")
    if given.at_most is not None:
        parts.append(f"{word} ≤ {given.at_most:g}")
    return ", ".join(parts)


@dataclass(frozen=True)
class Interaction:
    """How an effect differs between a subgroup and the rest.

    Attributes
    ----------
    kind
        "ratio" (hazard ratio in the subgroup over that in the rest) or "difference" (of differences of
        rates, fractions).
    value, low, high, p
        The contrast with its interval and a two-sided test; None where one side has none.
    """

    kind: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None

    def json(self) -> dict[str, Any]:
        """Return the contrast as JSON."""
        return {"kind": self.kind} | {
            name: known(getattr(self, name)) for name in ("value", "low", "high", "p")
        }


def interaction(inside: Ratio, outside: Ratio, level: float = LEVEL) -> Interaction:
    """Return the ratio of two hazard ratios of independent groups."""
    if inside.hr is None or outside.hr is None or inside.error is None or outside.error is None:
        return Interaction("ratio")
    contrast, error = math.log(inside.hr / outside.hr), math.hypot(inside.error, outside.error)
    half = normal_quantile(level) * error
    low, value, high = (math.exp(contrast + step) for step in (-half, 0.0, half))
    return Interaction("ratio", value, low, high, two_sided(contrast / error))


def difference_of_differences(inside: Difference, outside: Difference, level: float = LEVEL) -> Interaction:
    """Return the difference of the differences of a rate in two independent groups."""
    if inside.value is None or outside.value is None or inside.error is None or outside.error is None:
        return Interaction("difference")
    contrast, error = inside.value - outside.value, math.hypot(inside.error, outside.error)
    half = normal_quantile(level) * error
    p = two_sided(contrast / error) if error > 0.0 else None
    return Interaction("difference", contrast, contrast - half, contrast + half, p)


def two_sided(z: float) -> float:
    """Return the two-sided p of a standard normal."""
    from scipy.special import ndtr

    return float(2.0 * ndtr(-np.abs(z)))
