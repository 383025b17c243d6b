"""The two streams: answers to standard output, everything else to standard error."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from erbium.cli.json_face import dumps

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

# A pipe has no width: wide enough that no cell of our tables is cut.
_PIPE_WIDTH = 160


@dataclass(frozen=True)
class Column:
    """A column of a table on the screen: key of the row, heading, and whether it holds numbers."""

    key: str
    heading: str
    number: bool = False


def stdout() -> Console:
    """Return a console on standard output."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)


def stderr() -> Console:
    """Return a console on standard error."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def say(text: str = "") -> None:
    """Write a line of the answer."""
    typer.echo(text)


def note(text: str) -> None:
    """Write a remark to standard error."""
    typer.echo(text, err=True)


def warn(text: str) -> None:
    """Write a warning to standard error."""
    typer.secho("warning: ", fg=typer.colors.YELLOW, bold=True, err=True, nl=False)
    typer.echo(text, err=True)


def say_json(payload: Mapping[str, Any]) -> None:
    """Write `payload` as JSON to standard output."""
    sys.stdout.write(dumps(payload))


def show_table(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], title: str | None = None
) -> None:
    """Show rows as a table on standard output."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column.heading, justify="right" if column.number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(column.key)) for column in columns))
    stdout().print(table)


def cell(value: Any) -> str:
    """Return a value as it is shown in a table."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if 1e4 <= abs(value) < 1e8 else f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or "–"
    return str(value)


def show_fields(fields: Iterable[tuple[str, Any]], title: str | None = None) -> None:
    """Show names and values below each other, leaving out what is empty."""
    if title:
        typer.secho(title, bold=True)
    shown = [(name, cell(value)) for name, value in fields if value not in (None, "", (), [])]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        typer.echo(f"  {name:<{width}}  {value}")


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Yield a progress bar on standard error that disappears when done."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=stderr(),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        progress.add_task(label, total=1.0)
        yield progress
