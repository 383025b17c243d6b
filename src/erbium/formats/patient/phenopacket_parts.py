"""The parts of a Phenopacket v2 that are read.

Source: phenopackets/phenopacket-schema, `src/main/proto/phenopackets/schema/v2/core`.
"""

from __future__ import annotations

from typing import Any

from erbium.formats.patient.dates import of_interval, read_age, read_date
from erbium.formats.patient.part import Part


class Term(Part):
    """An ontology class."""

    id: str = ""
    label: str = ""


class Age(Part):
    """An age as a duration."""

    iso8601duration: str = ""


class AgeRange(Part):
    """A range of ages."""

    start: Age = Age()
    end: Age = Age()


class Interval(Part):
    """Two timestamps."""

    start: str = ""
    end: str = ""


class Time(Part):
    """A point in time in one of its forms."""

    timestamp: str | None = None
    interval: Interval | None = None
    age: Age | None = None
    age_range: AgeRange | None = None
    ontology_class: Term | None = None

    @property
    def date(self) -> str | None:
        """The date, where there is one."""
        if self.interval is not None:
            return of_interval(read_date(self.interval.start), read_date(self.interval.end))
        return read_date(self.timestamp)

    @property
    def years(self) -> float | None:
        """The age in years, where there is one."""
        if self.age is not None:
            return read_age(self.age.iso8601duration)
        return read_age(self.age_range.start.iso8601duration) if self.age_range else None


class Quantity(Part):
    """A number with its unit."""

    unit: Term = Term()
    value: float | None = None
    reference_range: Any = None


class Value(Part):
    """A number or a term."""

    quantity: Quantity | None = None
    ontology_class: Term | None = None


class Procedure(Part):
    """How something was done."""

    code: Term = Term()


class TypedQuantity(Part):
    """One quantity of several."""

    type: Term = Term()
    quantity: Quantity = Quantity()


class ComplexValue(Part):
    """Several quantities of one assay."""

    typed_quantities: tuple[TypedQuantity, ...] = ()


class Measurement(Part):
    """The result of an assay."""

    assay: Term = Term()
    value: Value | None = None
    complex_value: ComplexValue | None = None
    time_observed: Time | None = None
    procedure: Procedure | None = None
    description: Any = None


class Subject(Part):
    """The individual."""

    id: str = ""
    date_of_birth: str | None = None
    time_at_last_encounter: Time | None = None
    sex: str | None = None


class Biosample(Part):
    """A specimen with what was measured in it."""

    id: str = ""
    derived_from_id: str | None = None
    sampled_tissue: Term | None = None
    sample_type: Term | None = None
    time_of_collection: Time | None = None
    histological_diagnosis: Term | None = None
    tumor_progression: Term | None = None
    tumor_grade: Term | None = None
    pathological_stage: Term | None = None
    pathological_tnm_finding: tuple[Term, ...] = ()
    diagnostic_markers: tuple[Term, ...] = ()
    measurements: tuple[Any, ...] = ()


class Expression(Part):
    """A variant in a notation."""

    syntax: str = ""
    value: str = ""


class Extension(Part):
    """A named value."""

    name: str = ""
    value: Any = None


class GeneContext(Part):
    """The gene of a variant."""

    value_id: str = ""
    symbol: str = ""


class VariationDescriptor(Part):
    """A variant."""

    id: str = ""
    label: str = ""
    gene_context: GeneContext | None = None
    expressions: tuple[Expression, ...] = ()
    extensions: tuple[Extension, ...] = ()
    allelic_state: Term | None = None
    molecule_context: str | None = None
    structural_type: Term | None = None


class VariantInterpretation(Part):
    """A variant and what is thought of it."""

    acmg_pathogenicity_classification: str | None = None
    therapeutic_actionability: Any = None
    variation_descriptor: VariationDescriptor | None = None


class GenomicInterpretation(Part):
    """A variant or gene, and whose it is."""

    subject_or_biosample_id: str = ""
    interpretation_status: str | None = None
    variant_interpretation: VariantInterpretation | None = None


class Disease(Part):
    """A diagnosis."""

    term: Term = Term()
    excluded: bool = False
    disease_stage: tuple[Term, ...] = ()
    clinical_tnm_finding: tuple[Term, ...] = ()
    primary_site: Term | None = None


class Treatment(Part):
    """A drug that was given."""

    agent: Term = Term()
    dose_intervals: tuple[Any, ...] = ()


class TherapeuticRegimen(Part):
    """A regimen that was given."""

    ontology_class: Term | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    regimen_status: str | None = None


class MedicalAction(Part):
    """Something done to treat."""

    treatment: Treatment | None = None
    therapeutic_regimen: TherapeuticRegimen | None = None
    treatment_intent: Term | None = None
    response_to_treatment: Term | None = None
    adverse_events: tuple[Term, ...] = ()
    treatment_termination_reason: Term | None = None


class DoseInterval(Part):
    """When a dose was given."""

    interval: Interval | None = None
