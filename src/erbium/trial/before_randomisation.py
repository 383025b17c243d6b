"""Deposits under what is given before randomisation: chemotherapy after surgery, or all of it before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.knowledge.schema.regimen import Regimen
from erbium.model.network import Network
from erbium.tumour import Arm, Tumour, run_arms
from erbium.tumour.clones import variation
from erbium.tumour.endpoints import complete_response_chance
from erbium.tumour.surgery import surgery_day


def after_induction(
    tumour: Tumour, regimen: Regimen, end_days: float
) -> tuple[NDArray[np.intp], Array, Array]:
    """Return who is randomised after an induction, and their states and parameters then.

    Who relapsed on the way is not randomised. In residual disease the induction is given before surgery:
    the primary tumour of the same patients is treated too, who has no residual disease is not
    randomised, and the deposits are those at diagnosis after the induction.

    Parameters
    ----------
    tumour
        Patients of the adjuvant or residual setting.
    end_days
        From the first dose of the induction to randomisation.

    Returns
    -------
    rows
        Positions of the patients, shape (n,).
    states, parameters
        Shapes (n, species) and (n, parameters).
    """
    rows = np.arange(tumour.twins.count)
    found = tumour
    if tumour.setting == "residual":
        rows = np.flatnonzero(~_complete_response(tumour, regimen))
        found = replace(tumour, setting="adjuvant")
    arm = found.arm(regimen).of(rows)
    states = arm.states.copy()
    living = living_rows(tumour.network, arm)
    (course,) = run_arms(
        tumour.kernel, [arm.of(living)], [end_days], relapse_volume=variation("relapse_volume")
    )
    states[living] = course.end_states
    stays = np.ones(len(rows), dtype=bool)
    stays[living] = np.isnan(course.progression_days)
    return rows[stays], states[stays], arm.parameters[stays]


def living_rows(network: Network, arm: Arm) -> NDArray[np.intp]:
    """Return the patients of an arm with living tumour: the others cannot relapse."""
    index = network.species_index
    volumes = [column for name, column in index.items() if name.endswith(".volume")]
    return np.flatnonzero(arm.states[:, volumes].sum(axis=1) > 0.0)


def _complete_response(tumour: Tumour, regimen: Regimen) -> NDArray[np.bool_]:
    """Return whose primary tumour is gone at surgery, drawn by its chance, shape (count,)."""
    primary = replace(tumour, setting="neoadjuvant")
    (course,) = run_arms(
        tumour.kernel, [primary.arm(regimen)], [surgery_day(regimen)], stop_at_progression=False
    )
    return np.asarray(tumour.twins.uniform("pathology") < complete_response_chance(course))
