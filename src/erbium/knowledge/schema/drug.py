"""A drug: only what can be measured outside patients, and its pharmacokinetics.

There is no clinical efficacy constant in a drug file: from cell to patient there is one
translation factor per modality, kept with the model.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.core.errors import UnitError
from erbium.knowledge.schema.number import Number, Record, Texts, tuple_of
from erbium.knowledge.schema.regimen import Caution, Schedule

DrugClass = Literal[
    "antibody", "adc", "tki", "pi3k_inhibitor", "mtor_inhibitor", "cdk_inhibitor", "endocrine", "chemotherapy"
]
Route = Literal["IV", "oral", "IM", "SC"]
PayloadClass = Literal["tubulin", "top1"]


class PKNumber(Number):
    """A pharmacokinetic number; `iiv_cv` is its variation between patients as a fraction."""

    iiv_cv: float | None = Field(default=None, ge=0.0, le=5.0)


class Target(Record):
    """What the drug binds."""

    target: str
    site: str | None = None
    action: str | None = None


class Approval(Record):
    """An approval as far as it is known; `text` is in own words."""

    region: str
    year: int = Field(ge=1970, le=2100)
    setting: str
    text: str
    source: str


class Molecule(Record):
    """Size of the molecule; `elements` is its formula, from which a small molecule's weight is computed."""

    molecular_weight: Number
    elements: str | None = None


class Covariate(Record):
    """How a patient's value moves a PK parameter.

    power: (x / reference)^exponent; exponential: exp(exponent * (x - reference));
    fraction: 1 + exponent * x for an indicator x.
    """

    parameter: Literal["ka", "CL", "V1", "Q", "V2", "Vmax", "Km"]
    covariate: str
    reference: float
    exponent: float
    unit: str = "1"
    form: Literal["power", "exponential", "fraction"] = "power"
    source: str | None = None
    status: str | None = None


class PK(Record):
    """Generic slot: depot or gut, central, peripheral; linear and saturable elimination.

    Volumes and clearances of oral and intramuscular drugs are apparent (over F). `free_fraction`
    is the unbound fraction in plasma; `medium_free_fraction` that in medium with 10 % serum, for
    turning the nominal concentration of a cell experiment into a free one.
    """

    ka: PKNumber | None = None
    CL: PKNumber
    V1: PKNumber
    Q: PKNumber | None = None
    V2: PKNumber | None = None
    Vmax: PKNumber | None = None
    Km: PKNumber | None = None
    lag: PKNumber | None = None
    free_fraction: PKNumber
    medium_free_fraction: Number | None = None
    covariates: Annotated[tuple[Covariate, ...], BeforeValidator(tuple_of)] = ()
    note: str | None = None

    UNITS: ClassVar[dict[str, str]] = {
        "ka": "1/h", "CL": "L/h", "V1": "L", "Q": "L/h", "V2": "L", "Vmax": "mg/h", "Km": "mg/L", "lag": "h",
        "free_fraction": "1", "medium_free_fraction": "1",
    }  # fmt: skip

    @model_validator(mode="after")
    def _pairs(self) -> PK:
        if (self.Q is None) != (self.V2 is None):
            raise ValueError("Q and V2 come together")
        if (self.Vmax is None) != (self.Km is None):
            raise ValueError("Vmax and Km come together")
        for name in ("free_fraction", "medium_free_fraction"):
            number = getattr(self, name)
            if number is not None and not 0.0 < number.value <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1")
        check_units(self)
        return self

    def values(self) -> dict[str, float]:
        """Return every given number in slot units (h, L, mg)."""
        return _in_units(self, self.UNITS)


class Pharmacology(Record):
    """Numbers every class may carry: unbound brain-to-plasma ratio."""

    cns_penetration: Number | None = None
    note: str | None = None

    UNITS: ClassVar[dict[str, str]] = {"cns_penetration": "1"}

    @model_validator(mode="after")
    def _units(self) -> Pharmacology:
        check_units(self)
        return self

    def values(self) -> dict[str, float]:
        """Return every given number in its standard unit."""
        return _in_units(self, self.units())

    @classmethod
    def units(cls) -> dict[str, str]:
        """Return the standard unit of each number, those of the base classes included."""
        found: dict[str, str] = {}
        for base in reversed(cls.__mro__):
            found.update(vars(base).get("UNITS", {}))
        return found


