"""Items of evidence and their conflicts, as rows and on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from erbium.cli.console import say, show_fields

if TYPE_CHECKING:
    from erbium.evidence import Group
    from erbium.knowledge.schema.evidence import EvidenceItem


def item_row(item: EvidenceItem) -> dict[str, Any]:
    """Return an item as a row of a table."""
    from erbium.evidence import level_of

    verb = {"supports": "", "disputes": "not ", "neutral": "open: "}[item.direction]
    return {
        "id": item.id,
        "level": level_of(item),
        "markers": [leaf.text for leaf in item.leaves],
        "effect": verb + item.effect.replace("_", " "),
        "drugs": [*item.drugs, *item.other_drugs, *([item.drug_class] if item.drug_class else [])],
        "setting": item.setting,
        "claim": item.claim,
    }


def full_item(item: EvidenceItem) -> dict[str, Any]:
    """Return an item with its level, the cross-walk and the text of its source, for JSON."""
    from erbium.evidence import cross_walk, level_of

    fields = item.model_dump(mode="json", exclude={"table_row"})
    fields["level"], fields["cross_walk"] = level_of(item), cross_walk(item)
    fields["text"] = item.table_row.get("evidence_statement") or None
    return fields


def group_row(group: Group) -> dict[str, Any]:
    """Return a group as a row of a table."""
    return {
        "marker": group.marker,
        "treatment": group.treatment or "any",
        "setting": group.setting or "not stated",
        "claim": group.claim.replace("_", " "),
        "level": f"{group.level or '–'}{' X' if group.balance.contradicted else ''}",
        "conflict": round(group.conflict, 2),
        "n_for": len(group.in_favour),
        "n_against": len(group.against),
    }


def show_one(item: EvidenceItem, groups: Sequence[Group]) -> None:
    """Show one item, and the conflicts it is part of."""
    from erbium.evidence import cross_walk, level_of

    walk = cross_walk(item)
    facts = [
        ("markers", [leaf.text for leaf in item.leaves]),
        ("tumour", item.tumour),
        ("setting", item.setting),
        ("line", item.line),
        ("drugs", [*item.drugs, *item.other_drugs, *([item.drug_class] if item.drug_class else [])]),
        ("how together", item.interaction),
        ("against", item.comparator),
        ("effect", f"{item.effect.replace('_', ' ')}, {item.direction}"),
        ("design", item.design.replace("_", " ")),
        ("patients", item.n),
        ("with the marker", item.n_positive),
        ("result", item.measure.text if item.measure else None),
        ("p of interaction", item.interaction_p),
        ("assay", item.assay),
        ("directness", item.directness.replace("_", " ")),
        ("quality", f"{item.quality} of 5" + (f" ({'; '.join(item.reasons)})" if item.reasons else "")),
        ("level", level_of(item)),
        ("ESCAT", walk["escat"] or "n/a: no change of the genome"),
        ("AMP/ASCO/CAP", walk["amp_asco_cap"]),
        ("NCT/DKTK", walk["nct_dktk"]),
        ("CIViC", walk["civic"]),
        ("OncoKB-like", walk["oncokb_like"]),
        ("source", item.source),
        ("registered", item.nct),
        ("status", f"{item.status}, read in: {item.verification.replace('_', ' ')}"),
        ("from", item.origin),
    ]
    show_fields(facts, item.id)
    say(f"\n{item.claim}")
    for text in (item.note, item.table_row.get("evidence_statement")):
        if text:
            say(f"\n{text}")
    for group in groups:
        if group.in_favour and group.against:
            show_sides(group)


def show_sides(group: Group) -> None:
    """Show both sides of a group."""
    from erbium.evidence import level_of
    from erbium.evidence.conflict import reasons

    where = group.setting or "setting not stated"
    say(
        f"\n{group.marker}: {group.claim.replace('_', ' ')} to {group.treatment or 'any treatment'} ({where})"
    )
    say(f"  conflict {group.conflict:.2f} by weight, {group.conflict_by_count:.2f} by number of items")
    for title, items in (("for", group.in_favour), ("against", group.against)):
        for item in items:
            result = f" [{item.measure.text}]" if item.measure else ""
            say(f"  {title:<8} {level_of(item):<3} {item.id}: {item.claim}{result}")
    if told := reasons(group):
        say(f"  the sides differ in: {', '.join(told)}")
