"""Whether a variant fits its protein: length, reference residue, and the nearest that would."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

from erbium.core.errors import DataError
from erbium.knowledge import genes
from erbium.knowledge.genes import Gene
from erbium.profile import hgvs
from erbium.profile.hgvs import NAME_OF, ProteinChange


@dataclass(frozen=True)
class CheckedVariant:
    """A variant read and compared with its reference protein.

    Parameters
    ----------
    gene
        HGNC symbol.
    change
        The change, normalised.
    residue
        ``fits``, or ``not checked`` where the reference table is silent, the transcript is another
        one, or the gene has no table.
    why
        Why it was not checked, or "".
    """

    gene: str
    change: ProteinChange
    residue: Literal["fits", "not checked"]
    why: str = ""

    @property
    def name(self) -> str:
        """For example ``ERBB2 p.L755S``."""
        return f"{self.gene} {self.change.short}"


def check_variant(symbol: str, protein: str, transcript: str | None = None) -> CheckedVariant:
    """Return the variant, normalised, if it fits the reference protein of its gene.

    Parameters
    ----------
    symbol
        Gene; one without a table is kept and not checked.
    protein
        HGVS protein change.
    transcript
        Transcript of the numbering. Another transcript than the reference's is not checked, since
        numbering depends on it.

    Raises
    ------
    DataError
        The text is not a protein change, or that residue is not in that protein.
    """
    change = hgvs.parse(protein)
    gene = genes.gene(symbol)
    if gene is None:
        return CheckedVariant(symbol, change, "not checked", "no reference table for this gene")
    if change.kind in ("delta16", "unknown"):
        return CheckedVariant(gene.symbol, change, "not checked", "no residue stated")
    if not _same_numbering(gene, transcript):
        return CheckedVariant(gene.symbol, change, "not checked", f"numbered on {transcript}")
    _check_length(gene, change)
    for position, stated in change.reference_residues():
        _check_residue(gene, change, position, stated)
    if not transcript:
        _check_gene(gene, change)
    known = all(gene.residue(position) for position, stated in change.reference_residues() if stated != "*")
    normal = hgvs.normalise(change, gene.sequence)
    if change.kind != "splice" and known:
        return CheckedVariant(gene.symbol, normal, "fits")
    return CheckedVariant(gene.symbol, normal, "not checked", "residue not in the reference table")


def _same_numbering(gene: Gene, transcript: str | None) -> bool:
    if not transcript:
        return True
    return transcript.partition(".")[0] in gene.transcripts or transcript.partition(".")[0] == gene.uniprot


def _check_length(gene: Gene, change: ProteinChange) -> None:
    if gene.length is None:
        return
    last = gene.length + (1 if "*" in (change.first, change.last) else 0)
    if change.end > last:
        raise DataError(
            f"{gene.symbol} {change.short}: {gene.symbol} has {gene.length} residues, none {change.end}.",
            expected=f"a position from 1 to {gene.length}",
            nearest=nearest_variant(gene, change),
        )


def _check_residue(gene: Gene, change: ProteinChange, position: int, stated: str) -> None:
    if stated == "*":
        if gene.length and position != gene.length + 1:
            raise DataError(
                f"{gene.symbol} {change.short}: {gene.symbol} stops at {gene.length + 1}, not {position}.",
                expected=f"p.*{gene.length + 1}",
            )
        return
    actual = gene.residue(position)
    if actual == stated:
        return
    close = nearest_variant(gene, change)
    if actual is not None:
        raise DataError(
            f"{gene.symbol} {change.short}: residue {position} of {gene.symbol} is {_named(actual)}, "
            f"not {_named(stated)}.",
            expected=f"{NAME_OF[actual]} ({actual}) at {position}",
            nearest=close,
            hint="numbering depends on the transcript: name it with `transcript` if it is not the reference",
        )
    if close is not None:
        raise DataError(
            f"{gene.symbol} {change.short}: {position} is not a listed residue of {gene.symbol}.",
            expected="a residue of that protein",
            nearest=close,
        )


def _check_gene(gene: Gene, change: ProteinChange) -> None:
    """Refuse the hotspot of another gene at a place that carries the same residue by chance.

    ERBB2 has a histidine at 1047, so PIK3CA's p.H1047R written on ERBB2 fits its sequence. Genes without a
    whole sequence are left out: paralogues (HRAS, NRAS) share hotspots.
    """
    here = {hotspot.position for hotspot in gene.hotspots}
    other = _same_hotspot_elsewhere(gene, change)
    if gene.sequence and other and change.start not in here:
        raise DataError(
            f"{gene.symbol} {change.short}: residue {change.start} is no known site of {gene.symbol}; "
            f"the same change is a hotspot of {other.split()[0]}.",
            expected=f"a known variant of {gene.symbol}, or the gene the variant belongs to",
            nearest=other,
            hint="if it is meant, name the reference transcript with `transcript`",
        )


def _same_hotspot_elsewhere(gene: Gene, change: ProteinChange) -> str | None:
    wanted = (change.start, change.first, change.inserted)
    for other in genes.all_genes().values():
        for hotspot in other.hotspots:
            if other is not gene and (hotspot.position, hotspot.reference, hotspot.alternative) == wanted:
                return f"{other.symbol} {hotspot}"
    return None


def _named(letter: str) -> str:
    return f"{NAME_OF[letter]} ({letter})"


def _transposed(position: int) -> set[int]:
    digits = str(position)
    found = set()
    for i, j in itertools.combinations(range(len(digits)), 2):
        swapped = list(digits)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        if swapped[0] != "0":
            found.add(int("".join(swapped)))
    return found - {position}


def nearest_variant(gene: Gene, change: ProteinChange) -> str | None:
    """Return a known substitution that `change` may have been meant to be.

    Tried in order: digits transposed, the same change in another gene, one digit off, and a transposed
    position that carries the stated residue.
    """
    wanted = (change.first, change.inserted)
    same_change = [hotspot for hotspot in gene.hotspots if (hotspot.reference, hotspot.alternative) == wanted]
    transposed = _transposed(change.start)
    for hotspot in same_change:
        if hotspot.position in transposed:
            return str(hotspot)
    elsewhere = _same_hotspot_elsewhere(gene, change)
    if elsewhere is not None:
        return elsewhere
    for hotspot in same_change:
        if gene.residue(change.start) is not None and _one_digit_off(hotspot.position, change.start):
            return str(hotspot)
    for position in sorted(transposed):
        if gene.sequence and change.kind == "substitution" and gene.residue(position) == change.first:
            return f"p.{change.first}{position}{change.inserted}"
    return None


def _one_digit_off(one: int, other: int) -> bool:
    a, b = str(one), str(other)
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
