"""The option that says what is made of the lines before a trial or in a population."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class LinesBefore(StrEnum):
    """What is made of earlier lines."""

    counted = "counted"
    simulated = "simulated"


LinesOption = Annotated[
    LinesBefore,
    typer.Option(
        "--earlier-lines",
        help="Count what earlier lines leave (as calibrated), or simulate each until it fails.",
    ),
]
