"""What a user sees when something goes wrong, and with which exit code.

0 done, 2 bad input, 3 simulation failed (or a fault of the program), 4 partly done, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from erbium.core.errors import ErbiumError

BAD_INPUT = 2
FAILED = 3
PARTLY_DONE = 4
INTERRUPTED = 130

# Typer does not export the base of its usage errors.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
_DEBUG = "ERBIUM_DEBUG"


class ReportingGroup(TyperGroup):
    """The root of all commands: turns every error into a message and an exit code."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, and note early whether errors are wanted as JSON."""
        ctx.meta["erbium.json"] = "--json" in args
        with reporting(as_json=ctx.meta["erbium.json"]):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with reporting(as_json=ctx.meta["erbium.json"]):
            return super().invoke(ctx)


@contextmanager
def reporting(*, as_json: bool) -> Iterator[None]:
    """Report every error raised inside, and leave with its exit code."""
    try:
        yield
    except ErbiumError as error:
        _leave(error, as_json=as_json)
    except KeyboardInterrupt:
        interrupted = ErbiumError("interrupted; no output was written.")
        interrupted.kind, interrupted.exit_code = "interrupted", INTERRUPTED
        _leave(interrupted, as_json=as_json)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        file = error.filename if isinstance(error.filename, str) else None
        system = ErbiumError(f"{reason[:1].lower()}{reason[1:]}.", file=file)
        system.kind = "system"
        _leave(system, as_json=as_json)
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        if isinstance(error, _USAGE_ERROR):
            if not as_json:
                raise
            usage = ErbiumError(_usage_text(error))
            usage.kind = "usage"
            _leave(usage, as_json=True)
        if os.environ.get(_DEBUG):
            traceback.print_exc()
        bug = ErbiumError(
            f"this is a fault of Erbium, not of your input: {type(error).__name__}: {error}.",
            hint=f"{_DEBUG}=1 shows where; please report it",
        )
        bug.kind, bug.exit_code = "bug", FAILED
        _leave(bug, as_json=as_json)


def _usage_text(error: Exception) -> str:
    format_message = getattr(error, "format_message", None)
    return str(format_message() if callable(format_message) else error)


def _leave(error: ErbiumError, *, as_json: bool) -> NoReturn:
    if as_json:
        sys.stdout.write(json.dumps({"error": error.json()}, indent=2, ensure_ascii=False) + "\n")
    say_error(error)
    raise typer.Exit(error.exit_code) from error


def say_error(error: ErbiumError) -> None:
    """Write the error to standard error, one line for each fault."""
    faults = error.each
    for fault in faults:
        typer.secho("error: ", fg=typer.colors.RED, bold=True, err=True, nl=False)
        typer.echo(str(fault), err=True)
