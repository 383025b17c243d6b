"""Finds out what a file is, reads it, and makes a profile of every patient in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from erbium.core.errors import DataError, DataErrors, nearest
from erbium.formats.patient.assemble import Imported, assemble
from erbium.formats.patient.draft import Draft
from erbium.formats.patient.maf import read_maf
from erbium.formats.patient.mcode_read import read_bundle
from erbium.formats.patient.phenopacket_read import KEYS, read_phenopacket
from erbium.formats.patient.source import Source, read_source
from erbium.formats.patient.table import read_table
from erbium.formats.patient.vcf import read_vcf
from erbium.profile.schema import Meta

IMPORT_FORMATS = ("phenopacket", "mcode", "vcf", "maf", "table")
EXPORT_FORMATS = ("phenopacket", "mcode")


@dataclass(frozen=True)
class Intake:
    """The profiles of a file, and the patients whose values contradict each other.

    Parameters
    ----------
    format
        One of :data:`IMPORT_FORMATS`.
    imported
        The profiles.
    failures
        Pseudonym and errors of each patient that could not be read.
    """

    format: str
    imported: tuple[Imported, ...]
    failures: tuple[tuple[str, DataError], ...] = field(default=())


def import_profiles(
    path: str | Path,
    *,
    form: str = "auto",
    sample: str | None = None,
    case_id: str | None = None,
    columns: str | Path | None = None,
) -> Intake:
    """Return the profiles of a file.

    Parameters
    ----------
    path
        The file.
    form
        One of :data:`IMPORT_FORMATS`, or "auto".
    sample
        Patient, sample or specimen to read, where there are several.
    case_id
        Pseudonym of the profile; by default the id in the file where that is plainly a code.
    columns
        Column map of a table.

    Raises
    ------
    DataError
        The file cannot be read, or nothing in it can be used.
    """
    source = read_source(path)
    kind = detect(source) if form == "auto" else form
    if kind not in IMPORT_FORMATS:
        raise DataError(
            f'"{kind}" is no format.',
            key="--format",
            expected=f"auto or one of {', '.join(IMPORT_FORMATS)}",
            nearest=nearest(kind, IMPORT_FORMATS),
        )
    if columns is not None and kind != "table":
        raise DataError("a column map is for tables.", key="--columns", expected="a CSV, TSV or XLSX file")
    try:
        drafts = _read(source, kind, sample, columns)
    except DataError as error:
        raise located(error, source.path) from None
    drafts, specimen = _chosen(drafts, sample if kind != "vcf" else None, source)
    if case_id is not None:
        _check_id(case_id, len(drafts))
    imported: list[Imported] = []
    failures: list[tuple[str, DataError]] = []
    taken: set[str] = set()
    for draft in drafts:
        name = case_id or _name(draft, taken)
        taken.add(name.casefold())
        try:
            imported.append(assemble(draft, name, specimen=specimen))
        except DataError as error:
            failures.append((name, located(error, source.path)))
    if not imported:
        errors = [one for _, error in failures for one in error.each]
        raise DataErrors(errors)
    return Intake(kind, tuple(imported), tuple(failures))


def detect(source: Source) -> str:
    """Return the format of a file by its content.

    Raises
    ------
    DataError
        It is none that is read.
    """
    start = source.start
    if source.workbook:
        return "table"
    if start.startswith("##fileformat=VCF"):
        return "vcf"
    if start.startswith(("{", "[")):
        return _json_kind(source)
    if source.path.suffix.casefold() in (".yaml", ".yml"):
        raise DataError("YAML is not read.", file=source.path, expected="the same Phenopacket as JSON")
    if source.path.suffix.casefold() == ".toml" or start.startswith('schema = "erbium.'):
        raise DataError(
            "this is a file of Erbium's own.",
            file=source.path,
            expected="a file of another program",
            hint="erbium profile validate",
        )
    lines = [line for line in start.splitlines() if line.strip() and not line.startswith("#")]
    if lines and "Hugo_Symbol" in lines[0].split("\t"):
        return "maf"
    return "table"


def _json_kind(source: Source) -> str:
    document = source.json()
    if isinstance(document, dict):
        if "resourceType" in document:
            return "mcode"
        if str(document.get("schema", "")).startswith("erbium."):
            raise DataError(
                "this is a file of Erbium's own.",
                file=source.path,
                expected="a file of another program",
                hint="erbium profile validate",
            )
        names = {"meta_data": "metaData", "medical_actions": "medicalActions"}
        keys = {names.get(key, key) for key in document}
        if keys & (KEYS - {"id", "files"}) or "proband" in keys or "members" in keys:
            return "phenopacket"
    raise DataError(
        "this JSON is neither a Phenopacket nor a FHIR bundle.",
        file=source.path,
        expected="a Phenopacket (subject, biosamples, metaData) or a FHIR Bundle (resourceType)",
    )


def _read(source: Source, kind: str, sample: str | None, columns: str | Path | None) -> list[Draft]:
    if kind == "vcf":
        return read_vcf(source, sample)
    if kind == "maf":
        return read_maf(source)
    if kind == "table":
        return read_table(source, columns)
    document = source.json()
    if not isinstance(document, dict):
        raise DataError("the JSON is no object.", file=source.path, expected="one Phenopacket or one Bundle")
    if kind == "phenopacket":
        if "resourceType" in document:
            raise DataError(
                "this is a FHIR resource.",
                file=source.path,
                key="--format",
                expected="a Phenopacket",
                nearest="mcode",
            )
        return read_phenopacket(document)
    if document.get("resourceType") != "Bundle":
        given = document.get("resourceType")
        shown = f'"{given}"' if isinstance(given, str) and given.isalpha() and len(given) < 40 else "no"
        raise DataError(f"{shown} resource.", file=source.path, key="resourceType", expected="Bundle")
    return read_bundle(document)


def _chosen(drafts: list[Draft], sample: str | None, source: Source) -> tuple[list[Draft], str | None]:
    if sample is None:
        return drafts, None
    for draft in drafts:
        if sample in (draft.key, draft.id):
            return [draft], None
    with_specimen = [draft for draft in drafts if draft.specimen(sample) is not None]
    if len(with_specimen) == 1:
        return with_specimen, sample
    safe = [draft.id for draft in drafts if draft.id] + [name for draft in drafts for name in draft.specimens]
    raise DataError(
        f"{len(with_specimen)} patients have that specimen."
        if with_specimen
        else "there is no such patient, sample or specimen.",
        file=source.path,
        key="--sample",
        expected=f"one of {', '.join(safe[:20])}" if safe else "an id of the file",
        nearest=nearest(sample, safe),
    )


def _check_id(case_id: str, patients: int) -> None:
    if patients > 1:
        raise DataError(
            f"one id for {patients} patients.",
            key="--id",
            expected="--sample beside it, to choose one patient",
        )
    try:
        Meta(id=case_id)
    except ValueError:
        raise DataError(
            "this is no pseudonym.", key="--id", expected="such as case-001: no name, no hospital number"
        ) from None


def _name(draft: Draft, taken: set[str]) -> str:
    if draft.id and draft.id.casefold() not in taken:
        return draft.id
    number = len(taken) + 1
    while f"case-{number:03d}" in taken:
        number += 1
    if draft.key:
        draft.note("the id in the file may name the patient, and is not carried over; --id sets another")
    return f"case-{number:03d}"


def located(error: DataError, file: Path) -> DataErrors:
    """Return the errors with the file they are in."""
    errors = error.each
    return DataErrors(
        [
            DataError(
                one.message,
                file=one.file or file,
                key=one.key,
                expected=one.expected,
                nearest=one.nearest,
                hint=one.hint,
            )
            for one in errors
        ]
    )
