"""Reads a FHIR R4 bundle in the shape of mCODE (JSON); partial bundles are accepted."""

from __future__ import annotations

from typing import Any

from erbium.formats.patient import fhir_parts as parts
from erbium.formats.patient.dates import read_date, years_between
from erbium.formats.patient.draft import IDENTIFIES, Draft, Finding
from erbium.formats.patient.identity import pseudonym
from erbium.formats.patient.mcode_observations import read_observation
from erbium.formats.patient.mcode_subjects import Subject, by_subject
from erbium.formats.patient.mcode_treatments import read_treatments
from erbium.formats.patient.part import read_part
from erbium.formats.patient.record import record_result
from erbium.formats.patient.sites import site_of, specimen_type

FORMAT = "mCODE FHIR bundle"
MEDICATIONS = ("MedicationStatement", "MedicationAdministration", "MedicationRequest")
READ = ("Patient", "Specimen", "Condition", "Observation", *MEDICATIONS)
# Keys that carry nothing of the tumour, or that would identify.
IGNORED = frozenset(
    {
        "resourceType",
        "id",
        "meta",
        "text",
        "language",
        "category",
        "performer",
        "issued",
        "encounter",
        "identifier",
        "implicitRules",
        "recorder",
        "asserter",
        "recordedDate",
        "onsetDateTime",
        "reasonReference",
        "reasonCode",
        "intent",
        "informationSource",
        "dateAsserted",
        "requester",
        "display",
        "userSelected",
        "version",
        "type",
        "system",
        "status",
        "url",
        "note",
        "referenceRange",
        "accessionIdentifier",
        "receivedTime",
        "collector",
        "severity",
        "contained",
        "basedOn",
        "partOf",
        "focus",
        "hasMember",
        "bodySite",
        "assessment",
        "processing",
        "container",
    }
)
_PERSONAL = (
    "name",
    "telecom",
    "address",
    "birthDate",
    "identifier",
    "contact",
    "photo",
    "deceasedDateTime",
    "link",
)


def read_bundle(document: dict[str, Any]) -> list[Draft]:
    """Return what a bundle says, one draft per patient in it.

    Raises
    ------
    DataError
        One id stands for several patients, or there are too many patients.
    """
    entries = document.get("entry")
    resources: list[tuple[str, dict[str, Any]]] = []
    urls: dict[str, str] = {}
    full_urls: dict[str, str] = {}
    first = Draft(FORMAT)
    if not isinstance(entries, list):
        first.fail("entry", "the bundle has no list of entries.", "a Bundle with entry[].resource")
        return [first]
    for index, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            first.skip(f"entry[{index}]", "entry", "it holds no resource")
            continue
        resources.append((f"entry[{index}].resource", resource))
        name = f"{resource['resourceType']}/{resource.get('id', '')}"
        for url in (name, entry.get("fullUrl")):
            if isinstance(url, str):
                urls[url] = f"entry[{index}].resource"
        if isinstance(entry.get("fullUrl"), str):
            full_urls[f"entry[{index}].resource"] = entry["fullUrl"]
    found = by_subject(resources, urls, full_urls, READ)
    drafts = [first, *(Draft(FORMAT, first.identity) for _ in found.subjects[1:])]
    for _, resource in resources:
        _learn_subject(resource, first)
    # Who the patients are is known before any text of a result is read.
    births = [
        _person(subject, draft, alone=len(drafts) == 1)
        for subject, draft in zip(found.subjects, drafts, strict=True)
    ]
    for (path, resource), why in found.unowned:
        first.skip(path, resource["resourceType"], why)
    for path, resource in found.other:
        first.skip(path, resource["resourceType"], "resources of this kind are not read")
    if found.unowned and len(drafts) > 1:
        for draft in drafts:
            draft.note(
                f"{len(found.unowned)} resources of the bundle belong to no patient for certain: left out"
            )
    by_path = dict(resources)
    for subject, draft, birth in zip(found.subjects, drafts, births, strict=True):
        _fill(draft, subject.resources, urls, by_path)
        _age(birth, draft)
    return drafts


