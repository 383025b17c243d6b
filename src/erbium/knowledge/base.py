"""The whole knowledge base of one run, with its hash."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from erbium.core.errors import DataErrors, ErbiumError
from erbium.knowledge.catalogue import (
    check_references,
    load_drugs,
    load_regimens,
    load_sources,
    with_drug_ids,
)
from erbium.knowledge.mechanisms import load_mechanisms
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.mechanism import Mechanism
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.source import Source
from erbium.knowledge.schema.toxicity import ToxicityArm
from erbium.knowledge.toxicities import load_toxicities

#: The day up to which the shipped facts were gathered.
KNOWLEDGE_DATE = "2026-11-30"


@dataclass(frozen=True)
class Knowledge:
    """Drugs, regimens, mechanisms, sources and rates of toxicity, and what identifies this set of them.

    Attributes
    ----------
    hash
        SHA-256 over the sorted paths and bytes of every data file, an overlay included.
    date
        Day up to which the facts were gathered.
    """

    drugs: Mapping[str, Drug]
    regimens: Mapping[str, Regimen]
    mechanisms: Mapping[str, Mechanism]
    sources: Mapping[str, Source]
    hash: str
    date: str = KNOWLEDGE_DATE
    overlay: Path | None = field(default=None)
    toxicities: Mapping[str, ToxicityArm] = field(default_factory=dict)


@functools.cache
def load_knowledge(overlay: Path | None = None) -> Knowledge:
    """Return the shipped knowledge, with the files of `overlay` in place of those of the same name.

    Parameters
    ----------
    overlay
        Folder with ``drugs``, ``regimens``, ``mechanisms``, ``sources``, ``toxicity`` or ``evidence``
        inside; the items of the last are read by :func:`erbium.evidence.load_evidence`.

    Raises
    ------
    ErbiumError
        What is wrong in the files of the overlay, all at once, each with file and key.
    """

    def folders(kind: str) -> list[Path]:
        found = [data_folder() / kind]
        if overlay is not None and (overlay / kind).is_dir():
            found.append(overlay / kind)
        return found

    drugs, sources = load_drugs(folders("drugs")), load_sources(folders("sources"))
    regimens = load_regimens(folders("regimens"))
    if overlay is not None:
        regimens = _checked(regimens, drugs, sources, overlay)
    return Knowledge(
        drugs=drugs,
        regimens=regimens,
        mechanisms=load_mechanisms(folders("mechanisms")),
        sources=sources,
        hash=_hash([data_folder()] + ([overlay] if overlay else [])),
        overlay=overlay,
        toxicities=load_toxicities(folders("toxicity")),
    )


def _checked(
    regimens: Mapping[str, Regimen], drugs: Mapping[str, Drug], sources: Mapping[str, Source], overlay: Path
) -> dict[str, Regimen]:
    """Return the regimens with drugs by id, after checking what the files of an overlay refer to."""
    found: dict[str, Regimen] = {}
    errors: list[ErbiumError] = []
    for name, regimen in regimens.items():
        file = overlay / "regimens" / f"{name}.toml"
        try:
            found[name] = with_drug_ids(regimen, drugs, file)
        except ErbiumError as error:
            errors.append(error)
    for fault in check_references(drugs, found, sources):
        own = overlay / (fault.file or "")
        fault.file = str(own) if own.is_file() else fault.file
        errors.append(fault)
    if errors:
        raise errors[0] if len(errors) == 1 else DataErrors(errors)
    return found


def _hash(folders: list[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        files = (*folder.rglob("*.toml"), *folder.rglob("*.tsv"))
        for path in sorted(files, key=lambda p: p.relative_to(folder).as_posix()):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
