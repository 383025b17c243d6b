"""The result of a check of claims: status by claim, totals, and the JSON contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from erbium.claims.verdict import Outcome
from erbium.core.result import plain, version
from erbium.knowledge.schema.claim import Check, Claim, Expectation, SpecificityCheck

Status = Literal[
    "reproduced",
    "not_reproduced",
    "contested",
    "not_executable",
    "vacuous",
    "awaiting_calibration",
    "duplicate",
]
COUNTED: tuple[Status, ...] = ("reproduced", "not_reproduced", "contested")
TOTALS: tuple[Status, ...] = (*COUNTED, "not_executable", "vacuous", "awaiting_calibration", "duplicate")


@dataclass(frozen=True)
class Judged:
    """A claim or specificity check with what was seen.

    Attributes
    ----------
    outcomes
        One per expectation; empty where nothing was run.
    outcome
        The weakest of them.
    hops
        Species between what the arms move and what is read; None where nothing was run or no path leads.
    arms
        The arms in words.
    """

    check: Check
    system: str
    status: Status
    outcomes: tuple[Outcome, ...] = ()
    outcome: Outcome | None = None
    hops: int | None = None
    reason: str = ""
    arms: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Id of the claim or check."""
        return str(self.check.model_dump(include={"id"})["id"])

    @property
    def kind(self) -> str:
        """Kind of the claim; specificity for a specificity check."""
        return self.check.kind if isinstance(self.check, Claim) else "specificity"

    @property
    def statement(self) -> str:
        """The statement."""
        check = self.check
        return check.statement if isinstance(check, Claim | SpecificityCheck) else ""

    def json(self) -> dict[str, Any]:
        """Return the claim as in ``erbium.claims/1``."""
        seen = self.outcome
        body: dict[str, Any] = {
            "id": self.id,
            "system": self.system,
            "kind": self.kind,
            "status": self.status,
            "effect": None if seen is None else seen.effect,
            "low": None if seen is None else seen.low,
            "high": None if seen is None else seen.high,
            "hops": self.hops,
            "reason": self.reason or None,
            "scale": None if seen is None else "log ratio" if seen.logarithmic else "difference",
            "statement": self.statement,
            "source": getattr(self.check, "source", None),
            "arms": dict(self.arms),
            "expected": [in_words(expectation) for expectation in self.check.expect],
        }
        if self.status == "contested":
            body["alternatives"] = self.alternatives()
        return body

    def alternatives(self) -> list[dict[str, Any]]:
        """Return the alternatives of a contested claim with what was seen of each."""
        return [
            {
                "label": expectation.label or in_words(expectation),
                "holds": seen.holds,
                "effect": seen.effect,
                "low": seen.low,
                "high": seen.high,
            }
            for expectation, seen in zip(self.check.expect, self.outcomes, strict=False)
        ]


@dataclass(frozen=True)
class Report:
    """The claims that were checked, and the specificity checks beside them."""

    claims: tuple[Judged, ...]
    specificity: tuple[Judged, ...]
    members: int
    seed: int
    warnings: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Counts by status; executable is what was run and is counted."""
        return totals(self.claims)

    @property
    def by_kind(self) -> dict[str, dict[str, int]]:
        """Totals by kind of claim."""
        return _grouped(self.claims, lambda item: item.kind)

    @property
    def by_system(self) -> dict[str, dict[str, int]]:
        """Totals by system."""
        return _grouped(self.claims, lambda item: item.system)

    @property
    def near(self) -> dict[str, int]:
        """Counted claims by how near the readout is to the handle: 0-1 hop, and more."""
        counted = [item for item in self.claims if item.status in COUNTED]
        close = sum(item.hops is not None and item.hops <= 1 for item in counted)
        return {"hops_0_1": close, "hops_2_or_more": len(counted) - close}

    @property
    def held(self) -> dict[str, int]:
        """Specificity checks that hold, of how many."""
        return {
            "held": sum(item.status == "reproduced" for item in self.specificity),
            "of": len(self.specificity),
        }

    def json(self) -> dict[str, Any]:
        """Return the report as JSON-safe data, schema ``erbium.claims/1``."""
        body = {
            "schema": "erbium.claims/1",
            "version": version(),
            "members": self.members,
            "seed": self.seed,
            "totals": self.totals,
            "by_kind": self.by_kind,
            "by_system": self.by_system,
            "hops": self.near,
            "specificity": self.held
            | {"not_held": [i.id for i in self.specificity if i.status != "reproduced"]},
            "claims": [item.json() for item in self.claims],
            "specificity_checks": [item.json() for item in self.specificity],
            "warnings": list(self.warnings),
        }
        return dict(plain(body))


def in_words(expectation: Expectation) -> str:
    """Return what must be seen as a phrase."""
    time = "" if expectation.time is None else f" at {expectation.time:g} h"
    what = f"{expectation.readout}{time}"
    floor = f"{expectation.floor:.0%}"
    match expectation.comparison:
        case "order":
            return f"{what}: {' > '.join(expectation.arms_in_order)}, each by {floor}"
        case "biphasic":
            return f"{what}: highest or lowest inside {', '.join(expectation.arms_in_order)}, by {floor}"
        case "threshold":
            return f"{what}: {expectation.test} {expectation.side} {expectation.value:g}"
        case "unchanged":
            return f"{what}: {expectation.test} as {expectation.against}, within {floor}"
        case "synergy":
            return f"{what}: {expectation.test} beyond {expectation.against} (Bliss), by {floor}"
    return f"{what}: {expectation.comparison} in {expectation.test} against {expectation.against}, by {floor}"


def totals(claims: Iterable[Judged]) -> dict[str, int]:
    """Return the counts by status, executable first."""
    counts = Counter(item.status for item in claims)
    return {"executable": sum(counts[s] for s in COUNTED)} | {status: counts[status] for status in TOTALS}


def _grouped(claims: Iterable[Judged], key: Any) -> dict[str, dict[str, int]]:
    groups: dict[str, list[Judged]] = {}
    for item in claims:
        groups.setdefault(key(item), []).append(item)
    return {name: totals(items) for name, items in sorted(groups.items())}
