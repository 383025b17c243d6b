"""Which trials are run, with how many patients, and about how long that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from erbium.core.errors import DataError, ErbiumError, UnknownName
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import load_trials, trial_file
from erbium.population import BLOCK
from erbium.trial.earlier_lines import regimens_before
from erbium.trial.plan import Plan
from erbium.trial.study import Study

#: Seconds of a patient by setting, and of a trial beside its patients: measured on two cores, warm kernel.
_PATIENT = {"metastatic": 0.013, "neoadjuvant": 0.006, "adjuvant": 0.008, "residual": 0.008}
_TRIAL = 2.0
#: Times as long where the lines before the trial are simulated: about, from whole runs of the scoreboard.
_WITH_LINES = 2.0
#: Times as many patients in trials after surgery: few relapse, and who cannot costs nothing.
AFTER_SURGERY = 5


@dataclass(frozen=True)
class Selection:
    """The trials of a scoring run.

    Attributes
    ----------
    studies
        What is run.
    left_out
        By trial, why it cannot be run.
    """

    studies: tuple[Study, ...]
    left_out: dict[str, str]

    def seconds(self, patients: int, studies: Sequence[Study] | None = None) -> float:
        """Return about how long `patients` of every trial take, in s; of some of the trials where given."""
        chosen = self.studies if studies is None else studies
        return sum(_TRIAL + patients_of(study, patients) * _seconds_of_a_patient(study) for study in chosen)


def _seconds_of_a_patient(study: Study) -> float:
    return _PATIENT[study.trial.setting] * (_WITH_LINES if study.lines else 1.0)


def with_lines_simulated(selection: Selection) -> Selection:
    """Return the same trials, with earlier lines simulated in those that have any."""
    studies = (
        study.with_lines_simulated() if regimens_before(study.population, study.knowledge) else study
        for study in selection.studies
    )
    return replace(selection, studies=tuple(studies))


def patients_of(study: Study, patients: int) -> int:
    """Return how many patients a trial gets."""
    return patients * (AFTER_SURGERY if study.trial.setting in ("adjuvant", "residual") else 1)


def select(names: Sequence[str] = (), *, patients: int, draws: int, named: bool = False) -> Selection:
    """Return the trials to be run: the named ones, or every shipped one that can run.

    Parameters
    ----------
    names
        Ids or acronyms, or files; all shipped trials without.
    named
        Whether trials were asked for by name, so that no name is an error.
    patients, draws
        Patients of each trial, and draws over which they are spread.

    Raises
    ------
    ErbiumError
        A named trial does not exist or cannot run; without names such trials are left out with the reason.
    """
    if patients < 1 or draws < 1:
        key, number = ("--patients", patients) if patients < 1 else ("--draws", draws)
        raise DataError(f"{number} {key.removeprefix('--')}.", key=key, expected="a whole number from 1")
    if not names and named:
        raise DataError("no trial is named.", key="--trials", expected="ids with commas between")
    if not names:
        return _every(patients, draws)
    studies: dict[str, Study] = {}
    for name in names:
        study = Study.read(_file_of(name))
        if study.trial.id in studies:
            raise DataError(f'trial "{study.trial.id}" is named twice.', key="--trials", expected="each once")
        Plan(study.trial, patients, draws, BLOCK)
        studies[study.trial.id] = study
    return Selection(tuple(studies.values()), {})


def _file_of(name: str) -> Path:
    try:
        return trial_file(name)
    except UnknownName as error:
        error.key = "--trials"
        raise


def _every(patients: int, draws: int) -> Selection:
    studies: list[Study] = []
    left_out: dict[str, str] = {}
    for name in load_trials():
        try:
            study = Study.read(trial_file(name))
            Plan(study.trial, patients, draws, BLOCK)
        except ErbiumError as error:
            left_out[name] = str(error)
        else:
            studies.append(study)
    return Selection(tuple(studies), left_out)


def published_patients(trial: Trial, arm: str) -> int:
    """Return how many patients an arm had: the most that stand beside its figures, or its share."""
    told = [item.n for item in trial.published if item.arm == arm and item.n and item.subgroup is None]
    told += [item.n for item in trial.published_ratio if item.arm == arm and item.n and item.subgroup is None]
    if told:
        return max(told)
    shares = {item.name: item.share for item in trial.arm}
    return max(1, round(trial.design.patients * shares[arm] / sum(shares.values())))
