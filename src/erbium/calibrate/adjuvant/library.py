"""A library of deposits of every size and pace under the arms of trials: when each relapses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from erbium.calibrate.population.changed import columns, keep_pace
from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.core.units import HOURS_PER_DAY
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.dose_text import hours
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.span import days
from erbium.knowledge.trials import trial_file
from erbium.model.compose import clone_name
from erbium.population import BLOCK, load_population, sample_block
from erbium.trial.study import Study
from erbium.tumour import Arm, Tumour, run_arms
from erbium.tumour.clones import variation
from erbium.tumour.course import CELL_CM3
from erbium.tumour.drug_free import put_drug_free

#: Decimal logarithm of cells: the deposits of the library are spread evenly between these.
CELLS = (0.5, 7.7)
#: Doubling times of the library: log-normal about this median in days, with this SD of the logarithm.
DOUBLING, DOUBLING_SD = 60.0, 0.7
#: How well drugs reach the deposits: every deposit is simulated at each of these (`tumour.deposits`).
REACHES = (0.0, 0.35, 0.7, 1.0)
#: Visits, and how long deposits are followed.
VISIT_DAYS, LAST_YEAR = 56.0, 12.5


@dataclass(frozen=True)
class DepositLibrary:
    """Deposits with what became of them.

    Attributes
    ----------
    log_cells
        Decimal logarithm of their cells at the start, shape (n,).
    log_doubling
        Logarithm of the drug-free doubling time in days, shape (n,).
    relapse_days
        Day of relapse since the start of the arm's first drug, infinite for none, by trial and arm,
        shape (reaches, n).
    delay_days
        Day of randomisation, by trial.
    seed
        Seed of the patients.
    """

    log_cells: Array
    log_doubling: Array
    relapse_days: Mapping[tuple[str, str], Array]
    delay_days: Mapping[str, float]
    seed: int


def build_library(
    trials: Mapping[str, list[str]],
    population: str,
    *,
    seed: int,
    blocks: int,
    progress: Callable[[str], None] | None = None,
) -> DepositLibrary:
    """Return patients who all carry deposits, under the arms of trials.

    Parameters
    ----------
    trials
        Arms to simulate, by trial.
    blocks
        Blocks of 250 patients.
    """
    knowledge = load_knowledge()
    spec = load_population(population, knowledge)
    studies = {name: Study.read(trial_file(name)) for name in trials}
    rng = np.random.default_rng(seed)
    found: dict[tuple[str, str], list[Array]] = {}
    cells, doubling = [], []
    for block in range(blocks):
        tumour = sample_block(spec, seed=seed, block=block, knowledge=knowledge).tumour
        # Before surgery everybody has disease; its amount and pace are replaced.
        diseased = replace(tumour, setting="neoadjuvant")
        operated = [replace(tumour, origin=diseased, deposit_reach=reach) for reach in REACHES]
        cells.append(rng.uniform(*CELLS, BLOCK))
        doubling.append(rng.normal(np.log(DOUBLING), DOUBLING_SD, BLOCK))
        for name, study in studies.items():
            for place, arm in enumerate(study.trial.arm):
                if arm.name not in trials[name]:
                    continue
                if progress is not None:
                    progress(f"block {block + 1} of {blocks}: {name}, {arm.name}")
                regimen = joined(study, study.regimens[place])
                treated = [
                    with_deposits(diseased, one.arm(regimen), cells[-1], doubling[-1]) for one in operated
                ]
                grid = np.arange(VISIT_DAYS, 365.25 * LAST_YEAR, VISIT_DAYS).tolist()
                courses = run_arms(tumour.kernel, treated, grid, relapse_volume=variation("relapse_volume"))
                day = np.nan_to_num([course.progression_days for course in courses], nan=np.inf)
                found.setdefault((name, arm.name), []).append(day)
    return DepositLibrary(
        np.concatenate(cells),
        np.concatenate(doubling),
        {key: np.concatenate(parts, axis=1) for key, parts in found.items()},
        {name: delay(study) for name, study in studies.items()},
        seed,
    )


def delay(study: Study) -> float:
    """Return the day of randomisation, counted from the first drug."""
    induction = study.trial.design.induction
    return 0.0 if induction is None else days(induction.duration)


def joined(study: Study, regimen: Regimen) -> Regimen:
    """Return the induction of a trial and then an arm, as one regimen.

    Raises
    ------
    DataError
        A drug stands in both.
    """
    if study.induction is None:
        return regimen
    shift = delay(study) * HOURS_PER_DAY
    both = set(study.induction.drug_ids) & set(regimen.drug_ids)
    if both:
        raise DataError(
            f"{', '.join(sorted(both))} stands in the induction and in an arm.",
            file=study.file,
            key="design.induction",
            expected="drugs that the arms do not have: the fit runs both as one regimen",
        )
    later = tuple(
        item.model_copy(update={"starts": f"{hours(item.starts) + shift:g} hours"}) for item in regimen.drugs
    )
    return regimen.model_copy(update={"drugs": (*study.induction.drugs, *later), "ad_hoc": True})


def with_deposits(tumour: Tumour, arm: Arm, log_cells: Array, log_doubling: Array) -> Arm:
    """Return an arm whose tumours have the given numbers of cells and doubling times.

    Parameters
    ----------
    tumour
        The same patients with measurable disease.
    arm
        An arm of theirs, with that disease's pace.
    """
    states, table = tumour.drug_free.copy(), arm.parameters.copy()
    at = [tumour.network.species_index[clone_name(c, "volume")] for c in range(1, tumour.network.clones + 1)]
    share = states[:, at] / states[:, at].sum(axis=1, keepdims=True)
    states[:, at] = share * (10.0**log_cells * CELL_CM3)[:, None]
    keep_pace(tumour, table, np.exp(log_doubling) / tumour.doubling_days)
    # The pace was set for a tumour that crowding slows; deposits have all the room.
    table[:, columns(tumour, "k_growth")] *= (1.0 - tumour.start_volume / tumour.capacity)[:, None]
    put_drug_free(tumour.kernel, tumour.drug_free, table)
    return replace(arm, states=states, parameters=table, lesions=np.ones_like(arm.lesions))
