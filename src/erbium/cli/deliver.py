"""Where an answer goes: the screen, standard output as JSON, or a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from erbium.cli.console import note, say_json
from erbium.cli.output import target

TABLE_SUFFIXES = (".json", ".csv")


def deliver(
    payload: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
    show: Callable[[], None],
    *,
    as_json: bool,
    out: Path | None,
) -> None:
    """Give out a small answer that cost no work.

    Parameters
    ----------
    payload, rows
        The answer as a JSON document, and as the rows of a CSV file.
    show
        Shows it on the screen.
    as_json, out
        What the user asked for; without either the answer is shown.
    """
    file = target(out, TABLE_SUFFIXES)
    if file is not None:
        if file.suffix == ".csv":
            file.write_csv(rows)
        else:
            file.write_json(payload)
        note(f"written: {file.path}")
    if as_json:
        say_json(payload)
    elif file is None:
        show()
