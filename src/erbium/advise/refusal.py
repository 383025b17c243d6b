"""A regimen that is not offered: which rule, and which fact of the patient."""

from __future__ import annotations

from dataclasses import dataclass

from erbium.knowledge.schema.regimen import Regimen


@dataclass(frozen=True)
class Broken:
    """A rule that counts against a regimen.

    Attributes
    ----------
    rule
        Name of the rule, such as ``cardiac`` or ``HER2_class``.
    reason
        Why, in words.
    fact
        What in the profile decides it.
    source, status
        Where the rule comes from and how far that was checked; None for rules of logic.
    """

    rule: str
    reason: str
    fact: str = ""
    source: str | None = None
    status: str | None = None

    def json(self) -> dict[str, str | None]:
        """Return the rule as JSON."""
        return {
            "rule": self.rule,
            "fact": self.fact,
            "reason": self.reason,
            "source": self.source,
            "status": self.status,
        }


@dataclass(frozen=True)
class Refused:
    """A regimen that is not offered, with the rules it breaks."""

    regimen: Regimen
    rules: tuple[Broken, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in words."""
        return tuple(rule.reason for rule in self.rules)
