"""References of an answer, numbered in the order of their list, with addresses that are safe to follow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"'<>]+\Z")
_PMID = re.compile(r"\d{1,9}\Z")
_NCT = re.compile(r"NCT\d{8}\Z")


@dataclass(frozen=True)
class Reference:
    """One source, its number in the report and its identifiers as (label, text, address)."""

    number: int
    id: str
    text: str
    status: str
    identifiers: tuple[tuple[str, str, str | None], ...]


def references(sources: Sequence[Mapping[str, Any]]) -> list[Reference]:
    """Return the numbered references; an identifier that looks wrong is shown without a link."""
    found = []
    for number, source in enumerate(sources, start=1):
        rows: list[tuple[str, str, str | None]] = []
        for label, key, pattern, base in (
            ("DOI", "doi", _DOI, "https://doi.org/"),
            ("PMID", "pmid", _PMID, "https://pubmed.ncbi.nlm.nih.gov/"),
            ("", "nct", _NCT, "https://clinicaltrials.gov/study/"),
        ):
            value = source.get(key)
            if value:
                written = str(value)
                rows.append((label, written, base + written if pattern.match(written) else None))
        words = str(source.get("text") or source.get("id") or "")
        found.append(
            Reference(number, str(source.get("id", "")), words, str(source.get("status") or ""), tuple(rows))
        )
    return found
