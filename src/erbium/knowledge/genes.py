"""Genes: reference residues, so that a variant can be checked against its protein.

One TOML file per gene in ``data/genes``. A gene has its whole reference sequence, or only the
residues at known positions; :meth:`Gene.residue` is None where the table is silent.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Literal

from erbium.core.errors import DataError, nearest
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder

_RESIDUE = re.compile(r"([ACDEFGHIKLMNPQRSTVWY])(\d+)")
_HOTSPOT = re.compile(r"([ACDEFGHIKLMNPQRSTVWY])(\d+)([ACDEFGHIKLMNPQRSTVWY])")


@dataclass(frozen=True)
class Hotspot:
    """A substitution that is often seen."""

    reference: str
    position: int
    alternative: str

    def __str__(self) -> str:
        return f"p.{self.reference}{self.position}{self.alternative}"


@dataclass(frozen=True)
class Gene:
    """One gene and what is known of its reference protein.

    Parameters
    ----------
    symbol, name, synonyms
        HGNC symbol, protein name, other spellings read as this gene.
    uniprot, transcripts
        Accession of the reference protein; transcripts that share its numbering.
    length
        Residues of the protein, or None where it is not recorded.
    sequence
        Whole reference sequence, or "".
    residues
        Residue by position, where there is no whole sequence.
    hotspots
        Frequent substitutions, for the nearest match of a mistyped variant.
    modelled
        Whether the network has a place for this gene.
    truncation_is_loss
        Whether a truncating variant means loss of function.
    source, status
        Where the residues come from, and how well that was checked.
    """

    symbol: str
    name: str
    synonyms: tuple[str, ...]
    uniprot: str
    transcripts: tuple[str, ...]
    length: int | None
    sequence: str
    residues: tuple[tuple[int, str], ...]
    hotspots: tuple[Hotspot, ...]
    modelled: bool
    truncation_is_loss: bool
    source: str
    status: Literal["verified", "secondary", "derived", "unverified"]

    def residue(self, position: int) -> str | None:
        """Return the one-letter residue at `position` (from 1), or None where it is not recorded."""
        if self.sequence:
            return self.sequence[position - 1] if 1 <= position <= len(self.sequence) else None
        return dict(self.residues).get(position)


def _residues(texts: list[str], file: str) -> tuple[tuple[int, str], ...]:
    found: dict[int, str] = {}
    for index, text in enumerate(texts):
        match = _RESIDUE.fullmatch(text)
        if not match:
            raise DataError(
                f'"{text}" is not a residue.',
                file=file,
                key=f"residues[{index}]",
                expected='for example "K753"',
            )
        letter, position = match[1], int(match[2])
        if found.get(position, letter) != letter:
            raise DataError(f"two residues at position {position}.", file=file, key=f"residues[{index}]")
        found[position] = letter
    return tuple(sorted(found.items()))


def _hotspots(texts: list[str], file: str) -> tuple[Hotspot, ...]:
    found = []
    for index, text in enumerate(texts):
        match = _HOTSPOT.fullmatch(text)
        if not match:
            raise DataError(
                f'"{text}" is not a substitution.',
                file=file,
                key=f"hotspots[{index}]",
                expected='for example "L755S"',
            )
        found.append(Hotspot(match[1], int(match[2]), match[3]))
    return tuple(found)


def _read(data: dict[str, Any], file: str) -> Gene:
    sequence = "".join(data.get("sequence", "").split())
    length = data.get("length")
    if sequence and length != len(sequence):
        raise DataError(
            f"length {length}, but the sequence has {len(sequence)} residues.", file=file, key="length"
        )
    gene = Gene(
        symbol=data["symbol"],
        name=data["name"],
        synonyms=tuple(data.get("synonyms", ())),
        uniprot=data["uniprot"],
        transcripts=tuple(data.get("transcripts", ())),
        length=length,
        sequence=sequence,
        residues=_residues(data.get("residues", []), file),
        hotspots=_hotspots(data.get("hotspots", []), file),
        modelled=data["modelled"],
        truncation_is_loss=data.get("truncation_is_loss", False),
        source=data["source"],
        status=data["status"],
    )
    for hotspot in gene.hotspots:
        if gene.residue(hotspot.position) not in (None, hotspot.reference):
            raise DataError(
                f"hotspot {hotspot} does not fit the reference residues.", file=file, key="hotspots"
            )
    return gene


@functools.cache
def all_genes() -> dict[str, Gene]:
    """Return the genes by symbol."""
    files = sorted((data_folder() / "genes").glob("*.toml"))
    read = (_read(read_toml(file), f"genes/{file.name}") for file in files)
    return {gene.symbol: gene for gene in read}


@functools.cache
def _symbols() -> dict[str, str]:
    spellings = {}
    for gene in all_genes().values():
        for spelling in (*gene.synonyms, gene.symbol):
            spellings[spelling.casefold()] = gene.symbol
    return spellings


def symbol(name: str) -> str:
    """Return the HGNC symbol of `name` if it is a known spelling, else `name` in upper case."""
    return _symbols().get(name.casefold(), name.upper() if name.islower() else name)


def gene(name: str) -> Gene | None:
    """Return the gene called `name`, or None if there is no file for it."""
    return all_genes().get(symbol(name))


def nearest_gene(name: str) -> str | None:
    """Return the known symbol that looks most like `name`."""
    return nearest(name, all_genes())
