"""Key fields of a case, read from and written into the text of its TOML file, comments and order kept."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, get_args

import tomlkit
from tomlkit.exceptions import TOMLKitError

from erbium.core.errors import DataError, nearest
from erbium.profile.vocabulary import IHC_SCORES, LEVELS, BrainMetastases, Setting


def _words(kind: Any) -> tuple[str, ...]:
    """Return the words of a kind of value, a Literal with its reader."""
    return get_args(get_args(kind)[0])


@dataclass(frozen=True)
class CaseField:
    """A field beside the text.

    Attributes
    ----------
    key
        Dotted key in the profile.
    label, unit
        What stands above it.
    words
        Words to choose from; none for a number.
    group
        Heading under which it stands.
    """

    key: str
    label: str
    group: str
    words: tuple[str, ...] = ()
    unit: str = ""

    @property
    def measured(self) -> bool:
        """Whether it is a test, which can have been left out."""
        return self.key not in ("disease.setting", "disease.line")

    @property
    def without(self) -> str:
        """What stands in it without a value."""
        return "not tested" if self.measured else "not stated"


_HER2, _DISEASE, _OTHER = "HER2", "Disease", "Other markers"
FIELDS = (
    CaseField("her2.ihc", "IHC", _HER2, IHC_SCORES),
    CaseField("her2.ish_ratio", "HER2/CEP17 ratio", _HER2),
    CaseField("her2.copies", "HER2 copies", _HER2, unit="per cell"),
    CaseField("her2.p95_ratio", "p95HER2 share", _HER2, unit="0 to 1"),
    CaseField("disease.setting", "Setting", _DISEASE, _words(Setting)),
    CaseField("disease.line", "Line to be given", _DISEASE),
    CaseField("disease.brain_metastases", "Brain metastases", _DISEASE, _words(BrainMetastases)),
    CaseField("receptors.er_percent", "ER", _OTHER, unit="%"),
    CaseField("receptors.pr_percent", "PR", _OTHER, unit="%"),
    CaseField("receptors.ki67", "Ki-67", _OTHER, unit="%"),
    CaseField("protein.pten", "PTEN", _OTHER, LEVELS[:4]),
)


def read(text: str) -> list[str | float | None]:
    """Return the values of the fields in a text; None where a field has none or the text is broken."""
    try:
        data: Any = tomlkit.parse(text).unwrap()
    except (TOMLKitError, ValueError, RecursionError):
        return [None] * len(FIELDS)
    return [_shown(field, data) for field in FIELDS]


def _shown(field: CaseField, data: Any) -> str | float | None:
    table, _, key = field.key.partition(".")
    block = data.get(table) if isinstance(data, dict) else None
    value = block.get(key) if isinstance(block, dict) else None
    if isinstance(value, dict):
        value = value.get("value")
    if field.words:
        return value if isinstance(value, str) and value in field.words else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def write(text: str, place: int, value: str | float | None) -> str:
    """Return a text with one field changed; as it was where the text is no TOML.

    A value that is taken away is one that was not tested.
    """
    field = FIELDS[place]
    if read(text)[place] == value:
        return text
    try:
        data = tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError):
        return text
    table, _, key = field.key.partition(".")
    block: Any = data.setdefault(table, tomlkit.table())
    if not isinstance(block, MutableMapping):
        return text
    old = block.get(key)
    if value is None or value == "":
        if field.measured:
            block[key] = "not_tested"
        else:
            block.pop(key, None)
    elif isinstance(old, MutableMapping):
        old["value"] = value
        old.pop("status", None)
    else:
        block[key] = value
    return tomlkit.dumps(data)


def value_of(place: int, text: str | None) -> str | float | None:
    """Return what was typed as the value of a field; None for nothing, which is "not tested".

    Raises
    ------
    DataError
        A word that the field does not have, or no number.
    """
    field, given = FIELDS[place], (text or "").strip()
    if not given:
        return None
    if field.words:
        if given not in field.words:
            raise DataError(
                f'"{given}" is no value of it.',
                key=field.key,
                expected=f"one of {', '.join(field.words)}",
                nearest=nearest(given, field.words),
            )
        return given
    try:
        return float(given.replace(",", "."))
    except ValueError:
        raise DataError(f'"{given}" is no number.', key=field.key, expected="a number") from None
