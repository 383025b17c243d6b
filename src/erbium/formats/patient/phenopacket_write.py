"""Writes a profile as a Phenopacket v2 (JSON).

A marker without a known LOINC has the code ``erbium:<field>``, which reading turns back into the field.
"""

from __future__ import annotations

import re
from typing import Any

from erbium.formats.patient import markers
from erbium.formats.patient.carried import Carriage, Carried, carried
from erbium.formats.patient.dates import interval
from erbium.formats.patient.phenopacket_variants import OWN_FIELDS, ZYGOSITY
from erbium.profile.genome import CopyNumber, Variant
from erbium.profile.schema import Profile

_SEX = {"female": "FEMALE", "male": "MALE", "other": "OTHER_SEX"}
_TERMS = {word: term for term, word in ZYGOSITY.items()}
_ACMG = {"benign": "BENIGN", "vus": "UNCERTAIN_SIGNIFICANCE"}


def to_phenopacket(profile: Profile, *, version: str, created: str) -> tuple[dict[str, Any], list[str]]:
    """Return a Phenopacket, and the keys of the profile that it cannot hold.

    Parameters
    ----------
    profile
        The profile.
    version
        Version of Erbium, named as the creator.
    created
        Time of writing, ISO 8601 with zone.
    """
    found = carried(profile)
    packet: dict[str, Any] = {
        "id": profile.id,
        "subject": _subject(profile),
        "measurements": [_measurement(entry) for entry in found.values if not entry.specimen],
        "biosamples": [_biosample(profile, found, index) for index in range(len(profile.specimens))],
    }
    genomic = [_variant(variant, profile) for variant in profile.variants]
    genomic += [_copy_number(entry, profile) for entry in profile.copy_number]
    disease = {"id": "NCIT:C4872", "label": "Breast Carcinoma"}
    if genomic:
        packet["interpretations"] = [
            {
                "id": f"{profile.id}-tumour",
                "progressStatus": "COMPLETED",
                "diagnosis": {"disease": disease, "genomicInterpretations": genomic},
            }
        ]
    stage = profile.disease.stage
    packet["diseases"] = [
        {"term": disease, **({"diseaseStage": [{"id": "erbium:stage", "label": stage}]} if stage else {})}
    ]
    if profile.prior_therapies:
        packet["medicalActions"] = [_action(profile, index) for index in range(len(profile.prior_therapies))]
    packet["metaData"] = {
        "created": created,
        "createdBy": f"Erbium {version}",
        "phenopacketSchemaVersion": "2.0",
        "resources": _resources(),
    }
    return {key: value for key, value in packet.items() if value not in ([], {})}, list(found.lost)


def _subject(profile: Profile) -> dict[str, Any]:
    subject: dict[str, Any] = {"id": profile.id}
    if profile.person.sex.value in _SEX:
        subject["sex"] = _SEX[profile.person.sex.value]
    if profile.person.age.value is not None:
        subject["timeAtLastEncounter"] = {"age": {"iso8601duration": f"P{int(profile.person.age.value)}Y"}}
    return subject


def _measurement(entry: Carried) -> dict[str, Any]:
    system, code = markers.written_code(entry.field, entry.assay)
    curie = f"LOINC:{code}" if system == "LOINC" else f"{markers.OWN}{code}"
    written: dict[str, Any] = {"assay": {"id": curie, "label": entry.label}}
    if entry.status == "not_tested":
        written["value"] = {"ontologyClass": {"id": "erbium:not_tested", "label": "not tested"}}
    elif isinstance(entry.value, int | float):
        unit = entry.unit or "1"
        written["value"] = {
            "quantity": {"unit": {"id": f"erbium:unit.{_slug(unit)}", "label": unit}, "value": entry.value}
        }
    else:
        written["value"] = {
            "ontologyClass": {"id": f"erbium:{_slug(str(entry.value))}", "label": str(entry.value)}
        }
    if entry.status == "inferred":
        written["description"] = "inferred"
    if entry.date:
        written["timeObserved"] = _time(entry.date)
    if entry.assay:
        written["procedure"] = {"code": {"id": "erbium:assay", "label": entry.assay}}
    return written


def _biosample(profile: Profile, found: Carriage, index: int) -> dict[str, Any]:
    specimen = profile.specimens[index]
    sample: dict[str, Any] = {"id": specimen.id, "individualId": profile.id}
    if specimen.site:
        sample["sampledTissue"] = {"id": f"erbium:site.{_slug(specimen.site)}", "label": specimen.site}
    if specimen.type:
        sample["sampleType"] = {"id": f"erbium:type.{specimen.type}", "label": specimen.type}
    if specimen.date:
        sample["timeOfCollection"] = _time(specimen.date)
    if specimen.metastatic is not None:
        sample["tumorProgression"] = (
            {"id": "NCIT:C3261", "label": "Metastatic Neoplasm"}
            if specimen.metastatic
            else {"id": "NCIT:C84509", "label": "Primary Malignant Neoplasm"}
        )
    inside = [_measurement(entry) for entry in found.values if entry.specimen == specimen.id]
    if inside:
        sample["measurements"] = inside
    return sample


