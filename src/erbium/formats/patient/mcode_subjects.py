"""Whose each resource of a bundle is: results of two patients never meet in one profile.

A patient is known by the id at the end of a reference, whether it is relative (``Patient/p1``), absolute
(``https://example.org/fhir/Patient/p1``) or a URN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from erbium.core.errors import DataError
from erbium.formats.patient.draft import check_patients

Resource = tuple[str, dict[str, Any]]
"""A resource, after its path in the bundle."""

_TYPED = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[^/]+$")


@dataclass
class Subject:
    """One patient of a bundle.

    Parameters
    ----------
    id
        Id in the references, "" where there is none.
    patient
        The Patient resource, None where the bundle has none.
    resources
        What is said of the patient.
    """

    id: str = ""
    patient: Resource | None = None
    resources: list[Resource] = field(default_factory=list)


@dataclass
class Grouping:
    """The patients of a bundle, and the resources that cannot be given to one of them."""

    subjects: list[Subject]
    unowned: list[tuple[Resource, str]] = field(default_factory=list)
    other: list[Resource] = field(default_factory=list)


def by_subject(
    resources: Sequence[Resource], urls: Mapping[str, str], full_urls: Mapping[str, str], read: Sequence[str]
) -> Grouping:
    """Return the resources of a bundle by patient.

    Parameters
    ----------
    resources
        All of them.
    urls
        Paths by reference.
    full_urls
        `fullUrl` of each path that has one.
    read
        Kinds of resource that are read: only they make a patient of a subject.

    Raises
    ------
    DataError
        One id stands for several patients, or there are too many patients.
    """
    by_path = dict(resources)
    subjects: dict[str, Subject] = {}
    identifiers: dict[str, str] = {}
    bases: dict[str, tuple[str, str]] = {}
    for path, resource in resources:
        if resource["resourceType"] == "Patient":
            _patient(path, resource, full_urls.get(path), subjects, identifiers, bases)
    waiting: list[Resource] = []
    found = Grouping([])
    for path, resource in resources:
        kind = resource["resourceType"]
        if kind == "Patient":
            continue
        subject = resource.get("subject") or resource.get("patient")
        key, why = _key(subject, resource, path, by_path, urls, identifiers, bases)
        if why:
            found.unowned.append(((path, resource), why))
        elif key is not None and (key in subjects or kind in read):
            subjects.setdefault(key, Subject(_id_of(key))).resources.append((path, resource))
        elif kind in read:
            waiting.append((path, resource))
        else:
            found.other.append((path, resource))
    check_patients(len(subjects), "entry")
    owners = {path: subject for subject in subjects.values() for path, _ in subject.resources}
    found.subjects = list(subjects.values()) or [Subject()]
    for path, resource in waiting:
        specimen = resource.get("specimen")
        taken = specimen.get("reference") if isinstance(specimen, dict) else None
        owner = owners.get(urls.get(taken, "")) if isinstance(taken, str) else None
        if owner is None and len(found.subjects) == 1:
            owner = found.subjects[0]
        if owner is not None:
            owner.resources.append((path, resource))
        else:
            found.unowned.append(((path, resource), "no subject, and the bundle has several patients"))
    order = {path: index for index, (path, _) in enumerate(resources)}
    for subject in found.subjects:
        subject.resources.sort(key=lambda entry: order[entry[0]])
    return found


def _patient(
    path: str,
    resource: dict[str, Any],
    full_url: str | None,
    subjects: dict[str, Subject],
    identifiers: dict[str, str],
    bases: dict[str, tuple[str, str]],
) -> None:
    own = resource.get("id")
    ends = [own] if isinstance(own, str) and own else []
    if full_url:
        ends.append(_end(full_url))
    keys = [f"id:{end}" for end in dict.fromkeys(ends)] or [f"path:{path}"]
    known = next((subjects[key] for key in keys if key in subjects), None)
    if known is not None and known.patient is not None and known.patient[1] != resource:
        raise _several(path)
    if known is None and any(key in identifiers for key in keys):
        raise _several(path)
    subject = known or Subject(_id_of(keys[0]), (path, resource))
    subjects[keys[0]] = subject
    for key in keys[1:]:
        identifiers[key] = keys[0]
    if full_url:
        _base(full_url, keys[0], path, bases)
    for identifier in (
        resource.get("identifier") or () if isinstance(resource.get("identifier"), list) else ()
    ):
        if isinstance(identifier, dict) and identifier.get("value"):
            _alias(_identifier(identifier), keys[0], identifiers)
    names = resource.get("name")
    for name in names if isinstance(names, list) else ():
        for spelling in _spellings(name) if isinstance(name, dict) else ():
            _alias(f"name:{spelling}", keys[0], identifiers)


def _alias(key: str, subject: str, identifiers: dict[str, str]) -> None:
    """Let a number or a name stand for a patient; one that two patients share stands for neither."""
    identifiers[key] = subject if identifiers.get(key, subject) == subject else key


def _spellings(name: dict[str, Any]) -> set[str]:
    given = name.get("given")
    first = " ".join(str(part) for part in given) if isinstance(given, list) else ""
    family = str(name.get("family") or "")
    found = {str(name.get("text") or ""), f"{first} {family}", f"{family} {first}", f"{family}, {first}"}
    return {" ".join(text.casefold().split()) for text in found if text.strip(" ,")}


def _key(
    subject: Any,
    resource: dict[str, Any],
    path: str,
    by_path: Mapping[str, dict[str, Any]],
    urls: Mapping[str, str],
    identifiers: Mapping[str, str],
    bases: dict[str, tuple[str, str]],
) -> tuple[str | None, str]:
    """Return what tells one subject from another, or why it is no patient; (None, "") where none is named."""
    if not isinstance(subject, dict):
        return None, ""
    reference = subject.get("reference")
    if isinstance(reference, str) and reference.strip():
        plain = reference.strip().partition("/_history/")[0].rstrip("/")
        if plain.startswith("#"):
            return _contained(resource, plain[1:], identifiers)
        target = by_path.get(urls.get(plain, ""))
        typed = _TYPED.search(plain)
        kind = target["resourceType"] if target else typed[1] if typed else "Patient"
        if kind != "Patient":
            return None, "its subject is no patient"
        key = f"id:{_end(plain)}"
        key = identifiers.get(key, key)
        _base(plain, key, path, bases)
        return key, ""
    identifier = subject.get("identifier")
    if isinstance(identifier, dict) and identifier.get("value"):
        key = _identifier(identifier)
        return identifiers.get(key, key), ""
    display = subject.get("display")
    if isinstance(display, str) and display.strip():
        key = f"name:{' '.join(display.casefold().split())}"
        return identifiers.get(key, key), ""
    return None, ""


def _contained(resource: dict[str, Any], name: str, identifiers: Mapping[str, str]) -> tuple[str | None, str]:
    contained = resource.get("contained")
    for inner in contained if isinstance(contained, list) else ():
        if isinstance(inner, dict) and inner.get("id") == name:
            if inner.get("resourceType") != "Patient":
                return None, "its subject is no patient"
            for identifier in (
                inner.get("identifier") or () if isinstance(inner.get("identifier"), list) else ()
            ):
                if isinstance(identifier, dict) and identifier.get("value"):
                    key = _identifier(identifier)
                    return identifiers.get(key, key), ""
            rest = {key: value for key, value in inner.items() if key not in ("id", "meta", "text")}
            return f"contained:{json.dumps(rest, sort_keys=True, default=str)}", ""
    return None, "its subject is not in the bundle"


def _end(reference: str) -> str:
    """Return the id at the end of a reference; that of a UUID without case."""
    end = re.split(r"[/:]", reference.partition("/_history/")[0].rstrip("/"))[-1]
    return end.lower() if re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", end) else end


def _base(reference: str, key: str, path: str, bases: dict[str, tuple[str, str]]) -> None:
    """Hold the servers of one id against each other."""
    server = re.match(r"(?i)https?://(.*?)/?(?:Patient/)?[^/]+$", reference)
    if server and bases.setdefault(key, (server[1].casefold(), path))[0] != server[1].casefold():
        raise _several(path)


def _several(path: str) -> DataError:
    return DataError(
        "one patient id stands for several patients (two Patients, or two servers).",
        key=path,
        expected="an id of its own for each patient",
        hint="give the bundle of one patient, or of one server",
    )


def _identifier(identifier: dict[str, Any]) -> str:
    return f"identifier:{identifier.get('system') or ''}|{identifier['value']}"


def _id_of(key: str) -> str:
    kind, _, rest = key.partition(":")
    return rest if kind == "id" else ""
