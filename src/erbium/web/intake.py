"""A file of another program as a client sends it, made into profiles; what could not be mapped is told."""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, DataErrors, ErbiumError
from erbium.core.result import plain, version
from erbium.formats.patient import Imported, import_profiles
from erbium.profile import explain, to_toml

#: Profiles of one file that are handed over with their text; of the others the pseudonym is told.
SHOWN = 20
#: Entries of each list of what was not mapped or is wrong.
LISTED = 200
_ENDING = re.compile(r"(\.[a-z0-9]{1,5}){1,2}$")
_FILE = "the file"


def imported(name: str, content: str, sample: str | None = None) -> dict[str, Any]:
    """Return the profiles of a file, schema ``erbium.web-import/1``.

    Parameters
    ----------
    name
        Its name, of which only the ending is used.
    content
        Its bytes, in base64.
    sample
        Patient, sample or specimen to read, where there are several.

    Raises
    ------
    DataError
        It cannot be read, or nothing in it can be used.
    """
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise DataError("not base64.", key="content", expected="the bytes of the file in base64") from None
    ending = _ENDING.search(name.casefold())
    with tempfile.TemporaryDirectory(prefix="erbium-") as folder:
        file = Path(folder) / f"upload{ending[0] if ending else ''}"
        file.write_bytes(data)
        try:
            intake = import_profiles(file, sample=sample)
        except ErbiumError as error:
            raise _renamed(error) from None
    return dict(
        plain(
            {
                "schema": "erbium.web-import/1",
                "version": version(),
                "format": intake.format,
                "columns": dict(intake.imported[0].draft.columns),
                "ids": [one.profile.id for one in intake.imported],
                "profiles": [_profile(one) for one in intake.imported[:SHOWN]],
                "failures": [
                    {"id": name, "errors": [_fault(one) for one in error.each][:LISTED]}
                    for name, error in intake.failures[:SHOWN]
                ],
                "failed": len(intake.failures),
            }
        )
    )


def _profile(one: Imported) -> dict[str, Any]:
    draft = one.draft
    return {
        "id": one.profile.id,
        "her2_label": explain(one.profile).her2.label,
        "text": to_toml(one.profile),
        "not_mapped": [entry.json() for entry in draft.unmapped[:LISTED]],
        "not_mapped_count": len(draft.unmapped),
        "chosen": [str(entry) for entry in one.choices],
        "left_out": [_fault(error) for error in draft.errors[:LISTED]],
        "notes": list(draft.notes),
    }


def _fault(error: ErbiumError) -> dict[str, Any]:
    return error.json() | {"file": None}


def _renamed(error: ErbiumError) -> ErbiumError:
    """Return an error that does not name the folder in which the file lay for a moment."""
    several = error.each
    for one in several:
        if one.file is not None:
            one.file = _FILE
        if one.hint is not None:
            one.hint = None if one.hint.startswith("erbium ") else one.hint.replace(" with --sample", "")
        if one.key is not None:
            one.key = one.key.removeprefix("--")
    return DataErrors(several)
