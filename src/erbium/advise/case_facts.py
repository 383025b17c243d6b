"""The case as the reader sees it: what is known, what the answer cannot cover, and what it cites."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from erbium.advise.next_tests import carriers
from erbium.advise.refusal import Refused
from erbium.knowledge import Knowledge
from erbium.knowledge.schema.regimen import Use
from erbium.knowledge.toxicity_rates import cited as cited_toxicity
from erbium.profile import explain
from erbium.tumour import Tumour


def case_json(tumour: Tumour) -> dict[str, Any]:
    """Return id and the known facts of the case."""
    told = explain(tumour.profile)
    return {
        "id": tumour.profile.id,
        "summary": [{"label": name, "value": value, "status": "measured"} for name, value in told.facts]
        + [{"label": "Inferred", "value": text, "status": "inferred"} for text in told.inferred],
        "not_modelled": list(told.not_modelled),
    }


def her2_json(tumour: Tumour) -> dict[str, Any]:
    """Return the HER2 status with its rule and inputs."""
    status = tumour.status
    return {
        "status": status.status,
        "label": status.label,
        "group": status.group,
        "rule": status.rule,
        "explanation": " ".join(status.notes),
        "inputs": status.inputs,
        "missing": list(status.missing),
        "warnings": [status.disagreement] if status.disagreement else [],
    }


def mechanisms_json(tumour: Tumour) -> list[dict[str, Any]]:
    """Return every mechanism of the tumour, and those ruled out."""
    rows = []
    for presence in sorted(
        tumour.presences.values(), key=lambda p: (p.status != "measured", p.status == "absent", -p.fraction)
    ):
        mechanism = presence.mechanism
        held = carriers(tumour, mechanism.id)
        if presence.status == "sampled" and not held.any():
            continue
        rows.append(
            {
                "id": mechanism.id,
                "name": mechanism.name,
                "group": mechanism.group,
                "present": presence.status,
                "fraction": float(held.mean()),
                "marker": presence.marker,
                "status": presence.status,
                "description": mechanism.description,
                "alternatives": list(mechanism.alternatives),
            }
        )
    return rows


def clones_json(tumour: Tumour) -> list[dict[str, Any]]:
    """Return the clones with their median share."""
    import numpy as np

    return [
        {
            "name": clone.name,
            "fraction_median": float(np.median(clone.fraction)),
            "her2_kreceptor_median": float(np.median(clone.her2)),
            "description": clone.description,
            "mechanisms": list(clone.mechanisms),
        }
        for clone in tumour.clones
    ]


def outside_support(tumour: Tumour, *, simulated_history: bool = False) -> list[str]:
    """Return what about this case the model or its facts do not cover.

    Parameters
    ----------
    simulated_history
        Whether the twins were weighed by what happened under earlier lines.
    """
    profile, notes = tumour.profile, []
    if profile.disease.setting is None:
        notes.append("no setting given: metastatic disease is assumed")
    if tumour.setting == "metastatic" and profile.disease.line is None:
        notes.append("no line of treatment given: first line is assumed")
    if tumour.status.status == "negative" and tumour.status.label not in ("HER2-low", "HER2-ultralow"):
        notes.append("HER2-negative disease: Erbium holds the HER2 side only, and few of its options")
    if tumour.status.status in ("equivocal", "unknown"):
        notes.append("HER2 status is not settled: receptor numbers are drawn over what is possible")
    if profile.disease.brain_metastases.value == "leptomeningeal":
        notes.append("leptomeningeal disease is not modelled")
    if profile.person.sex.value == "male":
        notes.append("the facts come from women")
    if any("pregnan" in item.lower() for item in profile.person.comorbidities):
        notes.append("pregnancy is not covered")
    if simulated_history:
        notes.append(
            "each earlier line is simulated as planned, without what its drugs leave in the body; signalling "
            "starts the next line settled, and a progression by new lesions leaves no mark on the twin"
        )
    elif profile.prior_therapies:
        notes.append(
            "earlier treatment enters as the prevalence of resistance after treatment and as selection for "
            "tolerance of the classes that were given; its course in this patient is not simulated"
        )
    if profile.immune.pdl1.value is not None or profile.immune.til.value is not None:
        notes.append(
            "PD-L1 and TIL count as high, low or usual, by a cut-off and with assumed effects; "
            "immune killing is in a first form"
        )
    if tumour.setting in ("adjuvant", "residual"):
        notes.append("micrometastatic disease rests on assumed numbers: read the order, not the size")
    if tumour.setting == "neoadjuvant":
        notes.append("pCR rests on one number, fitted to one preoperative control arm")
    return notes


def evidence_json(knowledge: Knowledge, use: Use | None) -> list[dict[str, Any]]:
    """Return the published items that place a use in its tier."""
    if use is None:
        return []
    sources = knowledge.sources
    return [
        {
            "source": item.source,
            "text": item.text,
            "level": item.level,
            "status": sources[item.source].status if item.source in sources else None,
        }
        for item in use.evidence
    ]


def refused_json(item: Refused) -> dict[str, Any]:
    """Return a refused regimen with its rules."""
    return {
        "regimen": item.regimen.id,
        "name": item.regimen.name,
        "reasons": list(item.reasons),
        "rules": [rule.json() for rule in item.rules],
    }


def cited_in(body: dict[str, Any]) -> list[str]:
    """Return the ids of the sources that an answer rests on: evidence, toxicity, approvals and rules."""
    found: list[str] = []
    for option in body["options"]:
        found += [item["source"] for item in option["evidence"]]
        found += cited_toxicity(option["toxicity"])
        found += [entry["source"] for drug in option["approval"]["drugs"] for entry in drug["uses"]]
    rules = [rule for item in body["not_allowed"] for rule in item.get("rules", [])]
    found += [rule["source"] for rule in [*rules, *body["undecided"]] if rule["source"]]
    return found


def sources_json(knowledge: Knowledge, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return the cited sources."""
    out = []
    for name in sorted(set(ids)):
        source = knowledge.sources.get(name)
        if source is not None:
            out.append(
                {
                    "id": name,
                    "text": source.cite(),
                    "doi": source.doi,
                    "pmid": source.pmid,
                    "nct": source.nct,
                    "status": source.status,
                }
            )
    return out
