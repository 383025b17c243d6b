"""The markers of evidence and the tables by which its sources are read."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from erbium.core.errors import DataErrors, UnknownName
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import explain, read_record
from erbium.knowledge.schema.biomarker import Biomarker, MarkerClass
from erbium.knowledge.schema.evidence_reading import (
    CivicReadings,
    ClaimReadings,
    DrugClasses,
    LevelRow,
    TrialReadings,
)
from erbium.knowledge.schema.mechanism import Marker
from erbium.knowledge.schema.number import Record
from erbium.knowledge.schema.regimen import Level

RecordT = TypeVar("RecordT", bound=Record)
LEVELS: tuple[Level, ...] = ("A1", "A2", "B", "C", "D", "E")
_FORM = re.compile(r"([A-Z][A-Z0-9]{1,9})_(mutated|amplified|lost|high|low|expressed)")
_FORMS: Mapping[str, tuple[MarkerClass, str]] = {
    "mutated": ("mutation", "mutation"),
    "amplified": ("amplification", "amplification"),
    "lost": ("loss", "loss"),
    "high": ("overexpression", "overexpression"),
    "low": ("low_expression", "low expression"),
    "expressed": ("expression", "expression"),
}


def reading_folder() -> Path:
    """Return the folder of the tables."""
    return data_folder() / "evidence_reading"


def _plain(name: str) -> dict[str, Any]:
    path = reading_folder() / f"{name}.toml"
    found: dict[str, Any] = read_toml(path)
    return found


def _one(record: type[RecordT], name: str, data: Mapping[str, Any], where: str) -> RecordT:
    try:
        return record.model_validate(data)
    except ValidationError as error:
        raise DataErrors(
            [explain(f"{name}.toml", record, issue, where) for issue in error.errors()]
        ) from error


@functools.cache
def load_biomarkers() -> dict[str, Biomarker]:
    """Return the markers that have an entry, by id."""
    return {
        key: _one(Biomarker, "markers", {"id": key, **table}, key) for key, table in _plain("markers").items()
    }


@functools.cache
def claim_readings() -> ClaimReadings:
    """Return how claims are read."""
    return read_record(ClaimReadings, reading_folder() / "claims.toml")


@functools.cache
def trial_readings() -> TrialReadings:
    """Return how trial files are read."""
    return read_record(TrialReadings, reading_folder() / "trials.toml")


@functools.cache
def civic_readings() -> CivicReadings:
    """Return how rows of CIViC are read."""
    return read_record(CivicReadings, reading_folder() / "civic.toml")


@functools.cache
def drug_classes() -> DrugClasses:
    """Return what kinds of drug are called."""
    return read_record(DrugClasses, reading_folder() / "classes.toml")


@functools.cache
def level_rows() -> dict[Level, LevelRow]:
    """Return the levels, the strongest first, with the rungs of other schemes."""
    rows = _plain("levels")
    return {level: _one(LevelRow, "levels", rows[level], level) for level in LEVELS}


def biomarker(name: str) -> Biomarker:
    """Return the marker with this id; of one without an entry, what its form says.

    Raises
    ------
    UnknownName
        No entry, and not of the form of a gene's; the nearest marker is named.
    """
    known = load_biomarkers()
    if name in known:
        return known[name]
    form = _FORM.fullmatch(name)
    if form is None:
        raise UnknownName.among(
            "marker", name, known,
            hint="one of those of erbium evidence stats, or a gene and its state such as CCND1_amplified",
        )  # fmt: skip
    gene, state = form.groups()
    kind, word = _FORMS[state]
    shown: dict[str, tuple[Marker, ...]] = {
        "mutated": (Marker(reveal="variant", gene=gene, changes=("any",)),),
        "amplified": (Marker(reveal="copy_number", gene=gene, calls=(2,)),),
        "lost": (
            Marker(reveal="copy_number", gene=gene, calls=(-2,)),
            Marker(reveal="variant", gene=gene, changes=("truncating",)),
        ),
    }
    return Biomarker(
        id=name, name=f"{gene} {word}", marker_class=kind, gene=gene, markers=shown.get(state, ())
    )
