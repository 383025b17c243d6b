"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erbium.core.errors import DataError

Json = Annotated[bool, typer.Option("--json", help="Print JSON, and JSON alone, to standard output.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same answer.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", help="Write the answer to this file; its suffix says how.", show_default=False
    ),
]
Overlay = Annotated[
    Path | None,
    typer.Option(
        "--overlay",
        metavar="FOLDER",
        help="Your own TOML files, over the shipped knowledge.",
        show_default=False,
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Simulate a regimen that the profile rules out; the answer records the rule."
    ),
]
Twins = Annotated[
    str,
    typer.Option(
        "--twins", metavar="N", help='Virtual twins of the tumour; "auto" is 200, or 20 without a compiler.'
    ),
]
Draws = Annotated[
    int, typer.Option("--draws", min=1, help="Draws of what all tumours share; one is the typical values.")
]
Workers = Annotated[
    int, typer.Option("--workers", min=1, max=512, help="Processes; one uses all cores already.")
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask", metavar="ADDRESS", help="A Dask scheduler that does the work.", show_default=False
    ),
]
Backend = Annotated[str, typer.Option("--backend", metavar="NAME", help="Kernel: auto, c or numpy.")]
ProfileFile = Annotated[
    Path, typer.Argument(metavar="PROFILE", help="The patient profile, in TOML or JSON.", show_default=False)
]

BACKENDS = ("auto", "c", "numpy")


def examples(*lines: str) -> str:
    """Return the epilogue of a command's help: its examples."""
    # Rich joins single lines; an empty line keeps them apart.
    return "\n\n".join(["Example:" if len(lines) == 1 else "Examples:", *lines])


def number_of_twins(text: str) -> int | None:
    """Return the number of twins asked for, None for "auto"."""
    if text.strip().casefold() == "auto":
        return None
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= 100_000:
        raise DataError(
            f'"{text}" twins.', key="--twins", expected='a whole number from 1 to 100000, or "auto"'
        )
    return number