class FcBinder(Pharmacology):
    """Binding of an antibody: epitope on HER2, affinity there and at the Fc receptors (monomer KD)."""

    epitope: Literal["IV", "II"]
    KD: Number
    fc_active: bool
    fcgr3a_v_KD: Number
    fcgr3a_f_KD: Number
    fcgr2b_KD: Number

    UNITS: ClassVar[dict[str, str]] = {
        "KD": "nM", "fcgr3a_v_KD": "nM", "fcgr3a_f_KD": "nM", "fcgr2b_KD": "nM",
    }  # fmt: skip


class Antibody(FcBinder):
    """A naked antibody."""

    kind: Literal["antibody"]


class ADC(FcBinder):
    """An antibody-drug conjugate: carrier, linker and payload."""

    kind: Literal["adc"]
    DAR: Number
    linker: Literal["cleavable", "non-cleavable"]
    k_deconjugation: Number
    payload: str
    payload_class: PayloadClass
    payload_molecular_weight: Number
    payload_influx: Number
    payload_efflux: Number
    payload_EC50: Number
    payload_target_KD: Number
    payload_half_life: Number

    UNITS: ClassVar[dict[str, str]] = {
        "DAR": "1", "k_deconjugation": "1/h", "payload_molecular_weight": "g/mol", "payload_influx": "1/h",
        "payload_efflux": "1/h", "payload_EC50": "nM", "payload_target_KD": "nM", "payload_half_life": "h",
    }  # fmt: skip


class TKI(Pharmacology):
    """A HER kinase inhibitor; affinities are for free drug in the cell, not for purified kinase.

    For a covalent inhibitor `Ki_*` is KI, the affinity of the reversible encounter before the bond,
    and `kinact` the rate of bond formation: loss of kinase at kinact * C / (Ki + C), undone only by
    synthesis. A reversible inhibitor has kinact 0 (not given). `inactive_conformation` is the share
    of binding that needs the inactive kinase (1 for lapatinib): it decides which variants resist.
    """

    kind: Literal["tki"]
    mode: Literal["reversible", "covalent"]
    Ki_EGFR: Number
    Ki_HER2: Number
    Ki_HER4: Number
    kinact: Number | None = None
    inactive_conformation: Number | None = None

    UNITS: ClassVar[dict[str, str]] = {
        "Ki_EGFR": "nM", "Ki_HER2": "nM", "Ki_HER4": "nM", "kinact": "1/h", "inactive_conformation": "1",
    }  # fmt: skip

    @model_validator(mode="after")
    def _covalent(self) -> TKI:
        if (self.kinact is not None) != (self.mode == "covalent"):
            raise ValueError("kinact is given for a covalent inhibitor and for no other")
        return self


class PI3KInhibitor(Pharmacology):
    """A PI3K inhibitor, free concentration in the cell."""

    kind: Literal["pi3k_inhibitor"]
    IC50_p110a_wt: Number
    IC50_p110a_mutant: Number
    IC50_p110b: Number

    UNITS: ClassVar[dict[str, str]] = {"IC50_p110a_wt": "nM", "IC50_p110a_mutant": "nM", "IC50_p110b": "nM"}


class MTORInhibitor(Pharmacology):
    """An mTOR inhibitor, free concentration in the cell."""

    kind: Literal["mtor_inhibitor"]
    IC50_mTORC1: Number
    IC50_mTORC2: Number

    UNITS: ClassVar[dict[str, str]] = {"IC50_mTORC1": "nM", "IC50_mTORC2": "nM"}


