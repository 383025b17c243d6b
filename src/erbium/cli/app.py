"""The command line put together. Commands import what they need when they run, so that help is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from erbium.cli import (
    advise,
    bench,
    calibrate,
    check,
    claims,
    cohort,
    combine,
    drugs,
    evidence,
    experiment,
    kernel,
    mechanisms,
    model,
    population,
    profile,
    regimens,
    schema,
    search,
    serve,
    simulate,
    trial,
)
from erbium.cli.failure import ReportingGroup
from erbium.cli.options import examples

app = typer.Typer(
    name="erbium",
    cls=ReportingGroup,
    help=(
        "An executable HER2-positive breast cancer: which treatments a tumour resists, why, and what would "
        "overcome it. Research software, not a medical device."
    ),
    epilog=examples("erbium profile new my_tumour.toml", "erbium advise my_tumour.toml --out my_report.html"),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from erbium.core.result import version

        typer.echo(f"erbium {version()}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that belong to no command."""


_ASK, _LOOK, _ENGINE = "Ask", "Look up", "Engine"

app.command("advise", epilog=advise.EPILOG, rich_help_panel=_ASK)(advise.advise)
app.command("simulate", epilog=simulate.EPILOG, rich_help_panel=_ASK)(simulate.simulate)
app.command("cohort", epilog=cohort.EPILOG, rich_help_panel=_ASK)(cohort.cohort)
app.command("serve", epilog=serve.EPILOG, rich_help_panel=_ASK)(serve.serve)
app.command("combine", epilog=combine.EPILOG, rich_help_panel=_ASK)(combine.combine)
app.add_typer(
    profile.app, name="profile", help="Start, check, read and convert profiles.", rich_help_panel=_ASK
)
app.add_typer(
    experiment.app, name="experiment", help="Start and run experiments on cells.", rich_help_panel=_ASK
)
app.add_typer(
    population.app,
    name="population",
    help="Sample and start populations of virtual patients.",
    rich_help_panel=_ASK,
)
app.add_typer(
    trial.app, name="trial", help="Run trials on virtual patients; list and start them.", rich_help_panel=_ASK
)
app.add_typer(
    claims.app,
    name="claims",
    help="Ask the model what the reviews say, and audit that.",
    rich_help_panel=_ENGINE,
)
app.add_typer(
    calibrate.app,
    name="calibrate",
    help="Fit numbers to published arms, cells and claims.",
    rich_help_panel=_ENGINE,
)
app.add_typer(
    evidence.app,
    name="evidence",
    help="Look up, weigh and export published evidence.",
    rich_help_panel=_LOOK,
)
app.add_typer(
    search.app,
    name="search",
    help="Cuts, loops and sensitivities of the network; score the search.",
    rich_help_panel=_ENGINE,
)
app.add_typer(drugs.app, name="drugs", help="List and show drugs.", rich_help_panel=_LOOK)
app.add_typer(regimens.app, name="regimens", help="List and show regimens.", rich_help_panel=_LOOK)
app.add_typer(
    mechanisms.app, name="mechanisms", help="List and show mechanisms of resistance.", rich_help_panel=_LOOK
)
app.add_typer(model.app, name="model", help="Show and export the network.", rich_help_panel=_LOOK)
app.command("schema", epilog=schema.EPILOG, rich_help_panel=_LOOK)(schema.schema)
app.command("check", epilog=check.EPILOG, rich_help_panel=_ENGINE)(check.check)
app.command("bench", epilog=bench.EPILOG, rich_help_panel=_ENGINE)(bench.bench)
app.add_typer(
    kernel.app, name="kernel", help="Build, clear and describe compiled kernels.", rich_help_panel=_ENGINE
)
