"""What a file says of one patient, before it is a profile: findings, each with its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from erbium.core.errors import DataError
from erbium.formats.patient.identity import Identity, is_code, tidy
from erbium.profile.measurement import Status

IDENTIFIES = "identifies the patient: not carried over"
"""Why what names the patient is left out; it is not listed in the profile either."""
MAX_LISTED = 500
"""Most entries of one list of what was not mapped."""
MAX_NOTES = 50
MAX_FINDINGS = 2000
"""Most results of one patient."""
MAX_PATIENTS = 1000
"""Most patients of a file."""


def check_patients(count: int, key: str, most: int = MAX_PATIENTS) -> None:
    """Refuse a file of too many patients: none of them is left out in silence.

    Raises
    ------
    DataError
        There are more than `most`.
    """
    if count > most:
        raise DataError(
            f"more than {most} patients.",
            key=key,
            expected=f"at most {most} patients",
            hint="give a part of the file",
        )


@dataclass(frozen=True)
class Finding:
    """One value for one field of a profile.

    Parameters
    ----------
    field
        Dotted path of the field, for example ``her2.ihc``.
    value
        The value, None where the status is ``not_tested`` or ``unknown``.
    path
        Place in the file.
    status, unit, assay, specimen, date
        As of a measurement.
    weak
        Whether it only counts where the specimen has no better result (a word where a score belongs).
    """

    field: str
    value: Any
    path: str
    status: Status = "measured"
    unit: str | None = None
    assay: str | None = None
    specimen: str | None = None
    date: str | None = None
    weak: bool = False


@dataclass(frozen=True)
class Unmapped:
    """Something in the file that has no place in the profile."""

    path: str
    what: str
    why: str
    count: int = 1

    def json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"path": self.path, "what": self.what, "why": self.why, "count": self.count}


@dataclass(frozen=True)
class Choice:
    """One of several contradicting values, and those that were not taken."""

    field: str
    chosen: str
    others: tuple[str, ...]
    why: str

    def json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"field": self.field, "chosen": self.chosen, "others": list(self.others), "why": self.why}

    def __str__(self) -> str:
        return f"{self.field}: {self.chosen}, not {' or '.join(self.others)} ({self.why})"


@dataclass
class SpecimenDraft:
    """A specimen: the fields of a profile's specimen, and what tells which is newer."""

    id: str
    path: str
    fields: dict[str, Any] = field(default_factory=dict)
    date: str | None = None
    age: float | None = None
    parent: str | None = None


@dataclass
class Draft:
    """What a file says of one patient.

    Parameters
    ----------
    format
        Name of the format, for messages and the profile's source.
    identity
        What names the patient in the file.
    trusted
        Whether Erbium wrote the file.
    key
        The patient's id in the file, only compared with what the user asked for.
    id
        Pseudonym, or None where the id in the file may name the patient.
    """

    format: str
    identity: Identity = field(default_factory=Identity)
    trusted: bool = False
    key: str = ""
    id: str | None = None
    findings: list[Finding] = field(default_factory=list)
    specimens: dict[str, SpecimenDraft] = field(default_factory=dict)
    variants: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    absent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    copy_number: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    fusions: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    therapies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sequencing: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    errors: list[DataError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    _listed: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add_specimen(self, key: str, path: str) -> SpecimenDraft:
        """Add a specimen under its id in the file, or under a number where that id may name the patient."""
        safe = self.trusted or (is_code(key) and not self.identity.names(key))
        name = tidy(key, 60) if safe and key else f"specimen-{len(self.specimens) + 1}"
        while name in self.specimens:
            name = f"{name}-{len(self.specimens) + 1}"
        if not safe:
            self.identity.learn(key)
        specimen = SpecimenDraft(name, path)
        self.specimens[name] = specimen
        self.aliases.setdefault(key, name)
        return specimen

    def specimen(self, key: str | None) -> SpecimenDraft | None:
        """Return the specimen with an id in the file, or with an id given here."""
        return self.specimens.get(self.aliases.get(key or "", key or ""))

    def skip(self, path: str, what: Any, why: str) -> None:
        """Record something that is not carried over; like things are counted, not repeated."""
        entry = Unmapped(self.identity.scrub(path, 160), self.identity.scrub(what), why)
        kind = (re.sub(r"\[\d+\]", "[]", entry.path), entry.what, entry.why)
        index = self._listed.setdefault(kind, min(len(self.unmapped), MAX_LISTED))
        if index < len(self.unmapped):
            known = self.unmapped[index]
            self.unmapped[index] = replace(known, count=known.count + 1)
        elif index < MAX_LISTED:
            self.unmapped.append(entry)
        else:
            # What is beyond the list is still counted.
            self._listed[kind] = MAX_LISTED
            self.unmapped.append(Unmapped("", "further things", f"beyond the first {MAX_LISTED}"))

    def fail(self, path: str, message: str, expected: str = "", nearest: str | None = None) -> None:
        """Record a value that is wrong; it is left out."""
        self.errors.append(
            DataError(
                self.identity.scrub(message, 200),
                key=self.identity.scrub(path, 160),
                expected=expected or None,
                nearest=nearest,
            )
        )

    def find(self, finding: Finding) -> None:
        """Record a result.

        Raises
        ------
        DataError
            There are more than a patient can have.
        """
        if len(self.findings) >= MAX_FINDINGS:
            raise DataError(
                f"more than {MAX_FINDINGS} results of one patient.",
                key=finding.path,
                expected="the results of the tumour",
            )
        self.findings.append(finding)

    def note(self, text: str) -> None:
        """Record a remark once."""
        if len(self.notes) < MAX_NOTES and text not in self.notes:
            self.notes.append(text)
