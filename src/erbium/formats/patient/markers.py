"""Which profile field a code or a name stands for, and how its results are read."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from erbium.profile.measurement import is_measurement
from erbium.profile.schema import Profile

OWN = "erbium:"
"""Prefix of Erbium's own codes: the path of the field follows."""

_SUFFIXES = ("hscore", "ihc", "expression", "status", "percent", "protein", "level")
_LEVEL_BLOCKS = ("protein", "rna")
_SKIPPED = ("meta", "preferences", "extras", "clones", "schema_id")


@dataclass(frozen=True)
class Marker:
    """One field, and how its results are read.

    Parameters
    ----------
    field
        Dotted path in the profile.
    reads
        Kind of result: number, integer, ihc, ish, her2_status, receptor, presence, level, word, text, ...
    loinc
        Codes; the first is written.
    assay
        Assay that the code implies.
    needs_unit
        Whether a number without unit is refused, since two units are in use.
    """

    field: str
    reads: str
    loinc: tuple[str, ...] = ()
    assay: str | None = None
    needs_unit: bool = False


def by_code(code: str) -> Marker | None:
    """Return the marker of a code: ``LOINC:49683-6``, ``49683-6`` or ``erbium:her2.p95``."""
    if code.startswith(OWN):
        return _fields().get(code.removeprefix(OWN))
    return _table().codes.get(code.removeprefix("LOINC:"))


def by_name(text: str) -> Marker | None:
    """Return the marker that a name or column heading stands for."""
    plain = _fold(text)
    names = _table().names
    found = names.get(plain) or names.get(_fold(re.sub(r"[(\[][^)\]]*[)\]]", "", text)))
    if found is not None:
        return found
    for suffix in _SUFFIXES:
        known = names.get(plain.removesuffix(suffix))
        if known is not None and known.reads == "level":
            return known
    return None


def by_field(field: str) -> Marker | None:
    """Return the marker of a field of the profile."""
    return _fields().get(field)


def written_code(field: str, assay: str | None = None) -> tuple[str, str]:
    """Return the code written for a field: (system, code), of LOINC where one is known."""
    for marker in _table().markers:
        if marker.field == field and marker.loinc and marker.assay in (None, assay):
            return "LOINC", marker.loinc[0]
    return "erbium", field


def answer(code: str) -> str | None:
    """Return the word that a coded answer stands for."""
    return _table().answers.get(code.rpartition(":")[2])


def result_in_name(code: str) -> tuple[str, str] | None:
    """Return the field and result of a code that is itself a result."""
    return _table().findings.get(code)


def all_fields() -> tuple[str, ...]:
    """Return every field that a result may be given for."""
    return tuple(_fields())


def all_names() -> tuple[str, ...]:
    """Return every name of a marker, for the nearest match."""
    return tuple(_table().spelled)


@dataclass(frozen=True)
class _Table:
    markers: tuple[Marker, ...]
    codes: dict[str, Marker]
    names: dict[str, Marker]
    answers: dict[str, str]
    findings: dict[str, tuple[str, str]]
    spelled: tuple[str, ...]


@functools.cache
def _file() -> dict[str, Any]:
    text = (resources.files("erbium.formats.patient") / "markers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@functools.cache
def _table() -> _Table:
    data = _file()
    markers: list[Marker] = []
    codes: dict[str, Marker] = {}
    names: dict[str, Marker] = {}
    spelled: list[str] = []
    for entry in data["marker"]:
        marker = Marker(
            entry["field"],
            entry["reads"],
            tuple(entry.get("loinc", ())),
            entry.get("assay"),
            entry.get("needs_unit", False),
        )
        markers.append(marker)
        codes |= dict.fromkeys(marker.loinc, marker)
        spelled += entry.get("names", ())
        names |= {_fold(name): marker for name in entry.get("names", ())}
    for marker in _fields().values():
        leaf = marker.field.rpartition(".")[2]
        names.setdefault(_fold(marker.field), marker)
        if marker.reads == "level" or marker.field.startswith(("person.", "immune.")):
            names.setdefault(_fold(leaf), marker)
    for field, description in _described():
        marker = _fields()[field]
        if marker.reads == "level":
            name = re.split(r"[.,(:]", description)[0]
            names.setdefault(_fold(name), marker)
            spelled.append(name)
    findings = {code: (entry[0], entry[1]) for code, entry in data["markers_as_findings"].items()}
    return _Table(tuple(markers), codes, names, dict(data["answers"]), findings, tuple(spelled))


@functools.cache
def _fields() -> dict[str, Marker]:
    """Return every scalar field of a profile with the way its results are read."""
    reads = {entry["field"]: entry["reads"] for entry in _file()["marker"]}
    found: dict[str, Marker] = {}
    for field, annotation, _ in _walk(Profile, ""):
        kind = reads.get(field, "number" if _is_number(annotation) else "word")
        if field.startswith(_LEVEL_BLOCKS) or (field not in reads and _is_level(annotation)):
            kind = "level"
        if kind == "word" and annotation == str | None:
            kind = "text"
        found[field] = Marker(field, kind, (), None, False)
    return found


def _described() -> Iterator[tuple[str, str]]:
    for field, _, description in _walk(Profile, ""):
        yield field, description


def _walk(model: Any, prefix: str) -> Iterator[tuple[str, Any, str]]:
    for name, info in model.model_fields.items():
        if not prefix and name in _SKIPPED:
            continue
        annotation, field = info.annotation, f"{prefix}{name}"
        if is_measurement(annotation):
            yield field, annotation, info.description or ""
        elif isinstance(annotation, type) and hasattr(annotation, "model_fields"):
            yield from _walk(annotation, f"{field}.")
        elif prefix and "tuple" not in str(annotation):
            yield field, annotation, info.description or ""


def _is_number(annotation: Any) -> bool:
    shown = str(annotation.model_fields["value"].annotation if is_measurement(annotation) else annotation)
    return ("float" in shown or "int" in shown) and "str" not in shown and "Literal" not in shown


def _is_level(annotation: Any) -> bool:
    shown = str(annotation.model_fields["value"].annotation) if is_measurement(annotation) else ""
    return "float" in shown and "str" in shown


def _fold(text: str) -> str:
    return "".join(letter for letter in text.casefold().replace("%", "percent") if letter.isalnum())
