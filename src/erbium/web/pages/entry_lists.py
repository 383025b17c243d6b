"""Which lists of a profile are forms, and the fields of each: specimens, earlier treatments, clones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from erbium.profile.disease import Specimen
from erbium.profile.follow_up import MarkerName
from erbium.profile.vocabulary import Ihc, ReasonEnded, Response, Setting, Site

Value = str | float | bool | list[str] | None
Kind = Literal["text", "words", "number", "whole", "flag", "regimen", "mechanisms"]
YES, NO = "yes", "no"
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class Part:
    """One field of an entry.

    Attributes
    ----------
    key
        Its key in the profile.
    label, unit
        What stands above it.
    kind, words
        What it takes; words to choose from.
    said
        What stands in the list for each of the words, where that is not the word itself.
    spelt
        The kind of value of the profile, which reads other spellings of the words.
    """

    key: str
    label: str
    kind: Kind = "text"
    words: tuple[str, ...] = ()
    unit: str = ""
    said: tuple[str, ...] = ()
    spelt: Any = None

    def word(self, value: Any) -> str | None:
        """Return the word that a value of the profile means; None where it means none."""
        if isinstance(value, str) and value in self.words:
            return value
        if self.spelt is None:
            return None
        try:
            return str(TypeAdapter(self.spelt).validate_python(value))
        except ValidationError:
            return None


@dataclass(frozen=True)
class Entries:
    """A list of the profile.

    Attributes
    ----------
    key, title, one
        Its key, what stands above it, and what one of them is called.
    parts
        Its fields.
    under
        Key of the list whose entries hold it; empty for a list of the profile itself.
    single
        Whether there is at most one, a table and no list.
    named
        Name that a new one has, with `{}` for a number, in its first field.
    """

    key: str
    title: str
    one: str
    parts: tuple[Part, ...]
    under: str = ""
    single: bool = False
    named: str = ""

    def called(self, at: int) -> str:
        """Return what stands above one entry, counted from 1."""
        name = self.one[0].upper() + self.one[1:]
        return name if self.single else f"{name} {at + 1}"


def _chosen(key: str, label: str, kind: Any, said: tuple[str, ...] = ()) -> Part:
    """Return a field whose words are those of a kind of value, a Literal with its reader."""
    return Part(key, label, "words", get_args(get_args(kind)[0]), said=said, spelt=kind)


_TYPES = tuple(
    word
    for option in get_args(Specimen.model_fields["type"].annotation)
    for word in get_args(option)
    if isinstance(word, str)
)
_MARKERS = ("plasma HER2, ng/mL", "ctDNA fraction, 0 to 1", "Ki-67, % of cells")
LISTS = (
    Entries(
        "specimens",
        "Specimens in time",
        "specimen",
        (
            Part("id", "Id"),
            _chosen("site", "Site", Site),
            Part("type", "Type", "words", _TYPES),
            Part("date", "Date", unit="as 2024-03-01"),
            Part("metastatic", "From a metastasis", "flag", (YES, NO)),
            Part("tumour_percent", "Tumour cells", "number", unit="%"),
            Part("line_before", "Line of therapy before", "whole"),
        ),
        named="s{}",
    ),
    Entries(
        "her2_history",
        "HER2 in earlier specimens",
        "HER2 result",
        (
            _chosen("ihc", "IHC", Ihc),
            Part("ish_ratio", "HER2/CEP17 ratio", "number"),
            Part("copies", "HER2 copies", "number", unit="per cell"),
        ),
    ),
    Entries(
        "prior_therapies",
        "Earlier treatments, in order",
        "treatment",
        (
            Part("regimen", "Regimen", "regimen"),
            _chosen("setting", "Setting", Setting),
            Part("line", "Line", "whole"),
            Part("duration_months", "Given for", "number", unit="months"),
            _chosen("best_response", "Best response", Response),
            _chosen("reason_ended", "Reason for stopping", ReasonEnded),
        ),
    ),
    Entries(
        "markers",
        "Serial markers",
        "marker",
        (
            _chosen("marker", "Marker", MarkerName, _MARKERS),
            Part("week", "Week", "number", unit="of treatment"),
            Part("baseline", "Value before", "number", unit="in its unit"),
            Part("value", "Value then", "number", unit="in its unit"),
        ),
        under="prior_therapies",
    ),
    Entries(
        "rebiopsy",
        "Specimen after it, or residual disease",
        "second specimen",
        (
            Part("date", "Date", unit="as 2024-03-01"),
            _chosen("her2_ihc", "IHC", Ihc),
            Part("ki67", "Ki-67", "number", unit="%"),
            Part("found", "Mechanisms found", "mechanisms"),
            Part("not_found", "Looked for and not found", "mechanisms"),
        ),
        under="prior_therapies",
        single=True,
    ),
    Entries(
        "clones",
        "Clones of the tumour",
        "clone",
        (
            Part("name", "Name"),
            Part("fraction", "Share", "number", unit="0 to 1"),
            _chosen("her2_ihc", "IHC", Ihc),
            Part("her2_copies", "HER2 copies", "number", unit="per cell"),
            Part("mechanisms", "Mechanisms it carries", "mechanisms"),
        ),
        named="clone {}",
    ),
)
BY_KEY = {one.key: one for one in LISTS}


def spoken(key: str | None) -> str:
    """Return what the forms call a key of the profile; nothing for one they do not show.

    Examples
    --------
    >>> spoken("prior_therapies[0].markers[1].week")
    'Treatment 1, Marker 2: Week'
    """
    names: list[str] = []
    under = ""
    steps = (key or "").split(".")
    for step in steps:
        match = _STEP.fullmatch(step)
        one = BY_KEY.get(match[1]) if match else None
        if one is None or match is None or one.under != under:
            break
        if match[2] is None and not one.single:
            return ", ".join([*names, one.title])
        names.append(one.called(int(match[2] or 0)))
        under = one.key
    if not names:
        return ""
    last = steps[len(names)] if len(names) < len(steps) else ""
    label = next((part.label for part in BY_KEY[under].parts if part.key == last), "")
    return f"{', '.join(names)}{f': {label}' if label else ''}"