def _variant(variant: Variant, profile: Profile) -> dict[str, Any]:
    expressions = []
    if variant.protein:
        expressions.append({"syntax": "hgvs.p", "value": variant.protein})
    if variant.cdna:
        accession = f"{variant.transcript}:" if variant.transcript else ""
        expressions.append({"syntax": "hgvs.c", "value": f"{accession}{variant.cdna}"})
    descriptor: dict[str, Any] = {
        "id": f"{variant.gene}-{_slug(variant.protein or variant.cdna or variant.maf_class or 'variant')}",
        "label": f"{variant.gene} {variant.protein or variant.cdna or variant.maf_class or ''}".strip(),
        "geneContext": {"valueId": "", "symbol": variant.gene},
        "expressions": expressions,
        "extensions": _extensions(variant, OWN_FIELDS),
    }
    if variant.zygosity:
        descriptor["allelicState"] = {"id": _TERMS[variant.zygosity], "label": variant.zygosity}
    acmg = _ACMG.get(variant.effect or "", "NOT_PROVIDED")
    return _genomic(descriptor, variant.specimen or profile.id, acmg)


def _copy_number(entry: CopyNumber, profile: Profile) -> dict[str, Any]:
    shown = f"{entry.copies:g} copies" if entry.copies is not None else f"call {entry.call:g}"
    descriptor = {
        "id": f"{entry.gene}-copy-number",
        "label": f"{entry.gene} {shown}",
        "geneContext": {"valueId": "", "symbol": entry.gene},
        "extensions": _extensions(entry, ("copies", "call", "method", "date", "status")),
    }
    return _genomic(descriptor, entry.specimen or profile.id, "NOT_PROVIDED")


def _genomic(descriptor: dict[str, Any], whose: str, acmg: str) -> dict[str, Any]:
    return {
        "subjectOrBiosampleId": whose,
        "interpretationStatus": "CONTRIBUTORY",
        "variantInterpretation": {"acmgPathogenicityClassification": acmg, "variationDescriptor": descriptor},
    }


def _extensions(entry: Variant | CopyNumber, names: tuple[str, ...]) -> list[dict[str, str]]:
    values = {name: getattr(entry, name) for name in names}
    return [
        {"name": f"erbium:{name}", "value": str(value)} for name, value in values.items() if value is not None
    ]


def _action(profile: Profile, index: int) -> dict[str, Any]:
    therapy = profile.prior_therapies[index]
    action: dict[str, Any] = {}
    if therapy.regimen is None and therapy.drugs:
        treatment: dict[str, Any] = {"agent": {"id": "erbium:drugs", "label": " + ".join(therapy.drugs)}}
        if therapy.start or therapy.stop:
            first, last = therapy.start or therapy.stop or "", therapy.stop or therapy.start or ""
            times = {"start": f"{interval(first)[0]}T00:00:00Z", "end": f"{interval(last)[1]}T00:00:00Z"}
            treatment["doseIntervals"] = [{"interval": times}]
        action["treatment"] = treatment
    else:
        regimen: dict[str, Any] = {"ontologyClass": {"id": "erbium:regimen", "label": therapy.name}}
        if therapy.start:
            regimen["startTime"] = _time(therapy.start)
        if therapy.stop:
            regimen["endTime"] = _time(therapy.stop)
        if therapy.reason_ended:
            status = {"ongoing": "STARTED", "completed": "COMPLETED"}
            regimen["regimenStatus"] = status.get(therapy.reason_ended, "DISCONTINUED")
        action["therapeuticRegimen"] = regimen
    for key, value in (
        ("treatmentIntent", therapy.setting),
        ("responseToTreatment", therapy.best_response.value),
        ("treatmentTerminationReason", therapy.reason_ended),
    ):
        if value:
            action[key] = {"id": f"erbium:{_slug(value)}", "label": value}
    if therapy.toxicities:
        action["adverseEvents"] = [
            {"id": f"erbium:{_slug(word)}", "label": word} for word in therapy.toxicities
        ]
    return action


def _time(date: str) -> dict[str, Any]:
    first, last = interval(date)
    if first == last:
        return {"timestamp": f"{first}T00:00:00Z"}
    return {"interval": {"start": f"{first}T00:00:00Z", "end": f"{last}T00:00:00Z"}}


_VOCABULARIES = {
    "LOINC": ("LOINC", "http://loinc.org/"),
    "NCIT": ("NCI Thesaurus", "http://purl.obolibrary.org/obo/NCIT_"),
    "GENO": ("Genotype Ontology", "http://purl.obolibrary.org/obo/GENO_"),
    "erbium": ("Fields of an Erbium profile", "urn:erbium:"),
}


def _resources() -> list[dict[str, str]]:
    return [
        {
            "id": prefix.casefold(),
            "name": name,
            "namespacePrefix": prefix,
            "iriPrefix": iri,
            "url": iri,
            "version": "not stated",
        }
        for prefix, (name, iri) in _VOCABULARIES.items()
    ]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold().replace("+", "plus")).strip("-") or "value"
