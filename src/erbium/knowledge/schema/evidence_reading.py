"""How the sources of evidence are read: claims, trials and rows of CIViC as items, drugs as classes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from erbium.knowledge.schema.evidence import (
    Design,
    Direction,
    Directness,
    Effect,
    Interaction,
    Measure,
    Tumour,
)
from erbium.knowledge.schema.number import Record, Texts
from erbium.knowledge.schema.regimen import Level, Line, Setting


class ClaimReading(Record):
    """A claim of a review as evidence; its words, source and kind stand with the claim.

    Attributes
    ----------
    markers
        Markers that are all there, or of which one is (`any_of`), or is not (`present`).
    """

    markers: Texts = Field(min_length=1)
    any_of: bool = False
    present: bool = True
    alterations: Texts = ()
    tumour: Tumour = "HER2-positive"
    setting: Setting | None = None
    drugs: Texts = ()
    drug_class: str | None = Field(default=None, alias="class")
    interaction: Interaction | None = None
    effect: Effect
    direction: Direction = "supports"
    directness: Directness = "direct"
    design: Design


class ClaimReadings(Record):
    """The claims that are read, and why the others are not."""

    read: dict[str, ClaimReading]
    left_out: dict[str, str]


class PopulationReading(Record):
    """Which tumours a population of a trial consists of."""

    tumour: Tumour
    marker: str


class OtherMarker(Record):
    """The marker that holds instead if one of these values is among those asked for."""

    values: Texts
    marker: str


class AttributeReading(Record):
    """An attribute of patients as a marker; `words` are the profile's for the attribute's values."""

    marker: str
    other: OtherMarker | None = None
    words: dict[str, str] = Field(default_factory=dict)


class PrognosticReading(Record):
    """The marker of a figure that is not about a treatment; sign -1 where it is of those without."""

    marker: str
    among: Texts = ()
    sign: Literal[1, -1] = 1


class TrialReadings(Record):
    """How trial files are read."""

    populations: dict[str, PopulationReading]
    attributes: dict[str, AttributeReading]
    prognostic: dict[str, PrognosticReading]


class ProfileReading(Record):
    """The marker of a molecular profile whose name does not follow a form."""

    marker: str


class RowReading(Record):
    """What the text of a row says of its study and its columns do not.

    Attributes
    ----------
    direction
        In place of the column's, where the row's own text says something else.
    lowered_to
        A limit on the level.
    """

    direction: Direction | None = None
    lowered_to: Level | None = None
    design: Design | None = None
    n: int | None = None
    n_positive: int | None = None
    setting: Setting | None = None
    line: Line | None = None
    measure: Measure | None = None
    interaction_p: float | None = None
    among: Texts = ()
    note: str | None = None


class CivicReadings(Record):
    """How rows of CIViC are read."""

    table: str
    licence: str
    origin: str
    dump: str
    words: dict[str, str]
    profiles: dict[str, ProfileReading]
    diseases: dict[str, Tumour]
    therapies: dict[str, str]
    rows: dict[str, RowReading]


class DrugClasses(Record):
    """What kinds of drug are called when evidence is grouped."""

    backbone: Texts
    her2: dict[str, str]
    others: dict[str, str]
    targets: dict[str, str]
    groups: dict[str, Texts]


class LevelRow(Record):
    """One level with the nearest rung of other schemes."""

    meaning: str
    escat: str
    amp: str
    nct_dktk: str
    civic: str
    oncokb: str
