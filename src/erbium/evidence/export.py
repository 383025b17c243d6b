"""Items written out: as a plain table, with CIViC's columns, or in the shape of GA4GH VA-Spec statements."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from erbium.evidence.from_civic import COLUMNS
from erbium.evidence.level import cross_walk, level_of
from erbium.knowledge.evidence_tables import biomarker
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.evidence import Effect, EvidenceItem

Format = Literal["tsv", "civic", "va-spec"]
FORMATS: tuple[Format, ...] = ("tsv", "civic", "va-spec")
_STATE = {
    "amplification": "Amplification", "mutation": "Mutation", "loss": "Loss",
    "overexpression": "Overexpression", "expression": "Expression", "low_expression": "Underexpression",
}  # fmt: skip
_DISEASE = {
    "HER2-positive": "Her2-receptor Positive Breast Cancer",
    "HER2-negative": "Her2-receptor Negative Breast Cancer",
    "HER2-low": "Her2-receptor Negative Breast Cancer",
    "HR-positive": "Estrogen-receptor Positive Breast Cancer",
    "other": "",
}
_TYPE: Mapping[Effect, tuple[str, str]] = {
    "sensitivity": ("Predictive", "Sensitivity/Response"),
    "resistance": ("Predictive", "Resistance"),
    "no_predictive_effect": ("Predictive", "N/A"),
    "better_outcome": ("Prognostic", "Better Outcome"),
    "worse_outcome": ("Prognostic", "Poor Outcome"),
    "no_prognostic_effect": ("Prognostic", "N/A"),
    "diagnostic": ("Diagnostic", "Positive"),
    "predisposition": ("Predisposing", "Predisposition"),
}
_PREDICATE: Mapping[Effect, tuple[str, str]] = {
    "sensitivity": ("VariantTherapeuticResponseProposition", "predictsSensitivityTo"),
    "resistance": ("VariantTherapeuticResponseProposition", "predictsResistanceTo"),
    "no_predictive_effect": ("VariantTherapeuticResponseProposition", "predictsSensitivityTo"),
    "better_outcome": ("VariantPrognosticProposition", "associatedWithBetterOutcomeFor"),
    "worse_outcome": ("VariantPrognosticProposition", "associatedWithWorseOutcomeFor"),
    "no_prognostic_effect": ("VariantPrognosticProposition", "associatedWithWorseOutcomeFor"),
    "diagnostic": ("VariantDiagnosticProposition", "isDiagnosticInclusionCriterionFor"),
    "predisposition": ("VariantPathogenicityProposition", "isCausalFor"),
}
_NOTHING: tuple[Effect, ...] = ("no_predictive_effect", "no_prognostic_effect")


def row_of(item: EvidenceItem) -> dict[str, Any]:
    """Return an item as one row of our own table."""
    measure = item.measure
    return {
        "id": item.id,
        "claim": item.claim,
        "markers": [leaf.text for leaf in item.leaves],
        "together": len(item.all_of) > 1,
        "tumour": item.tumour,
        "setting": item.setting,
        "line": item.line,
        "drugs": [*item.drugs, *item.other_drugs],
        "drug_class": item.drug_class,
        "interaction": item.interaction,
        "comparator": item.comparator,
        "comparator_drugs": [*item.comparator_drugs],
        "effect": item.effect,
        "direction": item.direction,
        "design": item.design,
        "n": item.n,
        "n_positive": item.n_positive,
        "endpoint": item.endpoint,
        "measure": measure.name if measure else None,
        "value": measure.value if measure else None,
        "low": measure.low if measure else None,
        "high": measure.high if measure else None,
        "unit": measure.unit if measure else None,
        "against": measure.against if measure else None,
        "interaction_p": item.interaction_p,
        "directness": item.directness,
        "quality": item.quality,
        "level": level_of(item),
        **cross_walk(item),
        "source": item.source,
        "pmid": item.pmid,
        "doi": item.doi,
        "nct": item.nct,
        "year": item.year,
        "status": item.status,
        "verification": item.verification,
        "origin": item.origin,
        "note": item.note,
    }


def civic_row(item: EvidenceItem, drugs: Mapping[str, Drug]) -> dict[str, str]:
    """Return an item with CIViC's columns; an item that came from a row of CIViC is that row again."""
    if item.origin == "civic":
        return {name: item.table_row.get(name, "") for name in COLUMNS}
    kind, significance = _TYPE[item.effect]
    disputes = item.direction == "disputes" or item.effect in _NOTHING
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "molecular_profile": (" OR " if item.any_of else " AND ").join(
            _profile(leaf) for leaf in item.leaves
        ),
        "disease": _DISEASE.get(item.tumour, "Breast Cancer"),
        "therapies": ",".join(_drug_names(item, drugs)),
        "therapy_interaction_type": (item.interaction or "").capitalize(),
        "evidence_type": kind,
        "evidence_direction": "N/A"
        if item.direction == "neutral"
        else "Does Not Support"
        if disputes
        else "Supports",
        "evidence_level": cross_walk(item)["civic"] or "",
        "significance": significance,
        "evidence_statement": _statement(item),
        "citation_id": item.pmid or "",
        "source_type": "PubMed" if item.pmid else "",
        "citation": item.source,
        "nct_ids": item.nct or "",
        "rating": str(item.quality),
        "evidence_status": "accepted" if item.status == "verified" else "submitted",
        "evidence_id": item.id,
        "is_flagged": "false",
    }
    return row


