"""The person: what of them changes the choice of treatment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from erbium.profile.measurement import Block, Measurement, Percent, reading
from erbium.profile.vocabulary import Fcgr3a, Germline, Menopausal, Sex, words

Age = Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)]
Ecog = Annotated[int, Field(ge=0, le=4)]
Weight = Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]
Height = Annotated[float, Field(ge=50, le=250, allow_inf_nan=False)]
Albumin = Annotated[float, Field(gt=0, le=80, allow_inf_nan=False)]
Fcgr2a = Annotated[
    Literal["H/H", "H/R", "R/R"],
    BeforeValidator(
        words("FCGR2A genotype", ("H/H", "H/R", "R/R"), {"R/H": "H/R", "HH": "H/H", "RR": "R/R"})
    ),
]
Fcgr2b = Annotated[
    Literal["I/I", "I/T", "T/T"],
    BeforeValidator(
        words("FCGR2B genotype", ("I/I", "I/T", "T/T"), {"T/I": "I/T", "II": "I/I", "TT": "T/T"})
    ),
]


class GermlineGenes(Block):
    """Inherited variants, one result per gene."""

    BRCA1: Measurement[Germline] = reading("Germline BRCA1.")
    BRCA2: Measurement[Germline] = reading("Germline BRCA2.")
    PALB2: Measurement[Germline] = reading("Germline PALB2.")
    TP53: Measurement[Germline] = reading("Germline TP53.")


class Person(Block):
    """The patient, without anything that names them."""

    age: Measurement[Age] = reading("Age in years.", "year")
    age_band: str | None = Field(default=None, description="Age as a band, for example 50-59.")
    sex: Measurement[Sex] = reading("female, male or other.")
    menopausal: Measurement[Menopausal] = reading("pre, peri, post, or male.")
    ecog: Measurement[Ecog] = reading("ECOG performance status, 0 to 4.")
    weight_kg: Measurement[Weight] = reading("Body weight.", "kg")
    height_cm: Measurement[Height] = reading("Height.", "cm")
    albumin_g_L: Measurement[Albumin] = reading("Serum albumin.", "g/L")
    lvef: Measurement[Percent] = reading("Left ventricular ejection fraction.", "percent")
    fcgr3a: Measurement[Fcgr3a] = reading("FCGR3A rs396991 (position 158): V/V, V/F or F/F.")
    fcgr2a: Measurement[Fcgr2a] = reading("FCGR2A rs1801274: H/H, H/R or R/R.")
    fcgr2b: Measurement[Fcgr2b] = reading("FCGR2B rs1050501: I/I, I/T or T/T.")
    comorbidities: tuple[str, ...] = Field(default=(), description="Other illness: cardiac, lung, liver, ...")
    germline: GermlineGenes = Field(default=GermlineGenes(), description="Germline results by gene.")
