"""Patients of a population whose earlier lines are simulated, with what these lines left in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from erbium.core.errors import DataError
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge import Knowledge
from erbium.knowledge.schema.population import Population
from erbium.population.sample import Patients, sample_block
from erbium.trial.earlier_lines import Pretreated, regimens_before, through_lines, too_few

if TYPE_CHECKING:
    import pandas as pd

#: What lines select in the main clone, by the column that tells it: tolerances as a fold, drive as it is.
SELECTED = {
    "antimitotic_fold": "selected_antimitotic",
    "antimetabolite_fold": "selected_antimetabolite",
    "dna_damage_fold": "selected_dna_damage",
    "tubulin_payload_fold": "selected_tubulin_payload",
    "genotoxic_payload_fold": "selected_genotoxic_payload",
    "pi3k_mtor_fold": "selected_pi3k_mtor",
    "cdk_fold": "selected_cdk",
    "endocrine_fold": "selected_endocrine",
    "selected_drive": "selected_drive",
}


def sample_pretreated(
    spec: Population, patients: int, *, seed: int, knowledge: Knowledge
) -> Iterator[Patients]:
    """Yield `patients` patients in whom every earlier line has failed, block by block.

    Their tables hold `line_1_months` and so on (months to failure), `minor_percent` (share of the minor clone
    now) and the columns of :data:`SELECTED`.

    Raises
    ------
    DataError
        The population has no earlier line, or hardly anybody progresses in all of them.
    """
    lines = regimens_before(spec, knowledge)
    if not lines:
        raise DataError(
            f"{spec.id} has no earlier lines of metastatic disease to simulate.",
            key="--earlier-lines",
            expected="a metastatic population at line 2 or later (--line)",
        )
    kept, asked, block = 0, 0, 0
    while kept < patients:
        found = sample_block(spec, seed=seed, block=block, knowledge=knowledge)
        came = through_lines(found.tumour, lines)
        table = _with_lines(found.table, came).iloc[: patients - kept]
        kept, asked, block = kept + len(table), asked + found.count, block + 1
        if kept < patients and too_few(kept, asked):
            raise DataError(
                f"only {kept} of {asked} patients of {spec.id} progress in {len(lines)} earlier lines.",
                key="--earlier-lines",
                expected="earlier lines that fail within four years each",
            )
        yield replace(found, table=table)


def _with_lines(table: pd.DataFrame, came: Pretreated) -> pd.DataFrame:
    """Return the rows of who came through, and what the lines left."""
    index = came.tumour.network.species_index
    clones = len(came.tumour.clones)
    live = came.states[:, [index[f"c{c}.volume"] for c in range(1, clones + 1)]]
    more = {
        f"line_{number}_months": days / DAYS_PER_MONTH for number, days in enumerate(came.line_days, start=1)
    }
    more["minor_percent"] = np.minimum(100.0 * live[:, -1] / np.maximum(live.sum(axis=1), 1e-30), 100.0)
    for column, name in SELECTED.items():
        values = came.states[:, index[f"c1.{name}"]]
        more[column] = values + 1.0 if column.endswith("_fold") else values
    return table.iloc[came.rows].assign(**more)
