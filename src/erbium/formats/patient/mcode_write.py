"""Writes a profile as a FHIR R4 bundle in the shape of mCODE (JSON).

Every marker has its LOINC where one is known, and Erbium's own code ``<field>`` of the system
``urn:erbium`` besides. No name, date of birth or number of a patient is written; there is none in a profile.
"""

from __future__ import annotations

import uuid
from typing import Any

from erbium.formats.patient import markers
from erbium.formats.patient.carried import Carried, carried
from erbium.profile.disease import PriorTherapy
from erbium.profile.genome import CopyNumber, Variant
from erbium.profile.schema import Profile

_LOINC, _OWN = "http://loinc.org", "urn:erbium"
_MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"
_ANSWERS = {
    "positive": "LA6576-8",
    "negative": "LA6577-6",
    "0": "LA6111-4",
    "1+": "LA11841-6",
    "2+": "LA11842-4",
    "3+": "LA11843-2",
}
_UNITS = {
    "percent": "%",
    "year": "a",
    "month": "mo",
    "kg": "kg",
    "cm": "cm",
    "mm": "mm",
    "g/L": "g/L",
    "ng/mL": "ng/mL",
    "1": "1",
}
_SOURCE_CLASS = {"germline": "LA6683-2", "somatic": "LA6684-0"}


def to_mcode(profile: Profile, *, created: str) -> tuple[dict[str, Any], list[str]]:
    """Return a bundle, and the keys of the profile that it cannot hold.

    Parameters
    ----------
    profile
        The profile.
    created
        Time of writing, ISO 8601 with zone.
    """
    found = carried(profile)
    book = _Book(profile.id)
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "meta": {"profile": [f"{_MCODE}mcode-cancer-patient"]},
        "identifier": [{"system": "urn:erbium:pseudonym", "value": profile.id}],
    }
    if profile.person.sex.value:
        patient["gender"] = profile.person.sex.value
    subject = book.add(patient)
    specimens = {
        specimen.id: _specimen(profile, index, book, subject)
        for index, specimen in enumerate(profile.specimens)
    }
    book.add(_condition(profile, subject))
    genes = [entry for entry in found.values if entry.field == "sequencing.genes"]
    if genes:
        book.add(_region([entry.value for entry in genes], subject))
    for entry in found.values:
        own = entry.field.startswith("prior_therapies.") or entry.field in ("sequencing.genes", "person.sex")
        if not own:
            book.add(_observation(entry, subject, specimens))
    for variant in profile.variants:
        book.add(_variant(variant, subject, specimens))
    for copies in profile.copy_number:
        book.add(_copy_number(copies, subject, specimens))
    for therapy in profile.prior_therapies:
        book.add(_medication(therapy, subject))
    bundle = {"resourceType": "Bundle", "type": "collection", "timestamp": created, "entry": book.entries}
    return bundle, list(found.lost)


class _Book:
    """The entries of a bundle; each gets an id that depends on the profile alone."""

    def __init__(self, case: str) -> None:
        self.entries: list[dict[str, Any]] = []
        self._base = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:erbium:{case}")

    def add(self, resource: dict[str, Any]) -> dict[str, str]:
        """Add a resource and return a reference to it."""
        name = str(uuid.uuid5(self._base, str(len(self.entries))))
        self.entries.append({"fullUrl": f"urn:uuid:{name}", "resource": {"id": name, **resource}})
        return {"reference": f"urn:uuid:{name}"}


def _coding(system: str, code: str, display: str = "") -> dict[str, str]:
    coding = {"system": system, "code": code}
    return {**coding, "display": display} if display else coding


def _specimen(profile: Profile, index: int, book: _Book, subject: dict[str, str]) -> dict[str, str]:
    specimen = profile.specimens[index]
    resource: dict[str, Any] = {
        "resourceType": "Specimen",
        "identifier": [{"system": "urn:erbium:specimen", "value": specimen.id}],
        "subject": subject,
    }
    if specimen.type:
        resource["type"] = {"text": specimen.type}
    collection: dict[str, Any] = {}
    if specimen.date:
        collection["collectedDateTime"] = specimen.date
    if specimen.site:
        collection["bodySite"] = {"text": specimen.site}
    if collection:
        resource["collection"] = collection
    if specimen.metastatic is not None:
        value = "true" if specimen.metastatic else "false"
        resource["extension"] = [{"url": "urn:erbium:metastatic", "valueString": value}]
    return book.add(resource)


def _condition(profile: Profile, subject: dict[str, str]) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Condition",
        "meta": {"profile": [f"{_MCODE}mcode-primary-cancer-condition"]},
        "code": {
            "coding": [
                _coding("http://snomed.info/sct", "254837009", "Malignant neoplasm of breast (disorder)")
            ]
        },
        "subject": subject,
    }
    if profile.disease.stage:
        resource["stage"] = [{"summary": {"text": profile.disease.stage}}]
    return resource


def _base(
    kind: str, subject: dict[str, str], specimen: dict[str, str] | None, date: str | None
) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "meta": {"profile": [f"{_MCODE}{kind}"]},
        "status": "final",
        "subject": subject,
    }
    if specimen:
        resource["specimen"] = specimen
    if date:
        resource["effectiveDateTime"] = date
    return resource


