"""Records one coded result in a draft: finds its field, reads it, or lists it as not mapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from erbium.core.errors import DataError
from erbium.formats.patient import markers
from erbium.formats.patient.draft import Draft, Finding
from erbium.formats.patient.results import read_result


def record_result(
    draft: Draft,
    codes: Sequence[str],
    labels: Sequence[str],
    value: Any,
    unit: str | None,
    path: str,
    *,
    assay: str | None = None,
    specimen: str | None = None,
    date: str | None = None,
    inferred: bool = False,
) -> None:
    """Record a result.

    Parameters
    ----------
    draft
        Takes the finding, the fault or the entry of what was not mapped.
    codes, labels
        Codes of the assay (``LOINC:49683-6``), then its names; the first that is known counts.
    value, unit
        The result as it stands in the file.
    path
        Its place in the file.
    assay, specimen, date
        Of the result.
    inferred
        Whether the file says that the value was computed.
    """
    marker = next((found for code in codes if (found := markers.by_code(code))), None)
    marker = marker or next((found for label in labels if label and (found := markers.by_name(label))), None)
    path = draft.identity.scrub(path, 160)
    if marker is None:
        draft.skip(
            path,
            next((text for text in (*labels, *codes) if text), "a result without a code"),
            "no field for this code",
        )
        return
    if marker.reads == "text" and isinstance(value, str):
        value = draft.identity.scrub(value, 60)  # before it is cut: half a name is one too
    try:
        readings = read_result(marker, value, unit)
    except DataError as error:
        draft.fail(path, error.message, error.expected or "", error.nearest)
        return
    if not readings:
        draft.skip(path, marker.field, "no result that can be used")
    named = draft.identity.scrub(assay, 60) if assay else marker.assay
    for reading in readings:
        draft.find(
            Finding(
                reading.field,
                reading.value,
                path,
                "inferred" if inferred and reading.value is not None else reading.status,
                draft.identity.scrub(reading.unit, 30) if reading.unit else None,
                named,
                specimen,
                date,
                reading.weak,
            )
        )
