"""What a search finds: the sets that were run, and the search as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core.twins import Array
from erbium.search.agents import Set
from erbium.search.answer import combination_json, row_of
from erbium.search.burden import Burden
from erbium.search.escapes import Closed
from erbium.search.excess import Synergy
from erbium.tumour import Tumour

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Found:
    """One set that was run as a course.

    Attributes
    ----------
    agents
        Its agents.
    benefit
        Living cells fewer than under the reference after 24 weeks, log10, of each twin.
    screened
        Adapted growth less than under the reference, log10 over twelve weeks, of each twin.
    listed
        Regimens of the catalogue with exactly these drugs.
    adds
        Benefit that is lost at least, mean of the twins, where one agent is left out; NaN where no smaller
        set was run.
    on_front
        Whether no other set beats it in benefit and in every part of the burden.
    tumour, tumour_day, dish
        Synergy, and the day at which that in the tumour is read.
    closes
        Escapes that its partners close.
    """

    agents: Set
    benefit: Array
    screened: Array
    burden: Burden
    listed: tuple[str, ...] = ()
    adds: float = np.nan
    on_front: bool = False
    tumour: Synergy | None = None
    tumour_day: float | None = None
    dish: Synergy | None = None
    closes: tuple[Closed, ...] = ()


@dataclass(frozen=True)
class Combination:
    """The result of a search.

    Attributes
    ----------
    sets
        The explained sets, best first.
    courses
        Every set that was run, best first.
    screened
        Numbers of sets by size that were screened.
    impossible, unsettled, ruled_out
        Sets that take one place twice, that have no steady state in a twin, and that rules of the profile
        forbid, among those that were looked at.
    seconds
        Wall-clock time by phase.
    """

    tumour: Tumour
    given: Set
    reference: str
    sets: tuple[Found, ...]
    courses: tuple[Found, ...]
    screened: Mapping[int, int]
    impossible: int
    unsettled: int
    ruled_out: Mapping[str, str]
    seconds: Mapping[str, float]
    strength: float | None = None
    warnings: tuple[str, ...] = field(default_factory=tuple)

    def json(self) -> dict[str, Any]:
        """Return the search as JSON-safe data, schema ``erbium.combine/1``."""
        return combination_json(self)

    def table(self) -> pd.DataFrame:
        """Return one row per set that was run."""
        import pandas as pd

        return pd.DataFrame([row_of(one, self.tumour.twins) for one in self.courses])
