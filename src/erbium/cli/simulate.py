"""`erbium simulate`: the course of one tumour under one treatment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from erbium.cli.ask import backend_of, horizon_of, in_profile, regimens_of, ruling, twins_and_warnings
from erbium.cli.console import note, say, say_json, stdout, warn
from erbium.cli.options import Backend, Force, Json, Overlay, ProfileFile, Seed, Twins, examples
from erbium.cli.output import Target, target
from erbium.cli.overlay import knowledge_of

SUFFIXES = (".png", ".svg", ".csv", ".json", ".html")
EPILOG = examples(
    'erbium simulate my_tumour.toml --regimen "trastuzumab deruxtecan"',
    "erbium simulate my_tumour.toml --regimen thp_docetaxel -o course.png",
    "erbium simulate my_tumour.toml --regimen my_regimen.toml --force",
)


def simulate(
    profile: ProfileFile,
    regimen: Annotated[
        str,
        typer.Option(
            "--regimen",
            "-r",
            help='Id, name, drugs joined by "+", or a regimen file (.toml).',
            show_default=False,
        ),
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
    force: Force = False,
    as_json: Json = False,
    overlay: Overlay = None,
) -> None:
    """Simulate one tumour under one regimen: volume, diameters, signals, response and progression.

    A regimen that the profile rules out is refused with the reasons, unless it is forced. One without a
    listed use here, and doses outside those that were studied, are simulated with a warning.
    """
    place = target(out, SUFFIXES)
    kernel = backend_of(backend)
    span = horizon_of(until, "--until")

    from erbium.advise import simulate as answer_for
    from erbium.profile import read_profile

    case = read_profile(profile)
    known = knowledge_of(overlay)
    chosen = regimens_of([regimen], knowledge=known)[0]
    count, warnings = twins_and_warnings(twins, kernel)
    with in_profile(profile), ruling():
        answer = answer_for(
            case, chosen, until=span, seed=seed, twins=count, backend=kernel, knowledge=known, force=force
        )
    for text in answer.warnings:
        warn(text)
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
