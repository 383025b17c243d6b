"""The file of the calibration, checked against the trials it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from erbium.core.errors import DataErrors, ErbiumError, UnknownName
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.ensemble import fitted_to_arms
from erbium.knowledge.parameters import data_folder, load_parameters
from erbium.knowledge.populations import load_marker_columns
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.calibration import Calibration
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import load_trials
from erbium.population.attributes import YES_NO


@dataclass(frozen=True)
class Design:
    """What is free, and what is fitted.

    Attributes
    ----------
    calibration, file
        What the file says, and the file.
    trials
        The trials by id.
    """

    calibration: Calibration
    file: Path
    trials: Mapping[str, Trial]
    knowledge: Knowledge

    @classmethod
    def read(cls, file: Path | None = None, knowledge: Knowledge | None = None) -> Design:
        """Return the design in a file, the shipped one without.

        Raises
        ------
        ErbiumError
            What is wrong with the file, or with what it refers to, all of a reading at once.
        """
        place = file or data_folder() / "calibration" / "population.toml"
        known = knowledge or load_knowledge()
        found = cls(read_record(Calibration, place), place, load_trials(), known)
        errors = list(found._faults())
        if errors:
            raise errors[0] if len(errors) == 1 else DataErrors(errors)
        return found

    def _faults(self) -> Iterator[ErbiumError]:
        numbers = fitted_to_arms()
        for place, number in enumerate(self.calibration.number):
            if number.name not in numbers:
                yield UnknownName.among(
                    "number", number.name, numbers, file=self.file, key=f"number[{place}].name"
                )
        columns = {*YES_NO, *load_marker_columns()}
        for place, share in enumerate(self.calibration.share):
            if share.attribute not in columns:
                yield UnknownName.among(
                    "attribute that is yes or no", share.attribute, columns, file=self.file,
                    key=f"share[{place}].attribute",
                )  # fmt: skip
        for place, arm in enumerate(self.calibration.arm):
            key = f"arm[{place}]"
            trial = self.trials.get(arm.trial)
            if trial is None:
                yield UnknownName.among("trial", arm.trial, self.trials, file=self.file, key=f"{key}.trial")
                continue
            if arm.arm not in trial.arm_names:
                what = f'arm of the trial "{trial.id}"'
                yield UnknownName.among(what, arm.arm, trial.arm_names, file=self.file, key=f"{key}.arm")
                continue
            told = {row.endpoint for row in trial.published if row.arm == arm.arm and row.subgroup is None}
            for name in arm.statistics:
                if name != "curve" and name not in told:
                    yield UnknownName.among(
                        f'figure of "{arm.arm}" in the trial "{trial.id}"', name, told, file=self.file,
                        key=f"{key}.statistics", hint=f"published there: {', '.join(sorted(told)) or 'none'}",
                    )  # fmt: skip
            if arm.curve is not None and arm.curve.file not in trial.km_files:
                yield UnknownName.among(
                    f'curve of the trial "{trial.id}"', arm.curve.file, trial.km_files, file=self.file,
                    key=f"{key}.curve.file",
                )  # fmt: skip

    def only(self, trials: tuple[str, ...]) -> Design:
        """Return the design with the fitted arms of some trials alone, and these trials.

        Raises
        ------
        UnknownName
            A trial is not known.
        """
        if not trials:
            return self
        for name in trials:
            if name not in self.trials:
                raise UnknownName.among("trial", name, self.trials, key="--trial")
        arms = tuple(arm for arm in self.calibration.arm if arm.trial in trials)
        if not arms:
            fitted = sorted({arm.trial for arm in self.calibration.arm})
            raise UnknownName.among("trial with a fitted arm", trials[0], fitted, key="--trial")
        kept = {name: trial for name, trial in self.trials.items() if name in trials}
        return Design(self.calibration.model_copy(update={"arm": arms}), self.file, kept, self.knowledge)


def ceiling_of(name: str) -> float:
    """Return what a number cannot exceed."""
    for module in load_parameters().values():
        if name in module:
            return module[name].ceiling
    return float("inf")
