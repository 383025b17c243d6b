"""Every item of evidence: shipped ones, those from claims, trials and CIViC, and a user's own."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from erbium.core.errors import DataError, DataErrors, ErbiumError, UnknownName
from erbium.evidence.from_civic import items_of_civic
from erbium.evidence.from_claims import items_of_claims
from erbium.evidence.from_trials import items_of_trials
from erbium.knowledge.base import Knowledge
from erbium.knowledge.evidence_items import read_items, with_known_names
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.evidence import EvidenceItem

FOLDER = "evidence"


@dataclass(frozen=True)
class EvidenceBase:
    """The items by id, and what was wrong with others of an overlay.

    Attributes
    ----------
    items
        Good items by id; an overlay's replaces a shipped one of the same id.
    drugs
        The drugs that the items refer to.
    errors
        Items of an overlay that are not used, each with file and key.
    """

    items: Mapping[str, EvidenceItem]
    drugs: Mapping[str, Drug]
    errors: tuple[ErbiumError, ...] = ()

    def item(self, name: str) -> EvidenceItem:
        """Return the item with this id, or CIViC's with this number.

        Raises
        ------
        UnknownName
            No such item; the nearest is named.
        """
        wanted = name.strip()
        for known in (wanted, f"civic:{wanted.upper().removeprefix('EID')}", f"claim:{wanted.upper()}"):
            if known in self.items:
                return self.items[known]
        raise UnknownName.among("item", name, self.items, hint="erbium evidence search")

    def checked(self) -> EvidenceBase:
        """Return the base itself if every item was good.

        Raises
        ------
        DataErrors
            Items of an overlay are wrong.
        """
        if self.errors:
            raise DataErrors(self.errors)
        return self


def load_evidence(knowledge: Knowledge) -> EvidenceBase:
    """Return the evidence that goes with `knowledge`: shipped items, and those of its overlay.

    A bad item of an overlay is left out and told in `errors`; the good ones beside it are kept.
    """
    items = {item.id: item for item in _shipped()}
    errors: list[ErbiumError] = []
    folder = None if knowledge.overlay is None else knowledge.overlay / FOLDER
    if folder is not None and folder.is_dir():
        own, errors = read_folder(folder, knowledge.drugs)
        items |= own
    return EvidenceBase(items, knowledge.drugs, tuple(errors))


def read_folder(folder: Path, drugs: Mapping[str, Drug]) -> tuple[dict[str, EvidenceItem], list[ErbiumError]]:
    """Return the items of the files of a folder by id, and what is wrong in them."""
    return read_files(sorted(folder.glob("*.toml")), drugs)


def read_files(
    files: Iterable[Path], drugs: Mapping[str, Drug]
) -> tuple[dict[str, EvidenceItem], list[ErbiumError]]:
    """Return the items of some files by id, and what is wrong in them."""
    found: dict[str, EvidenceItem] = {}
    places: dict[str, Path] = {}
    errors: list[ErbiumError] = []
    for file in files:
        items, wrong = read_items(file, drugs, "overlay")
        errors += wrong
        for item in items:
            if item.id in found:
                first = f"first in {places[item.id].name}"
                errors.append(DataError(f"{item.id} stands twice.", file=file, key=item.id, hint=first))
                continue
            found[item.id], places[item.id] = item, file
    return found, errors


@functools.cache
def _shipped() -> tuple[EvidenceItem, ...]:
    """Return the shipped items.

    Raises
    ------
    DataErrors
        A shipped file is wrong.
    """
    from erbium.knowledge import load_knowledge

    knowledge = load_knowledge()
    found: list[EvidenceItem] = []
    errors: list[ErbiumError] = []
    for file in sorted((data_folder() / FOLDER).glob("*.toml")):
        items, wrong = read_items(file, knowledge.drugs, "curated")
        found += items
        errors += wrong
    for item in (*items_of_claims(), *items_of_trials(knowledge), *items_of_civic(knowledge.drugs)):
        named, wrong = with_known_names(item, "evidence_reading", item.id, knowledge.drugs)
        found.append(named)
        errors += wrong
    if errors:
        raise DataErrors(errors)
    return tuple(found)
