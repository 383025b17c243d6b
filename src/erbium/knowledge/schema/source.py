"""A published source: what every number and every tier points to."""

from __future__ import annotations

from pydantic import Field

from erbium.knowledge.schema.number import Record, Status


class Source(Record):
    """One paper, label, data set or compiled table.

    Attributes
    ----------
    id
        Stable id, equal to the file stem.
    authors, title, year, journal
        Short bibliographic facts.
    doi, pmid, pmcid, nct, url
        Public identifiers.
    status
        How far Erbium's curators read it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    authors: str = ""
    title: str
    year: int | None = Field(default=None, ge=1950, le=2100)
    journal: str | None = None
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    pmid: str | None = Field(default=None, pattern=r"^\d{6,9}$")
    pmcid: str | None = Field(default=None, pattern=r"^PMC\d+$")
    nct: str | None = Field(default=None, pattern=r"^NCT\d{8}$")
    url: str | None = None
    trial: str | None = None
    status: Status
    note: str | None = None

    def cite(self) -> str:
        """Return one line to print below an answer."""
        where = " ".join(str(part) for part in (self.journal, self.year) if part)
        ids = ", ".join(
            f"{label} {value}"
            for label, value in (("DOI", self.doi), ("PMID", self.pmid), ("", self.pmcid), ("", self.nct))
            if value
        ).replace("  ", " ")
        head = f"{self.authors}: {self.title}" if self.authors else self.title
        tail = "; ".join(part.strip() for part in (where, ids) if part.strip())
        checked = "" if self.status in ("verified", "derived") else f" [{self.status}]"
        return f"{head}. {tail}{checked}" if tail else f"{head}{checked}"
