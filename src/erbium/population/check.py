"""What a population file says that no schema can test: names, profile, criteria, mechanisms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, DataErrors, ErbiumError, UnknownName
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.population import Population
from erbium.population.attributes import AMOUNTS
from erbium.population.criteria import faults_of
from erbium.profile import Profile, profile_from

#: Keys of a profile that say who one patient is: no population has them.
_ONE_PATIENT = ("schema", "meta", "preferences", "extras")


def faults(population: Population, knowledge: Knowledge, file: str | Path) -> Iterator[ErbiumError]:
    """Yield what is wrong with a population, each with file and key."""
    for key in ("eligibility", "shares", "published"):
        for number, criterion in enumerate(getattr(population, key)):
            yield from faults_of(criterion, knowledge.mechanisms, file, f"{key}[{number}]")
    for number, name in enumerate(population.acts):
        if name not in knowledge.mechanisms:
            yield UnknownName.among(
                "mechanism", name, knowledge.mechanisms, file=file, key=f"acts[{number}]",
                hint="erbium mechanisms list",
            )  # fmt: skip
        elif not _has_prevalence(knowledge, name):
            yield DataError(
                f'nothing says how common "{name}" is.', file=file, key=f"acts[{number}]",
                expected=f"a mechanism with a prior, or with a threshold on one of {', '.join(AMOUNTS)}",
            )  # fmt: skip
    for number, name in enumerate(population.before):
        try:
            resolve_regimen(name, knowledge.regimens, knowledge.drugs)
        except (DataError, UnknownName) as wrong:
            wrong.file, wrong.key = str(file), f"before[{number}]"
            yield wrong
    if population.before and "prior_therapies" in population.profile:
        yield DataError(
            "earlier treatment stands twice.", file=file, key="profile.prior_therapies",
            expected="before, or prior_therapies of the profile",
        )  # fmt: skip
    for name in _ONE_PATIENT:
        if name in population.profile:
            yield DataError(
                "a population has no such key.", file=file, key=f"profile.{name}",
                expected="what holds for every patient, such as [profile.her2] status",
            )  # fmt: skip
    disease = population.profile.get("disease")
    for name in ("setting", "line"):
        if isinstance(disease, dict) and name in disease:
            yield DataError(
                f"the {name} stands twice.",
                file=file,
                key=f"profile.disease.{name}",
                expected=f"{name} alone",
            )
    try:
        base_profile(population)
    except DataErrors as several:
        for error in several.errors:
            error.file, error.key = str(file), f"profile.{error.key}"
            yield error


def _has_prevalence(knowledge: Knowledge, name: str) -> bool:
    mechanism = knowledge.mechanisms[name]
    return mechanism.prior is not None or any(marker.field in AMOUNTS for marker in mechanism.markers)


def base_profile(population: Population) -> Profile:
    """Return the profile that all patients have in common.

    Raises
    ------
    DataErrors
        The profile is not valid.
    """
    given: dict[str, Any] = {key: part for key, part in population.profile.items() if key not in _ONE_PATIENT}
    disease = dict(given.get("disease", {})) | {"setting": population.setting}
    if population.setting == "metastatic":
        disease["line"] = population.line
    if population.before:
        given["prior_therapies"] = [
            {"regimen": name, "setting": "metastatic", "line": number}
            for number, name in enumerate(population.before, start=1)
        ]
    meta = {"id": population.id.replace("_", "-")}
    return profile_from({"schema": "erbium.profile/1", "meta": meta, **given, "disease": disease})
