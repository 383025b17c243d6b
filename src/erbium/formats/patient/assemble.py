"""Makes a profile of what a file says: the newest specimen counts, wrong values are left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.formats.patient.choose import chosen_findings, chosen_variants, dated
from erbium.formats.patient.draft import IDENTIFIES, Choice, Draft, Finding
from erbium.knowledge import genes
from erbium.profile import checks, faults
from erbium.profile.disease import PriorTherapy, Specimen
from erbium.profile.genome import CopyNumber, Fusion, Variant
from erbium.profile.measurement import is_measurement
from erbium.profile.read import profile_from
from erbium.profile.schema import SCHEMA, Profile

NO_SETTING = "the file does not say the setting: add disease.setting"
"""Remark on a file without a setting."""


@dataclass(frozen=True)
class Imported:
    """A profile made of a file.

    Parameters
    ----------
    profile
        The profile.
    draft
        What the file says, with what was not mapped and what was wrong.
    choices
        Contradictions, and what was chosen.
    """

    profile: Profile
    draft: Draft
    choices: tuple[Choice, ...]


def assemble(draft: Draft, case_id: str, *, specimen: str | None = None) -> Imported:
    """Return the profile of a draft.

    Parameters
    ----------
    draft
        What the file says.
    case_id
        Pseudonym of the profile.
    specimen
        Specimen whose results count, by its id in the file; the newest by default.

    Raises
    ------
    DataErrors
        The values contradict each other, or nothing in the file could be used.
    """
    choices: list[Choice] = []
    _strike_names(draft)
    findings = [finding for finding in dated(draft) if _valid(finding, draft)]
    picked, history = chosen_findings(draft, findings, choices, specimen)
    raw: dict[str, Any] = {"schema": SCHEMA, "meta": {"id": case_id, "source": draft.format}}
    provenance: dict[str, str] = {}
    for finding in picked:
        _place(raw, finding, draft)
        provenance[finding.field] = finding.path
    if history:
        raw["her2_history"] = [_block(group, draft) for group in history]
    raw["specimens"] = _specimens(draft)
    for index, (path, entry) in enumerate(
        _entries(draft, chosen_variants(draft, choices, specimen), Variant)
    ):
        raw.setdefault("variants", []).append(entry)
        provenance[f"variants[{index}]"] = path
    raw["copy_number"] = [entry for _, entry in _entries(draft, _newest_copies(draft, choices), CopyNumber)]
    raw["fusions"] = [entry for _, entry in _entries(draft, draft.fusions, Fusion)]
    raw["prior_therapies"] = [entry for _, entry in _entries(draft, draft.therapies, PriorTherapy)]
    if draft.sites:
        raw.setdefault("disease", {})["sites"] = list(dict.fromkeys(draft.sites))
    _sequencing(raw, draft)
    _setting(raw, draft)
    _known_brain(raw, draft)
    kept = [name for name in raw if name not in ("schema", "meta") and raw[name]]
    if not kept:
        raise _nothing(draft)
    if draft.unmapped and not draft.trusted:
        kept_out = [entry for entry in draft.unmapped if entry.why != IDENTIFIES]
        listed = [{"path": entry.path, "what": entry.what} for entry in kept_out[:50]]
        raw["extras"] = {"import": {"format": draft.format, "not_mapped": listed}}
    try:
        profile = profile_from(raw)
    except DataError as error:
        raise _placed(error, provenance, draft) from None
    return Imported(profile, draft, tuple(choices))


def _strike_names(draft: Draft) -> None:
    """Strike what names the patient from the texts of variants and genes."""
    if draft.trusted:
        return
    for entries in (draft.variants, draft.absent, draft.copy_number, draft.fusions):
        entries[:] = [
            (path, {name: _struck(name, value, draft) for name, value in entry.items()})
            for path, entry in entries
        ]
    for path, entry in draft.sequencing:
        for name in ("genes", "copy_number_genes"):
            if name in entry:
                named = [gene for gene in entry[name] if _struck("gene", gene, draft) == gene]
                if len(named) < len(entry[name]):
                    draft.fail(path, "a text that names the patient where a gene belongs.", "an HGNC symbol")
                entry[name] = named


def _struck(name: str, value: Any, draft: Draft) -> Any:
    kept = name in ("specimen", "date", "origin", "status", "source")
    kept = kept or not isinstance(value, str) or (name == "gene" and genes.gene(value) is not None)
    return draft.identity.scrub(value, 200) if not kept and draft.identity.names(value) else value


def _valid(finding: Finding, draft: Draft) -> bool:
    raw: dict[str, Any] = {"meta": {"id": "x"}}
    _place(raw, finding, draft)
    try:
        Profile.model_validate(raw)
    except ValidationError as error:
        for fault in faults.data_errors(error, raw, None):
            draft.errors.append(_safe(fault, finding.path, finding.field))
        return False
    if finding.field == "immune.pdl1" and finding.value is not None and not finding.assay:
        draft.fail(
            finding.path,
            "a PD-L1 value without its assay.",
            "the assay (SP142, 22C3, SP263 or 28-8); values are never converted between assays",
        )
        return False
    return True


def _safe(fault: DataError, path: str, field: str) -> DataError:
    """Return the fault without the value it quotes: a cell may hold anything, a name included."""
    return DataError(
        f"the value for {field} cannot be used.", key=path, expected=fault.expected, nearest=fault.nearest
    )


def _place(raw: dict[str, Any], finding: Finding, draft: Draft) -> None:
    *blocks, leaf = finding.field.split(".")
    node = raw
    for block in blocks:
        node = node.setdefault(block, {})
    node[leaf] = _table(finding, draft) if _measured(finding.field) else finding.value


def _info(field: str) -> Any:
    model: Any = Profile
    *blocks, leaf = field.split(".")
    for block in blocks:
        model = model.model_fields[block].annotation
    return model.model_fields[leaf]


def _measured(field: str) -> bool:
    return is_measurement(_info(field).annotation)


def _table(finding: Finding, draft: Draft) -> dict[str, Any]:
    extra = _info(finding.field).json_schema_extra
    own_unit = extra.get("unit") if isinstance(extra, dict) else None
    table = {
        "value": finding.value,
        "unit": finding.unit if finding.unit != own_unit else None,
        "assay": finding.assay,
        "date": finding.date,
        "specimen": finding.specimen if finding.specimen in draft.specimens else None,
        "status": finding.status,
    }
    if not draft.trusted and finding.value is not None:
        table["source"] = f"{draft.format}: {finding.path}"
    return {name: value for name, value in table.items() if value is not None}


def _block(group: list[Finding], draft: Draft) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for finding in group:
        _place(raw, finding, draft)
    block: dict[str, Any] = raw["her2"]
    return block


def _specimens(draft: Draft) -> list[dict[str, Any]]:
    found = []
    for specimen in draft.specimens.values():
        entry = {"id": specimen.id, "date": specimen.date, **specimen.fields}
        entry = {name: value for name, value in entry.items() if value is not None}
        if _entry_fits(entry, Specimen, specimen.path, draft):
            found.append(entry)
        else:
            found.append({"id": specimen.id})
    return found


def _entries(
    draft: Draft, entries: Iterable[tuple[str, dict[str, Any]]], model: type[Any]
) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path, entry in entries:
        kept = {name: value for name, value in entry.items() if value is not None}
        if kept.get("specimen") not in draft.specimens:
            kept.pop("specimen", None)
        if not _entry_fits(kept, model, path, draft):
            continue
        if model is Variant:
            problem = next(checks.variant_problems(Variant.model_validate(kept), path), None)
            if problem is not None:
                draft.errors.append(problem)
                continue
        if model is CopyNumber:
            problem = next(checks.copy_number_problems(CopyNumber.model_validate(kept), path), None)
            if problem is not None:
                draft.errors.append(problem)
                continue
        found.append((path, kept))
    return found


def _entry_fits(entry: dict[str, Any], model: type[Any], path: str, draft: Draft) -> bool:
    try:
        TypeAdapter(model).validate_python(entry)
    except ValidationError as error:
        for fault in faults.data_errors(error, entry, None):
            draft.errors.append(_safe(fault, f"{path} ({fault.key})", fault.key or "this entry"))
        return False
    return True


def _newest_copies(draft: Draft, choices: list[Choice]) -> list[tuple[str, dict[str, Any]]]:
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for path, entry in sorted(draft.copy_number, key=lambda item: str(item[1].get("date") or "")):
        known = found.get(entry["gene"])
        if known is not None and any(known[1].get(name) != entry.get(name) for name in ("copies", "call")):
            choices.append(
                Choice(f"copy_number of {entry['gene']}", _copies(entry), (_copies(known[1]),), "the newer")
            )
        found[entry["gene"]] = (path, entry)
    return list(found.values())


def _copies(entry: dict[str, Any]) -> str:
    date = f" of {entry['date']}" if entry.get("date") else ""
    return (
        f"copies {entry['copies']}{date}"
        if entry.get("copies") is not None
        else f"call {entry.get('call')}{date}"
    )


def _sequencing(raw: dict[str, Any], draft: Draft) -> None:
    for _, entry in draft.sequencing:
        block = raw.setdefault("sequencing", {})
        for name, value in entry.items():
            if name in ("genes", "copy_number_genes"):
                block[name] = list(dict.fromkeys([*block.get(name, ()), *value]))
            elif value is not None:
                block[name] = value


def _setting(raw: dict[str, Any], draft: Draft) -> None:
    disease = raw.get("disease", {})
    if disease.get("setting"):
        return
    stage = str(disease.get("stage") or "").upper().removeprefix("STAGE").strip()
    distant = set(disease.get("sites", ())) - {"breast", "node"}
    metastatic = any(specimen.fields.get("metastatic") for specimen in draft.specimens.values())
    if stage.startswith(("IV", "4")) or distant or metastatic:
        raw.setdefault("disease", {})["setting"] = "metastatic"
        draft.note(
            'disease.setting = "metastatic" follows from the stage, the sites or a metastatic specimen'
        )
    elif draft.findings:
        draft.note(NO_SETTING)


def _known_brain(raw: dict[str, Any], draft: Draft) -> None:
    disease = raw.get("disease", {})
    if "brain" in disease.get("sites", ()) and "brain_metastases" not in disease:
        draft.note("the brain is among the sites; the file does not say whether stable or active")


def _nothing(draft: Draft) -> DataErrors:
    if draft.errors:
        return DataErrors(draft.errors)
    message = f"nothing in this {draft.format} has a place in a profile"
    listed = ", ".join(dict.fromkeys(entry.what for entry in draft.unmapped[:5]))
    return DataErrors(
        [
            DataError(
                f"{message}{f' (found: {listed})' if listed else ''}.", expected="HER2, receptors or variants"
            )
        ]
    )


def _placed(error: DataError, provenance: dict[str, str], draft: Draft) -> DataErrors:
    """Return the contradictions with their place in the file."""
    found = []
    for one in error.each:
        key = one.key or ""
        path = next((path for field, path in provenance.items() if key.startswith(field)), None)
        where = f"{path} ({key})" if path else key or None
        found.append(
            DataError(
                draft.identity.scrub(str(getattr(one, "message", "")), 300),
                key=where,
                expected=one.expected,
                nearest=one.nearest,
                hint=one.hint,
            )
        )
    return DataErrors([*draft.errors, *found])
