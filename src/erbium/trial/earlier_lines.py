"""Earlier lines simulated: each is given until it fails, and who it does not fail is not enrolled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.population import Population
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.usual_lines import usual_line
from erbium.population.check import base_profile
from erbium.profile import her2_status
from erbium.trial.carry_over import as_large, carried_over, continued
from erbium.tumour import Tumour, run_arms
from erbium.tumour.untreated import before_any_line

#: Scans every six weeks, for four years at most in each line.
VISIT_DAYS, LONGEST_DAYS = 42.0, 1470.0
#: Enrolment is given up when, of this many patients, fewer than this share come through what goes before.
ENOUGH, TOO_FEW = 400, 0.02


@dataclass(frozen=True)
class Pretreated:
    """Patients whose earlier lines have all failed.

    Attributes
    ----------
    tumour
        All twins, as they were before any line.
    rows
        Positions of those patients, shape (n,).
    last
        The regimen that failed last.
    states, treated
        Their states at the start of the next line, and their parameters under the last regimen,
        shapes (n, species) and (n, parameters).
    line_days
        Days from the start of each line to its failure, shape (lines, n).
    """

    tumour: Tumour
    rows: NDArray[np.intp]
    last: Regimen
    states: Array
    treated: Array
    line_days: Array


def regimens_before(population: Population, knowledge: Knowledge) -> tuple[Regimen, ...]:
    """Return what a population was given in its earlier lines of metastatic disease, oldest first."""
    if population.setting != "metastatic" or population.line is None:
        return ()
    profile = base_profile(population)
    status = her2_status(profile.her2, amplified_by_sequencing=profile.her2_amplified).status
    return tuple(
        resolve_regimen(population.before[number], knowledge.regimens, knowledge.drugs)
        if number < len(population.before)
        else usual_line(number, status == "positive", knowledge)
        for number in range(population.line - 1)
    )


def too_few(came: int, asked: int) -> bool:
    """Return whether so few of the patients come through what goes before that enrolment is given up."""
    return asked >= ENOUGH and came < TOO_FEW * asked


def through_lines(tumour: Tumour, regimens: Sequence[Regimen]) -> Pretreated:
    """Return the patients of `tumour` in whom each of `regimens` failed, one after the other.

    A line is given until progression, without a pause before the next one. Who has not progressed after
    four years is not enrolled. Volume is that drawn for the line at hand; what the lines selected stays.

    Parameters
    ----------
    tumour
        Patients of the line at hand; what the lines are said to leave in it is not used.
    regimens
        At least one.
    """
    first = before_any_line(tumour)
    rows = np.arange(tumour.twins.count)
    arm = first.arm(regimens[0])
    visits = np.arange(VISIT_DAYS, LONGEST_DAYS + 1.0, VISIT_DAYS).tolist()
    took: list[Array] = []
    last = regimens[0]
    states, treated = arm.states, arm.parameters
    for number, regimen in enumerate(regimens):
        if number:
            arm = carried_over(first, last, continued(regimen, last), rows, states, treated)
        luck = -np.log(tumour.twins.uniform(f"earlier_line.{number}.new_lesion"))[rows]
        (course,) = run_arms(first.kernel, [replace(arm, new_lesion_threshold=luck)], visits)
        failed = np.flatnonzero(~np.isnan(course.progression_days))
        took = [days[failed] for days in took] + [course.progression_days[failed]]
        rows, states, treated = rows[failed], course.end_states[failed], arm.parameters[failed]
        last = regimen
        if not rows.size:
            break
    return Pretreated(
        first, rows, last, as_large(first.network, states, first.start_volume[rows]), treated, np.array(took)
    )
