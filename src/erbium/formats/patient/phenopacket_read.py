"""Reads a Phenopacket v2 (JSON), a Family or a Cohort of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.alias_generators import to_camel

from erbium.formats.patient import markers
from erbium.formats.patient import phenopacket_parts as parts
from erbium.formats.patient.dates import read_date
from erbium.formats.patient.draft import IDENTIFIES, Draft, Finding, check_patients
from erbium.formats.patient.drugs import one_of, reason_or_listed, response, treatment_named
from erbium.formats.patient.identity import pseudonym, tidy
from erbium.formats.patient.part import entries, read_part
from erbium.formats.patient.phenopacket_variants import read_interpretation
from erbium.formats.patient.record import record_result
from erbium.formats.patient.sites import site_of, specimen_type
from erbium.profile.vocabulary import Setting

FORMAT = "Phenopacket v2"
KEYS = frozenset(
    {
        "subject",
        "measurements",
        "biosamples",
        "interpretations",
        "diseases",
        "medicalActions",
        "metaData",
        "id",
        "phenotypicFeatures",
        "files",
    }
)
# Keys that say nothing of the tumour.
_IGNORED = frozenset(
    {
        "taxonomy",
        "referenceRange",
        "karyotypicSex",
        "alternateIds",
        "gender",
        "vitalStatus",
        "individualId",
        "htsFiles",
        "files",
        "description",
        "therapeuticActionability",
        "reference_range",
    }
)
_METASTATIC = ("NCIT:C3261",)
_PRIMARY = ("NCIT:C84509",)


def read_phenopacket(document: dict[str, Any]) -> list[Draft]:
    """Return what a Phenopacket says, one draft per individual of a cohort.

    Raises
    ------
    DataError
        The cohort has too many members.
    """
    document = _camel(document)
    members = document.get("members")
    if isinstance(members, list):
        check_patients(len(members), "members")
        return [_read(member, f"members[{index}].") for index, member in enumerate(members)]
    if isinstance(document.get("proband"), dict):
        draft = _read(document["proband"], "proband.")
        draft.skip("relatives", "relatives", "only the proband is read")
        return [draft]
    return [_read(document, "")]


def _camel(node: Any) -> Any:
    """Return the document with keys in camel case; protobuf JSON allows both."""
    if isinstance(node, dict):
        return {to_camel(key) if "_" in key else key: _camel(value) for key, value in node.items()}
    return [_camel(entry) for entry in node] if isinstance(node, list) else node


def _read(packet: Any, prefix: str) -> Draft:
    draft = Draft(FORMAT)
    if not isinstance(packet, dict):
        draft.fail(prefix.rstrip("."), "this is no Phenopacket.", "an object")
        return draft
    meta = packet.get("metaData")
    creator = meta.get("createdBy") if isinstance(meta, dict) else None
    draft.trusted = isinstance(creator, str) and creator.startswith("Erbium ")
    _subject(packet, prefix, draft)
    for path, entry in entries(packet, "measurements", draft):
        _measurement(entry, prefix + path, draft, None)
    samples = entries(packet, "biosamples", draft)
    for path, entry in samples:
        _biosample(entry, prefix + path, draft)
    for path, entry in entries(packet, "interpretations", draft):
        read_interpretation(entry, prefix + path, draft)
    for path, entry in entries(packet, "diseases", draft):
        _disease(entry, prefix + path, draft)
    actions = entries(packet, "medicalActions", draft)
    for path, entry in actions:
        _action(entry, prefix + path, draft)
    _indexed(draft)
    for path, entry in entries(packet, "phenotypicFeatures", draft):
        label = (
            entry.get("type", {}).get("label", "")
            if isinstance(entry, dict) and isinstance(entry.get("type"), dict)
            else ""
        )
        draft.skip(
            prefix + path, label or "phenotypic feature", "phenotypic features have no place in a profile"
        )
    for key in packet:
        if key not in KEYS:
            draft.skip(prefix + key, key, "not read")
    return draft


def _subject(packet: dict[str, Any], prefix: str, draft: Draft) -> None:
    raw = packet.get("subject")
    if raw is None:
        draft.note("the Phenopacket has no subject")
        raw = {}
    if isinstance(raw, dict):
        # Erbium writes neither: a file with them comes from elsewhere, whatever it says of its creator.
        draft.trusted = draft.trusted and not (raw.get("alternateIds") or raw.get("dateOfBirth"))
        alternate = raw.get("alternateIds")
        draft.identity.learn(alternate if isinstance(alternate, list) else [], raw.get("dateOfBirth"))
    subject = read_part(parts.Subject, raw, f"{prefix}subject", draft, ignored=_IGNORED)
    if subject is None:
        return
    draft.key = subject.id or str(packet.get("id", ""))
    draft.id = pseudonym(subject.id, draft.identity, trusted=draft.trusted)
    if draft.id is None:
        draft.identity.learn_id(subject.id)
        draft.identity.learn(packet.get("id"))
    if subject.date_of_birth:
        draft.skip(f"{prefix}subject.dateOfBirth", "date of birth", IDENTIFIES)
    sex = (subject.sex or "").casefold()
    if sex and sex != "unknown_sex":
        word = {"other_sex": "other"}.get(sex, sex)
        draft.find(Finding("person.sex", word, f"{prefix}subject.sex"))
    last = subject.time_at_last_encounter
    if last is not None and last.years is not None:
        path = f"{prefix}subject.timeAtLastEncounter"
        draft.find(Finding("person.age", float(int(last.years)), path, unit="year", weak=draft.trusted))


def _measurement(raw: Any, path: str, draft: Draft, specimen: str | None) -> None:
    part = read_part(parts.Measurement, raw, path, draft, ignored=_IGNORED)
    if part is None:
        return
    date = part.time_observed.date if part.time_observed else None
    assay = part.procedure.code.label if part.procedure else None
    inferred = draft.trusted and part.description == "inferred"
    for code, label, value, unit, inner in _values(part, path):
        if draft.trusted and code.startswith(markers.OWN) and _own(code, value, unit, inner, draft):
            continue
        record_result(
            draft,
            (code,),
            (label,),
            value,
            unit,
            inner,
            assay=assay,
            specimen=specimen,
            date=date,
            inferred=inferred,
        )


def _values(part: parts.Measurement, path: str) -> Iterator[tuple[str, str, Any, str | None, str]]:
    if part.complex_value is not None:
        for index, typed in enumerate(part.complex_value.typed_quantities):
            unit = _unit(typed.quantity.unit)
            inner = f"{path}.complexValue.typedQuantities[{index}]"
            yield typed.type.id or part.assay.id, typed.type.label, typed.quantity.value, unit, inner
        return
    value = part.value
    if value is None:
        yield part.assay.id, part.assay.label, None, None, path
    elif value.quantity is not None:
        yield part.assay.id, part.assay.label, value.quantity.value, _unit(value.quantity.unit), path
    elif value.ontology_class is not None:
        term = value.ontology_class
        result = markers.answer(term.id) or term.label
        yield part.assay.id, part.assay.label, result, None, path


def _unit(term: parts.Term) -> str | None:
    return term.id.removeprefix("UCUM:") if term.id.startswith("UCUM:") else term.label or term.id or None


def _own(code: str, value: Any, unit: str | None, path: str, draft: Draft) -> bool:
    """Read what only Erbium writes: lists, and fields of an earlier treatment."""
    field = code.removeprefix(markers.OWN)
    if field == "disease.sites":
        draft.sites.append(str(value))
    elif field in ("sequencing.genes", "sequencing.copy_number_genes"):
        draft.sequencing.append((path, {field.partition(".")[2]: [str(value)]}))
    elif field in ("sequencing.panel", "sequencing.status"):
        draft.sequencing.append((path, {field.partition(".")[2]: tidy(value)}))
    elif field.startswith("prior_therapies."):
        draft.find(Finding(field, value, path, unit=unit))
    else:
        return False
    return True


def _indexed(draft: Draft) -> None:
    """Give the fields of earlier treatments, written apart, back to them."""
    kept = []
    for finding in draft.findings:
        if not finding.field.startswith("prior_therapies."):
            kept.append(finding)
            continue
        _, index, name = finding.field.split(".")
        if index.isdigit() and int(index) < len(draft.therapies):
            whole = name == "line" and finding.value is not None
            draft.therapies[int(index)][1][name] = int(finding.value) if whole else finding.value
    draft.findings = kept


def _biosample(raw: Any, path: str, draft: Draft) -> None:
    part = read_part(parts.Biosample, raw, path, draft, ignored=_IGNORED)
    if part is None:
        return
    when = part.time_of_collection
    specimen = draft.add_specimen(part.id, path)
    specimen.date, specimen.age = (when.date, when.years) if when else (None, None)
    specimen.parent = part.derived_from_id
    key = specimen.id
    specimen.fields["site"] = site_of(part.sampled_tissue.label if part.sampled_tissue else "")
    specimen.fields["type"] = specimen_type(part.sample_type.label if part.sample_type else "")
    progression = part.tumor_progression
    if progression is not None:
        word = progression.label.casefold()
        if progression.id in _METASTATIC or "metasta" in word:
            specimen.fields["metastatic"] = True
        elif progression.id in _PRIMARY or "primary" in word:
            specimen.fields["metastatic"] = False
        else:
            draft.skip(
                f"{path}.tumorProgression",
                progression.label or progression.id,
                "neither primary nor metastasis",
            )
    _diagnosis(part, path, draft, key)
    for index, entry in enumerate(part.measurements):
        _measurement(entry, f"{path}.measurements[{index}]", draft, key)
    for index, term in enumerate(part.diagnostic_markers):
        found = markers.result_in_name(term.id)
        if found is None:
            draft.skip(
                f"{path}.diagnosticMarkers[{index}]", term.label or term.id, "no field for this marker"
            )
        else:
            draft.find(Finding(*found, f"{path}.diagnosticMarkers[{index}]", specimen=key))


def _diagnosis(part: parts.Biosample, path: str, draft: Draft, specimen: str) -> None:
    for name, field, term in (
        ("histologicalDiagnosis", "disease.histology", part.histological_diagnosis),
        ("tumorGrade", "disease.grade", part.tumor_grade),
        ("pathologicalStage", "disease.stage", part.pathological_stage),
    ):
        if term is not None and (term.label or term.id):
            _term(field, term, f"{path}.{name}", draft, specimen)
    findings = [term.label for term in part.pathological_tnm_finding if term.label]
    if findings:
        text = draft.identity.scrub(" ".join(findings))
        draft.find(Finding("disease.tnm", text, f"{path}.pathologicalTnmFinding", specimen=specimen))


def _term(field: str, term: parts.Term, path: str, draft: Draft, specimen: str | None = None) -> None:
    codes = (f"{markers.OWN}{field}",)
    record_result(
        draft, codes, (), draft.identity.scrub(term.label or term.id), None, path, specimen=specimen
    )


def _disease(raw: Any, path: str, draft: Draft) -> None:
    part = read_part(parts.Disease, raw, path, draft, ignored=_IGNORED)
    if part is None:
        return
    if part.excluded:
        draft.skip(path, part.term.label or "disease", "excluded")
        return
    for index, stage in enumerate(part.disease_stage):
        _term("disease.stage", stage, f"{path}.diseaseStage[{index}]", draft)
    tnm = " ".join(term.label for term in part.clinical_tnm_finding if term.label)
    if tnm:
        draft.find(Finding("disease.tnm", draft.identity.scrub(tnm), f"{path}.clinicalTnmFinding"))
    if "breast" not in part.term.label.casefold() and not draft.trusted:
        draft.skip(path, part.term.label or "disease", "not named as breast cancer")


def _action(raw: Any, path: str, draft: Draft) -> None:
    part = read_part(parts.MedicalAction, raw, path, draft, ignored=_IGNORED)
    if part is None:
        return
    course: dict[str, Any] = {}
    if part.therapeutic_regimen is not None:
        regimen = part.therapeutic_regimen
        label = regimen.ontology_class.label if regimen.ontology_class else ""
        course["start"] = regimen.start_time.date if regimen.start_time else None
        course["stop"] = regimen.end_time.date if regimen.end_time else None
        if regimen.regimen_status in ("STARTED", 1):
            course["reason_ended"] = "ongoing"
        elif regimen.regimen_status in ("COMPLETED", 2):
            course["reason_ended"] = "completed"
    elif part.treatment is not None:
        label = part.treatment.agent.label
        course |= _dose_dates(part.treatment, path, draft)
    else:
        draft.skip(path, "action", "neither a drug nor a regimen")
        return
    named = {"regimen": label} if draft.trusted and label else treatment_named(label)
    if named is None:
        draft.skip(path, label or "treatment", "no drug or regimen that Erbium knows")
        return
    if draft.trusted and part.treatment is not None:
        named = {"drugs": label.split(" + ")}
    course |= named
    label = part.response_to_treatment.label if part.response_to_treatment else ""
    course["best_response"] = response(label)
    if label and course["best_response"] is None:
        draft.skip(f"{path}.responseToTreatment", label, "no response that Erbium knows")
    label = part.treatment_termination_reason.label if part.treatment_termination_reason else ""
    ended = reason_or_listed(label, f"{path}.treatmentTerminationReason", draft)
    course["reason_ended"] = ended or course.get("reason_ended")
    label = part.treatment_intent.label if part.treatment_intent else ""
    course["setting"] = one_of(Setting, label)
    if label and course["setting"] is None:
        draft.skip(f"{path}.treatmentIntent", label, "an intent is no setting")
    course["toxicities"] = [
        draft.identity.scrub(term.label) for term in part.adverse_events if term.label
    ] or None
    draft.therapies.append((path, course))


def _dose_dates(treatment: parts.Treatment, path: str, draft: Draft) -> dict[str, str]:
    starts, stops = [], []
    for index, raw in enumerate(treatment.dose_intervals):
        dose = read_part(
            parts.DoseInterval,
            raw,
            f"{path}.treatment.doseIntervals[{index}]",
            draft,
            ignored=frozenset({"quantity", "scheduleFrequency"}),
        )
        if dose is not None and dose.interval is not None:
            time = parts.Time(interval=dose.interval)
            first, last = read_date(dose.interval.start), read_date(dose.interval.end)
            starts += [time.date if draft.trusted and time.date else first] if first else []
            stops += [last] if last else []
    found = {"start": min(starts) if starts else None, "stop": max(stops) if stops else None}
    return {name: value for name, value in found.items() if value}
