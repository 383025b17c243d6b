"""Reads a cBioPortal study folder: one profile per sample.

Files: mutations (MAF), discrete copy number (wide or long), clinical sample and patient files; rows
that start with ``#`` may be there or not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, DataErrors
from erbium.profile import cbioportal_clinical as clinical
from erbium.profile.cbioportal_clinical import ClinicalReader, ColumnMap
from erbium.profile.cbioportal_copy_number import CopyNumbers, read_copy_number
from erbium.profile.cbioportal_mutations import Mutations, read_mutations
from erbium.profile.cbioportal_tables import Row, Table, find_file, read_table
from erbium.profile.read import profile_from
from erbium.profile.schema import SCHEMA, Profile

MAF_NAMES = (
    "data_mutations.txt",
    "data_mutations_extended.txt",
    "data_mutations*.txt",
    "*.maf",
    "*mutations*.txt",
)
CNA_NAMES = ("data_cna.txt", "data_cna*.txt", "*cna*.txt", "all_thresholded*.txt")
SAMPLE_NAMES = (
    "data_clinical_sample.txt",
    "data_clinical_sample*.txt",
    "*clinical*sample*.txt",
    "data_clinical.txt",
)
PATIENT_NAMES = ("data_clinical_patient.txt", "*clinical*patient*.txt")


@dataclass
class Study:
    """The tables of one folder, by sample."""

    folder: Path
    columns: ColumnMap
    samples: dict[str, Row] = field(default_factory=dict)
    patients: dict[str, Row] = field(default_factory=dict)
    sample_file: Path | None = None
    mutations: Mutations | None = None
    copy_numbers: CopyNumbers | None = None
    broken: list[tuple[str, DataError]] = field(default_factory=list)

    def sample_ids(self) -> list[str]:
        """Return the samples, in the order of the clinical file, then those only in the other tables."""
        ids = dict.fromkeys(self.samples)
        if self.mutations:
            ids |= dict.fromkeys(self.mutations.variants)
        if self.copy_numbers:
            ids |= dict.fromkeys(self.copy_numbers.calls)
        return list(ids)


def read_cbioportal(
    folder: str | Path, *, columns: str | Path | None = None
) -> Iterator[tuple[str, Profile | DataError]]:
    """Return an iterator over (sample id, profile), with an error in the place of a sample that is wrong.

    The folder's tables are read at the call, so that a missing, empty or broken file is one error at
    once; samples are built one by one.

    Parameters
    ----------
    folder
        A study folder.
    columns
        A TOML file that maps clinical columns to profile fields, over the shipped map.

    Raises
    ------
    DataError
        There is no such folder, or a table in it is empty or broken.
    """
    study = _open(Path(folder), clinical.column_map(columns))
    return _profiles(study)


def _open(folder: Path, columns: ColumnMap) -> Study:
    if not folder.is_dir():
        reason = "is not a folder" if folder.exists() else "does not exist"
        raise DataError(f"the study {reason}.", file=folder, expected="a folder with cBioPortal files")
    study = Study(folder, columns)
    maf, cna = find_file(folder, MAF_NAMES), find_file(folder, CNA_NAMES)
    sample, patient = find_file(folder, SAMPLE_NAMES), find_file(folder, PATIENT_NAMES)
    if maf is None and cna is None:
        raise DataError(
            "no mutation and no copy-number file.",
            file=folder,
            expected="data_mutations.txt, data_cna.txt, data_clinical_sample.txt, data_clinical_patient.txt",
        )
    if sample is not None:
        study.sample_file = sample
        table = read_table(sample, "clinical sample file", [("SAMPLE_ID",), ("PATIENT_ID",)])
        study.samples = _by_id(study, table, "SAMPLE_ID")
    if patient is not None:
        study.patients = _by_id(
            study, read_table(patient, "clinical patient file", [("PATIENT_ID",)]), "PATIENT_ID"
        )
    if maf is not None:
        study.mutations = read_mutations(maf)
        study.broken += study.mutations.without_sample
    if cna is not None:
        study.copy_numbers = read_copy_number(cna)
        study.broken += study.copy_numbers.without_sample
    return study


def _by_id(study: Study, table: Table, column: str) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    broken_lines = {error.key: error for error in table.broken}
    for row in table.rows:
        name = row.get(column)
        error = broken_lines.get(f"line {row.line}")
        if not name:
            error = DataError(f"no {column}.", file=table.file, key=f"line {row.line}", expected="an id")
        elif name in rows:
            error = DataError(f'{column} "{name}" is there twice.', file=table.file, key=f"line {row.line}")
        if error is not None:
            study.broken.append((name or f"{table.file.name} line {row.line}", error))
        if name and name not in rows:
            rows[name] = row
    return rows


def _profiles(study: Study) -> Iterator[tuple[str, Profile | DataError]]:
    errors_of: dict[str, list[DataError]] = defaultdict(list)
    for name, error in study.broken:
        errors_of[name].append(error)
    ids = study.sample_ids()
    for name in ids:
        try:
            raw, errors = _raw_profile(study, name)
            errors = errors_of.pop(name, []) + errors
            if errors:
                yield name, DataErrors(errors)
                continue
            yield name, profile_from(raw, file=study.folder / name)
        except DataError as error:
            yield name, error
    for name, errors in errors_of.items():
        yield name, DataErrors(errors)


def _raw_profile(study: Study, name: str) -> tuple[dict[str, Any], list[DataError]]:
    errors: list[DataError] = []
    raw: dict[str, Any] = {"schema": SCHEMA, "meta": {"id": _pseudonym(name), "source": study.folder.name}}
    extras: dict[str, Any] = {}
    row = study.samples.get(name)
    if row is not None and study.sample_file is not None:
        reader = ClinicalReader(
            study.columns, row, study.patients.get(row.get("PATIENT_ID")), study.sample_file
        )
        raw |= _clinical_blocks(reader)
        errors += reader.errors
        unused = {
            column: text
            for column, text in reader.values.items()
            if column not in reader.used and text.strip()
        }
        extras["clinical"] = {key: text for key, text in unused.items() if key not in ("SAMPLE_ID",)}
    elif study.samples:
        extras["note"] = "sample without a row in the clinical file"
    sequenced = False
    if study.mutations is not None:
        raw["variants"] = study.mutations.variants.get(name, [])
        errors += study.mutations.errors.get(name, [])
        skipped = study.mutations.skipped.get(name, Counter())
        if skipped:
            extras["skipped_variants"] = dict(skipped)
        sequenced = name in study.mutations.variants
    if study.copy_numbers is not None:
        panel = study.copy_numbers.genes
        calls = study.copy_numbers.calls.get(name)
        raw["copy_number"] = calls or []
        errors += study.copy_numbers.errors.get(name, [])
        # The panel is taken from the copy-number file: studies sequence and call the same genes.
        if calls is not None or sequenced:
            raw["sequencing"] = {
                "panel": "genes of the copy-number file",
                "genes": panel if study.mutations is not None else (),
                "copy_number_genes": study.copy_numbers.tested(name),
                "status": "inferred",
            }
    if extras:
        raw["extras"] = extras
    return raw, errors


def _pseudonym(name: str) -> str:
    return f"sample-{name}" if name.replace("-", "").replace("_", "").isdigit() else name


_HER2 = {
    "ihc": clinical.read_ihc, "ihc_percent": clinical.read_number, "ish": clinical.read_result,
    "ish_ratio": clinical.read_number, "copies": clinical.read_number, "cep17": clinical.read_number,
}  # fmt: skip
_RECEPTORS = {
    "er": clinical.read_presence, "pr": clinical.read_presence, "er_percent": clinical.read_number,
    "pr_percent": clinical.read_number, "ki67": clinical.read_number,
}  # fmt: skip


def _her2(reader: ClinicalReader, block: str) -> dict[str, Any]:
    her2 = reader.block(block, _HER2)
    entered = reader.measurement(block, "status", clinical.read_result)
    if entered and entered.get("value"):
        her2["status"] = entered["value"]
    return her2


def _clinical_blocks(reader: ClinicalReader) -> dict[str, Any]:
    sample_type, site = reader.text("sample", "type")[1].casefold(), reader.text("sample", "site")[1]
    primary = "primary" in sample_type
    blocks: dict[str, Any] = {"her2": _her2(reader, "her2")}
    earlier = _her2(reader, "her2_primary")
    if earlier and not primary:
        blocks["her2_history"] = [earlier]
    receptors = reader.block("receptors", _RECEPTORS)
    if primary:
        receptors = {**reader.block("receptors_primary", _RECEPTORS), **receptors}
    blocks["receptors"] = receptors
    person = {"age": clinical.read_number, "sex": clinical.read_word, "menopausal": clinical.read_word}
    blocks["person"] = reader.block("person", person)
    tmb = reader.measurement("sample", "tmb", clinical.read_number)
    blocks["immune"] = {"tmb": tmb} if tmb else {}
    blocks["disease"] = _disease(reader, sample_type, site)
    return blocks


def _disease(reader: ClinicalReader, sample_type: str, site: str) -> dict[str, Any]:
    stage = reader.text("sample", "stage")[1]
    disease: dict[str, Any] = {
        "stage": stage or None,
        "histology": reader.text("sample", "histology")[1] or None,
    }
    where = clinical.site_of(site)
    if where:
        disease["sites"] = [where]
    if "metasta" in sample_type or stage.upper().removeprefix("STAGE ").startswith("IV"):
        disease["setting"] = "metastatic"
    elif "post-neo" in site.casefold():
        disease["setting"] = "residual"
    elif "treatment naive" in site.casefold():
        disease["setting"] = "neoadjuvant"
    return disease
