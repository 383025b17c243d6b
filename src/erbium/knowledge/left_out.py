"""What the fit to published arms predicts of each trial without it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.number import Record, tuple_of

SCHEMA = "erbium.left-out/1"
FILE = "ensemble/population_left_out.toml"


class LeftOutFigure(Record):
    """A figure of a trial as the fit without that trial predicts it.

    Attributes
    ----------
    trial, arm, versus
        Id of the trial, name of the arm, and of the arm it is held against; None for a figure of one arm.
    statistic
        ORR, median_PFS, ...; HR for a ratio.
    value, low, high
        Median, 5th and 95th percentile over the posterior: per cent, months or a ratio.
    """

    trial: str
    arm: str
    versus: str | None = None
    statistic: str
    value: float
    low: float
    high: float


class LeftOutFile(Record):
    """The file.

    Attributes
    ----------
    date, data_hash, library_hash
        What identifies the fit.
    left_out
        The figures.
    """

    format: Literal["erbium.left-out/1"] = Field(alias="schema")
    date: str
    data_hash: str
    library_hash: str
    left_out: Annotated[tuple[LeftOutFigure, ...], BeforeValidator(tuple_of)] = ()


@functools.cache
def load_left_out(file: Path | None = None) -> LeftOutFile | None:
    """Return the shipped predictions, None where there are none.

    Raises
    ------
    DataError
        The file is not what it should be.
    """
    place = file or data_folder() / FILE
    return read_record(LeftOutFile, place) if place.is_file() else None
