"""`erbium serve`: the web application on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erbium.cli.console import note, say, say_json
from erbium.cli.json_face import document
from erbium.cli.options import Json, examples

EPILOG = examples(
    "erbium serve", "erbium serve --port 9000", "erbium serve --host 192.0.2.7 --token-file token.txt"
)


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; beyond this machine only with a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8050,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            help="File with the token that callers must know.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="A further name under which browsers ask; repeatable.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Folder for jobs and results; the user's data folder without.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=32, help="Jobs at a time.")] = 2,
    curves: Annotated[
        Path | None,
        typer.Option(
            "--curves",
            metavar="FOLDER",
            envvar="ERBIUM_TRIAL_CURVES",
            show_default=False,
            help="Reconstructed published curves, dashed beside the simulated ones.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve the web application: load a case, ask, and look; with a REST API under /api/v1.

    No byte leaves this machine. Ctrl-C ends it; finished results are kept.
    """
    from platformdirs import user_data_path

    from erbium.web import Limits, Settings
    from erbium.web import serve as run
    from erbium.web.settings import read_token

    settings = Settings(
        data=data or user_data_path("erbium", appauthor=False) / "web",
        host=host,
        port=port,
        token=None if token_file is None else read_token(token_file),
        names=tuple(name or ()),
        curves=None if curves is None else curves.resolve(),
        limits=Limits(workers=workers),
    )

    def told(address: str) -> None:
        if as_json:
            say_json(document("serve", address=address))
        else:
            say(f"Erbium is at {address}")
        note("Ctrl-C ends it")

    run(settings, told)
