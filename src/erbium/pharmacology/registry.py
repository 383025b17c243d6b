"""The modalities, found by their files."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from erbium.core.errors import UnknownName
from erbium.pharmacology import kinds
from erbium.pharmacology.slots import Kind


@functools.cache
def all_kinds() -> dict[str, Kind]:
    """Return one instance of every modality by class name."""
    found: dict[str, Kind] = {}
    for info in pkgutil.iter_modules(kinds.__path__):
        module = importlib.import_module(f"{kinds.__name__}.{info.name}")
        for item in vars(module).values():
            if isinstance(item, type) and issubclass(item, Kind) and item.__module__ == module.__name__:
                found[item.name] = item()
    return found


def kind_of(drug_class: str) -> Kind:
    """Return the modality of a drug class."""
    kinds_by_name = all_kinds()
    if drug_class not in kinds_by_name:
        raise UnknownName.among("drug class", drug_class, kinds_by_name)
    return kinds_by_name[drug_class]
