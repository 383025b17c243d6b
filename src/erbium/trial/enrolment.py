"""Who is randomised: a block of a population, or those of it who came through what goes before.

That is an induction without progression, and earlier lines that failed where these are simulated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core import seeds
from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.span import days
from erbium.population import BLOCK, Patients, sample_block
from erbium.trial.before_randomisation import after_induction
from erbium.trial.carry_over import carried_over, continued
from erbium.trial.earlier_lines import Pretreated, through_lines, too_few
from erbium.trial.plan import Block
from erbium.trial.study import Study
from erbium.tumour import Arm, Tumour, run_arms

if TYPE_CHECKING:
    import pandas as pd

#: Most rounds of enrolment of a block, and fewest patients of one.
ROUNDS = 40
_FEWEST = 20


@dataclass(frozen=True)
class Enrolled:
    """Patients of one sampling that are randomised.

    Attributes
    ----------
    tumour
        Its twins are all patients of the sampling.
    rows
        Which of them are randomised, shape (n,).
    table
        Their attributes, one row each, in the same order.
    before
        What they were given last before, an induction or an earlier line; None without.
    states, treated
        States at randomisation, and the parameters under `before`, of `rows`; None without.
    """

    tumour: Tumour
    rows: NDArray[np.intp]
    table: pd.DataFrame
    before: Regimen | None = None
    states: Array | None = None
    treated: Array | None = None

    def arm(self, regimen: Regimen, which: NDArray[np.intp], patient: NDArray[np.int64], seed: int) -> Arm:
        """Return the arm that gives `regimen` to some of the patients.

        Parameters
        ----------
        which
            Positions in `rows`.
        patient
            Their numbers.
        """
        rows = self.rows[which]
        if self.before is None or self.states is None or self.treated is None:
            return self.tumour.arm(regimen).of(rows)
        arm = carried_over(
            self.tumour, self.before, continued(regimen, self.before), rows,
            self.states[which], self.treated[which],
        )  # fmt: skip
        # What has not happened by now is as likely as ever: the hazard has no memory.
        luck = -np.log(seeds.uniform(seed, patient, "trial.new_lesion"))
        return replace(arm, new_lesion_threshold=luck)


def enrol(study: Study, block: Block, seed: int) -> list[Enrolled]:
    """Return the patients of a block, in one or more samplings.

    Raises
    ------
    DataError
        Nobody is eligible, or hardly anybody comes through what goes before.
    """
    if study.induction is None and not study.lines:
        found = _sampled(study, block, seed, block.index, block.size)
        return [Enrolled(found.tumour, np.arange(block.size), found.table.reset_index(drop=True))]
    parts: list[Enrolled] = []
    needed, asked, passed = block.size, 0, 0
    for number in range(ROUNDS):
        rate = max(passed, 1) / asked if asked else 0.8
        size = min(BLOCK, max(math.ceil(1.1 * needed / rate), _FEWEST))
        found = _sampled(study, block, seed, block.index * ROUNDS + number, size)
        part = _came_through(study, found.tumour, found.table.reset_index(drop=True), needed)
        asked += size
        passed += len(part.rows)
        needed -= len(part.rows)
        parts.append(part)
        if needed == 0:
            return parts
        if too_few(passed, asked):
            break
    if study.induction is None:
        raise DataError(
            f"only {passed} of {asked} patients progress in {len(study.lines)} earlier lines.",
            file=study.file,
            key="population.before",
            expected="earlier lines that fail within four years each",
        )
    raise DataError(
        f"only {passed} of {asked} patients reach the end of the induction without progression.",
        file=study.file,
        key="design.induction",
        expected="an induction that most patients complete",
    )


def _sampled(study: Study, block: Block, seed: int, number: int, size: int) -> Patients:
    """Return patients of the population for whom the trial's own criteria hold."""
    try:
        return sample_block(
            study.population,
            seed=seed,
            block=number,
            size=size,
            draw=block.draw,
            extra=[item.plain() for item in study.trial.population.eligibility],
            knowledge=study.knowledge,
        )
    except DataError as error:
        if study.trial.population.eligibility:
            error.file, error.key = str(study.file), "population.eligibility"
        raise


def _came_through(study: Study, tumour: Tumour, table: pd.DataFrame, most: int) -> Enrolled:
    """Return who comes to randomisation through earlier lines and induction, the first `most` of them."""
    lines = through_lines(tumour, study.lines) if study.lines else None
    if study.induction is not None:
        return _induced(study, tumour, table, study.induction, most, lines)
    assert lines is not None
    some = slice(0, most)
    return Enrolled(
        lines.tumour, lines.rows[some], table.iloc[lines.rows[some]].reset_index(drop=True), lines.last,
        lines.states[some], lines.treated[some],
    )  # fmt: skip


def _induced(
    study: Study,
    tumour: Tumour,
    table: pd.DataFrame,
    regimen: Regimen,
    most: int,
    lines: Pretreated | None = None,
) -> Enrolled:
    """Return who has not progressed by the end of the induction, the first `most` of them."""
    design = study.trial.design
    assert design.induction is not None
    end = days(design.induction.duration)
    if tumour.setting in ("adjuvant", "residual"):
        rows, states, treated = after_induction(tumour, regimen, end)
        rows, states, treated = rows[:most], states[:most], treated[:most]
        return Enrolled(tumour, rows, table.iloc[rows].reset_index(drop=True), regimen, states, treated)
    every = days(design.induction.visits or design.visits or design.induction.duration)
    grid = [*np.arange(every, end - 1.0, every).tolist(), end]
    here = np.arange(tumour.twins.count)
    if lines is None:
        arm = tumour.arm(regimen)
    else:
        tumour, here = lines.tumour, lines.rows
        arm = carried_over(
            tumour, lines.last, continued(regimen, lines.last), here, lines.states, lines.treated
        )
    (course,) = run_arms(tumour.kernel, [arm], grid)
    stays = np.flatnonzero(np.isnan(course.progression_days))[:most]
    rows = here[stays]
    return Enrolled(
        tumour,
        rows,
        table.iloc[rows].reset_index(drop=True),
        regimen,
        course.end_states[stays],
        arm.parameters[stays],
    )
