"""A case as a client sends it: read, checked, its HER2 status explained; one field changed in its text."""

from __future__ import annotations

from erbium.core.errors import DataError, DataErrors, UnknownName
from erbium.core.result import version
from erbium.knowledge.cases import case_files
from erbium.profile import Profile, explain, profile_from, profile_from_text
from erbium.web.models import HER2, Fault, Missing, ProfileInput, Validation


def example_text(name: str) -> str:
    """Return the text of a shipped example; UnknownName where there is none."""
    files = case_files()
    if name not in files:
        raise UnknownName.among("example", name, files, hint="/api/v1/examples lists them")
    return files[name].read_text(encoding="utf-8")


def examples() -> list[dict[str, str]]:
    """Return the shipped examples: name and what each is."""
    found = []
    for name, file in case_files().items():
        first = file.read_text(encoding="utf-8").splitlines()[0]
        found.append({"name": name, "about": first.removeprefix("#").strip()})
    return found


def profile_of(given: ProfileInput) -> Profile:
    """Return the profile that a client gave.

    Raises
    ------
    DataErrors
        Everything that is wrong with it.
    UnknownName
        No such example.
    """
    text = example_text(given.example) if given.example is not None else given.text
    try:
        return profile_from(given.profile) if text is None else profile_from_text(text)
    except (OverflowError, RecursionError, UnicodeError) as error:
        raise DataErrors([DataError("a number, a text or a nesting in it is beyond all bounds.")]) from error


def validation_of(given: ProfileInput) -> Validation:
    """Return what a profile says, or everything that is wrong with it."""
    try:
        told = explain(profile_of(given))
    except DataErrors as error:
        faults = [Fault.model_validate(one.json()) for one in error.errors]
        return Validation(schema="erbium.web-validation/1", version=version(), valid=False, errors=faults)
    return Validation(
        schema="erbium.web-validation/1",
        version=version(),
        valid=True,
        id=told.id,
        her2=HER2.model_validate(told.her2.json()),
        facts=dict(told.facts),
        inferred=list(told.inferred),
        not_tested=[Missing(marker=test.marker, status=test.status) for test in told.missing],
        not_modelled=list(told.not_modelled),
        warnings=list(told.warnings),
    )
