"""Reads one result, as it stands in a file, into values for the fields of a profile.

"Not tested" is a status and never a negative result. A word where a score belongs counts only as much
as the word says, and is marked as inferred.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from erbium.core.errors import DataError, nearest
from erbium.formats.patient.identity import tidy
from erbium.formats.patient.markers import Marker
from erbium.profile.measurement import Status

NOT_TESTED = frozenset(
    {
        "not tested",
        "not_tested",
        "not done",
        "not performed",
        "not-performed",
        "nd",
        "n.d.",
        "nt",
        "n.t.",
        "not applicable",
        "not assessed",
        "not-applicable",
        "not asked",
        "not-asked",
    }
)
MISSING = frozenset(
    {
        "",
        "-",
        "--",
        "na",
        "n/a",
        "nan",
        "null",
        "none given",
        "unknown",
        "unk",
        "pending",
        "?",
        ".",
        "not available",
        "not evaluable",
        "indeterminate",
        "insufficient",
        "failed",
        "test failure",
    }
)

MOST_SCORE = 12
"""Highest number that may be a score of a receptor and no percentage (immunoreactive score)."""

_NUMBER = re.compile(r"([<>≥≤~]=?)?\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(.*)", re.DOTALL)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)\s*(%?)")
_IHC = re.compile(r"(?:her2\s*)?(?:ihc|score)?[\s:=]*([0-3])\s*(\+)?\s*(?:/\s*3\+?)?\s*(?:\(.*\))?")
_IHC_RANGE = re.compile(r"([0-3])\s*\+?\s*(?:-|–|/|to)\s*([0-3])\s*\+?")
_UNITS = {
    "%": "percent",
    "percent": "percent",
    "[lb_av]": "lb",
    "[in_i]": "inch",
    "a": "year",
    "years": "year",
    "year": "year",
    "yr": "year",
    "mo": "month",
    "{ratio}": "1",
    "{score}": "1",
    "1": "1",
    "%{cells}": "percent",
    "cells/100 cells": "percent",
    "/100{cells}": "percent",
    "{cells}/100{cells}": "percent",
}
_UNIT_IN_CELL = re.compile(
    r"(?i)%|percent|kg|cm|mm|g/d?l|[nµu]g/m?l|lbs?|in|h-?score|cps|tps|ic|mut/mb|mutations/mb|months?|years?|"
    r"cells/mm2|copies|% ?(of )?(tumou?r )?cells"
)
_WORDS = {
    "pos": "positive",
    "+": "positive",
    "amplified": "positive",
    "detected": "positive",
    "present": "positive",
    "neg": "negative",
    "-": "negative",
    "not amplified": "negative",
    "non-amplified": "negative",
    "nonamplified": "negative",
    "not detected": "negative",
    "absent": "negative",
    "borderline": "equivocal",
    "positive": "positive",
    "negative": "negative",
    "equivocal": "equivocal",
}


@dataclass(frozen=True)
class Reading:
    """A value for one field; `weak` if it counts only where nothing better is said."""

    field: str
    value: Any
    status: Status = "measured"
    unit: str | None = None
    weak: bool = False


def read_result(marker: Marker, raw: Any, unit: str | None = None) -> list[Reading]:
    """Return what a result says; nothing where it says nothing.

    Parameters
    ----------
    marker
        Whose result it is.
    raw
        Text or number as it stands in the file.
    unit
        Its unit, in UCUM or plain.

    Raises
    ------
    DataError
        It is no such result; the message quotes it only where it cannot name a person.
    """
    if raw is None or isinstance(raw, dict | list):
        return []
    if isinstance(raw, bool):
        raw = "positive" if raw else "negative"
    text = tidy(raw, 60)
    folded = text.casefold()
    if folded in NOT_TESTED or folded.startswith(("not done", "not performed", "not tested")):
        return [Reading(marker.field, None, "not_tested")]
    if folded in MISSING:
        return []
    given, unit = unit, plain_unit(unit)
    if marker.reads in ("number", "integer"):
        return [_number(marker, text, unit)]
    if marker.reads == "ihc":
        return _ihc(marker.field, text)
    if marker.reads == "ish":
        return _ish(marker.field, text)
    if marker.reads == "her2_status":
        return _her2_status(marker.field, text)
    if marker.reads == "receptor":
        return _receptor(marker, text, unit, bare=unit is None and bool(given and str(given).strip()))
    if marker.reads == "level":
        return [_level(marker, text, unit)]
    if marker.reads == "grade":
        match = re.fullmatch(r"(?:grade|g)?\s*([1-3])(?:\.0)?(?:\s*/\s*3)?", folded)
        if match:
            return [Reading(marker.field, int(match[1]))]
        raise _unfit(marker, text, "grade 1, 2 or 3", ())
    if marker.reads == "msi":
        word = {"mss": "stable", "msi-h": "high", "msi-l": "low", "msi-high": "high", "msi-low": "low"}
        return [Reading(marker.field, word.get(folded, folded))]
    return [Reading(marker.field, text)]


def plain_unit(unit: str | None) -> str | None:
    """Return a UCUM unit in the spelling that quantities are read in, None where it says nothing."""
    if unit is None or not str(unit).strip():
        return None
    text = tidy(unit, 30)
    known = _UNITS.get(text, _UNITS.get(text.casefold()))
    if known is not None:
        return None if known == "1" else known
    bare = re.sub(r"\{[^}]*\}", "", text).strip()
    return bare or None


def shown(text: str, words: tuple[str, ...] = ()) -> str:
    """Return a value as it may be quoted: numbers, scores and near misses of known words, nothing else."""
    if re.fullmatch(r"[<>≥≤~=]*\s*-?[\d.,+/%\s-]{1,8}", text) and not re.search(
        r"\d{5}|\d[-/.]\d+[-/.]\d", text
    ):
        return f'"{text}"'
    if words and re.fullmatch(r"[A-Za-z -]{2,16}", text) and nearest(text, words):
        return f'"{text}"'
    return f"a text of {len(text)} characters"


def _unfit(marker: Marker, text: str, expected: str, words: tuple[str, ...]) -> DataError:
    close = nearest(text, words) if words else None
    return DataError(f"{shown(text, words)} for {marker.field}.", expected=expected, nearest=close)


def _number(marker: Marker, text: str, unit: str | None) -> Reading:
    text = _decimal_point(marker, text)
    spread = _RANGE.fullmatch(text)
    if spread:
        middle = (float(spread[1]) + float(spread[2])) / 2
        return Reading(marker.field, middle, "inferred", unit or ("percent" if spread[3] else None))
    match = _NUMBER.fullmatch(text)
    if not match:
        raise _unfit(marker, text, "a number", ())
    value = float(match[2])
    rest = re.sub(r"\(.*\)", "", match[3]).strip()
    if rest and not _UNIT_IN_CELL.fullmatch(rest):
        raise _unfit(marker, text, "a number", ())
    unit = unit or plain_unit(rest)
    if marker.needs_unit and unit is None:
        raise DataError(f"{marker.field} without its unit.", expected="a number with its unit")
    limit = match[1] or ""
    if limit.startswith(("<", "≤")):
        value /= 2  # the middle of what it may be: "<1 %" of a receptor is not 1 %
    number: float | int = int(value) if marker.reads == "integer" and value == int(value) else value
    return Reading(marker.field, number, "inferred" if limit else "measured", unit)


def _decimal_point(marker: Marker, text: str) -> str:
    """Return a number with a decimal comma in points; "1,500" may be either of two numbers."""
    match = re.match(r"([<>≥≤~]?=?\s*-?)(\d+),(\d+)(?![\d,.])", text)
    if match is None:
        return text
    if len(match[3]) == 3 and match[2] != "0":
        raise DataError(
            f"{shown(text)} for {marker.field}: the comma may part thousands or decimals.",
            expected='a number without a comma: "1500" or "1.5"',
        )
    return f"{match[1]}{match[2]}.{match[3]}{text[match.end() :]}"


def _word(text: str) -> str | None:
    return _WORDS.get(re.sub(r"\(.*\)", "", text).strip().casefold())


def _ihc(field: str, text: str) -> list[Reading]:
    folded = text.casefold()
    match = _IHC.fullmatch(folded)
    if match:
        plus = "+" if match[2] or match[1] != "0" else ""
        return [Reading(field, match[1] + plus)]
    if re.fullmatch(r"[0-3]\.0", folded):
        return _ihc(field, folded[0])
    if re.fullmatch(r"\++", folded) and len(folded) <= 3:
        return [Reading(field, f"{len(folded)}+")]
    if folded in ("ultralow", "her2-ultralow"):
        return [Reading(field, "0+")]
    spread = _IHC_RANGE.fullmatch(folded)
    if spread:
        lower = min(spread[1], spread[2])
        return [Reading(field, "0" if lower == "0" else f"{lower}+", "inferred")]
    word = _word(text)
    if word == "negative":
        return [Reading("her2.status", "negative", "measured", None, weak=True)]
    if word is not None:
        return [Reading(field, "3+" if word == "positive" else "2+", "inferred", None, weak=True)]
    raise DataError(
        f"{shown(text, ('positive', 'negative', 'equivocal'))} is not an IHC score.",
        expected="one of 0, 0+, 1+, 2+, 3+",
        nearest=nearest(text, ("positive", "negative", "equivocal")),
    )


def _ish(field: str, text: str) -> list[Reading]:
    word = _word(text)
    if word is None:
        words = ("positive", "negative", "equivocal", "amplified", "not amplified")
        raise DataError(
            f"{shown(text, words)} is not an ISH result.",
            expected="positive, negative or equivocal",
            nearest=nearest(text, words),
        )
    return [Reading(field, word)]


def _her2_status(field: str, text: str) -> list[Reading]:
    word = _word(text)
    if word is not None:
        return [Reading(field, word)]
    stated = re.sub(r"\(.*\)", "", text).casefold()
    if _IHC.fullmatch(text.casefold()) and re.search(r"\+|ihc|score", stated):
        return _ihc("her2.ihc", text)
    if re.fullmatch(r"\s*[0-3](?:\.0)?\s*(?:/\s*3)?\s*", stated):
        raise DataError(
            f"{shown(text)} for her2.status: a bare number may be a 1/0 code for positive and negative.",
            expected='positive, negative or equivocal, or a score as "1+" or "IHC 1"',
        )
    label = text.casefold().replace(" ", "-").removeprefix("her2-")
    if label in ("low", "ultralow", "null", "zero"):
        found = [Reading(field, "negative")]
        score = {"ultralow": "0+", "null": "0", "zero": "0"}.get(label)
        return [*found, Reading("her2.ihc", score, "inferred")] if score else found
    words = ("positive", "negative", "equivocal")
    raise DataError(
        f"{shown(text, words)} is not a HER2 status.",
        expected="positive, negative or equivocal",
        nearest=nearest(text, words),
    )


def _receptor(marker: Marker, text: str, unit: str | None, *, bare: bool = False) -> list[Reading]:
    """Read a receptor; `bare` if the file gives a unit that says the number has none (a score)."""
    percent = Marker(f"{marker.field}_percent", "number")
    word = _word(text)
    if word == "equivocal":
        return []
    if word is not None:
        found = [Reading(marker.field, word)]
        inside = re.search(r"\(\s*([<>]?\s*\d+(?:\.\d+)?)\s*%\s*\)", text)
        return [*found, _number(percent, inside[1], "percent")] if inside else found
    number = re.fullmatch(r"\d+(?:[.,]\d+)?", text)
    if number and unit is None and (bare or float(text.replace(",", ".")) <= MOST_SCORE):
        raise DataError(
            f"{shown(text)} for {marker.field}: without % it may be a 1/0 code or a score (Allred, IRS).",
            expected='positive, negative or a percentage as "1 %"',
        )
    if re.match(r"\s*[<>≥≤~]?\s*\d", text) and (unit == "percent" or "%" in text or unit is None):
        return [_number(percent, text.replace("%", ""), "percent")]
    words = ("positive", "negative")
    raise DataError(
        f"{shown(text, words)} for {marker.field}.",
        expected="positive, negative or a percentage",
        nearest=nearest(text, words),
    )


def _level(marker: Marker, text: str, unit: str | None) -> Reading:
    folded = text.casefold()
    if re.match(r"[<>≥≤~]?\s*-?\d", text):
        return _number(marker, text, unit)
    return Reading(marker.field, _LEVEL_WORDS.get(folded, text))


_LEVEL_WORDS = {
    "+": "positive",
    "-": "negative",
    "not lost": "normal",
    "wild type": "normal",
    "overexpression": "high",
}
