"""Which trials the fits have seen: their figures are fits, those of all other trials are predictions.

A trial is all its rows: files that share a registry number or a label of the tables stand on one side,
with every data cut and curve.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erbium.core.errors import UnknownName
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import load_trials

#: Files of the fits that read results of trials; one that says ``in_use = false`` did not set the shipped
#: numbers. Rates of neutropenia are no result of treatment.
CALIBRATIONS = ("backbone", "pathological", "population", "modalities", "adjuvant")
#: Those that set what drugs do to tumours that are seen; the others hold surgery and prognosis.
OF_RESPONSE = ("backbone", "population", "modalities")
#: Role of a row that a fit prints and does not use.
ONLY_SHOWN = "predicted"


@dataclass(frozen=True)
class Seen:
    """Where a figure of a trial stands in the fits.

    Attributes
    ----------
    trial
        Id of the trial.
    file
        The calibration file, by stem.
    label
        The trial as the file names it.
    fitted
        Whether a fit uses the figure; False where it is only printed beside one.
    arm
        The arm it is of; None if the file does not tell, so that it stands for all arms.
    """

    trial: str
    file: str
    label: str
    fitted: bool
    arm: str | None = None


@dataclass(frozen=True)
class Sides:
    """The two sides of the scoreboard.

    Attributes
    ----------
    seen
        Figures in the calibration files, by trial; trials without an entry are out of sample.
    relatives
        By trial, the trials that are one with it.
    """

    seen: Mapping[str, tuple[Seen, ...]]
    relatives: Mapping[str, frozenset[str]]

    def in_sample(self, trial: str) -> bool:
        """Return whether a figure of the trial stands in a calibration file, used or only printed."""
        return bool(self.why(trial))

    def fitted(self, trial: str) -> bool:
        """Return whether a fit uses a figure of the trial."""
        return any(item.fitted for item in self.why(trial))

    def arm_fitted(self, trial: str, arm: str) -> bool:
        """Return whether a fit uses a figure of this arm."""
        return any(item.fitted and item.arm in {None, arm} for item in self.seen.get(trial, ()))

    def why(self, trial: str) -> tuple[Seen, ...]:
        """Return the figures that put a trial in the sample."""
        return tuple(
            item for name in sorted(self.relatives.get(trial, {trial})) for item in self.seen.get(name, ())
        )

    def words(self, trial: str) -> str:
        """Return in words on which side a trial stands, and why."""
        found = self.why(trial)
        if not found:
            return "out of sample"
        files = ", ".join(dict.fromkeys(item.file for item in found))
        return f"in sample: {'fitted in' if self.fitted(trial) else 'printed beside the fit of'} {files}"


def find_sides(trials: Mapping[str, Trial] | None = None, folder: Path | None = None) -> Sides:
    """Return the sides of the trials, read from the files of the fits.

    Parameters
    ----------
    trials
        The trials by id; the shipped ones without.
    folder
        Folder of the calibration files.

    Raises
    ------
    UnknownName
        A calibration file names a trial that has no file: it could slip from one side to the other.
    """
    trials = load_trials() if trials is None else trials
    folder = data_folder() / "calibration" if folder is None else folder
    seen: dict[str, list[Seen]] = {}
    for stem in CALIBRATIONS:
        file = folder / f"{stem}.toml"
        if not file.is_file():
            continue
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        if not data.get("in_use", True):
            continue
        for row in _rows(data):
            for label in _labels(row):
                ids = named(label, trials)
                if not ids:
                    names = [name for trial in trials.values() for name in labels(trial)]
                    raise UnknownName.among("trial", label, names, file=file, key="trial")
                fitted = row.get("role") != ONLY_SHOWN
                for trial in ids:
                    seen.setdefault(trial, []).extend(
                        Seen(trial, stem, label, fitted, arm) for arm in _arms(row, trials[trial])
                    )
    return Sides(
        {trial: tuple(dict.fromkeys(items)) for trial, items in seen.items()},
        _relatives(list(trials.values())),
    )


def _rows(data: Any) -> Iterator[dict[str, Any]]:
    """Yield every table that names a trial."""
    if isinstance(data, dict):
        if _labels(data):
            yield data
        for value in data.values():
            yield from _rows(value)
    elif isinstance(data, list):
        for value in data:
            yield from _rows(value)


def _labels(row: Mapping[str, Any]) -> list[str]:
    """Return what a table calls its trial or trials, as one text with commas or as a list."""
    told = row.get("trial", row.get("trials"))
    if isinstance(told, str):
        told = told.split(",")
    if not isinstance(told, list) or not all(isinstance(item, str) for item in told):
        return []
    return [item.strip() for item in told]


def _arms(row: Mapping[str, Any], trial: Trial) -> list[str | None]:
    """Return the arms a table is about, by name or by regimen; [None] if it cannot be told."""
    words = {row.get(key) for key in ("arm", "regimen", "test", "against")} - {None}
    found: list[str | None] = [arm.name for arm in trial.arm if {arm.name, arm.regimen} & words]
    return found or [None]


def named(label: str, trials: Mapping[str, Trial]) -> list[str]:
    """Return the trials a label means: those it names in full, else those of which a name begins with it."""
    wanted = _words(label)
    if not wanted:
        return []
    names = {trial.id: [_words(name) for name in labels(trial)] for trial in trials.values()}
    in_full = [trial for trial, known in names.items() if wanted in known]
    return in_full or [
        trial for trial, known in names.items() if any(name[: len(wanted)] == wanted for name in known)
    ]


def labels(trial: Trial) -> tuple[str, ...]:
    """Return everything a trial is called."""
    return tuple(dict.fromkeys((trial.id, trial.name, *trial.names, *((trial.nct,) if trial.nct else ()))))


def _words(label: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|\d+", label.casefold()))


def _relatives(trials: Sequence[Trial]) -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {trial.id: frozenset({trial.id}) for trial in trials}
    owner: dict[str, str] = {}
    for trial in trials:
        for name in {*(name.casefold() for name in trial.names), trial.nct or trial.id}:
            first = owner.setdefault(name, trial.id)
            joined = groups[first] | groups[trial.id]
            groups |= dict.fromkeys(joined, joined)
    return groups
