"""Medications of a bundle as earlier treatments."""

from __future__ import annotations

from typing import Any

from erbium.formats.patient import fhir_parts as parts
from erbium.formats.patient.dates import read_date
from erbium.formats.patient.draft import Draft
from erbium.formats.patient.drugs import group_by_course, one_of, reason_or_listed, response, treatment_named
from erbium.formats.patient.part import read_part
from erbium.profile.vocabulary import Setting

_OWN = "urn:erbium:"
_NOT_GIVEN = ("entered-in-error", "not-taken", "not-done", "cancelled", "draft", "unknown", "intended")
_NOT_ORDERED = ("proposal", "plan", "option")


def read_treatments(
    resources: list[tuple[str, dict[str, Any]]],
    draft: Draft,
    urls: dict[str, str],
    by_path: dict[str, dict[str, Any]],
    ignored: frozenset[str],
) -> None:
    """Add the drugs of a bundle to the draft; drugs with equal dates are one treatment."""
    courses: list[tuple[str, dict[str, Any]]] = []
    for path, resource in resources:
        part = read_part(parts.Medication, resource, path, draft, ignored=ignored)
        if part is None:
            continue
        label = _label(part, path, draft, urls, by_path)
        kind = resource["resourceType"]
        if part.status in _NOT_GIVEN:
            draft.skip(path, label or kind, f"status {part.status}: not given")
            continue
        if part.intent in _NOT_ORDERED or part.do_not_perform:
            why = "doNotPerform" if part.do_not_perform else f"intent {part.intent}"
            draft.skip(path, label or kind, f"{why}: not given")
            continue
        own = {item.url.removeprefix(_OWN): item for item in part.extension if item.url.startswith(_OWN)}
        named = _named(label, draft, own)
        if named is None:
            draft.skip(path, label or kind, "no drug or regimen that Erbium knows")
            continue
        course = {**named, **_dates(part), **_ended(part, draft, path)}
        for name in (
            "setting",
            "best_response",
            "reason_ended",
            "line",
            "duration_months",
            "start",
            "stop",
            "toxicities",
        ):
            if name in own and draft.trusted:
                course[name] = _value(own[name], name)
        if "regimen" in course or draft.trusted:
            draft.therapies.append((path, course))
        else:
            courses.append((path, course))
    group_by_course(courses, draft)


def _label(
    part: parts.Medication, path: str, draft: Draft, urls: dict[str, str], by_path: dict[str, dict[str, Any]]
) -> str:
    if part.medication_codeable_concept is not None:
        return _agreed(part.medication_codeable_concept, path, draft)
    if part.medication_reference is not None:
        target = by_path.get(urls.get(part.medication_reference.reference, ""))
        if target is not None:
            named = read_part(parts.Named, {"code": target.get("code", {})}, path, draft)
            return _agreed(named.code, path, draft) if named else ""
    return ""


def _agreed(concept: parts.Concept, path: str, draft: Draft) -> str:
    """Return the name that a drug is known by; none where two names of it are two drugs."""
    known = {label: treatment_named(label) for label in concept.labels}
    named = [label for label, treatment in known.items() if treatment is not None]
    if any(known[label] != known[named[0]] for label in named):
        draft.note(f"{path}: the names of this drug are those of several drugs")
        return " / ".join(concept.labels)
    return named[0] if named else concept.label


def _named(label: str, draft: Draft, own: dict[str, parts.Extension]) -> dict[str, Any] | None:
    if draft.trusted and "regimen" in own:
        return {"regimen": own["regimen"].value_string}
    if draft.trusted and "drugs" in own:
        return {"drugs": (own["drugs"].value_string or "").split(" + ")}
    return treatment_named(label)


def _dates(part: parts.Medication) -> dict[str, Any]:
    if part.effective_period is not None:
        return {"start": read_date(part.effective_period.start), "stop": read_date(part.effective_period.end)}
    return {"start": read_date(part.effective_date_time) or read_date(part.authored_on)}


def _ended(part: parts.Medication, draft: Draft, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if part.status in ("active", "in-progress"):
        found["reason_ended"] = "ongoing"
    for extension in part.extension:
        concept = extension.value_codeable_concept
        label = concept.label if concept else ""
        if extension.url.endswith("termination-reason"):
            ended = reason_or_listed(label, f"{path}.extension", draft)
            found["reason_ended"] = ended or found.get("reason_ended")
        elif extension.url.endswith("treatment-intent"):
            setting = one_of(Setting, label)
            if setting:
                found["setting"] = setting
            else:
                draft.skip(f"{path}.extension", label or "treatment intent", "an intent is no setting")
        elif not extension.url.startswith(_OWN):
            draft.skip(f"{path}.extension", extension.url, "extension not read")
    reasons = part.status_reason if isinstance(part.status_reason, list) else []
    for reason in reasons[:5]:
        concept = read_part(parts.Concept, reason, f"{path}.statusReason", draft)
        if concept is not None and (ended := reason_or_listed(concept.label, f"{path}.statusReason", draft)):
            found["reason_ended"] = ended
    return found


def _value(extension: parts.Extension, name: str) -> Any:
    text = extension.value_string or ""
    if name == "line":
        return int(text) if text.isdigit() else text
    if name == "duration_months":
        return text
    if name == "toxicities":
        return text.split("; ")
    return response(text) if name == "best_response" else text
