"""Numbers as a reader wants them: few digits, a real minus, and a dash where there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NONE = "–"


def finite(value: object) -> float | None:
    """Return the number, or None for whatever is none."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None


def percent(value: object, *, signed: bool = False) -> str:
    """Return a fraction in percent without decimals."""
    number = finite(value)
    if number is None:
        return NONE
    rounded = round(100 * number)
    return f"{rounded:+d}".replace("-", "−").replace("+0", "0") if signed else f"{rounded}".replace("-", "−")


def decimal(value: object, digits: int = 1, *, signed: bool = False) -> str:
    """Return a number with a fixed count of decimals."""
    number = finite(value)
    if number is None:
        return NONE
    return f"{number:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def general(value: object) -> str:
    """Return a number with three significant digits."""
    number = finite(value)
    return NONE if number is None else f"{number:.3g}".replace("-", "−")


def share_range(entry: Mapping[str, Any] | None) -> str:
    """Return "12–40" for the interval of a fraction, in percent."""
    if not entry or finite(entry.get("low")) is None or finite(entry.get("high")) is None:
        return ""
    return f"{percent(entry['low'])}–{percent(entry['high'])}"


def months(entry: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return a median time and its interval, "not reached" where half have not progressed."""
    if not entry:
        return NONE, ""
    if entry.get("not_reached") or finite(entry.get("median")) is None:
        middle = "not reached" if entry.get("not_reached") else NONE
    else:
        middle = decimal(entry["median"])
    low, high = finite(entry.get("low")), finite(entry.get("high"))
    if low is None and high is None:
        return middle, ""
    return middle, f"{NONE if low is None else decimal(low)}–{'n.r.' if high is None else decimal(high)}"


def probability(value: object) -> str:
    """Return a probability with two decimals, never as 0.00 or 1.00."""
    number = finite(value)
    if number is None:
        return NONE
    return "< 0.01" if number < 0.005 else "> 0.99" if number > 0.995 else f"{number:.2f}"
