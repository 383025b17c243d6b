"""Running a trial: all blocks that are not there yet, then what they say."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, SimulationError
from erbium.core.result import version
from erbium.engine.build import find_compiler
from erbium.population import BLOCK
from erbium.trial.further import further_columns
from erbium.trial.outcome import RECORDED
from erbium.trial.plan import Block, Plan
from erbium.trial.result import TrialRun
from erbium.trial.statistics import summarise
from erbium.trial.store import Folder, Memory, Store
from erbium.trial.study import Study
from erbium.trial.workers import Done, in_process, in_processes, on_dask

#: Patients whose sums of diameters are read for figures.
SHOWN = 2000
#: Patients up to which all their attributes are read again for figures; of more, what the trial asks for.
WHOLE = 50_000


def run_trial(
    study: Study,
    patients: int,
    *,
    seed: int = 1,
    draws: int = 1,
    out: Path | None = None,
    workers: int = 1,
    dask: str | None = None,
    progress: Callable[[float], None] | None = None,
    block: int = BLOCK,
) -> TrialRun:
    """Return what happens in a trial.

    Parameters
    ----------
    patients
        Patients of all arms together; the arms get their shares.
    seed
        The same seed gives the same patients, bit for bit, however the work is split.
    draws
        Draws of what all tumours share over which the patients are spread; one is the typical values.
    out
        Folder that keeps every block. A run that was ended goes on from it.
    workers, dask
        Processes on this machine, or the address of a Dask scheduler.
    progress
        Called with the share that is done.
    block
        Patients of a block; the patients of another block size are others.

    Raises
    ------
    DataError
        An arm is left without patients, nobody is eligible, or the folder is another's or damaged.
    SimulationError
        A patient could not be simulated; names the block.
    """
    for key, number in (("--patients", patients), ("--draws", draws), ("--workers", workers)):
        if number < 1:
            raise DataError(f"{number} {key.removeprefix('--')}.", key=key, expected="a whole number from 1")
    blocks = Plan(study.trial, patients, draws, block).blocks()
    identity = identity_of(study, patients, draws, seed, block) | {"blocks": len(blocks)}
    store: Store = Memory() if out is None else Folder(out, identity, study.file.read_text(encoding="utf-8"))
    there = store.done()
    missing = [part for part in blocks if part.index not in there]
    follow = _Follow(progress, len(blocks), len(there))
    for part, result in _work(study, missing, seed, workers, dask, follow):
        store.put(part.index, result)
        follow.finished()
    frame = store.patients(None if patients <= WHOLE else needed_columns(study))
    return TrialRun(
        study=study,
        identity=identity,
        patients=frame,
        sizes=store.sizes(SHOWN),
        summary=summarise(study.trial, frame),
        run_warnings=tuple(store.warnings()),
        resumed=len(there),
    )


def needed_columns(study: Study) -> list[str]:
    """Return the columns that the statistics of a trial read."""
    trial = study.trial
    asked = [item.attribute for item in trial.subgroups()]
    return list(dict.fromkeys([*RECORDED, *further_columns(trial), *trial.design.stratify_by, *asked]))


def identity_of(study: Study, patients: int, draws: int, seed: int, block: int) -> dict[str, Any]:
    """Return what the results of a run depend on."""
    return {
        "trial": study.trial.id,
        "trial_hash": hashlib.sha256(study.file.read_bytes()).hexdigest(),
        "population": study.population.id,
        "population_hash": study.population_hash,
        "knowledge_hash": study.knowledge.hash,
        "version": version(),
        "seed": seed,
        "patients": patients,
        "draws": draws,
        "block_size": block,
        "kernel": "c" if find_compiler() else "numpy",
        **({"earlier_lines": [line.id for line in study.lines]} if study.lines else {}),
    }


class _Follow:
    """Turns blocks, and the progress inside one, into the share that is done."""

    def __init__(self, progress: Callable[[float], None] | None, blocks: int, there: int) -> None:
        self.progress, self.blocks, self.count = progress, blocks, there

    def inside(self, share: float) -> None:
        if self.progress is not None:
            self.progress((self.count + share) / self.blocks)

    def finished(self) -> None:
        self.count += 1
        self.inside(0.0)


def _work(
    study: Study, blocks: list[Block], seed: int, workers: int, dask: str | None, follow: _Follow
) -> Done:
    if dask is not None:
        found = on_dask(study, blocks, seed, dask)
    elif workers > 1:
        found = in_processes(study, blocks, seed, workers)
    else:
        found = in_process(study, blocks, seed, follow.inside)
    with contextlib.closing(found) as done:  # type: ignore[type-var]
        try:
            yield from done
        except SimulationError as error:
            error.hint = (
                error.hint or f"trial {study.trial.id}, seed {seed}; finished blocks are kept in --out"
            )
            raise
