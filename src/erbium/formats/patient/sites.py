"""Sites and kinds of specimen by the words in their names."""

from __future__ import annotations

import re

from erbium.profile.vocabulary import SITE_SPELLINGS, SITES

_MORE = {
    "liver": "liver",
    "hepatic": "liver",
    "lung": "lung",
    "brain": "brain",
    "cerebr": "brain",
    "bone": "bone",
    "vertebra": "bone",
    "skin": "skin",
    "pleura": "pleura",
    "ascit": "peritoneum",
    "periton": "peritoneum",
    "lymph": "node",
    "axilla": "node",
    "breast": "breast",
    "mammary": "breast",
    "ovar": "ovary",
    "chest wall": "chest wall",
    "soft tissue": "soft tissue",
}


def site_of(text: str) -> str | None:
    """Return the site that a name speaks of, "other" for a name without a word of its own, None for none."""
    folded = " ".join(text.casefold().split())[:200]
    if not folded:
        return None
    if folded in SITES or folded in SITE_SPELLINGS:
        return SITE_SPELLINGS.get(folded, folded)
    for word, site in _MORE.items():
        if word in folded:
            return site
    return "other" if not re.search(r"blood|plasma|serum|unknown", folded) else None


def specimen_type(text: str) -> str | None:
    """Return the kind of a specimen: core, excision, fluid, ctDNA or other; None where nothing is said."""
    folded = text.casefold()
    if not folded:
        return None
    for words, kind in (
        (("ctdna", "cfdna", "cell free", "cell-free", "plasma", "blood"), "ctDNA"),
        (("core", "needle", "biops"), "core"),
        (("excision", "resect", "mastectomy", "surgical", "lumpectomy"), "excision"),
        (("fluid", "effusion", "ascit", "aspirat"), "fluid"),
    ):
        if any(word in folded for word in words):
            return kind
    return "other"
