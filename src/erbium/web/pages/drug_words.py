"""How pages name drugs and their classes."""

from __future__ import annotations

from collections.abc import Iterable

from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.drug import Drug

_CLASSES = {
    "adc": "antibody-drug conjugate",
    "tki": "HER2 kinase inhibitor",
    "cdk_inhibitor": "CDK inhibitor",
    "pi3k_inhibitor": "PI3K inhibitor",
    "mtor_inhibitor": "mTOR inhibitor",
}


def class_words(drug_class: str) -> str:
    """Return a class of drugs in words."""
    return _CLASSES.get(drug_class, drug_class.replace("_", " "))


def drug_name(drug: str) -> str:
    """Return the name of a drug by id; what is no drug keeps its own, without underscores."""
    known = load_knowledge().drugs
    return known[drug].name if drug in known else drug.replace("_", " ")


def drug_choices(drugs: Iterable[Drug]) -> list[dict[str, str]]:
    """Return drugs to choose from, by name, each with its class."""
    return [
        {"label": f"{drug.name} ({class_words(drug.drug_class)})", "value": drug.id}
        for drug in sorted(drugs, key=lambda drug: drug.name.casefold())
    ]
