"""Loader of what was usually given before."""

from __future__ import annotations

import functools

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.base import Knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.usual_lines import UsualLines

FILE = "tumour/usual_lines.toml"


@functools.cache
def load_usual_lines() -> UsualLines:
    """Return the usual lines of HER2-positive and of other disease."""
    return read_record(UsualLines, data_folder() / FILE)


def usual_line(number: int, her2_positive: bool, knowledge: Knowledge) -> Regimen:
    """Return what was usually given in one line of metastatic disease.

    Parameters
    ----------
    number
        Lines before it.

    Raises
    ------
    UnknownName, DataError
        The file names a regimen that there is not; names file and key.
    """
    usual = load_usual_lines()
    order = usual.her2_positive if her2_positive else usual.her2_negative
    try:
        return resolve_regimen(order[min(number, len(order) - 1)], knowledge.regimens, knowledge.drugs)
    except (UnknownName, DataError) as error:
        error.file, error.key = FILE, "her2_positive" if her2_positive else "her2_negative"
        raise
