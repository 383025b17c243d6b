"""Public identifiers in the text of a reference."""

from __future__ import annotations

import re

_PMID = re.compile(r"PMID[: ]+(\d{6,9})")
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s;,]+)")


def pmid_in(text: str) -> str | None:
    """Return the first PubMed id that a reference names."""
    found = _PMID.search(text)
    return found.group(1) if found else None


def doi_in(text: str) -> str | None:
    """Return the first DOI that a reference names."""
    found = _DOI.search(text)
    return found.group(1).rstrip(".") if found else None
