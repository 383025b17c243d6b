"""Who is randomised: a block of a population, or those of it who did not progress in the induction."""

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
from erbium.pharmacology import prescribe
from erbium.pharmacology.slots import Filling
from erbium.population import BLOCK, Patients, sample_block
from erbium.trial.before_randomisation import after_induction
from erbium.trial.plan import Block
from erbium.trial.study import Study
from erbium.tumour import Arm, Tumour, run_arms

if TYPE_CHECKING:
    import pandas as pd

#: Most rounds of enrolment of a block, and fewest patients of one.
ROUNDS = 40
_FEWEST = 20
#: An induction is given up when, of this many patients, fewer than this share complete it.
_ENOUGH, _TOO_FEW = 400, 0.02


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
    induction
        What they were given before; None without.
    states, treated
        States at randomisation, and the parameters under the induction, of `rows`; None without.
    """

    tumour: Tumour
    rows: NDArray[np.intp]
    table: pd.DataFrame
    induction: Regimen | None = None
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
        if self.induction is None or self.states is None or self.treated is None:
            return self.tumour.arm(regimen).of(rows)
        arm = carried_over(
            self.tumour, self.induction, continued(regimen, self.induction), rows,
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
        Nobody is eligible, or hardly anybody reaches the end of the induction.
    """
    if study.induction is None:
        found = _sampled(study, block, seed, block.index, block.size)
        return [Enrolled(found.tumour, np.arange(block.size), found.table.reset_index(drop=True))]
    parts: list[Enrolled] = []
    needed, asked, passed = block.size, 0, 0
    for number in range(ROUNDS):
        rate = max(passed, 1) / asked if asked else 0.8
        size = min(BLOCK, max(math.ceil(1.1 * needed / rate), _FEWEST))
        found = _sampled(study, block, seed, block.index * ROUNDS + number, size)
        part = _induced(study, found.tumour, found.table.reset_index(drop=True), study.induction, needed)
        asked += size
        passed += len(part.rows)
        needed -= len(part.rows)
        parts.append(part)
        if needed == 0:
            return parts
        if asked >= _ENOUGH and passed < _TOO_FEW * asked:
            break
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


def _induced(study: Study, tumour: Tumour, table: pd.DataFrame, regimen: Regimen, most: int) -> Enrolled:
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
    arm = tumour.arm(regimen)
    (course,) = run_arms(tumour.kernel, [arm], grid)
    rows = np.flatnonzero(np.isnan(course.progression_days))[:most]
    return Enrolled(
        tumour,
        rows,
        table.iloc[rows].reset_index(drop=True),
        regimen,
        course.end_states[rows],
        arm.parameters[rows],
    )


def continued(regimen: Regimen, before: Regimen) -> Regimen:
    """Return a regimen without loading doses of drugs that were given just before."""
    known = set(before.drug_ids)
    drugs = tuple(
        item.model_copy(update={"loading": None}) if item.drug in known else item for item in regimen.drugs
    )
    return regimen.model_copy(update={"drugs": drugs})


def carried_over(
    tumour: Tumour, before: Regimen, after: Regimen, rows: NDArray[np.intp], states: Array, treated: Array
) -> Arm:
    """Return the arm that gives `after` to some twins that have just had `before`.

    Parameters
    ----------
    rows
        Which twins.
    states, treated
        Their states now, and their parameters under `before`, one row each.
    """
    arm = tumour.arm(after).of(rows)
    parameters = arm.parameters.copy()
    free = tumour.parameters[rows]
    # A drug that is over keeps its kinetics while it leaves.
    over = (parameters == free) & (treated != free)
    parameters[over] = treated[over]
    now = states.copy()
    for column in _displaced(tumour, before, after):
        now[:, column] = 0.0
    return replace(arm, parameters=parameters, states=now)


def _displaced(tumour: Tumour, before: Regimen, after: Regimen) -> list[int]:
    """Return the states of drugs whose place another drug takes: what is left of them is dropped."""
    filling = Filling(tumour.twins, tumour.host, tumour.site)
    old, new = (prescribe(item, tumour.knowledge.drugs, filling).slots for item in (before, after))
    places = [slot for slot, drug in old.items() if new.get(slot, drug) != drug]
    index = tumour.network.species_index
    names = [f"{part}_{slot}" for slot in places for part in ("depot", "central", "peripheral", "site")]
    return [index[name] for name in names if name in index]
