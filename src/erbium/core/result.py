"""The protocol of every result: table, json, why, cite."""

from __future__ import annotations

import math
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

#: Shown beside every answer.
NOTICE = (
    "Research software, not a medical device. Simulated endpoints are model output with wide, partly assumed "
    "uncertainty; they are no dosing advice and no substitute for a tumour board."
)


@runtime_checkable
class Result(Protocol):
    """What every result can do."""

    def table(self) -> pd.DataFrame:
        """Return the main numbers as a data frame."""

    def json(self) -> dict[str, Any]:
        """Return the result as JSON-safe data."""

    def why(self) -> str:
        """Return the reasons in words."""

    def cite(self) -> list[dict[str, Any]]:
        """Return the sources the result rests on."""


def version() -> str:
    """Return the version of the installed package."""
    try:
        return metadata.version("erbium")
    except metadata.PackageNotFoundError:
        return "0.1.0"


def plain(value: Any) -> Any:
    """Return `value` as JSON-safe data: arrays as lists, not-a-number as None."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return number if math.isfinite(number) else None
    return value