def _profile(leaf: Any) -> str:
    entry = biomarker(leaf.marker)
    detail = " OR ".join(f"{entry.gene} {change}" for change in leaf.alterations)
    state = _STATE.get(entry.marker_class)
    text = detail or (f"{entry.gene} {state}" if entry.gene and state else entry.name)
    return text if leaf.present else f"NOT {text}"


def _drug_names(item: EvidenceItem, drugs: Mapping[str, Drug]) -> list[str]:
    names = [drugs[name].name.title() if name in drugs else name for name in item.drugs]
    return [*names, *item.other_drugs, *([item.drug_class] if item.drug_class else [])]


def _statement(item: EvidenceItem) -> str:
    parts = [item.claim, item.measure.text + "." if item.measure else "", item.note or ""]
    return " ".join(part for part in parts if part)


def va_spec(item: EvidenceItem, drugs: Mapping[str, Drug]) -> dict[str, Any]:
    """Return an item in the shape of a VA-Spec statement.

    Class names of VA-Spec change between versions: this is its shape, and need not validate against one.
    A marker that makes no difference is a statement that disputes the proposition.
    """
    kind, predicate = _PREDICATE[item.effect]
    condition = {"conceptType": "Disease", "name": _DISEASE.get(item.tumour) or "Breast Cancer"}
    proposition: dict[str, Any] = {"type": kind, "subjectVariant": _subject(item), "predicate": predicate}
    if kind == "VariantTherapeuticResponseProposition":
        proposition |= {"objectTherapeutic": _therapy(item, drugs), "conditionQualifier": condition}
    else:
        proposition["objectCondition"] = condition
    direction = "disputes" if item.effect in _NOTHING and item.direction == "supports" else item.direction
    level = level_of(item)
    strength = {"primaryCoding": {"system": "erbium evidence level", "code": level}}
    return {
        "id": f"erbium:{item.id}",
        "type": "Statement",
        "description": item.claim,
        "proposition": proposition,
        "direction": direction,
        "strength": strength | {"mappings": _mappings(item)},
        "reportedIn": [_document(item)],
        "hasEvidenceLines": [
            {
                "type": "EvidenceLine",
                "directionOfEvidenceProvided": item.direction,
                "strengthOfEvidenceProvided": strength,
                "hasEvidenceItems": [
                    {
                        "type": "StudyResult",
                        "description": item.measure.text if item.measure else item.claim,
                        "extensions": _extensions(item),
                    }
                ],
            }
        ],
    }


def _subject(item: EvidenceItem) -> dict[str, Any]:
    members = [
        {
            "type": "CategoricalVariant",
            "id": leaf.marker,
            "name": biomarker(leaf.marker).name,
            "extensions": [
                {"name": "class", "value": biomarker(leaf.marker).marker_class},
                {"name": "gene", "value": biomarker(leaf.marker).gene},
                {"name": "present", "value": leaf.present},
                {"name": "alterations", "value": list(leaf.alterations or leaf.among)},
            ],
        }
        for leaf in item.leaves
    ]
    if len(members) == 1:
        return members[0]
    return {
        "type": "MolecularProfile",
        "membershipOperator": "OR" if item.any_of else "AND",
        "members": members,
    }


def _therapy(item: EvidenceItem, drugs: Mapping[str, Drug]) -> dict[str, Any]:
    members = [{"conceptType": "Therapy", "name": name} for name in _drug_names(item, drugs)]
    if len(members) == 1:
        return members[0]
    operator = "OR" if item.interaction == "substitutes" else "AND"
    return {"type": "TherapyGroup", "therapies": members, "membershipOperator": operator}


def _mappings(item: EvidenceItem) -> list[dict[str, Any]]:
    return [
        {"coding": {"system": scheme, "code": rung}, "relation": "relatedMatch"}
        for scheme, rung in cross_walk(item).items()
        if rung is not None
    ]


def _document(item: EvidenceItem) -> dict[str, Any]:
    named = {"pmid": item.pmid, "doi": item.doi}
    return {"type": "Document", "title": item.source, **{key: value for key, value in named.items() if value}}


def _extensions(item: EvidenceItem) -> list[dict[str, Any]]:
    told = {
        "design": item.design, "n": item.n, "n_positive": item.n_positive, "endpoint": item.endpoint,
        "setting": item.setting, "line": item.line, "comparator": item.comparator,
        "measure": item.measure.model_dump() if item.measure else None, "interaction_p": item.interaction_p,
        "effect": item.effect, "directness": item.directness, "quality": item.quality, "status": item.status,
        "verification": item.verification, "note": item.note,
    }  # fmt: skip
    return [{"name": name, "value": value} for name, value in told.items() if value is not None]


def table_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as tab-separated text; lists are joined by "; ", what is absent is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(str(part) for part in value)
    return value
