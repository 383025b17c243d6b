"""A claim of a review as an executable check: arms, what is read of them, and what must be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.arms import Arms
from erbium.knowledge.schema.condition import Context, Hours
from erbium.knowledge.schema.number import Record, Texts, tuple_of

ClaimKind = Literal[
    "causal-effect",
    "drug-mechanism",
    "structure",
    "biomarker",
    "drug-response",
    "trial-result",
    "recommendation",
    "resistance",
    "prevalence",
    "hypothesis",
]
Comparison = Literal["up", "down", "unchanged", "biphasic", "order", "synergy", "threshold"]

#: Endpoints of a whole course: they have no time of their own.
ENDPOINTS = frozenset({"PFS_months", "event_rate", "ORR", "CBR", "pCR"})
#: Readouts of a patient rather than of a cell.
PATIENT_READOUTS = ENDPOINTS | {
    "tumour_volume_ratio",
    "new_lesion_rate",
    "serum_HER2_ratio",
    "plasma_copies_ratio",
    "HER2_mutant_fraction",
    "HER2_negative_fraction",
}
DEFAULT_FLOOR = 0.10
_SCANS = ("order", "biphasic")


class Expectation(Record):
    """One thing that must be seen.

    Attributes
    ----------
    readout, time
        What is read, and when after the drugs are added (h); endpoints of a course have no time.
    comparison
        up, down, unchanged and synergy compare `test` with `against`, each an arm or a ratio "a / b" of
        arms; order and biphasic look along `arms_in_order`; threshold holds `test` against `value`.
    floor
        Smallest relative effect that counts.
    floor_source
        Where a floor other than the default is from.
    label
        In words; the alternative that this expectation belongs to, in a contested claim.
    """

    readout: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    time: Hours | None = None
    comparison: Comparison
    test: str | None = None
    against: str | None = None
    arms_in_order: Texts = ()
    value: float | None = None
    side: Literal["above", "below"] | None = None
    floor: float = Field(default=DEFAULT_FLOOR, gt=0, le=10)
    floor_source: str | None = None
    label: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Expectation:
        if self.time is None and self.readout not in ENDPOINTS:
            raise ValueError(f'"{self.readout}" needs a time')
        scan = self.comparison in _SCANS
        threshold = self.comparison == "threshold"
        if scan and (self.test or self.against):
            raise ValueError(f"{self.comparison} looks along arms_in_order, not at test and against")
        if not scan and self.arms_in_order:
            raise ValueError(f"{self.comparison} compares test with against, not arms_in_order")
        least = 3 if self.comparison == "biphasic" else 2
        if scan and len(self.arms_in_order) < least:
            raise ValueError(f"{self.comparison} needs at least {least} arms in arms_in_order")
        if len(set(self.arms_in_order)) != len(self.arms_in_order):
            raise ValueError("arms_in_order names an arm twice")
        if not scan and not self.test:
            raise ValueError(f"{self.comparison} needs test")
        if threshold and (self.value is None or self.side is None):
            raise ValueError("threshold needs value and side (above or below)")
        if threshold and self.against:
            raise ValueError("threshold holds test against value, not against an arm")
        if not threshold and (self.value is not None or self.side is not None):
            raise ValueError(f"{self.comparison} takes no value and no side")
        if not scan and not threshold and not self.against:
            raise ValueError(f"{self.comparison} needs against")
        if self.comparison == "synergy" and not (self.test and self.against and _two_ratios(self)):
            raise ValueError('synergy needs test "both / a" and against "b / none"')
        if self.test and self.against and self.test.split() == self.against.split():
            raise ValueError("test and against are the same: nothing is compared")
        return self

    def arms(self) -> Iterator[tuple[str, str]]:
        """Yield each arm that is named, with the key that names it."""
        for key, text in (("test", self.test), ("against", self.against)):
            for name in ratio(text) if text else ():
                yield key, name
        for number, name in enumerate(self.arms_in_order):
            yield f"arms_in_order[{number}]", name


def ratio(text: str) -> tuple[str, ...]:
    """Return the arms of "a" or "a / b"."""
    return tuple(part.strip() for part in text.split("/"))


def _two_ratios(expectation: Expectation) -> bool:
    return all(len(ratio(text)) == 2 for text in (expectation.test or "", expectation.against or ""))


_ARM = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


class Check(Arms):
    """Arms and what must be seen between them."""

    expect: Annotated[tuple[Expectation, ...], BeforeValidator(tuple_of)] = ()

    @model_validator(mode="after")
    def _arms_fit(self) -> Check:
        for name in self.arms:
            if not _ARM.match(name):
                raise ValueError(f'arm "{name}" is not a plain word (letters, digits, underscore)')
        used: set[str] = set()
        for number, expectation in enumerate(self.expect):
            for key, name in expectation.arms():
                if name not in self.arms:
                    raise ValueError(unknown_arm(f"expect[{number}].{key}", name, self.arms))
                used.add(name)
            if expectation.test and len(ratio(expectation.test)) > 2:
                raise ValueError(f"expect[{number}].test: a ratio has two arms")
            if expectation.against and len(ratio(expectation.against)) > 2:
                raise ValueError(f"expect[{number}].against: a ratio has two arms")
        if unused := [name for name in self.arms if name not in used]:
            raise ValueError(f'arm "{unused[0]}" is not used by any expectation')
        return self


def unknown_arm(key: str, name: str, arms: dict[str, Context]) -> str:
    """Return the message about an arm that no one declared."""
    from erbium.core.errors import nearest

    near = nearest(name, arms)
    return f'{key}: no arm "{name}".' + (f' Did you mean "{near}"?' if near else "")


class Claim(Check):
    """One claim.

    Attributes
    ----------
    kind
        What sort of statement it is.
    executable
        Whether the network can be asked; if not, `reason` says why.
    contested
        The sources disagree: each expectation is one alternative, run and reported, and none is gated.
    general
        Said of HER2-positive cells in general, so that it must hold in several lines.
    cut
        The mediating edge: parameters set in all arms so that the claim must fail.
    trial_number, published
        A trial's number, scored only with parameters frozen after calibration to trials.
    duplicate_of
        Id of the claim that says the same and is encoded.
    not_reproduced
        Why the model gets it wrong, if it does.
    """

    id: str = Field(pattern=r"^S[12]-\d{3}$")
    kind: ClaimKind
    statement: str = Field(min_length=8)
    source: str = Field(min_length=3)
    executable: bool
    reason: str | None = None
    contested: bool = False
    general: bool = False
    trial_number: bool = False
    duplicate_of: str | None = Field(default=None, pattern=r"^S[12]-\d{3}$")
    published: dict[str, float] = Field(default_factory=dict)
    cut: dict[str, float] = Field(default_factory=dict)
    not_reproduced: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Claim:
        if self.duplicate_of is not None:
            if self.duplicate_of == self.id:
                raise ValueError("a claim is not a duplicate of itself")
            if self.arms or self.expect:
                raise ValueError("a duplicate is encoded once: no arms and no expect here")
            return self
        if not self.executable:
            if not self.reason and not self.trial_number:
                raise ValueError("a claim that is not executable needs a reason")
            if (self.arms or self.expect) and not self.trial_number:
                raise ValueError("a claim that is not executable has no arms and no expect")
            return self
        if self.published and not self.trial_number:
            raise ValueError("published belongs to a claim with trial_number = true")
        if self.trial_number and not (self.arms or self.expect):
            if not self.published:
                raise ValueError("a trial's number needs published, or arms and expect")
            return self
        for name, value in (("arms", self.arms), ("expect", self.expect)):
            if not value:
                raise ValueError(f"an executable claim needs {name}")
        if not self.cut and self.needs_cut:
            raise ValueError("an executable claim needs cut, the mediating edge without which it must fail")
        return self

    @property
    def needs_cut(self) -> bool:
        """Whether an edge must be named that the claim depends on."""
        still = all(expectation.comparison == "unchanged" for expectation in self.expect)
        return not (self.contested or self.trial_number or still)

    @property
    def runs(self) -> bool:
        """Whether there is something to simulate."""
        return self.executable and self.duplicate_of is None and bool(self.expect)


class SpecificityCheck(Check):
    """What must not move, and why.

    Attributes
    ----------
    mechanism
        Why nothing must move.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    statement: str = Field(min_length=8)
    mechanism: str = Field(min_length=8)
    source: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> SpecificityCheck:
        if not self.expect:
            raise ValueError("a specificity check needs expect")
        for number, expectation in enumerate(self.expect):
            if expectation.comparison != "unchanged":
                raise ValueError(f'expect[{number}].comparison must be "unchanged" here')
        return self
