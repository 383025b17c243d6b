"""The disease: where it stands and what was already given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from erbium.profile.follow_up import Rebiopsy, SerialMarker
from erbium.profile.measurement import Block, Date, Measurement, NotNegative, Percent, reading
from erbium.profile.vocabulary import BrainMetastases, Presence, ReasonEnded, Response, Setting, Site

Line = Annotated[int, Field(ge=1, le=20)]
Grade = Annotated[int, Field(ge=1, le=3)]
Count = Annotated[int, Field(ge=0, le=200)]


class Disease(Block):
    """Setting, line, sites and amount of disease."""

    setting: Setting | None = Field(
        default=None, description="metastatic, neoadjuvant, adjuvant or residual."
    )
    line: Line | None = Field(default=None, description="The next line to be given, from 1.")
    sites: tuple[Site, ...] = Field(default=(), description="Sites of disease.")
    brain_metastases: Measurement[BrainMetastases] = reading("none, stable, active or leptomeningeal.")
    sum_of_diameters_mm: Measurement[NotNegative] = reading("RECIST sum of diameters.", "mm")
    n_lesions: Measurement[Count] = reading("Number of lesions.")
    tnm: str | None = Field(default=None, description="TNM, for example T2N1M0.")
    stage: str | None = Field(default=None, description="Stage, for example IIA.")
    grade: Measurement[Grade] = reading("Histological grade, 1 to 3.")
    histology: str | None = Field(default=None, description="Histological type.")
    disease_free_months: Measurement[NotNegative] = reading("Disease-free interval.", "month")
    pcr: Measurement[Presence] = reading("Pathological complete response: positive or negative.")
    rcb: str | None = Field(default=None, description="Residual cancer burden class: 0, I, II or III.")


class Specimen(Block):
    """One specimen; values name it by its id."""

    id: str
    site: Site | None = None
    type: Literal["core", "excision", "fluid", "ctDNA", "other"] | None = None
    date: Date | None = None
    metastatic: bool | None = Field(default=None, description="Whether it is from a metastasis.")
    tumour_percent: Measurement[Percent] = reading("Tumour cells in the specimen.", "percent")
    line_before: int | None = Field(default=None, ge=0, description="Line of therapy before it was taken.")


class PriorTherapy(Block):
    """One earlier treatment and what came of it."""

    regimen: str | None = Field(default=None, description="Regimen by name.")
    drugs: tuple[str, ...] = Field(default=(), description="Drugs by INN, if the regimen has no name.")
    setting: Setting | None = None
    line: Line | None = None
    start: Date | None = None
    stop: Date | None = None
    duration_months: Measurement[NotNegative] = reading("How long it was given.", "month")
    best_response: Measurement[Response] = reading("CR, PR, SD, PD, pCR or non-pCR.")
    reason_ended: ReasonEnded | None = Field(
        default=None, description="progression, toxicity, completed, choice or ongoing."
    )
    toxicities: tuple[str, ...] = ()
    markers: tuple[SerialMarker, ...] = Field(
        default=(), description="Markers that were followed: serum_HER2, ctDNA_fraction, Ki67."
    )
    rebiopsy: Rebiopsy | None = Field(default=None, description="A second specimen after this treatment.")

    @property
    def name(self) -> str:
        """The regimen's name, or its drugs joined by ``+``."""
        return self.regimen or " + ".join(self.drugs)


def lines_before_each(prior: Sequence[PriorTherapy], disease: Disease) -> tuple[int | None, ...]:
    """Return the number of metastatic lines before each earlier treatment; None for those around surgery.

    Treatments that state one line are one line; one without a line follows what is listed before it, as
    far as the line to be given allows.
    """
    found: list[int | None] = []
    following = 0
    for therapy in prior:
        if (therapy.setting or disease.setting or "metastatic") != "metastatic":
            found.append(None)
            continue
        if therapy.line is not None:
            number = therapy.line - 1
        elif disease.line is not None:
            number = min(following, max(disease.line - 2, 0))
        else:
            number = following
        following = max(following, number + 1)
        found.append(number)
    return tuple(found)
