"""Doses and time spans as they stand in a schedule: "6 mg/kg", "3 weeks"."""

from __future__ import annotations

import re
from typing import Literal

from erbium.core import units

_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "h": 1.0, "d": 24.0}
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_BARE = re.compile(rf"\s*{_NUMBER}\s*\Z")
_DOSE = re.compile(rf"\s*({_NUMBER})\s*(mg|g|ug)\s*(/\s*(?:kg|m2|m\^2|m\*\*2))?\s*\Z")
_DOSE_INSIDE = re.compile(rf"(?<![\w.]){_NUMBER}\s*(?:mg|g|ug)\b")
_SPAN = re.compile(rf"\s*({_NUMBER})\s*([a-z]+?)s?\s*\Z")
_TO_MG = {"mg": 1.0, "g": 1000.0, "ug": 0.001}


def hours(text: str) -> float:
    """Return a time span such as "3 weeks" in hours."""
    match = _SPAN.match(text)
    if match and match[2] in _HOURS:
        return float(match[1]) * _HOURS[match[2]]
    return units.to(text, "hour")


def names_dose(text: str) -> bool:
    """Return whether a text holds a dose, such as "trastuzumab 6 mg/kg"."""
    return _DOSE_INSIDE.search(text) is not None


def amount(text: str) -> tuple[float, Literal["mg", "mg/kg", "mg/m2"]]:
    """Return a dose such as "6 mg/kg" as (6.0, "mg/kg"); mass is always in mg."""
    match = _DOSE.match(text)
    if match is None:
        wrong = "has no unit" if _BARE.match(text) else "is not a dose"
        raise ValueError(f'"{text}" {wrong}; expected a mass such as "420 mg", "6 mg/kg" or "75 mg/m2"')
    value = float(match[1]) * _TO_MG[match[2]]
    per = (match[3] or "").replace(" ", "")
    if not per:
        return value, "mg"
    return value, "mg/kg" if per == "/kg" else "mg/m2"
