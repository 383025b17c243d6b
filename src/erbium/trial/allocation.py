"""Who gets which arm: at random, in equal parts of every stratum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core import seeds

if TYPE_CHECKING:
    import pandas as pd


def strata(table: pd.DataFrame, attributes: Sequence[str]) -> list[str]:
    """Return the stratum of each patient in words; "all" without attributes."""
    if not attributes:
        return ["all"] * len(table)
    columns = [[f"{name} = {_shown(value)}" for value in table[name].tolist()] for name in attributes]
    return [", ".join(row) for row in zip(*columns, strict=True)]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def allocate(
    stratum: Sequence[str], places: Sequence[int], patient: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """Return the arm of each patient.

    The patients stand in line stratum by stratum, within one in random order, and take the places of the
    sequence one after the other: any part of the line has the arms in their proportions.

    Parameters
    ----------
    stratum, places
        Stratum of each patient, and the arms to give out, both of length n.
    patient
        Numbers of the patients, shape (n,).
    """
    luck = seeds.uniform(seed, patient, "trial.allocation")
    names, code = np.unique(np.array(stratum, dtype=str), return_inverse=True)
    del names
    line = np.lexsort((luck, code))
    # Where the line starts in the sequence is random as well, or the first stratum has always the first arm.
    start = int(seeds.uniform(seed, patient[:1], "trial.allocation.start")[0] * len(places))
    arms = np.empty(len(places), dtype=np.int64)
    arms[line] = np.roll(np.array(places, dtype=np.int64), start)
    return arms
