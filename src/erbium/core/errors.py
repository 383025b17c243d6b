"""Errors a user can act on.

The tree::

    ErbiumError
    ├── DataError            a file or a value in it is wrong        (exit 2)
    │   └── DataErrors       several of them, reported together      (exit 2)
    ├── UnitError            a unit is missing, unknown or unfit     (exit 2)
    ├── UnknownName          no such drug, regimen, gene, parameter  (exit 2)
    ├── ModelError           the reaction network does not compose   (exit 2)
    ├── MissingExtra         an optional library is not installed    (exit 2)
    ├── NotEnoughEvidence    the question is outside what we know    (exit 2)
    ├── Contraindicated      a regimen is ruled out for the patient  (exit 2)
    └── SimulationError      a patient could not be simulated        (exit 3)

Every message says what is wrong, where (file and key), what was expected, the nearest match and
what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the known name that looks most like `name`, or None if none is close."""
    known = {candidate.casefold(): candidate for candidate in names}
    found = difflib.get_close_matches(name.casefold(), list(known), n=1, cutoff=0.55)
    return known[found[0]] if found else None


class ErbiumError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    message
        What is wrong, with the offending value.
    file, key
        Where: the file, and the key (dotted path) inside it.
    expected
        What would have been right.
    nearest
        The closest known name.
    hint
        What to do next.
    """

    kind = "error"
    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        key: str | None = None,
        expected: str | None = None,
        nearest: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.key = key
        self.expected = expected
        self.nearest = nearest
        self.hint = hint
        super().__init__(str(self))

    @property
    def each(self) -> tuple[ErbiumError, ...]:
        """The errors that are reported together; this one alone."""
        return (self,)

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.key) if part)
        text = f"{where}: {self.message}" if where else self.message
        if self.expected:
            text += f" Expected {self.expected}."
        if self.nearest:
            text += f' Did you mean "{self.nearest}"?'
        if self.hint:
            text += f" ({self.hint})"
        return text

    def json(self) -> dict[str, Any]:
        """Return the error as the `error` object of the JSON contract."""
        return {
            "kind": self.kind,
            "message": self.message,
            "file": self.file,
            "key": self.key,
            "expected": self.expected,
            "nearest": self.nearest,
        }


class DataError(ErbiumError):
    """A file, or a value in it, is wrong."""

    kind = "data"


class DataErrors(DataError):
    """Several data errors of one reading, reported together."""

    def __init__(self, errors: Sequence[ErbiumError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(
            first.message,
            file=first.file,
            key=first.key,
            expected=first.expected,
            nearest=first.nearest,
            hint=first.hint,
        )

    @property
    def each(self) -> tuple[ErbiumError, ...]:
        """The errors that are reported together."""
        return self.errors

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)

    def json(self) -> dict[str, Any]:
        """Return the first error, with all of them under `all`."""
        return {**super().json(), "all": [error.json() for error in self.errors]}


class UnitError(ErbiumError):
    """A unit is missing, unknown, or of the wrong dimension."""

    kind = "unit"


class UnknownName(ErbiumError):
    """A name is not known; use :meth:`among` to build the message."""

    kind = "unknown_name"

    @classmethod
    def among(
        cls,
        what: str,
        name: str,
        names: Iterable[str],
        *,
        file: str | Path | None = None,
        key: str | None = None,
        hint: str | None = None,
    ) -> UnknownName:
        """Return the error 'no <what> "<name>"' with the nearest of `names`."""
        return cls(f'no {what} "{name}".', file=file, key=key, nearest=nearest(name, names), hint=hint)


class ModelError(ErbiumError):
    """The reaction network does not compose."""

    kind = "model"


class MissingExtra(ErbiumError):
    """An optional library is not installed."""

    kind = "missing_extra"

    @classmethod
    def named(cls, extra: str, library: str, purpose: str) -> MissingExtra:
        """Return the error with the pip line that repairs it."""
        return cls(
            f"{purpose} needs {library}, which is not installed.",
            hint=f"pip install 'erbium[{extra}]'",
        )


class NotEnoughEvidence(ErbiumError):
    """The question lies outside what the knowledge supports."""

    kind = "not_enough_evidence"


class Contraindicated(ErbiumError):
    """The profile rules a regimen out.

    Attributes
    ----------
    reasons
        Each rule with its reason: ``{"rule": ..., "reason": ...}``.
    regimen
        Name of the regimen.
    """

    kind = "contraindicated"
    regimen: str = ""
    reasons: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def named(cls, regimen: str, patient: str, reasons: Sequence[Mapping[str, str]]) -> Contraindicated:
        """Return the error that `regimen` is ruled out for `patient`, with every reason."""
        why = "; ".join(item["reason"] for item in reasons)
        error = cls(
            f"{regimen} is ruled out for {patient}: {why}.",
            key="regimen",
            hint="--force simulates it all the same and records this",
        )
        error.regimen, error.reasons = regimen, tuple(reasons)
        return error

    @property
    def warning(self) -> str:
        """What is said of the regimen where it is left out."""
        return f"{self.regimen} is ruled out: {'; '.join(item['reason'] for item in self.reasons)}"

    def json(self) -> dict[str, Any]:
        """Return the error with its rules under `reasons`."""
        return {**super().json(), "reasons": [dict(item) for item in self.reasons]}


class SimulationError(ErbiumError):
    """A patient could not be simulated; names the patient and the state.

    Attributes
    ----------
    patient
        Row of the patient in the arrays that were given, where one is at fault.
    """

    kind = "simulation"
    exit_code = 3
    patient: int | None = None

    @classmethod
    def of_patient(cls, patient: int, message: str, **where: str | None) -> SimulationError:
        """Return the error of the patient in one row."""
        error = cls(message, **where)
        error.patient = patient
        return error
