"""Several specimens in time: the newest counts unless another is named, and what differs is reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from erbium.core.errors import DataError
from erbium.formats.patient.draft import Choice, Draft, Finding, SpecimenDraft
from erbium.knowledge import genes
from erbium.profile.residues import check_variant

MAX_HER2 = 400
ONE_WORK_UP_DAYS = 90
"""HER2 results without a specimen that lie no further apart count as one work-up (a reflex ISH)."""


def dated(draft: Draft) -> list[Finding]:
    """Return the findings, each on the specimen its own one was taken from and with its date."""
    found = []
    for finding in draft.findings:
        specimen = root(draft, finding.specimen)
        date = finding.date or (specimen.date if specimen else None)
        found.append(replace(finding, specimen=specimen.id if specimen else None, date=date))
    return found


def root(draft: Draft, key: str | None) -> SpecimenDraft | None:
    """Return the specimen that a block or an extract was taken from, itself if from none."""
    specimen = draft.specimen(key)
    seen: set[str] = set()
    while specimen and specimen.id not in seen:
        seen.add(specimen.id)
        specimen = draft.specimen(specimen.parent) or specimen
    return specimen


def chosen_findings(
    draft: Draft, findings: Sequence[Finding], choices: list[Choice], specimen: str | None = None
) -> tuple[list[Finding], list[list[Finding]]]:
    """Return one finding per field, and earlier HER2 results by work-up, oldest first.

    Parameters
    ----------
    draft
        What the file says.
    findings
        Its findings, with dates.
    choices
        Grows by the contradictions.
    specimen
        Specimen whose results count.

    Raises
    ------
    DataError
        There is no such specimen.
    """
    if specimen is not None and draft.specimen(specimen) is None:
        raise DataError(
            "no such specimen.",
            key="--sample",
            expected="one of " + ", ".join(draft.specimens)
            if draft.specimens
            else "none: the file has no specimen",
        )
    named = root(draft, specimen)
    wanted = named.id if named else None
    her2 = [finding for finding in findings if finding.field.startswith("her2.")]
    rest = [finding for finding in findings if not finding.field.startswith("her2.")]
    current, history = _work_ups(draft, her2, wanted, choices)
    by_field: dict[str, list[Finding]] = {}
    for finding in rest:
        by_field.setdefault(finding.field, []).append(finding)
    picked = [_pick(draft, field, several, choices, wanted) for field, several in by_field.items()]
    return [*current, *picked], history


def _rank(draft: Draft, finding: Finding, wanted: str | None) -> tuple[Any, ...]:
    specimen = draft.specimens.get(finding.specimen or "")
    age = specimen.age if specimen and specimen.age is not None else -1.0
    metastatic = bool(specimen and specimen.fields.get("metastatic"))
    return (
        finding.value is not None,
        wanted is not None and finding.specimen == wanted,
        not finding.weak,
        finding.date or "",
        age,
        metastatic,
    )


def _pick(
    draft: Draft, field: str, several: Sequence[Finding], choices: list[Choice], wanted: str | None
) -> Finding:
    order = sorted(range(len(several)), key=lambda index: (_rank(draft, several[index], wanted), index))
    best = several[order[-1]]
    others = [
        finding
        for finding in several
        if finding is not best
        and finding.value is not None
        and finding.value != best.value
        and not finding.weak
    ]
    later = [f for f in several if f.status == "not_tested" and (f.date or "") > (best.date or "")]
    if later and best.value is not None:
        draft.note(f"{field}: not tested in the newest specimen; {_shown(draft, best)} is used")
    if others and best.value is not None:
        rank = _rank(draft, best, wanted)
        same = any(_rank(draft, other, wanted) == rank for other in others)
        why = (
            "the specimen asked for"
            if wanted and best.specimen == wanted
            else "nothing tells which is newer: the last in the file"
            if same
            else "the newest"
        )
        choices.append(
            Choice(field, _shown(draft, best), tuple(_shown(draft, other) for other in others[:5]), why)
        )
    return best


def _shown(draft: Draft, finding: Finding) -> str:
    value = finding.value
    text = f"{value:g}" if isinstance(value, float) else draft.identity.scrub(value, 30)
    where = f" of {finding.specimen}" if finding.specimen else ""
    when = f" ({finding.date})" if finding.date else ""
    return f"{text}{where}{when}"


def _work_ups(
    draft: Draft, findings: Sequence[Finding], wanted: str | None, choices: list[Choice]
) -> tuple[list[Finding], list[list[Finding]]]:
    groups: list[tuple[tuple[Any, ...], list[Finding]]] = []
    undated: list[Finding] = []
    if len(findings) > MAX_HER2:
        raise DataError(f"more than {MAX_HER2} HER2 results of one patient.", expected="one patient")
    ordered = sorted(findings, key=lambda finding: finding.date or "")
    for finding in ordered:
        if finding.specimen is None and finding.date is None:
            undated.append(finding)
            continue
        for _, members in groups:
            if _together(finding, members):
                members.append(finding)
                break
        else:
            groups.append((_rank(draft, finding, wanted)[1:], [finding]))
    if not groups:
        return _one_each(draft, undated, choices, wanted), []
    with_values = [entry for entry in groups if any(finding.value is not None for finding in entry[1])]
    best = max(
        enumerate(with_values or groups),
        key=lambda entry: (entry[1][0][0], max(f.date or "" for f in entry[1][1]), entry[1][0][3:], entry[0]),
    )[1]
    earlier = [members for _, members in with_values if members is not best[1]]
    current = _one_each(draft, best[1], choices, wanted)
    known = {finding.field for finding in current if finding.value is not None}
    # What has no date fills gaps of the newest work-up only.
    current += [f for f in _one_each(draft, undated, choices, wanted) if f.field not in known]
    current = list({finding.field: finding for finding in current}.values())
    now = {finding.field: finding for finding in current if finding.value is not None}
    history = [_one_each(draft, members, [], wanted) for members in earlier]
    for members in history:
        for old in members:
            new = now.get(old.field)
            if new is not None and old.value not in (None, new.value):
                why = "the specimen asked for" if wanted else "the newest; the other is kept in her2_history"
                choices.append(Choice(old.field, _shown(draft, new), (_shown(draft, old),), why))
    return current, history


def _together(finding: Finding, members: Sequence[Finding]) -> bool:
    if finding.specimen is not None and any(other.specimen is not None for other in members):
        same_day = any(finding.date is not None and other.date == finding.date for other in members)
        return same_day or any(other.specimen == finding.specimen for other in members)
    days = [_day(other.date) for other in members if other.date]
    day = _day(finding.date)
    return day is not None and any(
        other is not None and abs((day - other).days) <= ONE_WORK_UP_DAYS for other in days
    )


def _day(date: str | None) -> dt.date | None:
    parts = [int(part) for part in (date or "").split("-") if part.isdigit()]
    if not parts or not 1 <= parts[0] <= 9999:
        return None
    month = parts[1] if len(parts) > 1 else 6
    day = parts[2] if len(parts) > 2 else 15
    try:
        return dt.date(parts[0], month, min(day, 28))
    except ValueError:
        return None


def _one_each(
    draft: Draft, findings: Sequence[Finding], choices: list[Choice], wanted: str | None
) -> list[Finding]:
    by_field: dict[str, list[Finding]] = {}
    for finding in findings:
        by_field.setdefault(finding.field, []).append(finding)
    picked = {field: _pick(draft, field, several, choices, wanted) for field, several in by_field.items()}
    status = picked.get("her2.status")
    if (
        status is not None
        and status.weak
        and any(
            name in picked and picked[name].value is not None
            for name in ("her2.ish", "her2.ish_ratio", "her2.copies")
        )
    ):
        del picked["her2.status"]  # "negative" by IHC says nothing beside an ISH result
    return list(picked.values())


def chosen_variants(
    draft: Draft, choices: list[Choice], specimen: str | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """Return the variants, the newest report of each; one that a newer report calls absent is left out."""
    wanted = root(draft, specimen)

    def rank(entry: dict[str, Any]) -> tuple[bool, str]:
        source = root(draft, entry.get("specimen"))
        return bool(wanted and source is wanted), entry.get("date") or (source.date if source else None) or ""

    found: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
    for path, entry in sorted(draft.variants, key=lambda item: rank(item[1])):
        source = root(draft, entry.get("specimen"))
        if source is not None:
            entry = {**entry, "specimen": source.id, "date": entry.get("date") or source.date}
        key = _name(entry)
        known = found.get(key)
        if known is not None and known[1].get("vaf") != entry.get("vaf"):
            choices.append(
                Choice(
                    f"vaf of {' '.join(key)}", str(entry.get("vaf")), (str(known[1].get("vaf")),), "the newer"
                )
            )
        found[key] = (path, entry)
    for _, entry in draft.absent:
        key = _name(entry)
        known = found.get(key)
        if known is not None and rank(entry) > rank(known[1]):
            del found[key]
            choices.append(Choice(" ".join(key), "absent", ("present",), "the newer"))
    place = {path: index for index, (path, _) in enumerate(draft.variants)}
    return sorted(found.values(), key=lambda item: place[item[0]])


def _name(entry: dict[str, Any]) -> tuple[str, str]:
    gene = genes.symbol(str(entry.get("gene")))
    protein = entry.get("protein")
    if protein:
        try:
            return gene, check_variant(gene, protein, entry.get("transcript")).change.short
        except DataError:
            return gene, str(protein)
    return gene, str(entry.get("cdna") or entry.get("maf_class") or "")
