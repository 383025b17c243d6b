"""Doses and time spans as they stand in a schedule: "6 mg/kg", "3 weeks"."""

from __future__ import annotations

import re
from typing import Literal, cast

from erbium.core import units

_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "h": 1.0, "d": 24.0}
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_BARE = re.compile(rf"\s*{_NUMBER}\s*\Z")
_DOSE = re.compile(rf"\s*({_NUMBER})\s*(mg|g|ug|doses?|cells|Gy)\s*(/\s*(?:kg|m2|m\^2|m\*\*2))?\s*\Z")
_DOSE_INSIDE = re.compile(rf"(?<![\w.]){_NUMBER}\s*(?:mg|g|ug|doses?|cells|Gy)\b")
_SPAN = re.compile(rf"\s*({_NUMBER})\s*([a-z]+?)s?\s*\Z")
DoseUnit = Literal["mg", "mg/kg", "mg/m2", "dose", "cells", "cells/kg", "cells/m2", "Gy"]
#: Unit in a text to the unit it is read in, and how many of that.
_READ_AS: dict[str, tuple[str, float]] = {
    "mg": ("mg", 1.0), "g": ("mg", 1000.0), "ug": ("mg", 0.001),
    "dose": ("dose", 1.0), "doses": ("dose", 1.0),
    "cells": ("cells", 1.0), "Gy": ("Gy", 1.0),
}  # fmt: skip
#: What may be given per kg or m2 of the patient.
_PER_PATIENT = ("mg", "cells")
#: Largest dose that is taken for one.
MOST = {"mg": 20000.0, "dose": 100.0, "cells": 1e13, "Gy": 100.0}


def hours(text: str) -> float:
    """Return a time span such as "3 weeks" in hours."""
    match = _SPAN.match(text)
    if match and match[2] in _HOURS:
        return float(match[1]) * _HOURS[match[2]]
    return units.to(text, "hour")


def names_dose(text: str) -> bool:
    """Return whether a text holds a dose, such as "trastuzumab 6 mg/kg"."""
    return _DOSE_INSIDE.search(text) is not None


def amount(text: str) -> tuple[float, DoseUnit]:
    """Return a dose such as "6 mg/kg" as (6.0, "mg/kg"); mass is always in mg."""
    match = _DOSE.match(text)
    if match is None or (match[3] and _READ_AS[match[2]][0] not in _PER_PATIENT):
        wrong = "has no unit" if _BARE.match(text) else "is not a dose"
        raise ValueError(
            f'"{text}" {wrong}; expected a mass such as "420 mg", "6 mg/kg" or "75 mg/m2" '
            '(a vaccine "1 dose", cells "1e8 cells/m2", radiation "2 Gy")'
        )
    unit, factor = _READ_AS[match[2]]
    per = (match[3] or "").replace(" ", "")
    whole = unit if not per else f"{unit}/kg" if per == "/kg" else f"{unit}/m2"
    return float(match[1]) * factor, cast(DoseUnit, whole)
