"""The parts of FHIR R4 resources that are read.

Source: HL7/fhir-mCODE-ig, `input/fsh` (profiles over FHIR 4.0.1).
"""

from __future__ import annotations

from typing import Any

from erbium.formats.patient import markers
from erbium.formats.patient.dates import read_date
from erbium.formats.patient.part import Part

SYSTEMS = {"http://loinc.org": "LOINC", "http://snomed.info/sct": "SCT", "urn:erbium": "erbium"}


class Coding(Part):
    """A code of a system."""

    system: str = ""
    code: str = ""
    display: str = ""

    @property
    def curie(self) -> str:
        """The code with the prefix of its system."""
        prefix = SYSTEMS.get(self.system.rstrip("/"), "")
        return f"{prefix}:{self.code}" if prefix else self.code


class Concept(Part):
    """Codes for one thing, and its text."""

    coding: tuple[Coding, ...] = ()
    text: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes with their prefixes."""
        return tuple(coding.curie for coding in self.coding if coding.code)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the codes, then the text."""
        return tuple(name for name in (*(coding.display for coding in self.coding), self.text) if name)

    @property
    def label(self) -> str:
        """The first name, else the first code."""
        return next(iter((*self.labels, *self.codes)), "")

    def has(self, system: str, code: str) -> bool:
        """Whether one of the codes is this one."""
        return any(coding.curie in (f"{system}:{code}", code) for coding in self.coding)


class Reference(Part):
    """A reference to another resource."""

    reference: str = ""


class Quantity(Part):
    """A number with its unit."""

    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None
    system: str | None = None


class Range(Part):
    """A low and a high."""

    low: Quantity = Quantity()
    high: Quantity = Quantity()


class Ratio(Part):
    """A numerator and a denominator."""

    numerator: Quantity = Quantity()
    denominator: Quantity = Quantity()


class Period(Part):
    """A start and an end."""

    start: str | None = None
    end: str | None = None


class Extension(Part):
    """A named value."""

    url: str = ""
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_decimal: float | None = None
    value_integer: int | None = None


class Result(Part):
    """What an observation and a component of one share."""

    code: Concept = Concept()
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_integer: int | None = None
    value_boolean: bool | None = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    data_absent_reason: Concept | None = None
    interpretation: tuple[Concept, ...] = ()

    def result(self) -> tuple[Any, str | None]:
        """Return the result as text or number, and its unit; (None, None) where there is none."""
        if self.value_quantity is not None and self.value_quantity.value is not None:
            given = self.value_quantity
            sign = given.comparator or ""
            return (f"{sign}{given.value:g}" if sign else given.value), given.code or given.unit
        if self.value_codeable_concept is not None:
            concept = self.value_codeable_concept
            answer = next((word for code in concept.codes if (word := markers.answer(code))), None)
            return answer or concept.label, None
        if self.value_range is not None:
            low, high = self.value_range.low, self.value_range.high
            if low.value is not None and high.value is not None:
                return f"{low.value:g}-{high.value:g}", low.code or low.unit
        if self.value_ratio is not None:
            over, under = self.value_ratio.numerator.value, self.value_ratio.denominator.value
            if over is not None and under:
                return over / under, None
        for value in (self.value_integer, self.value_boolean, self.value_string):
            if value is not None:
                return value, None
        if self.data_absent_reason is not None:
            reason = {"not-performed": "not tested", "not-asked": "not tested"}
            codes = [coding.code for coding in self.data_absent_reason.coding]
            return next((reason[code] for code in codes if code in reason), "unknown"), None
        word = next(
            (word for each in self.interpretation for code in each.codes if (word := markers.answer(code))),
            None,
        )
        return word, None


class Observation(Result):
    """A measurement."""

    status: str = ""
    subject: Reference | None = None
    specimen: Reference | None = None
    effective_date_time: str | None = None
    effective_instant: str | None = None
    effective_period: Period | None = None
    method: Concept | None = None
    derived_from: tuple[Any, ...] = ()
    component: tuple[Result, ...] = ()

    @property
    def date(self) -> str | None:
        """The date the result holds for."""
        if self.effective_period is not None:
            return read_date(self.effective_period.end) or read_date(self.effective_period.start)
        return read_date(self.effective_date_time) or read_date(self.effective_instant)


class Collection(Part):
    """How a specimen was taken."""

    collected_date_time: str | None = None
    collected_period: Period | None = None
    body_site: Concept | None = None
    method: Concept | None = None


class Specimen(Part):
    """A specimen."""

    id: str = ""
    type: Concept | None = None
    subject: Reference | None = None
    parent: tuple[Reference, ...] = ()
    collection: Collection | None = None
    extension: tuple[Extension, ...] = ()


class Stage(Part):
    """A stage of a condition."""

    summary: Concept | None = None


class Condition(Part):
    """A diagnosis."""

    code: Concept = Concept()
    subject: Reference | None = None
    body_site: tuple[Concept, ...] = ()
    stage: tuple[Stage, ...] = ()
    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    extension: tuple[Extension, ...] = ()


class Medication(Part):
    """A drug that was given, taken or asked for."""

    status: str = ""
    intent: str = ""
    do_not_perform: bool = False
    subject: Reference | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    authored_on: str | None = None
    status_reason: Any = None
    extension: tuple[Extension, ...] = ()


class Named(Part):
    """A resource that others point to by its code."""

    code: Concept = Concept()
