"""`erbium experiment`: start and run an experiment on cells."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from erbium.cli.console import Column, note, progress_bar, say, say_json, show_table, warn
from erbium.cli.options import Json, Out, Seed, examples
from erbium.cli.output import Target, new_file, target
from erbium.cli.start import Overwrite, StartFile, start

app = typer.Typer(no_args_is_help=True)

SUFFIXES = (".png", ".svg", ".csv", ".json")
_COMPARISONS = (
    Column("name", "comparison"),
    Column("readout", "readout"),
    Column("time_h", "h", number=True),
    Column("ratio", "ratio", number=True),
    Column("low", "5th", number=True),
    Column("high", "95th", number=True),
    Column("direction", "direction"),
)


@app.command("new", epilog=examples("erbium experiment new my_experiment.toml"))
def new_experiment(
    file: StartFile = None,
    force: Overwrite = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Write a commented experiment to start from; it runs as it stands."""
    from erbium.experiment.example import example_text

    place = new_file(file, out, (".toml",), force=force)
    text = example_text()
    start("experiment", text, place, then="erbium experiment run", as_json=as_json)


@app.command(
    "run",
    epilog=examples(
        "erbium experiment run my_experiment.toml",
        "erbium experiment run my_experiment.toml -o plot.png --members 64",
    ),
)
def run_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The experiment, in TOML.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write a .png or .svg plot, .csv or .json.", show_default=False),
    ] = None,
    members: Annotated[
        int, typer.Option("--members", min=1, max=2000, help="Draws of the kinetic numbers.")
    ] = 32,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Run an experiment on cells: readouts over time, doses or pairs of drugs, and comparisons."""
    place = target(out, SUFFIXES)
    from erbium.experiment.protocol import read_protocol
    from erbium.experiment.run import run_experiment

    protocol = read_protocol(file)
    with progress_bar("cells") as bar:
        result = run_experiment(
            protocol,
            members=members,
            seed=seed,
            progress=lambda done: bar.update(bar.task_ids[0], completed=done),
        )
    payload = result.json()
    if place is not None:
        _write(place, payload)
    if as_json:
        say_json(payload)
    else:
        _show(payload)
    if place is not None:
        (note if as_json else say)(f"Written: {place.path}")


def _show(payload: dict[str, Any]) -> None:
    from erbium.report.experiment_table import dose_rows, matrix_rows, reading_table

    say(f"{payload['name']}, {payload['members']} members: median (5th to 95th percentile)")
    if payload["question"]:
        say(payload["question"])
    headings, rows = reading_table(payload)
    if rows:
        columns = [Column(name, name, number=name not in ("arm", "readout", "unit")) for name in headings]
        say()
        show_table(rows, columns)
    for title, found in (("Dose-response", dose_rows(payload)), ("Two drugs", matrix_rows(payload))):
        if found:
            say()
            show_table(found, [Column(name, name) for name in found[0]], title)
    if payload["comparisons"]:
        say()
        show_table(payload["comparisons"], _COMPARISONS, "Comparisons")
    for text in payload["warnings"]:
        warn(text)


def _write(place: Target, payload: dict[str, Any]) -> None:
    if place.suffix == ".json":
        place.write_json(payload)
    elif place.suffix == ".csv":
        place.write_csv(payload["results"])
    else:
        from erbium.report.experiment_plots import experiment_figure
        from erbium.report.plots import save_figure

        save_figure(experiment_figure(payload), place.ready())
