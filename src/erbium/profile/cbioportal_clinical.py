"""Clinical columns of a cBioPortal study, read into the blocks of a profile.

Source: cBioPortal File-Formats for the files; the column names are those of published breast studies.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, nearest
from erbium.profile.cbioportal_tables import MISSING, Row
from erbium.profile.vocabulary import SITE_SPELLINGS, SITES

NOT_TESTED = {"not applicable", "not done", "not tested", "not performed", "[not applicable]"}
UNKNOWN = {
    "not available",
    "unk/nd",
    "unknown",
    "unk",
    "test failure",
    "[not available]",
    "[unknown]",
    "[not evaluated]",
    "[completed]",
    "indeterminate",
    "not evaluated",
}

ColumnMap = dict[str, dict[str, tuple[str, ...]]]


def column_map(path: str | Path | None = None) -> ColumnMap:
    """Return the clinical columns by block and field: the shipped map, overlaid by a TOML file."""
    shipped = resources.files("erbium.profile") / "cbioportal_columns.toml"
    columns = _columns(tomllib.loads(shipped.read_text(encoding="utf-8")), None, None)
    if path is None:
        return columns
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"no column map: {error}.", file=path, expected="a TOML file") from error
    for block, fields in _columns(given, path, columns).items():
        columns[block] = {**columns[block], **fields}
    return columns


def _columns(data: Mapping[str, Any], path: str | Path | None, known: ColumnMap | None) -> ColumnMap:
    found: ColumnMap = {}
    for block, fields in data.items():
        if known is not None and block not in known:
            raise DataError(f'no block "{block}".', file=path, key=block, nearest=nearest(block, known))
        found[block] = {}
        for name, names in fields.items():
            if known is not None and name not in known[block]:
                key = f"{block}.{name}"
                raise DataError(
                    f'no field "{name}".', file=path, key=key, nearest=nearest(name, known[block])
                )
            found[block][name] = (names,) if isinstance(names, str) else tuple(names)
    return found


class ClinicalReader:
    """Reads one sample's clinical values; remembers which columns it used.

    Parameters
    ----------
    columns
        Columns by block and field.
    sample, patient
        Rows of the sample and patient files.
    file
        Named in errors.
    """

    def __init__(self, columns: ColumnMap, sample: Row, patient: Row | None, file: Path) -> None:
        self.columns = columns
        self.values = {**(patient.values if patient else {}), **sample.values}
        self.file = file
        self.line = sample.line
        self.used: set[str] = set()
        self.errors: list[DataError] = []

    def text(self, block: str, name: str) -> tuple[str, str]:
        """Return the (column, text) of the first mapped column with a result; ("", "") if there is none."""
        status = ("", "")
        for column in self.columns.get(block, {}).get(name, ()):
            if column not in self.values:
                continue
            self.used.add(column)
            text = self.values[column].strip()
            folded = text.casefold()
            if folded in NOT_TESTED or folded.startswith(("not done", "not performed")):
                status = (column, "not_tested")
            elif folded not in MISSING and folded not in UNKNOWN:
                return column, text
        return status

    def measurement(
        self, block: str, name: str, read: Callable[[str], dict[str, Any]]
    ) -> dict[str, Any] | None:
        """Return a value as a measurement table, or None where there is nothing to say."""
        column, text = self.text(block, name)
        if not column:
            return None
        if text == "not_tested":
            return {"status": "not_tested", "source": column}
        try:
            return {**read(text), "source": f"{column} = {text}"}
        except DataError as error:
            self.errors.append(
                DataError(
                    error.message,
                    file=self.file,
                    key=f"line {self.line}, {column}",
                    expected=error.expected,
                    nearest=error.nearest,
                )
            )
            return None

    def block(self, block: str, readers: Mapping[str, Callable[[str], dict[str, Any]]]) -> dict[str, Any]:
        """Return the measurements of a block."""
        found = {name: self.measurement(block, name, read) for name, read in readers.items()}
        return {name: value for name, value in found.items() if value is not None}


def read_number(text: str) -> dict[str, Any]:
    """Return a number, with a percent sign dropped.

    Inferred are a limit (``>10``), the middle of a range or of two readings (``1.4, 1.9``), and a
    number before a remark (``1.8, repeat failed``); the text stays in the value's source.
    """
    match = re.fullmatch(r"([<>≥≤~]=?)?\s*(-?\d+(?:\.\d+)?)\s*%?(?:\s*\(.*\))?", text)
    if match:
        return {"value": float(match[2]), "status": "inferred" if match[1] else "measured"}
    spread = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:-|to)\s*(\d+(?:\.\d+)?)\s*%?", text)
    if spread:
        return {"value": (float(spread[1]) + float(spread[2])) / 2, "status": "inferred"}
    several = re.match(r"(\d+(?:\.\d+)?),\s*(\d+(?:\.\d+)?)?", text)
    if several:
        values = [float(part) for part in several.groups() if part]
        return {"value": sum(values) / len(values), "status": "inferred"}
    raise DataError(f'"{text}" is not a number.', expected="a number")


def read_ihc(text: str) -> dict[str, Any]:
    """Return an IHC score.

    ``0+`` in these files is score 0, not faint staining. Of a range (``1-2+``) the lower score is kept, as
    inferred. A word gives a score only where just one score has that name.
    """
    word = text.casefold().partition("(")[0].strip()
    if word in ("positive", "equivocal"):
        return {"value": "3+" if word == "positive" else "2+", "status": "inferred"}
    if word == "negative":
        return {"status": "unknown"}
    match = re.match(r"(\d)\s*\+?\s*(?:-\s*(\d)\s*\+?)?", text)
    if not match or int(match[1]) > 3 or int(match[2] or 0) > 3:
        near = "3+" if match else None
        raise DataError(f'"{text}" is not an IHC score.', expected="0, 1+, 2+ or 3+", nearest=near)
    score = "0" if match[1] == "0" else f"{match[1]}+"
    return {"value": score, "status": "inferred" if match[2] else "measured"}


_RESULTS = {
    "positive": "positive",
    "pos": "positive",
    "+": "positive",
    "amplified": "positive",
    "negative": "negative",
    "neg": "negative",
    "-": "negative",
    "not amplified": "negative",
    "non-amplified": "negative",
    "equivocal": "equivocal",
    "borderline": "equivocal",
}


def read_result(text: str) -> dict[str, Any]:
    """Return positive, negative or equivocal; a remark in brackets is dropped."""
    word = text.partition("(")[0].strip().casefold()
    if word in _RESULTS:
        return {"value": _RESULTS[word]}
    near = nearest(word, _RESULTS)
    raise DataError(f'"{text}" is not a result.', expected="Positive, Negative or Equivocal", nearest=near)


def read_presence(text: str) -> dict[str, Any]:
    """Return positive or negative; equivocal is unknown."""
    value = read_result(text)
    return value if value["value"] != "equivocal" else {"status": "unknown"}


def read_word(text: str) -> dict[str, Any]:
    """Return the text as it is, for the schema to read."""
    return {"value": text}


def site_of(text: str) -> str | None:
    """Return the site named by a sample-site column; "other" if it has no word of its own."""
    folded = text.casefold()
    if not folded or folded in MISSING or folded in UNKNOWN or folded in NOT_TESTED:
        return None
    for part in (folded, *re.split(r"[/,;]", folded)):
        word = part.strip()
        if word in SITES or word in SITE_SPELLINGS:
            return SITE_SPELLINGS.get(word, word)
    if "primary" in folded:
        return "breast"
    for site in (*SITES, *SITE_SPELLINGS):
        if re.search(rf"\b{re.escape(site)}\b", folded):
            return SITE_SPELLINGS.get(site, site)
    return "other"
