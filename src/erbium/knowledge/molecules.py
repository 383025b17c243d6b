"""Which drugs of a regimen are one molecule, by the names they go by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from erbium.knowledge.schema.drug import Drug

#: The four letters that tell a biosimilar from its original, as in trastuzumab-dkst.
_SUFFIX = re.compile(r"-[a-z]{4}\Z")


def name_key(name: str) -> str:
    """Return a name without case, spaces, underscores and hyphens."""
    return re.sub(r"[\s_\-]+", "", name.casefold())


def same_molecule(one: Drug, other: Drug) -> bool:
    """Return whether two drugs share a name, or an INN but for the suffix of a biosimilar."""
    return one.id == other.id or not _keys(one).isdisjoint(_keys(other))


def first_double(drugs: Sequence[Drug]) -> tuple[int, int] | None:
    """Return the places of the first two drugs that are one molecule, or None."""
    for later, drug in enumerate(drugs):
        for earlier in range(later):
            if same_molecule(drugs[earlier], drug):
                return earlier, later
    return None


def _keys(drug: Drug) -> set[str]:
    return {name_key(word) for name in drug.names for word in (name, _SUFFIX.sub("", name))}
