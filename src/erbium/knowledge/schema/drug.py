"""A drug: only what can be measured outside patients, and its pharmacokinetics.

There is no clinical efficacy constant in a drug file: from cell to patient there is one
translation factor per modality, kept with the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.core.errors import DataError
from erbium.knowledge.schema.dose_text import amount
from erbium.knowledge.schema.interactions import Interactions
from erbium.knowledge.schema.number import Kind, Number, Record, Texts, fault, tuple_of
from erbium.knowledge.schema.pharmacokinetics import PK
from erbium.knowledge.schema.pharmacology import AnyPharmacology
from erbium.knowledge.schema.regimen import Caution, Schedule

DrugClass = Literal[
    "antibody", "bispecific", "adc", "tki", "pi3k_inhibitor", "mtor_inhibitor", "cdk_inhibitor", "endocrine",
    "chemotherapy", "pathway_inhibitor", "vaccine", "cell_therapy", "radiation",
]  # fmt: skip
Region = Literal["US", "EU", "CN"]
Route = Literal["IV", "oral", "IM", "SC", "intradermal", "external beam"]
#: What is given otherwise than as a mass of molecules, and in which unit: it has no concentration.
GIVEN_IN = {"vaccine": "dose", "cell_therapy": "cells", "radiation": "Gy"}
#: How the names of potencies begin.
POTENCIES = (
    "KD", "Ki_", "IC50", "EC50", "potencies.", "second_arm_KD", "immunogenicity", "homing",
    "expansion", "RBE",
)  # fmt: skip
#: Kinds of a number from the strongest to the weakest.
_STRENGTH: tuple[Kind, ...] = ("measured", "derived", "fitted", "assumed")


def weakest_kind(numbers: Iterable[Number]) -> Kind:
    """Return the kind that least rests on measurement; `assumed` where there is no number."""
    return max((number.kind for number in numbers), key=_STRENGTH.index, default="assumed")


class Target(Record):
    """What the drug binds."""

    target: str
    site: str | None = None
    action: str | None = None


class RegionName(Record):
    """A region in which drugs are approved."""

    code: Region
    name: str


class Approval(Record):
    """An approval as far as it is known; `text` is in own words.

    Attributes
    ----------
    region
        US, EU or CN.
    granted
        False records that none is known; silence records nothing.
    year
        Year of the approval.
    """

    region: Region
    granted: bool = True
    year: int | None = Field(default=None, ge=1970, le=2100)
    setting: str
    text: str
    source: str

    @model_validator(mode="after")
    def _dated(self) -> Approval:
        if self.granted == (self.year is None):
            raise ValueError("an approval has a year, and one that is not granted has none")
        return self


class Molecule(Record):
    """Size of the molecule; `elements` is its formula, from which a small molecule's weight is computed."""

    molecular_weight: Number
    elements: str | None = None


