"""Small answers for tests: few twins, short horizons."""

from __future__ import annotations

from typing import Any

from erbium.advise import Advice, advise
from tests.patients import patient

TWINS = 12


def answer(*, twins: int = TWINS, seed: int = 3, horizon: str = "6 months", **options: Any) -> Advice:
    """Return the answer for an invented patient; `blocks` replace parts of the profile."""
    blocks = options.pop("blocks", {})
    return advise(patient(**blocks), twins=twins, seed=seed, horizon=horizon, **{"explain": 0, **options})