def _learn_subject(resource: dict[str, Any], draft: Draft) -> None:
    """Learn the name that a reference to the patient shows, and a Patient inside another resource."""
    subject = resource.get("subject") or resource.get("patient")
    if isinstance(subject, dict):
        draft.identity.learn(subject.get("display"), name=True)
        identifier = subject.get("identifier")
        draft.identity.learn(identifier.get("value") if isinstance(identifier, dict) else None)
    contained = resource.get("contained")
    for inner in contained if isinstance(contained, list) else ():
        if isinstance(inner, dict) and inner.get("resourceType") == "Patient":
            _learn_names(inner, draft)
            draft.identity.learn(inner.get("birthDate"))


def _person(subject: Subject, draft: Draft, *, alone: bool) -> str | None:
    """Read who the patient is, and return the date of birth."""
    if subject.patient is not None:
        if not alone and not subject.resources:
            draft.note("no result of the bundle names this Patient")
        return _patient(*subject.patient, draft)
    draft.note("the bundle has no Patient" if alone else "the bundle has no Patient for this subject")
    draft.key = subject.id
    draft.id = pseudonym(subject.id, draft.identity) if subject.id else None
    if draft.id is None:
        draft.identity.learn_id(subject.id)
    return None


def _fill(
    draft: Draft,
    resources: list[tuple[str, dict[str, Any]]],
    urls: dict[str, str],
    by_path: dict[str, dict[str, Any]],
) -> None:
    for path, resource in resources:
        if resource["resourceType"] == "Specimen":
            _specimen(path, resource, urls, draft)
    for path, resource in resources:
        kind = resource["resourceType"]
        if kind == "Condition":
            _condition(path, resource, draft)
        elif kind == "Observation":
            read_observation(path, resource, draft, urls, IGNORED)
        elif kind not in READ:
            draft.skip(path, kind, "resources of this kind are not read")
    medications = [
        (path, resource) for path, resource in resources if resource["resourceType"] in MEDICATIONS
    ]
    read_treatments(medications, draft, urls, by_path, IGNORED)


def _patient(path: str, resource: dict[str, Any], draft: Draft) -> str | None:
    _learn_names(resource, draft)
    identifiers = resource.get("identifier") if isinstance(resource.get("identifier"), list) else []
    own = None
    for identifier in identifiers or []:
        if isinstance(identifier, dict):
            if identifier.get("system") == "urn:erbium:pseudonym":
                own = identifier.get("value")
                draft.trusted = True
            else:
                draft.identity.learn(identifier.get("value"))
    # Erbium writes no other key of a person: a bundle with one comes from elsewhere.
    draft.trusted = draft.trusted and len(identifiers or []) == 1
    draft.trusted = draft.trusted and not any(resource.get(key) for key in _PERSONAL if key != "identifier")
    own = own if draft.trusted else None
    for key in ("telecom", "address", "contact"):
        _learn_leaves(resource.get(key), draft)
    birth = read_date(resource.get("birthDate"))
    if birth and len(birth) > 4:
        draft.identity.learn(birth)
    given = resource.get("id")
    draft.key = str(own or given or "")
    draft.id = pseudonym(own, draft.identity, trusted=True) if own else pseudonym(given, draft.identity)
    if draft.id is None:
        draft.identity.learn_id(given)
    for key in _PERSONAL:
        if resource.get(key) and not (key == "identifier" and draft.trusted):
            draft.skip(f"{path}.{key}", key, IDENTIFIES)
    sex = resource.get("gender")
    if isinstance(sex, str) and sex != "unknown":
        draft.find(Finding("person.sex", sex, f"{path}.gender"))
    return birth


def _learn_names(person: dict[str, Any], draft: Draft) -> None:
    names = person.get("name")
    for name in names if isinstance(names, list) else []:
        if isinstance(name, dict):
            draft.identity.learn(name.get("family"), name.get("given"), name.get("text"), name=True)


