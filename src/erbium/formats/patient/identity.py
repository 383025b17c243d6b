"""Who the patient is stays in the file: nothing that names a person reaches a profile or a message.

Names, hospital numbers, addresses and dates of birth that an importer meets are learned here and struck
from every text that leaves it.
"""

from __future__ import annotations

import re
from typing import Any

from erbium.formats.patient.dates import read_date
from erbium.profile.schema import Meta

WITHHELD = "[withheld]"
_WORD = re.compile(r"[\w@.'/-]+")
_CODE_WORDS = frozenset(
    [
        "case",
        "patient",
        "subject",
        "sample",
        "specimen",
        "individual",
        "proband",
        "participant",
        "pt",
        "id",
        "anon",
        "synthetic",
        "example",
        "tcga",
        "her",
        "cohort",
        "study",
        "trial",
        "arm",
        "biopsy",
        "core",
        "primary",
        "metastasis",
        "liver",
        "lung",
        "bone",
        "node",
        "brain",
        "breast",
        "plasma",
        "ctdna",
        "tumor",
        "tumour",
        "normal",
        "tissue",
        "blood",
    ]
)


def tidy(text: Any, limit: int = 80) -> str:
    """Return a text on one line without control characters, cut to `limit` characters."""
    if isinstance(text, str) and len(text) <= limit and text.isprintable() and "  " not in text:
        return text.strip()
    clean = "".join(letter if letter.isprintable() else " " for letter in str(text)[: 4 * limit])
    clean = " ".join(clean.split())
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


class Identity:
    """What names the patient in one file."""

    def __init__(self) -> None:
        self._tokens: set[str] = set()

    def learn(self, *values: Any, name: bool = False) -> None:
        """Learn texts that name the patient: each as a whole, and the words of it.

        Parameters
        ----------
        values
            Texts, or lists and objects of them.
        name
            Whether they are names of persons: then words of two letters (Ng, Li) are learned too.
        """
        for value in values:
            if isinstance(value, dict):
                self.learn(*value.values(), name=name)
            elif isinstance(value, list | tuple):
                self.learn(*value, name=name)
            elif isinstance(value, str | int | float) and not isinstance(value, bool):
                self._learn_text(str(value), name)

    def learn_id(self, *values: Any) -> None:
        """Learn ids that are no codes; one without a digit is taken for a name."""
        for value in values:
            self.learn(value, name=not any(letter.isdigit() for letter in str(value)))

    def _learn_text(self, text: str, name: bool) -> None:
        words = _WORD.findall(text[:200])
        pieces = [part for word in words for part in re.split(r"[-_.'@/]", word)]
        for token in (
            " ".join(words),
            *words,
            *(part for part in pieces if part.casefold() not in _CODE_WORDS),
        ):
            least = 4 if any(letter.isdigit() for letter in token) else 3
            if name and token.isalpha():
                least = 2 if token.isascii() else 1
            long_enough = len(token) >= least
            if long_enough and not re.fullmatch(r"(19|20)\d\d", token):
                self._tokens.add(token.casefold())
                self._tokens.add(token.strip(".-'").casefold())
        date = read_date(text)
        if date and len(date) == 10:
            year, month, day = date.split("-")
            self._tokens |= {
                date,
                f"{year}{month}{day}",
                f"{day}.{month}.{year}",
                f"{day}-{month}-{year}",
                f"{month}-{day}-{year}",
                f"{day}/{month}/{year}",
                f"{month}/{day}/{year}",
            }

    def scrub(self, text: Any, limit: int = 80) -> str:
        """Return the text, tidied, with all that was learned struck out."""
        clean = tidy(text, 4 * limit)
        if not self._tokens:
            return tidy(clean, limit)
        found = list(_WORD.finditer(clean))
        struck: set[int] = set()
        for index in range(len(found)):
            for last in range(index + 1, min(index + 6, len(found)) + 1):
                phrase = " ".join(match[0] for match in found[index:last]).casefold()
                if phrase in self._tokens or phrase.strip(".-'") in self._tokens:
                    struck |= set(range(index, last))
            parts = re.split(r"[-_.']", found[index][0].casefold())
            if any(part in self._tokens for part in parts if part):
                struck.add(index)
        for index in sorted(struck, reverse=True):
            clean = clean[: found[index].start()] + WITHHELD + clean[found[index].end() :]
        return tidy(clean, limit)

    def names(self, text: str) -> bool:
        """Whether the text holds something that was learned."""
        return self.scrub(text, 200) != tidy(text, 200)


def is_code(text: str) -> bool:
    """Whether an id is plainly a code: short letters and numbers, no word that may be a name.

    A run of more than five digits may be a hospital number and is no code.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", text) or re.search(r"\d{6}", text):
        return False
    if re.search(r"(19|20)\d\d[-_.]?\d\d[-_.]?\d\d|\d\d[-_.]\d\d[-_.](19|20)\d\d", text):
        return False
    words = re.findall(r"[A-Za-z]+", text)
    return any(letter.isdigit() for letter in text) and all(
        len(word) <= 2 or word.casefold() in _CODE_WORDS for word in words
    )


def pseudonym(text: Any, identity: Identity, *, trusted: bool = False) -> str | None:
    """Return the id if it may be carried over, else None.

    Parameters
    ----------
    text
        The id in the file.
    identity
        What names the patient there.
    trusted
        Whether Erbium wrote the file, and with it the id.
    """
    if not isinstance(text, str) or not (trusted or is_code(text)) or (identity.names(text) and not trusted):
        return None
    try:
        return Meta(id=text).id
    except ValueError:
        return None
