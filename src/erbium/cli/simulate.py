"""`erbium simulate`: the course of one tumour under one treatment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from erbium.cli.ask import backend_of, horizon_of, regimens_of, twins_and_warnings
from erbium.cli.console import note, say, say_json, stdout
from erbium.cli.options import Backend, Json, ProfileFile, Seed, Twins, examples
from erbium.cli.output import Target, target

SUFFIXES = (".png", ".svg", ".csv", ".json", ".html")
EPILOG = examples(
    'erbium simulate my_tumour.toml --regimen "trastuzumab deruxtecan"',
    "erbium simulate my_tumour.toml --regimen thp_docetaxel -o course.png",
)


def simulate(
    profile: ProfileFile,
    regimen: Annotated[
        str, typer.Option("--regimen", "-r", help='Id, name, or drugs joined by "+".', show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Write a .png or .svg plot, .csv, .json or .html.", show_default=False
        ),
    ] = None,
    until: Annotated[
        str, typer.Option("--until", "--horizon", help="How far to simulate, with a unit.")
    ] = "24 months",
    twins: Twins = "auto",
    seed: Seed = 1,
    backend: Backend = "auto",
    as_json: Json = False,
) -> None:
    """Simulate one tumour under one regimen: volume, diameters, signals, response and progression."""
    place = target(out, SUFFIXES)
    kernel = backend_of(backend)
    span = horizon_of(until, "--until")

    from erbium.advise import simulate as answer_for
    from erbium.profile import read_profile

    case = read_profile(profile)
    chosen = regimens_of([regimen])[0]
    count, warnings = twins_and_warnings(twins, kernel)
    answer = answer_for(case, chosen, until=span, seed=seed, twins=count, backend=kernel)
    payload = answer.json()
    payload["warnings"] = list(dict.fromkeys([*payload.get("warnings", []), *warnings]))
    if place is not None:
        _write(place, payload)
    if as_json:
        say_json(payload)
    else:
        from erbium.report.terminal import treatment_table

        treatment_table(payload, stdout())
    if place is not None:
        (note if as_json else say)(f"Written: {place.path}")


def _write(place: Target, payload: dict[str, Any]) -> None:
    if place.suffix == ".json":
        place.write_json(payload)
    elif place.suffix == ".csv":
        from erbium.report.table_text import csv_text

        place.write(csv_text(payload))
    elif place.suffix == ".html":
        from erbium.report.html import treatment_html

        place.write(treatment_html(payload))
    else:
        from erbium.report.plots import save_figure, treatment_figure

        save_figure(treatment_figure(payload), place.ready())
