"""Loader of the conditions of a patient that count against a regimen."""

from __future__ import annotations

import functools

from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.risk import Risk, RiskTable


@functools.cache
def load_risks() -> tuple[Risk, ...]:
    """Return every risk, in the order of the file."""
    return read_record(RiskTable, data_folder() / "patient_risks.toml").risk