def _learn_leaves(node: Any, draft: Draft) -> None:
    """Learn numbers and mail addresses; the words of an address may be words of the field."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("value", "line", "text", "family", "given", "postalCode"):
                draft.identity.learn(value, name=key in ("family", "given"))
            elif isinstance(value, dict | list):
                _learn_leaves(value, draft)
    elif isinstance(node, list):
        for entry in node:
            _learn_leaves(entry, draft)


def _specimen(path: str, resource: dict[str, Any], urls: dict[str, str], draft: Draft) -> None:
    part = read_part(parts.Specimen, resource, path, draft, ignored=IGNORED)
    if part is None:
        return
    own = None
    identifiers = resource.get("identifier")
    for identifier in identifiers if isinstance(identifiers, list) else []:
        if isinstance(identifier, dict) and identifier.get("system") == "urn:erbium:specimen":
            own = identifier.get("value")
    specimen = draft.add_specimen(str(own or part.id), path)
    draft.aliases[path] = specimen.id
    draft.aliases.setdefault(part.id, specimen.id)
    taken = part.collection
    if taken is not None:
        specimen.date = read_date(taken.collected_date_time)
        if specimen.date is None and taken.collected_period is not None:
            specimen.date = read_date(taken.collected_period.start)
        specimen.fields["site"] = site_of(taken.body_site.label) if taken.body_site else None
        specimen.fields["type"] = specimen_type(taken.method.label) if taken.method else None
    if specimen.fields.get("type") is None and part.type is not None:
        kind = specimen_type(part.type.label)
        specimen.fields["type"] = kind if kind != "other" or draft.trusted else None
    if part.parent:
        specimen.parent = urls.get(part.parent[0].reference)
    for extension in part.extension:
        if extension.url == "urn:erbium:metastatic" and extension.value_string in ("true", "false"):
            specimen.fields["metastatic"] = extension.value_string == "true"
        else:
            draft.skip(f"{path}.extension", extension.url, "extension not read")


def _condition(path: str, resource: dict[str, Any], draft: Draft) -> None:
    part = read_part(parts.Condition, resource, path, draft, ignored=IGNORED)
    if part is None:
        return
    verification = (
        [coding.code for coding in part.verification_status.coding] if part.verification_status else []
    )
    if set(verification) & {"refuted", "entered-in-error"}:
        draft.skip(path, part.code.label or "condition", "refuted or entered in error")
        return
    profiles = (
        str(resource.get("meta", {}).get("profile", "")) if isinstance(resource.get("meta"), dict) else ""
    )
    label = " ".join(part.code.labels).casefold()
    secondary = "secondary-cancer" in profiles or "secondary malignant" in label or "metasta" in label
    primary = "primary-cancer" in profiles or ("breast" in label and not secondary)
    if secondary:
        named = [site_of(site.label) for site in part.body_site] or [site_of(label)]
        draft.sites += [site for site in named if site]
    elif not primary:
        draft.skip(path, part.code.label or "condition", "no cancer condition; comorbidities are not read")
        return
    for index, stage in enumerate(part.stage):
        if stage.summary is not None and stage.summary.label:
            text = draft.identity.scrub(stage.summary.label)
            record_result(draft, ("erbium:disease.stage",), (), text, None, f"{path}.stage[{index}].summary")
    for extension in part.extension:
        if extension.url.endswith("histology-morphology-behavior") and extension.value_codeable_concept:
            text = draft.identity.scrub(extension.value_codeable_concept.label)
            record_result(draft, ("erbium:disease.histology",), (), text, None, f"{path}.extension")
        else:
            draft.skip(f"{path}.extension", extension.url, "extension not read")


def _age(birth: str | None, draft: Draft) -> None:
    """Give the age at the newest dated result where the file states a date of birth and no age."""
    if birth is None or any(finding.field == "person.age" for finding in draft.findings):
        return
    dates = [finding.date for finding in draft.findings if finding.date]
    dates += [specimen.date for specimen in draft.specimens.values() if specimen.date]
    years = years_between(birth, max(dates)) if dates else None
    if years is not None:
        draft.find(Finding("person.age", float(years), "Patient", "inferred"))
        draft.note("the age is that at the newest dated result; the date of birth is not carried over")
