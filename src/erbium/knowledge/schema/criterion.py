"""One condition on a patient, such as "oestrogen receptor positive" or "at least six copies of ERBB2"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from erbium.knowledge.schema.number import Record, fault, tuple_of

Value = bool | float | str

#: Attributes of every virtual patient, with the type of their value.
ATTRIBUTES: Mapping[str, type] = {
    "er": bool, "hr": bool, "her2_status": str, "her2_ihc": str, "her2_copies": float,
    "her2_thousands": float, "p95": bool, "pdl1_positive": bool, "til_percent": float, "fcgr3a": str,
    "pam50": str, "weight_kg": float, "albumin_g_L": float, "lines_before": float, "baseline_mm": float,
    "lesions": float, "visceral": bool, "brain": bool, "node_positive": bool, "age": float,
}  # fmt: skip
#: Numbers that are counts, with few values.
COUNTS = ("lines_before", "lesions")
#: Attributes that are named by a mechanism, or by a gene and its state.
_OPEN = re.compile(r"mechanism\.[a-z][a-z0-9_]*|[A-Z][A-Z0-9]{1,9}_(?:mutated|low|high|amplified|lost)")


def is_open(attribute: str) -> bool:
    """Return whether an attribute has the form of a mechanism's or a gene's."""
    return _OPEN.fullmatch(attribute) is not None


class Criterion(Record):
    """A condition on one attribute of a patient; all that is given must hold.

    Attributes
    ----------
    attribute
        A column of the table of patients, such as ``er``, ``her2_copies``, ``PIK3CA_mutated``.
    equals, among
        The value, or the values of which it is one.
    at_least, at_most
        Bounds of a number, themselves included, in the attribute's unit.
    """

    attribute: str
    equals: Value | None = None
    among: Annotated[tuple[Value, ...], BeforeValidator(tuple_of)] = ()
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _rules(self) -> Criterion:
        bounded = self.at_least is not None or self.at_most is not None
        if (self.equals is not None) + bool(self.among) + bounded != 1:
            raise fault(
                f"what {self.attribute} must be is not said in one way.",
                expected="equals, or among, or bounds (at_least, at_most)",
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise fault(
                f"at_least ({self.at_least:g}) is above at_most ({self.at_most:g}).",
                key="at_least",
                expected="bounds with room between them",
            )
        kind = ATTRIBUTES.get(self.attribute, bool if is_open(self.attribute) else None)
        if kind is not None:
            self._check_type(kind, bounded=bounded)
        return self

    def _check_type(self, kind: type, *, bounded: bool) -> None:
        if bounded and kind is not float:
            raise fault(f"{self.attribute} is no number and has no bounds.", expected="equals or among")
        words = {bool: "true or false", float: "a number", str: 'a text in quotes, such as "3+"'}
        for key, value in (("equals", self.equals), *(("among", item) for item in self.among)):
            right = isinstance(value, kind) and not (kind is float and isinstance(value, bool))
            if value is not None and not right:
                raise fault(f"{self.attribute} cannot be {value!r}.", key=key, expected=words[kind])

    @property
    def text(self) -> str:
        """The condition in words."""
        if self.equals is not None:
            shown = (
                {True: "yes", False: "no"}.get(self.equals, self.equals)
                if isinstance(self.equals, bool)
                else self.equals
            )
            return (
                f"{self.attribute} = {shown:g}" if isinstance(shown, float) else f"{self.attribute} = {shown}"
            )
        if self.among:
            return f"{self.attribute} in {', '.join(str(item) for item in self.among)}"
        low = f"{self.at_least:g} <= " if self.at_least is not None else ""
        high = f" <= {self.at_most:g}" if self.at_most is not None else ""
        return f"{low}{self.attribute}{high}"

    def plain(self) -> dict[str, Any]:
        """Return the condition as it stands in a file."""
        return self.model_dump(exclude_defaults=True)