class Drug(Record):
    """One drug.

    Attributes
    ----------
    id, name
        Id (file stem, underscores) and INN in lower case.
    drug_class
        The modality; key `class` in the file.
    synonyms, codes, brands
        Other names that resolve to this drug.
    targets, approvals, toxicities, route
        What it binds, where it is approved, what it does to the patient, how it is given.
    default_schedule
        Used when the drug is named without a regimen.
    molecule, pk, pharmacology
        The numbers. A vaccine, cells and radiation have no molecule and no pharmacokinetics.
    interactions
        Enzymes that clear the drug, what it does to enzymes, and measured pairs; empty where unknown.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    drug_class: DrugClass = Field(alias="class")
    synonyms: Texts = ()
    codes: Texts = ()
    brands: Texts = ()
    targets: Annotated[tuple[Target, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
    approvals: Annotated[tuple[Approval, ...], BeforeValidator(tuple_of)] = ()
    toxicities: Annotated[tuple[Caution, ...], BeforeValidator(tuple_of)] = ()
    route: Route
    default_schedule: Schedule
    molecule: Molecule | None = None
    pk: PK | None = None
    pharmacology: AnyPharmacology
    interactions: Interactions = Field(default_factory=Interactions)
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _class_selects_pharmacology(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("pharmacology"), dict):
            kind = data.get("class", data.get("drug_class"))
            return {**data, "pharmacology": {"kind": kind, **data["pharmacology"]}}
        return data

    @model_validator(mode="after")
    def _complete(self) -> Drug:
        unit = amount(self.default_schedule.dose)[1]
        if unit.partition("/")[0] != self.given_in:
            raise fault(
                f"the dose is in {unit}, and a {self.drug_class} is given in {self.given_in}.",
                key="default_schedule.dose",
            )
        for name, record in (("molecule", self.molecule), ("pk", self.pk)):
            if (record is not None) != self.has_concentration:
                raise fault(f"{name} is {'missing' if record is None else 'not for this class'}.", key=name)
        if self.pk is not None and (self.pk.ka is None) != (self.route == "IV"):
            raise ValueError("pk.ka is given for every route but IV")
        if self.pharmacology.kind != self.drug_class:
            raise ValueError("pharmacology is of another class")
        if self.id in self.interactions.measured:
            raise ValueError(f"interactions.measured.{self.id} is the drug itself; expected another drug")
        return self

    @property
    def has_concentration(self) -> bool:
        """Whether it is a molecule that has a concentration in plasma and medium."""
        return self.drug_class not in GIVEN_IN

    @property
    def given_in(self) -> str:
        """Unit of its doses: mg, dose, cells or Gy; without regard to the size of the patient."""
        return GIVEN_IN.get(self.drug_class, "mg")

    def dose(self, text: str) -> tuple[float, str]:
        """Return the size of a dose in mg, doses, cells or Gy, and what it is per: "", "kg" or "m2".

        Raises
        ------
        DataError
            No dose, or one in the unit of another class.
        """
        expected = f'a dose in {self.given_in}, such as "{self.default_schedule.dose}"'
        try:
            value, unit = amount(text)
        except ValueError as error:
            said = f'{self.name}: "{text}" is not a dose.'
            raise DataError(said, key=self.id, expected=expected) from error
        given, _, per = unit.partition("/")
        if given != self.given_in:
            raise DataError(
                f'{self.name} at "{text}": it is not given in {given}.', key=self.id, expected=expected
            )
        return value, per

    @property
    def kinetics(self) -> PK:
        """Pharmacokinetics.

        Raises
        ------
        DataError
            It is no molecule.
        """
        if self.pk is None:
            raise DataError(f"{self.name} has no concentration: it is given in {self.given_in}.", key=self.id)
        return self.pk

    @property
    def molecular_weight(self) -> float:
        """Molecular weight in g/mol.

        Raises
        ------
        DataError
            It is no molecule.
        """
        if self.molecule is None:
            raise DataError(f"{self.name} has no molecular weight.", key=self.id)
        return self.molecule.molecular_weight.to("g/mol")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that resolves to this drug."""
        return (self.id, self.name, *self.synonyms, *self.codes, *self.brands)

    @property
    def pk_basis(self) -> Kind | None:
        """What clearance and volume rest on: the weaker of the two kinds; None without pharmacokinetics."""
        return None if self.pk is None else weakest_kind((self.pk.CL, self.pk.V1))

    @property
    def potency_basis(self) -> Kind:
        """What the potencies rest on: the weakest kind of affinities and half-effect concentrations."""
        return weakest_kind(
            number
            for name, number in self.pharmacology.numbers().items()
            if name.removeprefix("payload_").startswith(POTENCIES) and not name.startswith("payload_target")
        )

    def free_concentration(self, total_mg_per_l: float) -> float:
        """Return the free concentration in nM of a total plasma concentration in mg/L."""
        return total_mg_per_l * 1e6 / self.molecular_weight * self.kinetics.free_fraction.value

    def numbers(self) -> dict[str, Number]:
        """Return every number of the file by dotted path."""
        found: dict[str, Number] = {}
        if self.molecule is not None:
            found["molecule.molecular_weight"] = self.molecule.molecular_weight
        kinetic = {name: getattr(self.pk, name) for name in PK.model_fields} if self.pk is not None else {}
        found |= {f"pk.{name}": number for name, number in kinetic.items() if isinstance(number, Number)}
        found |= {f"pharmacology.{name}": n for name, n in self.pharmacology.numbers().items()}
        return found | {f"interactions.{name}": n for name, n in self.interactions.numbers().items()}
