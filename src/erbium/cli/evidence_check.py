"""The shipped evidence as one of the checks of `erbium check`."""

from __future__ import annotations

from collections.abc import Iterator

from erbium.model.check import Check, Issue


class EvidenceIsWhole(Check):
    """Every item reads, and the claims, markers, drugs and mechanisms it names are there."""

    name = "evidence is whole"

    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong."""
        from erbium.evidence.check import faults

        for fault in faults():
            yield self.error(fault)
