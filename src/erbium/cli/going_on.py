"""What is said of an interrupted run that keeps its blocks in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from erbium.cli.failure import INTERRUPTED
from erbium.core.errors import ErbiumError


@contextmanager
def going_on(out: Path | None) -> Iterator[None]:
    """Say of an interrupted run how to go on with it."""
    try:
        yield
    except KeyboardInterrupt:
        if out is None:
            raise
        error = ErbiumError(
            "interrupted.", file=out, hint="finished blocks are kept: the same command goes on from them"
        )
        error.kind, error.exit_code = "interrupted", INTERRUPTED
        raise error from None
