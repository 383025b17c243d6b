"""The command line: one file per group of commands, nothing computed here."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line (the console script `erbium`)."""
    from erbium.cli.app import app

    app(prog_name="erbium")
