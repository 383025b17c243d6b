"""What the `new` commands share: a commented file to start from, on the screen or written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.console import note, say, say_json
from erbium.cli.json_face import document

if TYPE_CHECKING:
    from erbium.cli.output import Target

StartFile = Annotated[
    Path | None, typer.Argument(help="Where to write it; nowhere: to the screen.", show_default=False)
]
Overwrite = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]


def start(
    kind: str, text: str, place: Target | None, *, then: str, as_json: bool, written: str | None = None
) -> None:
    """Write or show the text of a new file and say what comes next.

    Parameters
    ----------
    kind
        What the file holds, such as "trial".
    then
        The command that takes the file.
    written
        What is written where that is not `text` itself.
    """
    import tomllib

    if place is not None:
        place.write(text if written is None else written)
        note(f"written: {place.path}")
    if as_json:
        fields: dict[str, Any] = {kind: tomllib.loads(text)}
        say_json(document(f"{kind}_new", file=None if place is None else str(place.path), **fields))
    elif place is None:
        typer.echo(text, nl=False)
    else:
        say(f"Change it, then: {then} {place.path}")