def _observation(
    entry: Carried, subject: dict[str, str], specimens: dict[str, dict[str, str]]
) -> dict[str, Any]:
    system, code = markers.written_code(entry.field, entry.assay)
    codings = [_coding(_LOINC, code, "")] if system == "LOINC" else []
    resource = _base("mcode-tumor-marker-test", subject, specimens.get(entry.specimen or ""), entry.date)
    if not entry.field.startswith(("her2.", "receptors.", "protein.", "immune.", "rna.")):
        del resource["meta"]
    resource["code"] = {"coding": [*codings, _coding(_OWN, entry.field, entry.label)], "text": entry.label}
    if entry.assay:
        resource["method"] = {"text": entry.assay}
    if entry.status == "not_tested":
        absent = _coding(
            "http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed", "Not Performed"
        )
        resource["dataAbsentReason"] = {"coding": [absent]}
    elif isinstance(entry.value, int | float):
        unit = entry.unit or "1"
        resource["valueQuantity"] = {
            "value": entry.value,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": _UNITS.get(unit, unit),
        }
    else:
        resource["valueCodeableConcept"] = _answer(str(entry.value))
    if entry.status == "inferred":
        resource["derivedFrom"] = [{"display": "computed from another result"}]
    return resource


def _answer(word: str) -> dict[str, Any]:
    code = _ANSWERS.get(word)
    return {"coding": [_coding(_LOINC, code, word)], "text": word} if code else {"text": word}


def _component(code: str, value: Any, system: str = _LOINC) -> dict[str, Any]:
    result = (
        {"valueQuantity": {"value": value}}
        if isinstance(value, int | float)
        else {"valueCodeableConcept": value}
    )
    if isinstance(value, str):
        result = {"valueCodeableConcept": {"text": value}}
    return {"code": {"coding": [_coding(system, code)]}, **result}


def _own(entry: Variant | CopyNumber, names: tuple[str, ...]) -> list[dict[str, Any]]:
    values = {name: getattr(entry, name) for name in names}
    return [_component(name, value, _OWN) for name, value in values.items() if value is not None]


def _variant(
    variant: Variant, subject: dict[str, str], specimens: dict[str, dict[str, str]]
) -> dict[str, Any]:
    resource = _base("mcode-genomic-variant", subject, specimens.get(variant.specimen or ""), variant.date)
    resource["code"] = {"coding": [_coding(_LOINC, "69548-6", "Genetic variant assessment")]}
    resource["valueCodeableConcept"] = {"coding": [_coding(_LOINC, "LA9633-4", "Present")]}
    parts = [_component("48018-6", variant.gene)]
    for code, value in (
        ("48005-3", variant.protein), ("48004-6", variant.cdna), ("51958-7", variant.transcript),
        ("81258-6", variant.vaf), ("53034-5", variant.zygosity),
    ):  # fmt: skip
        if value is not None:
            parts.append(_component(code, value))
    if variant.origin in _SOURCE_CLASS:
        word = {"coding": [_coding(_LOINC, _SOURCE_CLASS[variant.origin], variant.origin.capitalize())]}
        parts.append({"code": {"coding": [_coding(_LOINC, "48002-0")]}, "valueCodeableConcept": word})
    parts += _own(variant, ("origin", "effect", "clonality", "classified_by", "maf_class", "status"))
    resource["component"] = parts
    return resource


def _copy_number(
    entry: CopyNumber, subject: dict[str, str], specimens: dict[str, dict[str, str]]
) -> dict[str, Any]:
    resource = _base("mcode-genomic-variant", subject, specimens.get(entry.specimen or ""), entry.date)
    resource["code"] = {"coding": [_coding(_LOINC, "69548-6", "Genetic variant assessment")]}
    resource["valueCodeableConcept"] = {"coding": [_coding(_LOINC, "LA9633-4", "Present")]}
    parts = [_component("48018-6", entry.gene)]
    if entry.copies is not None:
        parts.append(_component("82155-3", entry.copies))
    resource["component"] = parts + _own(entry, ("copies", "call", "method", "status"))
    return resource


def _region(genes: list[str], subject: dict[str, str]) -> dict[str, Any]:
    resource = _base("mcode-genomic-region-studied", subject, None, None)
    resource["code"] = {"coding": [_coding(_LOINC, "53041-0", "DNA region of interest panel")]}
    resource["component"] = [_component("48018-6", gene) for gene in genes]
    return resource


def _medication(therapy: PriorTherapy, subject: dict[str, str]) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        "status": "active" if therapy.reason_ended == "ongoing" else "completed",
        "medicationCodeableConcept": {"text": therapy.name},
        "subject": subject,
    }
    period = {key: value for key, value in (("start", therapy.start), ("end", therapy.stop)) if value}
    if period:
        resource["effectivePeriod"] = period
    months = therapy.duration_months.value
    own = {
        "regimen": therapy.regimen,
        "drugs": None if therapy.regimen else " + ".join(therapy.drugs) or None,
        "setting": therapy.setting,
        "line": therapy.line,
        "best_response": therapy.best_response.value,
        "reason_ended": therapy.reason_ended,
        "duration_months": months,
        "toxicities": "; ".join(therapy.toxicities) or None,
    }
    resource["extension"] = [
        {"url": f"urn:erbium:{name}", "valueString": f"{value:g}" if isinstance(value, float) else str(value)}
        for name, value in own.items()
        if value is not None
    ]
    return resource
