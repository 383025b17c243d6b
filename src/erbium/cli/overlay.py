"""The knowledge a command works with: what is shipped, and the user's own files over it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from erbium.core.errors import DataError

if TYPE_CHECKING:
    from erbium.knowledge import Knowledge

KINDS = ("drugs", "regimens", "mechanisms", "sources", "toxicity", "populations", "evidence")


def knowledge_of(overlay: Path | None) -> Knowledge:
    """Return the shipped knowledge with the files of `overlay` over it.

    Raises
    ------
    DataError
        There is no such folder, or nothing in it is knowledge.
    """
    from erbium.knowledge import load_knowledge

    if overlay is None:
        return load_knowledge()
    expected = f"a folder with one of {', '.join(KINDS)} inside"
    if not overlay.is_dir():
        reason = "is not a folder" if overlay.exists() else "does not exist"
        raise DataError(f"the overlay {reason}.", file=overlay, key="--overlay", expected=expected)
    if not any((overlay / kind).is_dir() for kind in KINDS):
        raise DataError("the overlay holds no knowledge.", file=overlay, key="--overlay", expected=expected)
    return load_knowledge(overlay)
