"""Reads a spreadsheet of results: one row per patient or specimen, or one row per result.

What each column was read as is kept, to be shown: a column that no field is known for is listed, and its
cells are not carried over.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, nearest
from erbium.formats.patient import markers
from erbium.formats.patient.dates import read_date
from erbium.formats.patient.draft import IDENTIFIES, Draft
from erbium.formats.patient.identity import Identity, pseudonym, tidy
from erbium.formats.patient.record import record_result
from erbium.formats.patient.sheet import Sheet, read_sheet
from erbium.formats.patient.sites import site_of, specimen_type
from erbium.formats.patient.source import Source

FORMAT = "table"
_ROLES = {
    "patient": (
        "patient",
        "patient id",
        "case",
        "case id",
        "subject",
        "subject id",
        "id",
        "pseudonym",
        "patient_id",
    ),
    "specimen": (
        "specimen",
        "specimen id",
        "sample",
        "sample id",
        "block",
        "biopsy",
        "specimen_id",
        "sample_id",
    ),
    "date": (
        "date",
        "specimen date",
        "sample date",
        "biopsy date",
        "collection date",
        "date of biopsy",
        "report date",
    ),
    "site": ("site", "specimen site", "sample site", "biopsy site", "tissue", "organ"),
    "type": ("specimen type", "sample type", "biopsy type"),
    "metastatic": ("metastatic", "metastasis"),
    "marker": ("marker", "test", "analyte", "biomarker", "antigen", "parameter"),
    "value": ("value", "result", "score", "finding"),
    "unit": ("unit", "units"),
    "assay": ("assay", "method", "antibody", "clone"),
    "status": ("status",),
    "gene": ("gene", "gene symbol", "hugo symbol"),
    "protein": ("variant", "protein change", "hgvsp", "hgvs p", "mutation", "protein"),
    "vaf": ("vaf", "allele fraction", "variant allele fraction", "vaf %"),
}
_PERSONAL = re.compile(
    r"(?i)^(sur|last|first|given|family|middle|full|maiden|patient'?s?)?[\s_-]*name$|mrn|hospital[\s_-]*(no|number|id)|"
    r"birth|\bdob\b|nhs|ssn|insurance|address|street|phone|e-?mail|post(al)?[\s_-]*code|zip|physician|doctor|national[\s_-]*id|"
    r"accession"
)


@dataclass
class _Plan:
    """What each column is read as."""

    roles: dict[str, int]
    fields: dict[int, markers.Marker]
    personal: list[int]
    unknown: list[int]

    @property
    def long(self) -> bool:
        """Whether each row is one result."""
        return "marker" in self.roles and "value" in self.roles


def read_table(source: Source, columns: str | Path | None = None) -> list[Draft]:
    """Return what a table says, one draft per patient.

    Parameters
    ----------
    source
        The file.
    columns
        A TOML file that maps column names to fields (``"Ki67 central" = "receptors.ki67"``).

    Raises
    ------
    DataError
        It is no table, or none of its columns is known.
    """
    sheet = read_sheet(source)
    plan = _plan(sheet, _column_map(columns), source)
    drafts: dict[str, Draft] = {}
    identity = Identity()
    for index in plan.personal:
        named = sheet.header[index].casefold().endswith("name")
        identity.learn([row[index] for _, row in sheet.rows if index < len(row)], name=named)
    shown = _shown(sheet, plan, identity)
    for number, row in sheet.rows:
        key = _text(row, plan, "patient")
        draft = drafts.get(key)
        if draft is None:
            draft = drafts[key] = Draft(FORMAT, identity, key=key, columns=shown)
            draft.id = pseudonym(key, draft.identity) if key else None
            if key and draft.id is None:
                draft.identity.learn_id(key)
            _unread(sheet, plan, draft)
        _row(number, row, sheet, plan, draft)
    return list(drafts.values())


def _column_map(path: str | Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"no column map: {error}.", file=path, expected='lines such as "Ki67 central" = "receptors.ki67"'
        ) from error
    for name, field in found.items():
        if not isinstance(field, str) or (field not in _ROLES and markers.by_field(field) is None):
            near = nearest(str(field), (*markers.all_fields(), *_ROLES))
            raise DataError(
                f'no field "{tidy(field, 40)}".',
                file=path,
                key=name,
                expected="a field of a profile",
                nearest=near,
            )
    return found


def _plan(sheet: Sheet, given: Mapping[str, str], source: Source) -> _Plan:
    plan = _Plan({}, {}, [], [])
    absent = [name for name in given if name not in sheet.header]
    if absent:
        raise DataError(
            f'no column "{tidy(absent[0], 40)}".',
            file=source.path,
            key="--columns",
            nearest=nearest(absent[0], sheet.header),
        )
    roles = {_plain(name): role for role, names in _ROLES.items() for name in names}
    long = {roles.get(_plain(name)) for name in sheet.header} >= {"marker", "value"}
    for index, name in enumerate(sheet.header):
        if not name:
            continue
        if name in given:
            field = given[name]
            marker = markers.by_field(field)
            if marker is None:
                plan.roles[field] = index
            else:
                plan.fields[index] = marker
            continue
        role = roles.get(_plain(name))
        if role in ("marker", "value", "unit", "assay", "status") and not long:
            role = None
        if _PERSONAL.search(name):
            plan.personal.append(index)
        elif role is not None and role not in plan.roles:
            plan.roles[role] = index
        elif (found := markers.by_name(name)) is not None:
            plan.fields[index] = found
        else:
            plan.unknown.append(index)
    if not plan.long and not plan.fields and not {"gene", "protein"} <= set(plan.roles):
        raise DataError(
            "no column is known.",
            file=source.path,
            key="row 1",
            expected="columns such as HER2 IHC, HER2/CEP17 ratio, ER %, PR %, Ki-67, or marker and value",
            nearest=next(
                (near for name in sheet.header if (near := nearest(name, markers.all_names()))), None
            ),
            hint="--columns maps your own column names to fields",
        )
    return plan


def _shown(sheet: Sheet, plan: _Plan, identity: Identity) -> dict[str, str]:
    shown = {}
    for index, name in enumerate(sheet.header):
        role = next((role for role, place in plan.roles.items() if place == index), None)
        if index in plan.fields:
            shown[identity.scrub(name, 60)] = plan.fields[index].field
        elif role:
            shown[identity.scrub(name, 60)] = role
        elif index in plan.personal:
            shown[identity.scrub(name, 60)] = IDENTIFIES
        elif name:
            shown[identity.scrub(name, 60)] = "not read"
    return shown


def _unread(sheet: Sheet, plan: _Plan, draft: Draft) -> None:
    for index in plan.personal:
        draft.skip(f"column {index + 1}", sheet.header[index], IDENTIFIES)
    for index in plan.unknown:
        near = nearest(sheet.header[index], markers.all_names())
        why = "no field for this column" + (f' (did you mean "{near}"?)' if near else "")
        draft.skip(f"column {index + 1}", sheet.header[index], why)
    for title in sheet.others:
        draft.skip("workbook", f"sheet {title}", "only the first filled sheet is read")


def _row(number: int, row: list[Any], sheet: Sheet, plan: _Plan, draft: Draft) -> None:
    path = f"row {number}"
    if any(cell not in (None, "") for cell in row[len(sheet.header) :]):
        draft.fail(path, "more cells than the header has columns.", f"{len(sheet.header)} cells")
        return
    date = _date(row, plan, draft, path)
    specimen = _specimen(row, plan, draft, path, date)
    if plan.long:
        name, value = _text(row, plan, "marker"), _cell(row, plan, "value")
        unit, assay, status = (_text(row, plan, role) or None for role in ("unit", "assay", "status"))
        if status and status.casefold() in ("not_tested", "not tested", "not done"):
            value = "not tested"
        if name:
            record_result(
                draft,
                (name if name.startswith(markers.OWN) else "",),
                (name,),
                value,
                unit,
                f"{path}, {tidy(name, 40)}",
                assay=assay,
                specimen=specimen,
                date=date,
            )
    for index, marker in plan.fields.items():
        value = row[index] if index < len(row) else None
        if value in (None, ""):
            continue
        heading = sheet.header[index]
        unit = _unit_in(heading, marker)
        named = markers.by_name(heading)
        record_result(
            draft,
            (f"{markers.OWN}{marker.field}",) if named is None else (),
            (heading,),
            value,
            unit,
            f"{path}, {tidy(heading, 40)}",
            specimen=specimen,
            date=date,
        )
    if {"gene", "protein"} <= set(plan.roles):
        _variant(row, plan, draft, path, specimen, date)


def _variant(
    row: list[Any], plan: _Plan, draft: Draft, path: str, specimen: str | None, date: str | None
) -> None:
    gene, protein = _text(row, plan, "gene"), _text(row, plan, "protein")
    if not gene or not protein:
        return
    folded = protein.casefold()
    if folded in ("wild type", "wt", "wild-type", "none", "no mutation", "not detected"):
        draft.sequencing.append((path, {"genes": [gene]}))
        return
    if folded in ("not tested", "not done", "nd", "unknown", "na", "n/a"):
        draft.skip(path, tidy(gene, 20), "not tested")
        return
    vaf: Any = _text(row, plan, "vaf") or None
    if vaf is not None:
        match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(%?)", vaf)
        percent = any("%" in name for name, role in draft.columns.items() if role == "vaf")
        number = float(match[1].replace(",", ".")) if match else None
        vaf = (
            "no number"
            if match is None or number is None
            else number / 100
            if match[2] or percent
            else number
        )
    draft.variants.append(
        (
            path,
            {
                "gene": gene,
                "protein": protein,
                "vaf": vaf,
                "specimen": specimen,
                "date": date,
                "source": f"table: {path}",
            },
        )
    )


def _specimen(row: list[Any], plan: _Plan, draft: Draft, path: str, date: str | None) -> str | None:
    key = _text(row, plan, "specimen")
    site, kind, metastatic = (_text(row, plan, role) for role in ("site", "type", "metastatic"))
    if not key and not site:
        return None
    known = draft.specimen(key) if key else None
    specimen = known or draft.add_specimen(key or f"specimen-{len(draft.specimens) + 1}", path)
    if date and specimen.date and specimen.date != date and key:
        draft.note(f"{path}: another date than before for {specimen.id}; the result keeps its own")
    specimen.date = specimen.date or date
    if site:
        specimen.fields.setdefault("site", site_of(site))
    if kind:
        specimen.fields.setdefault("type", specimen_type(kind))
    word = metastatic.casefold()
    if word in ("yes", "true", "1", "metastasis", "metastatic"):
        specimen.fields["metastatic"] = True
    elif word in ("no", "false", "0", "primary"):
        specimen.fields["metastatic"] = False
    return specimen.id


def _date(row: list[Any], plan: _Plan, draft: Draft, path: str) -> str | None:
    raw = _cell(row, plan, "date")
    if raw in (None, ""):
        return None
    date = read_date(raw)
    if date is None:
        draft.fail(
            f"{path}, date", "this is no date that can be read.", "a date such as 2024-03-01 (or 01.03.2024)"
        )
    return date


def _cell(row: list[Any], plan: _Plan, role: str) -> Any:
    index = plan.roles.get(role)
    return row[index] if index is not None and index < len(row) else None


def _text(row: list[Any], plan: _Plan, role: str) -> str:
    value = _cell(row, plan, role)
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return tidy(value, 200) if value is not None else ""


def _unit_in(heading: str, marker: markers.Marker) -> str | None:
    match = re.search(r"[(\[]([^)\]]+)[)\]]", heading)
    unit = match[1].strip() if match else ""
    known = re.fullmatch(r"%|percent|kg|cm|mm|lb|in|g/d?L|ng/mL|ug/L|months?|years?", unit)
    if known:
        return unit
    return "percent" if "%" in heading and marker.reads == "number" else None


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