class CDKInhibitor(Pharmacology):
    """A CDK4/6 inhibitor, free concentration in the cell."""

    kind: Literal["cdk_inhibitor"]
    IC50_CDK4: Number
    IC50_CDK6: Number

    UNITS: ClassVar[dict[str, str]] = {"IC50_CDK4": "nM", "IC50_CDK6": "nM"}


class Endocrine(Pharmacology):
    """An endocrine drug: receptor degrader or blocker (IC50_ER), or aromatase inhibitor (IC50_aromatase)."""

    kind: Literal["endocrine"]
    mechanism: Literal["serd", "serm", "aromatase_inhibitor"]
    IC50_ER: Number | None = None
    IC50_aromatase: Number | None = None

    UNITS: ClassVar[dict[str, str]] = {"IC50_ER": "nM", "IC50_aromatase": "nM"}

    @model_validator(mode="after")
    def _one(self) -> Endocrine:
        wanted = "IC50_aromatase" if self.mechanism == "aromatase_inhibitor" else "IC50_ER"
        if getattr(self, wanted) is None:
            raise ValueError(f"mechanism {self.mechanism} needs {wanted}")
        return self


class Chemotherapy(Pharmacology):
    """A cytotoxic drug: concentration of half effect in cells (free) and steepness."""

    kind: Literal["chemotherapy"]
    mechanism: Literal["tubulin", "antimetabolite", "platinum", "top1", "anthracycline"]
    EC50: Number
    hill: Number

    UNITS: ClassVar[dict[str, str]] = {"EC50": "nM", "hill": "1"}


def _in_units(record: PK | Pharmacology, table: dict[str, str]) -> dict[str, float]:
    numbers = {name: getattr(record, name) for name in table}
    return {name: number.to(table[name]) for name, number in numbers.items() if number is not None}


def check_units(record: PK | Pharmacology) -> None:
    """Raise ValueError where a number's unit does not convert to the unit of its slot."""
    table = record.units() if isinstance(record, Pharmacology) else record.UNITS
    for name, unit in table.items():
        number = getattr(record, name, None)
        if number is None:
            continue
        if number.value < 0.0:
            raise ValueError(f"{name} is negative")
        try:
            number.to(unit)
        except UnitError as error:
            raise ValueError(f'{name}: unit "{number.unit}" does not convert to {unit}') from error


AnyPharmacology = Annotated[
    Antibody | ADC | TKI | PI3KInhibitor | MTORInhibitor | CDKInhibitor | Endocrine | Chemotherapy,
    Field(discriminator="kind"),
]


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
        The numbers.
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
    molecule: Molecule
    pk: PK
    pharmacology: AnyPharmacology
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _class_selects_pharmacology(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("pharmacology"), dict):
            kind = data.get("class", data.get("drug_class"))
            return {**data, "pharmacology": {"kind": kind, **data["pharmacology"]}}
        return data

    @model_validator(mode="after")
    def _absorption(self) -> Drug:
        if (self.pk.ka is None) != (self.route == "IV"):
            raise ValueError("pk.ka is given for every route but IV")
        if self.pharmacology.kind != self.drug_class:
            raise ValueError("pharmacology is of another class")
        return self

    @property
    def molecular_weight(self) -> float:
        """Molecular weight in g/mol."""
        return self.molecule.molecular_weight.to("g/mol")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that resolves to this drug."""
        return (self.id, self.name, *self.synonyms, *self.codes, *self.brands)

    def free_concentration(self, total_mg_per_l: float) -> float:
        """Return the free concentration in nM of a total plasma concentration in mg/L."""
        return total_mg_per_l * 1e6 / self.molecular_weight * self.pk.free_fraction.value

    def numbers(self) -> dict[str, Number]:
        """Return every number of the file by dotted path."""
        found: dict[str, Number] = {"molecule.molecular_weight": self.molecule.molecular_weight}
        parts: dict[str, PK | Pharmacology] = {"pk": self.pk, "pharmacology": self.pharmacology}
        for prefix, record in parts.items():
            for name in type(record).model_fields:
                if isinstance(number := getattr(record, name), Number):
                    found[f"{prefix}.{name}"] = number
        return found
