"""What a drug does to its targets: one record per class, each with its own potencies."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from erbium.knowledge.schema.number import Number, Record
from erbium.knowledge.schema.pharmacokinetics import PKNumber
from erbium.knowledge.schema.slot_units import check_unit, check_units, in_units

PayloadClass = Literal["tubulin", "top1", "dna_alkylator"]
SecondArm = Literal["HER2", "HER3", "CD3", "PD1", "PDL1"]
PathwayTarget = Literal[
    "MEK", "AKT", "AKTPH", "SRC", "IGF1R", "MET", "FGFR", "HSP90", "PARP", "IKK", "TNF", "HMGCR", "AMPK",
    "ADRB2", "MUC1C", "AXL", "PD1", "PDL1", "VEGF", "CD73", "IDO1", "TIGIT", "CTLA4", "CDK2", "JAK", "ADAM",
    "PVRIG", "HDAC", "GMCSF", "P95CD3",
]  # fmt: skip


class Pharmacology(Record):
    """Numbers every class may carry.

    Attributes
    ----------
    cns_penetration
        Unbound brain-to-plasma ratio.
    EC50_off_target
        Nominal concentration in a dish, nM, at which half of the kill by targets outside the network is
        reached. Left out, a kinase inhibitor takes the network's own and any other drug has none.
    myelosuppression
        Share of the division of neutrophil precursors lost per nM (total) in plasma; left out, none is.
    """

    cns_penetration: Number | None = None
    EC50_off_target: Number | None = None
    myelosuppression: PKNumber | None = None
    note: str | None = None

    UNITS: ClassVar[dict[str, str]] = {
        "cns_penetration": "1", "EC50_off_target": "nM", "myelosuppression": "1/nM",
    }  # fmt: skip
    #: Whether the drug binds the ATP site of a kinase, and at high doses that of others.
    KINASE_INHIBITOR: ClassVar[bool] = False

    @property
    def inhibits_kinases(self) -> bool:
        """Whether the drug is a small molecule made against a kinase."""
        return self.KINASE_INHIBITOR

    @model_validator(mode="after")
    def _units(self) -> Pharmacology:
        check_units(self, self.units())
        return self

    def values(self) -> dict[str, float]:
        """Return every given number in its standard unit."""
        return in_units(self, self.units())

    def numbers(self) -> dict[str, Number]:
        """Return every given number by its name in the file."""
        fields = type(self).model_fields
        found = {name: getattr(self, name) for name in fields}
        return {name: value for name, value in found.items() if isinstance(value, Number)}

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


class Bispecific(FcBinder):
    """An antibody with a first arm on HER2 and a second one on another antigen or epitope.

    `second_arm` HER2 is the other one of the two epitopes (biparatopic). Affinities are monovalent. An arm
    on HER3 adds nothing that the first arm does not do in this network.
    """

    kind: Literal["bispecific"]
    second_arm: SecondArm
    second_arm_KD: Number

    UNITS: ClassVar[dict[str, str]] = {"second_arm_KD": "nM"}

    @model_validator(mode="after")
    def _first_arm(self) -> Bispecific:
        if self.epitope != "IV" and self.second_arm != "HER3":
            raise ValueError(f"second_arm {self.second_arm} goes with epitope IV")
        return self


class ADC(FcBinder):
    """An antibody-drug conjugate: carrier, linker and payload.

    `payload_pumped` is the share of efflux that ABC transporters do at their usual activity; the rest
    is diffusion, which no transporter changes. A `biparatopic` carrier clusters HER2.
    """

    kind: Literal["adc"]
    DAR: Number
    linker: Literal["cleavable", "non-cleavable"]
    k_deconjugation: Number
    payload: str
    payload_class: PayloadClass
    payload_molecular_weight: Number
    payload_influx: Number
    payload_efflux: Number
    payload_pumped: Number
    payload_EC50: Number
    payload_target_KD: Number
    payload_half_life: Number
    biparatopic: bool = False

    UNITS: ClassVar[dict[str, str]] = {
        "DAR": "1", "k_deconjugation": "1/h", "payload_molecular_weight": "g/mol", "payload_influx": "1/h",
        "payload_efflux": "1/h", "payload_pumped": "1", "payload_EC50": "nM", "payload_target_KD": "nM",
        "payload_half_life": "h",
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

    KINASE_INHIBITOR: ClassVar[bool] = True
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

    KINASE_INHIBITOR: ClassVar[bool] = True
    UNITS: ClassVar[dict[str, str]] = {"IC50_p110a_wt": "nM", "IC50_p110a_mutant": "nM", "IC50_p110b": "nM"}


class MTORInhibitor(Pharmacology):
    """An mTOR inhibitor, free concentration in the cell."""

    kind: Literal["mtor_inhibitor"]
    IC50_mTORC1: Number
    IC50_mTORC2: Number

    KINASE_INHIBITOR: ClassVar[bool] = True
    UNITS: ClassVar[dict[str, str]] = {"IC50_mTORC1": "nM", "IC50_mTORC2": "nM"}


class CDKInhibitor(Pharmacology):
    """A CDK4/6 inhibitor, free concentration in the cell."""

    kind: Literal["cdk_inhibitor"]
    IC50_CDK4: Number
    IC50_CDK6: Number

    KINASE_INHIBITOR: ClassVar[bool] = True
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


class PathwayInhibitor(Pharmacology):
    """A drug on one or more pathway targets: free concentration at which each is half open.

    Attributes
    ----------
    potencies
        Target to free concentration of half effect in cells; for an activator (metformin on AMPK)
        that of half activation.
    binder
        What the drug is: an antibody is dosed into plasma; it and other proteins stay out of the cell.
    """

    kind: Literal["pathway_inhibitor"]
    potencies: dict[PathwayTarget, Number] = Field(min_length=1)
    binder: Literal["small_molecule", "antibody", "protein"]

    KINASES: ClassVar[frozenset[str]] = frozenset(
        {"MEK", "AKT", "SRC", "IGF1R", "MET", "FGFR", "AXL", "CDK2", "JAK"}
    )

    @property
    def inhibits_kinases(self) -> bool:
        """Whether the drug is a small molecule made against a kinase."""
        return self.binder == "small_molecule" and self.KINASES.issuperset(self.potencies)

    @model_validator(mode="after")
    def _potencies(self) -> PathwayInhibitor:
        for target, number in self.potencies.items():
            check_unit(f"potencies.{target}", number, "nM")
            if number.value <= 0.0:
                raise ValueError(f"potencies.{target} must be above 0")
        return self

    def values(self) -> dict[str, float]:
        """Return every given number in its standard unit, potencies as IC50_<target>."""
        return super().values() | {f"IC50_{t}": number.to("nM") for t, number in self.potencies.items()}

    def numbers(self) -> dict[str, Number]:
        """Return every given number by its name in the file, potencies.<target> included."""
        return super().numbers() | {f"potencies.{t}": number for t, number in self.potencies.items()}


class Vaccine(Pharmacology):
    """A vaccine against HER2, given in doses.

    Attributes
    ----------
    antigen
        What is injected.
    mhc_class
        Which T cells its epitopes speak to: CD8 (I), CD4 (II) or both.
    gm_csf
        Whether GM-CSF is in the dose.
    immunogenicity
        T cells primed by a dose over those of a peptide vaccine, both without GM-CSF.
    """

    kind: Literal["vaccine"]
    antigen: str
    mhc_class: Literal["I", "II", "both"]
    gm_csf: bool
    immunogenicity: Number

    UNITS: ClassVar[dict[str, str]] = {"immunogenicity": "1"}


class CellTherapy(Pharmacology):
    """T cells with a receptor against HER2, given in cells.

    Attributes
    ----------
    homing
        Infiltrate (relative to a typical CD8 infiltrate) gained per hour and million cells in blood.
    expansion
        Division of the cells on antigen, 1/h.
    """

    kind: Literal["cell_therapy"]
    homing: Number
    expansion: Number

    UNITS: ClassVar[dict[str, str]] = {"homing": "1/h", "expansion": "1/h"}


class Radiation(Pharmacology):
    """External radiation, given in Gy; how sensitive cells are stands with the network.

    Attributes
    ----------
    RBE
        Effect of a gray over that of a gray of X-rays.
    """

    kind: Literal["radiation"]
    RBE: Number

    UNITS: ClassVar[dict[str, str]] = {"RBE": "1"}


AnyPharmacology = Annotated[
    Antibody
    | Bispecific
    | ADC
    | TKI
    | PI3KInhibitor
    | MTORInhibitor
    | CDKInhibitor
    | Endocrine
    | Chemotherapy
    | PathwayInhibitor
    | Vaccine
    | CellTherapy
    | Radiation,
    Field(discriminator="kind"),
]
