"""Twins of a patient as often as an answer needs them: with a history, chosen from the pool; else drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from erbium.advise.past.after import Past, history_json, no_history, remember
from erbium.advise.past.lines import PastLine, lines_of
from erbium.advise.past.twins_then import Engine
from erbium.core.twins import Twins
from erbium.profile import Profile
from erbium.tumour import Tumour

#: What goes on while the pool is run, for a progress bar.
DOING = "simulating earlier lines"


@dataclass(frozen=True)
class TwinMaker:
    """Makes twins of one patient.

    Attributes
    ----------
    past
        What the earlier lines say; None without one that can be simulated.
    lines
        All earlier lines.
    """

    profile: Profile
    engine: Engine
    seed: int
    past: Past | None
    lines: tuple[PastLine, ...]

    def tumour(self, draws: int, each: int) -> Tumour:
        """Return twins: `draws` parameter draws with `each` twins."""
        if self.past is not None:
            return self.past.tumour(draws, each)
        return self.engine.tumour(self.profile, Twins(self.seed, draws, each))

    @property
    def warnings(self) -> list[str]:
        """What must be said of the history."""
        return [] if self.past is None else self.past.warnings

    def json(self, tumour: Tumour) -> dict[str, Any]:
        """Return the history as JSON."""
        return no_history(self.lines) if self.past is None else history_json(self.past, tumour)


def twins_of(
    profile: Profile,
    engine: Engine,
    *,
    seed: int,
    history: bool,
    draws: int,
    each: int,
    pool: int | None = None,
    said: Callable[[str], None] | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> TwinMaker:
    """Return the maker of twins; with `history` the earlier lines are simulated first.

    Other parameters and errors are those of :func:`erbium.advise.past.after.remember`.
    """
    if not history:
        return TwinMaker(profile, engine, seed, None, ())

    def move(share: float) -> None:
        if progress is not None:
            progress(share, DOING)

    past = remember(profile, engine, seed=seed, draws=draws, each=each, pool=pool, said=said, progress=move)
    return TwinMaker(profile, engine, seed, past, lines_of(profile, engine.knowledge))
