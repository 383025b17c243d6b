"""Dates and ages as they stand in files, read to the precision that is given."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import Any

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_AGE = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T.*)?")


def read_date(raw: Any) -> str | None:
    """Return a date as ISO text to its own precision, None where it is no date.

    Day first with points (``03.05.2024``) is read; with slashes the order is not known, and it is not.
    """
    if hasattr(raw, "isoformat"):
        raw = raw.isoformat()
    text = str(raw or "").strip()[:40]
    match, dotted = _ISO.fullmatch(text), _DOTTED.fullmatch(text)
    if dotted:
        parts = [int(dotted[3]), int(dotted[2]), int(dotted[1])]
    elif match:
        parts = [int(part) for part in match.groups() if part]
    else:
        return None
    if not 1900 <= parts[0] <= 2100 or (len(parts) > 1 and not 1 <= parts[1] <= 12):
        return None
    if len(parts) > 2 and not 1 <= parts[2] <= monthrange(parts[0], parts[1])[1]:
        return None
    return "-".join(f"{part:04d}" if index == 0 else f"{part:02d}" for index, part in enumerate(parts))


def read_age(text: Any) -> float | None:
    """Return the years of an ISO 8601 duration such as ``P54Y3M``."""
    match = _AGE.fullmatch(str(text or "").strip()[:30])
    if not match or not any(match.groups()):
        return None
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    return years + months / 12 + weeks / 52.18 + days / 365.25


def years_between(earlier: str, later: str) -> int | None:
    """Return the whole years from one date to another, None where that cannot be told."""
    first, last = [int(part) for part in earlier.split("-")], [int(part) for part in later.split("-")]
    years = last[0] - first[0]
    if len(first) > 1 and len(last) > 1 and last[1:] < first[1 : len(last)]:
        years -= 1
    return years if 0 <= years <= 120 else None


def interval(date: str) -> tuple[str, str]:
    """Return the first and last day of a date, month or year."""
    parts = [int(part) for part in date.split("-")]
    if len(parts) == 1:
        return f"{parts[0]:04d}-01-01", f"{parts[0]:04d}-12-31"
    last = monthrange(parts[0], parts[1])[1] if len(parts) == 2 else parts[2]
    first = 1 if len(parts) == 2 else parts[2]
    days = (dt.date(parts[0], parts[1], day) for day in (first, last))
    return next(days).isoformat(), next(days).isoformat()


def of_interval(start: str | None, end: str | None) -> str | None:
    """Return the month or year that an interval spans exactly, else its start."""
    if start is None or end is None:
        return start or end
    for length in (4, 7):
        if start[:length] == end[:length] and interval(start[:length]) == (start, end):
            return start[:length]
    return start
