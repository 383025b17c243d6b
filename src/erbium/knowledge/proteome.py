"""Loader of the table that says which protein of a panel of cell lines sets which knob."""

from __future__ import annotations

import functools

from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.proteome import ProteinPanel


@functools.cache
def load_panel() -> ProteinPanel:
    """Return the proteins that are read as knobs, and those that are not, with the reasons."""
    return read_record(ProteinPanel, data_folder() / "proteome" / "panel.toml")
