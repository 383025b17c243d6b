"""How the cell data are read: media, ligands, readouts, dose ranges and the error model."""

from __future__ import annotations

import functools
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.number import Number, Record, Texts, tuple_of


class Medium(Record):
    """Ligands that differ from the network's own levels, and factors on other handles."""

    ligands: dict[str, Number] = Field(default_factory=dict)
    scales: dict[str, Number] = Field(default_factory=dict)
    note: str = ""


class Ligand(Record):
    """A ligand: its names in the data, the parameter it raises, and its weight."""

    handle: str
    labels: Texts
    weight: Number

    def nanomolar(self, ng_per_ml: float) -> float:
        """Return a concentration in nM."""
        return ng_per_ml / self.weight.to("kg/mol")


class StandIn(Record):
    """The drug that stands for a tool compound of the same target, and at which concentration."""

    drug: str
    concentration: Number


class PhosphoAssay(Record):
    """One data set of signalling readouts."""

    medium: str
    control: str = "none"
    dose: Number | None = None
    pretreat: Number | None = None
    noise: Number
    censored_noise: Number | None = None
    readouts: dict[str, str]
    stand_ins: dict[str, StandIn] = Field(default_factory=dict)


class DoseAssay(Record):
    """One data set of drug responses; `range` holds highest (value) and lowest (low) dose by drug."""

    hours: Number | dict[str, Number]
    noise: Number
    GRmax_noise: Number | None = None
    range: dict[str, Number] = Field(default_factory=dict)

    def duration(self, drug: str) -> float:
        """Return the length of the assay in hours."""
        if isinstance(self.hours, Number):
            return self.hours.to("h")
        return self.hours.get(drug, self.hours["default"]).to("h")

    def bounds(self, drug: str) -> tuple[float, float]:
        """Return lowest and highest dose, nM nominal."""
        found = self.range.get(drug, self.range["default"])
        low = found.low if found.low is not None else found.value / 1e4
        return found.convert(low, "nM"), found.to("nM")


class Errors(Record):
    """Standard deviations of the error terms, and the width of the prior."""

    blot: Number
    curve: Number
    line: Number
    assay: Number
    drug: Number
    discrepancy: Number
    independent: Number
    background: Number
    dish_fold: Number
    prior_width: Number


class Marker(Record):
    """A one-marker rule: more of the marker, more sensitive to drugs of the targets."""

    name: str
    targets: Texts
    abundance: str | None = None
    lesions: dict[str, float] = Field(default_factory=dict)


class Design(Record):
    """The whole file."""

    media: dict[str, Medium]
    ligands: dict[str, Ligand]
    phospho_pasmopy: PhosphoAssay
    phospho_hpn_dream: PhosphoAssay
    niepel_elisa: PhosphoAssay
    niepel_htm: PhosphoAssay
    hms_gr: DoseAssay
    gdsc_ic50: DoseAssay
    ccle: DoseAssay
    niepel_lapatinib: DoseAssay
    adc_invitro: DoseAssay
    errors: Errors
    markers: Annotated[tuple[Marker, ...], BeforeValidator(tuple_of)] = ()

    def ligand(self, label: str) -> Ligand | None:
        """Return the ligand that a data set calls `label`, or None."""
        return next((item for item in self.ligands.values() if label in item.labels), None)


@functools.cache
def load_design() -> Design:
    """Return the shipped design.

    Raises
    ------
    DataErrors
        Every mistake in the file, with its key.
    """
    path = data_folder() / "calibration" / "cells.toml"
    try:
        return Design.model_validate(read_toml(path))
    except ValidationError as error:
        raise DataErrors(
            [
                DataError(f"{issue['msg']}.", file=path.name, key=".".join(map(str, issue["loc"])))
                for issue in error.errors()
            ]
        ) from error
