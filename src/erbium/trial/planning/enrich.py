"""Selecting patients by an attribute: a cut-off for numbers, yes against no for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core.errors import DataError, UnknownName
from erbium.trial.planning.cutoff import cut_off, enrichment

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Comparison
    from erbium.trial.planning.comparison import Wanted

#: Percentiles of a number at which selection is tried, beside the cut-off that was found.
PERCENTILES = (25, 50, 75)


def enrich(
    patients: pd.DataFrame,
    attribute: str,
    pair: Comparison,
    wanted: Wanted,
    known: list[str],
    *,
    times: str = "pfs",
    seed: int = 1,
) -> dict[str, Any]:
    """Return what selecting patients by an attribute would need.

    Parameters
    ----------
    patients
        Simulated patients, one row each.
    attribute
        An attribute of theirs that is a number, or yes or no.
    pair, wanted
        The comparison, with power and level. Arms of equal size are taken.
    known
        Names of all attributes.
    times
        Beginning of the columns of the times that the comparison is of.
    seed
        Of permutations and folds.

    Returns
    -------
    dict
        `attribute`, `kind` (number or yes_no), `cut_off` (None for yes or no), and `rows`: everyone first,
        then who has at least `cut_off` (or the attribute, or has it not).

    Raises
    ------
    UnknownName
        Patients have no such attribute.
    DataError
        It is a word, nobody is known to have it, or no cut-off leaves events on either side.
    """
    if attribute not in patients or attribute not in known:
        raise UnknownName.among("attribute", attribute, known, key="--enrich")
    column = patients[attribute]
    told = {"power": wanted.power, "alpha": wanted.alpha}
    if column.dropna().map(lambda value: isinstance(value, bool | np.bool_)).all():
        return _of_words(patients, attribute, pair, times, told)
    if column.dtype.kind not in "if":
        raise DataError(
            f"{attribute} is a word, not a number.", key="--enrich",
            expected="an attribute that is a number, or yes or no",
        )  # fmt: skip
    try:
        found = cut_off(patients, attribute, pair.arm, pair.versus, times=times, seed=seed)
    except DataError as error:
        error.key = "--enrich"
        raise
    marks = {float(found.best.value), *np.percentile(column.dropna(), PERCENTILES).tolist()}
    rows = enrichment(patients, attribute, pair.arm, pair.versus, sorted(marks), times=times, **told)
    return {
        "attribute": attribute, "kind": "number", "cut_off": found.json(),
        "rows": [{"selected": _at_least(row["cut_off"]), **row} for row in rows],
    }  # fmt: skip


def _of_words(
    patients: pd.DataFrame, attribute: str, pair: Comparison, times: str, told: dict[str, float]
) -> dict[str, Any]:
    column = patients[attribute]
    if column.dropna().nunique() < 2:
        have = "nobody" if not column.dropna().any() else "everybody"
        raise DataError(
            f"{have} has {attribute}: selecting by it changes nothing.", key="--enrich",
            expected="an attribute in which the simulated patients differ",
        )  # fmt: skip
    rows = []
    for value in (True, False):
        marked = patients.assign(**{attribute: (column == value).astype(float).where(column.notna())})
        everyone, chosen = enrichment(marked, attribute, pair.arm, pair.versus, [1.0], times=times, **told)
        rows += [{"selected": "everyone", **everyone}] if value else []
        rows.append({"selected": "yes" if value else "no", **chosen, "cut_off": None})
    return {"attribute": attribute, "kind": "yes_no", "cut_off": None, "rows": rows}


def _at_least(cut: float | int | None) -> str:
    return "everyone" if cut is None else f"at least {cut:.4g}"
