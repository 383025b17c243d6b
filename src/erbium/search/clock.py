"""Times the phases of a search and moves one progress bar through them."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[float, str], None]


class Clock:
    """Times the phases and moves one progress bar through them."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._seconds: dict[str, float] = {}
        self._start = self._began = time.perf_counter()
        self._name, self._from, self._width = "preparing", 0.0, 0.0

    def next(self, name: str, width: float) -> None:
        """Begin a phase that takes a share of the whole."""
        self._close()
        self._from, self._name, self._width = self._from + self._width, name, width
        self.move(0.0)

    def move(self, share: float) -> None:
        """Report the share of this phase that is done."""
        if self._progress is not None:
            self._progress(min(self._from + self._width * share, 1.0), self._name)

    def part(self, start: float, end: float) -> Callable[[float], None]:
        """Return the report of a part of this phase."""
        return lambda share: self.move(start + (end - start) * share)

    def stop(self) -> dict[str, float]:
        """Return seconds by phase, and in all."""
        self._close()
        return {**self._seconds, "total": time.perf_counter() - self._began}

    def _close(self) -> None:
        now = time.perf_counter()
        self._seconds[self._name] = round(now - self._start, 3)
        self._start = now
