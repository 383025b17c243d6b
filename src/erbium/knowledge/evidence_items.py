"""Files of evidence items: a bad item is reported, and the good ones beside it are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from erbium.core.errors import DataError, ErbiumError, UnknownName, nearest
from erbium.core.toml_files import read_toml
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.evidence_tables import biomarker, civic_readings, drug_classes
from erbium.knowledge.record_files import explain
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.evidence import EvidenceFile, EvidenceItem, Origin

FORMAT = "erbium.evidence/1"
_SIZE = 20_000_000


def read_items(
    file: Path, drugs: Mapping[str, Drug], origin: Origin
) -> tuple[list[EvidenceItem], list[ErbiumError]]:
    """Return the good items of a file, and what is wrong with the others, each with file and key."""
    try:
        large = file.stat().st_size > _SIZE
    except OSError:
        large = False  # reading it says why
    if large:
        return [], [DataError("is larger than 20 MB.", file=file, expected="a file of evidence items")]
    try:
        data = read_toml(file)
    except DataError as error:
        return [], [error]
    errors: list[ErbiumError] = []
    if data.get("schema") != FORMAT:
        told = f"the schema is {data['schema']!r}." if "schema" in data else "the schema is not named."
        errors.append(DataError(told, file=file, key="schema", expected=f'schema = "{FORMAT}"'))
    known = [field.alias or name for name, field in EvidenceFile.model_fields.items()]
    errors += [
        DataError(f'unknown key "{key}".', file=file, key=key, nearest=nearest(key, known))
        for key in data
        if key not in known
    ]
    rows = data.get("items")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return [], [*errors, DataError("no items.", file=file, key="items", expected="tables [[items]]")]
    found: list[EvidenceItem] = []
    seen: set[str] = set()
    for number, row in enumerate(rows):
        item, wrong = _item(row, number, file, drugs, origin)
        if item is not None and item.id in seen:
            wrong = [DataError(f"{item.id} stands twice.", file=file, key=f"items[{number}].id")]
        errors += wrong
        if item is not None and not wrong:
            seen.add(item.id)
            found.append(item)
    return found, errors


def _item(
    row: Mapping[str, Any], number: int, file: Path, drugs: Mapping[str, Drug], origin: Origin
) -> tuple[EvidenceItem | None, list[ErbiumError]]:
    where = f"items[{number}]"
    if "origin" in row:
        return None, [DataError("is set by where the item stands.", file=file, key=f"{where}.origin")]
    try:
        item = EvidenceItem.model_validate({**row, "origin": origin})
    except ValidationError as error:
        return None, [explain(file, EvidenceItem, issue, where) for issue in error.errors()]
    return with_known_names(item, file, where, drugs)


def with_known_names(
    item: EvidenceItem, file: Path | str, where: str, drugs: Mapping[str, Drug]
) -> tuple[EvidenceItem, list[ErbiumError]]:
    """Return an item with its drugs by id, and what of its markers, drugs and class leads nowhere."""
    errors: list[ErbiumError] = []
    for key, leaves in (("any_of", item.any_of), ("all_of", item.all_of)):
        for place, leaf in enumerate(leaves):
            try:
                biomarker(leaf.marker)
            except UnknownName as error:
                error.file, error.key = str(file), f"{where}.{key}[{place}].marker"
                errors.append(error)
    ids: dict[str, list[str]] = {"drugs": [], "comparator_drugs": []}
    hints = {"drugs": "a drug that has no file goes under other_drugs", "comparator_drugs": "see comparator"}
    for key, found in ids.items():
        for place, name in enumerate(getattr(item, key)):
            try:
                found.append(name if name in drugs else resolve_drug(name, drugs).id)
            except UnknownName as error:
                error.file, error.key, error.hint = str(file), f"{where}.{key}[{place}]", hints[key]
                errors.append(error)
    classes = drug_classes()
    known = {*classes.her2.values(), *classes.others.values(), *classes.targets.values(), *classes.groups}
    known |= set(civic_readings().therapies.values())
    if item.drug_class is not None and item.drug_class not in known:
        errors.append(
            UnknownName.among("class of drugs", item.drug_class, known, file=file, key=f"{where}.drug_class")
        )
    known_ids = {key: tuple(found) for key, found in ids.items()}
    return (item if errors else item.model_copy(update=known_ids)), errors
