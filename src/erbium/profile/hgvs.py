"""HGVS protein changes: read, normalised, written short.

Read are one- and three-letter codes, ``p.`` with or without parentheses, stops as ``*``, ``Ter`` or
``X``, and the forms of MAF files (``p.X633_splice``). The HER2 splice form without exon 16 is read
under its usual names (``delta16``, ``del.16``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from erbium.core.errors import DataError

Kind = Literal[
    "substitution",
    "nonsense",
    "frameshift",
    "deletion",
    "duplication",
    "insertion",
    "delins",
    "start lost",
    "extension",
    "splice",
    "delta16",
    "synonymous",
    "unknown",
]

THREE_LETTER = {
    "Ala": "A",
    "Arg": "R",
    "Asn": "N",
    "Asp": "D",
    "Cys": "C",
    "Gln": "Q",
    "Glu": "E",
    "Gly": "G",
    "His": "H",
    "Ile": "I",
    "Leu": "L",
    "Lys": "K",
    "Met": "M",
    "Phe": "F",
    "Pro": "P",
    "Ser": "S",
    "Thr": "T",
    "Trp": "W",
    "Tyr": "Y",
    "Val": "V",
    "Ter": "*",
    "Sec": "U",
}
NAME_OF = {short: name for name, short in THREE_LETTER.items()}

_AA = "[ACDEFGHIKLMNPQRSTVWY]"
_STOP = r"[*X]"
_PREFIX = re.compile(r"(?:(?P<accession>[A-Z]{2}[A-Z_]*\d+(?:\.\d+)?):)?(?:p\.)?(?P<body>.*)", re.DOTALL)
_CODES = re.compile("|".join(THREE_LETTER), re.IGNORECASE)
_DELTA16 = re.compile(
    r"(?:delta|del|d|Δ)[\s._-]*(?:exon|ex)?[\s._-]*16(?:[\s._-]*her2)?|(?:exon|ex)[\s._-]*16[\s._-]*skip(?:ping)?",
    re.I,
)

_SUBSTITUTION = re.compile(rf"({_AA}|\*)(\d+)({_AA}|[*X]|=)")
_FRAMESHIFT = re.compile(rf"({_AA}|\*)(\d+)({_AA}|{_STOP})?fs(?:{_STOP}?(\d+|\?))?{_STOP}?")
_RANGE = re.compile(rf"({_AA}|\*)(\d+)(?:_({_AA}|\*)(\d+))?(delins|del|dup|ins)({_AA}*[*X]?)")
_SPLICE = re.compile(r"X(\d+)_splice", re.IGNORECASE)
_EXTENSION = re.compile(rf"\*(\d+)({_AA})?ext{_STOP}?(\d+|\?)?")
_START = re.compile(r"M1\?|M1ext-?\d*|0\??")

EXPECTED = "a protein change such as p.L755S, p.Leu755Ser, p.Y772_A775dup, p.L755_T759del or p.R130fs"


@dataclass(frozen=True)
class ProteinChange:
    """One change of a protein.

    Parameters
    ----------
    kind
        What happens.
    text
        As written.
    start, end
        First and last residue concerned, from 1; 0 where there is none.
    first, last
        Reference residues there, one letter; "" where not stated.
    inserted
        New residues, one letter each.
    accession
        Reference named in the text, or "".
    """

    kind: Kind
    text: str
    start: int = 0
    end: int = 0
    first: str = ""
    last: str = ""
    inserted: str = ""
    accession: str = ""

    @property
    def truncating(self) -> bool:
        """Whether the protein is cut short or its splicing broken."""
        return self.kind in ("nonsense", "frameshift", "splice", "start lost") or (
            self.kind == "delins" and "*" in self.inserted
        )

    @property
    def short(self) -> str:
        """The change in one-letter HGVS, normalised."""
        if self.kind == "delta16":
            return "delta16"
        if self.kind == "splice":
            return f"p.X{self.start}_splice"
        if self.kind == "unknown":
            return "p.?"
        place = f"{self.first}{self.start}"
        if self.end != self.start:
            place += f"_{self.last}{self.end}"
        endings: dict[Kind, str] = {
            "substitution": self.inserted,
            "nonsense": "*",
            "synonymous": "=",
            "frameshift": "fs",
            "deletion": "del",
            "duplication": "dup",
            "insertion": f"ins{self.inserted}",
            "delins": f"delins{self.inserted}",
            "start lost": "?",
            "extension": "ext",
        }
        return f"p.{place}{endings[self.kind]}"

    def reference_residues(self) -> tuple[tuple[int, str], ...]:
        """Return the (position, residue) pairs this change states about the reference."""
        stated = [(self.start, self.first), (self.end, self.last)]
        return tuple(dict.fromkeys((position, letter) for position, letter in stated if position and letter))


def parse(text: str) -> ProteinChange:
    """Return the protein change written in `text`.

    Raises
    ------
    DataError
        The text is not a protein change.

    Examples
    --------
    >>> parse("p.(Leu755Ser)").short
    'p.L755S'
    """
    raw = text.strip()
    if _DELTA16.fullmatch(raw.removeprefix("p.")):
        return ProteinChange("delta16", text)
    match = _PREFIX.fullmatch(raw)
    body = match["body"] if match else raw
    accession = (match["accession"] or "") if match else ""
    body = re.sub(r"\s+", "", body).removeprefix("(").removesuffix(")").replace("?)", "?")
    body = body.replace("(", "").replace(")", "")
    if body in ("?", ""):
        if raw:
            return ProteinChange("unknown", text, accession=accession)
        raise _not_a_change(text)
    for form in (body, _CODES.sub(lambda code: THREE_LETTER[code[0].capitalize()], body), _upper(body)):
        change = _read(form, text)
        if change is not None:
            return replace(change, accession=accession)
    raise _not_a_change(text)


def _upper(body: str) -> str:
    return re.sub(r"(DELINS|DEL|DUP|INS|FS|EXT)", lambda word: word[0].lower(), body.upper())


def _not_a_change(text: str) -> DataError:
    return DataError(f'"{text}" is not a protein change.', expected=EXPECTED)


def _read(body: str, text: str) -> ProteinChange | None:
    if _START.fullmatch(body):
        return ProteinChange("start lost", text, 1, 1, "M", "M")
    if match := _SUBSTITUTION.fullmatch(body):
        return _substitution(match, text)
    if match := _FRAMESHIFT.fullmatch(body):
        return ProteinChange("frameshift", text, int(match[2]), int(match[2]), match[1], match[1])
    if match := _EXTENSION.fullmatch(body):
        return ProteinChange("extension", text, int(match[1]), int(match[1]), "*", "*", match[2] or "")
    if match := _SPLICE.fullmatch(body):
        return ProteinChange("splice", text, int(match[1]), int(match[1]))
    if match := _RANGE.fullmatch(body):
        return _range(match, text)
    return None


def _substitution(match: re.Match[str], text: str) -> ProteinChange:
    first, position, new = match[1], int(match[2]), match[3]
    if new in ("=", first):
        return ProteinChange("synonymous", text, position, position, first, first, first)
    if new in ("*", "X"):
        return ProteinChange("nonsense", text, position, position, first, first, "*")
    if first == "M" and position == 1:
        return ProteinChange("start lost", text, 1, 1, "M", "M", new)
    if first == "*":
        return ProteinChange("extension", text, position, position, "*", "*", new)
    return ProteinChange("substitution", text, position, position, first, first, new)


def _range(match: re.Match[str], text: str) -> ProteinChange:
    first, start, verb = match[1], int(match[2]), match[5]
    last, end = (match[3], int(match[4])) if match[3] else (first, start)
    new = match[6].replace("X", "*")
    if end < start:
        raise DataError(f'"{text}" ends before it starts.', expected=EXPECTED)
    if verb == "ins":
        if end != start + 1 or not new:
            raise DataError(
                f'"{text}" is not an insertion.',
                expected="two neighbouring residues, as in p.A775_G776insYVMA",
            )
        return ProteinChange("insertion", text, start, end, first, last, new)
    if verb == "delins":
        if not new:
            raise DataError(
                f'"{text}" inserts nothing.', expected="the new residues, as in p.L755_T759delinsAQ"
            )
        return ProteinChange("delins", text, start, end, first, last, new)
    return ProteinChange("deletion" if verb == "del" else "duplication", text, start, end, first, last)


def normalise(change: ProteinChange, sequence: str) -> ProteinChange:
    """Return an insertion as a duplication where it copies its neighbour, at its most C-terminal place.

    ERBB2 exon 20 has several spellings of one event: ``p.A775_G776insYVMA`` and
    ``p.E770_A771insAYVM`` are both ``p.Y772_A775dup``.

    Parameters
    ----------
    change
        The change.
    sequence
        Whole reference sequence; "" leaves the change as it is.
    """
    if not sequence or change.kind not in ("insertion", "duplication") or change.end > len(sequence):
        return change
    if change.kind == "duplication":
        new, after = sequence[change.start - 1 : change.end], change.end
    else:
        new, after = change.inserted, change.start
    while after < len(sequence) and sequence[after] == new[0]:
        new, after = new[1:] + new[0], after + 1
    start = after - len(new) + 1
    if start >= 1 and sequence[start - 1 : after] == new:
        return replace(
            change, kind="duplication", start=start, end=after, first=new[0], last=new[-1], inserted=""
        )
    if after < len(sequence):
        return replace(
            change, start=after, end=after + 1, first=sequence[after - 1], last=sequence[after], inserted=new
        )
    return change
