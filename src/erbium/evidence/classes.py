"""What kind of drug an item is about."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from erbium.knowledge.evidence_tables import civic_readings, drug_classes
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.evidence import EvidenceItem

_HER2 = "HER2"


def class_of(drug: Drug) -> str:
    """Return what kind of drug it is, such as "HER2 antibody" or "PI3K inhibitor"."""
    classes = drug_classes()
    targets = [target.target for target in drug.targets]
    if _HER2 in targets and drug.drug_class in classes.her2:
        return classes.her2[drug.drug_class]
    if drug.drug_class == "pathway_inhibitor":
        named = [classes.targets[target] for target in targets if target in classes.targets]
        return named[0] if named else classes.others[drug.drug_class]
    return classes.others[drug.drug_class]


def without_backbone(classes: Iterable[str]) -> tuple[str, ...]:
    """Return the classes, each once and sorted; chemotherapy and endocrine treatment only by themselves."""
    found = sorted(set(classes))
    rest = [name for name in found if name not in drug_classes().backbone]
    return tuple(rest or found)


def classes_of(item: EvidenceItem, drugs: Mapping[str, Drug]) -> tuple[str, ...]:
    """Return the treatments an item is about, each as one text; several where the drugs stand by themselves.

    A combination is one treatment: its classes without the backbone, joined by "+".
    """
    named = [class_of(drugs[name]) for name in item.drugs if name in drugs]
    named += [_others().get(name.casefold(), name) for name in item.other_drugs]
    if item.drug_class is not None:
        group = drug_classes().groups.get(item.drug_class)
        return tuple(group) if group else (item.drug_class,)
    if not named:
        return ()
    if item.interaction == "substitutes":
        return tuple(sorted(set(named)))
    return (" + ".join(without_backbone(named)),)


@functools.cache
def _others() -> dict[str, str]:
    return {name.casefold(): kind for name, kind in civic_readings().therapies.items()}
