"""Arms under other values of the free numbers: what the treatment of the same patients then is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from erbium.calibrate.population.design import ceiling_of
from erbium.core.twins import Array
from erbium.core.units import HOURS_PER_DAY
from erbium.knowledge.ensemble import TUMOUR_NUMBERS
from erbium.model.compose import clone_name
from erbium.tumour import Arm, Tumour
from erbium.tumour.clones import drawn_share, lines_tolerated, variation
from erbium.tumour.drug_free import put_drug_free
from erbium.tumour.earlier_lines import CYTOTOXIC, times_selected
from erbium.tumour.fitted import of_fit


def change(tumour: Tumour, arm: Arm, factors: Mapping[str, float]) -> Arm:
    """Return an arm of `tumour` with numbers multiplied by factors.

    Parameters
    ----------
    arm
        An arm of all its twins, with the shipped numbers.
    factors
        Factor by name; 1 for what is not named.
    """
    table, states = arm.parameters.copy(), arm.states.copy()
    for name, factor in factors.items():
        if name in TUMOUR_NUMBERS or factor == 1.0:
            continue
        at = columns(tumour, name)
        table[:, at] = np.minimum(table[:, at] * factor, ceiling_of(name))
    _spread_tolerance(tumour, table, factors.get("tolerance_cv", 1.0))
    faster = factors.get("growth_per_line", 1.0) ** len(tumour.earlier_lines)
    keep_pace(tumour, table, factors.get("doubling", 1.0) / faster)
    per_line = factors.get("tolerance_per_line", 1.0)
    for name, times in times_selected(tumour.earlier_lines).items():
        table[:, columns(tumour, name)] *= per_line**times
    selected = per_line ** lines_tolerated(tumour.twins, tumour.earlier_lines)
    share_minor(tumour, states, factors.get("minor_fraction", 1.0) * selected)
    detection = arm.detection_mm * factors.get("lesion_detection_mm", 1.0)
    return replace(arm, parameters=table, states=states, detection_mm=detection)


def columns(tumour: Tumour, name: str) -> list[int]:
    """Return the columns of a parameter: the patient's, and that of every clone."""
    index = tumour.network.parameter_index
    every = [name, *(clone_name(c, name) for c in range(1, tumour.network.clones + 1))]
    return [index[item] for item in every if item in index]


def _spread_tolerance(tumour: Tumour, table: Array, factor: float) -> None:
    """Multiply the coefficient of variation of tolerance between tumours."""
    if factor == 1.0:
        return
    shipped = of_fit(tumour.twins, "tolerance_cv")
    for name in CYTOTOXIC:
        quantity = f"between.{name}"
        ratio = tumour.twins.between(quantity, shipped * factor) / tumour.twins.between(quantity, shipped)
        table[:, columns(tumour, name)] *= ratio[:, None]


def keep_pace(tumour: Tumour, table: Array, doubling: float | Array) -> None:
    """Keep the drug-free doubling time at its drawn value times `doubling`, whatever else changed."""
    net = np.log(2.0) / (tumour.doubling_days * HOURS_PER_DAY)
    for c in range(1, tumour.network.clones + 1):
        name = clone_name(c, "untreated_death_rate")
        death, changed = (
            tumour.kernel.compute_readouts(tumour.drug_free, constants, [name])[name]
            for constants in (tumour.parameters, table)
        )
        column = tumour.network.parameter_index[clone_name(c, "k_growth")]
        table[:, column] *= (net / doubling + changed) / (net + death)
    put_drug_free(tumour.kernel, tumour.drug_free, table)


def share_minor(tumour: Tumour, states: Array, factor: float | Array) -> None:
    """Multiply the share of the minor clone, the last one, as it was drawn; the whole stays as large."""
    if np.all(factor == 1.0):
        return
    species = tumour.network.species_index
    at = [species[clone_name(c, "volume")] for c in range(1, tumour.network.clones + 1)]
    total = states[:, at].sum(axis=1)
    drawn, most = drawn_share(tumour.twins, tumour.earlier_lines), variation("minor_most")
    minor = states[:, at[-1]] * np.minimum(drawn * factor, most) / np.minimum(drawn, most)
    others = states[:, at[:-1]]
    rest = np.maximum(others.sum(axis=1), 1e-30)
    states[:, at[:-1]] = others * ((total - minor) / rest)[:, None]
    states[:, at[-1]] = minor
