"""A trial ready to run: its population and its treatments found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import read_trial, treatment_of
from erbium.population import load_population


@dataclass(frozen=True)
class Study:
    """A trial with what its file refers to.

    Attributes
    ----------
    trial, file
        The trial, and the file it was read from.
    population
        Its population at the trial's line.
    regimens
        The regimen of each arm, in order.
    induction
        What everyone gets before randomisation; None without.
    """

    trial: Trial
    file: Path
    population: Any
    regimens: tuple[Regimen, ...]
    induction: Regimen | None

    @property
    def population_hash(self) -> str:
        """SHA-256 of what the population's file says."""
        data = (
            self.population.model_dump_json(by_alias=True)
            if hasattr(self.population, "model_dump_json")
            else repr(self.population)
        )
        return hashlib.sha256(data.encode()).hexdigest()

    @classmethod
    def read(cls, file: Path, knowledge: Knowledge | None = None) -> Study:
        """Return the study in a file.

        Raises
        ------
        ErbiumError
            What is wrong with the file or with what it refers to.
        """
        known = knowledge or load_knowledge()
        trial = read_trial(file, known)
        spec = trial.population.spec
        place = file.parent / spec if spec.casefold().endswith(".toml") else None
        try:
            population = load_population(spec if place is None else str(place), known)
        except DataError as error:
            if error.file is None:
                error.file, error.key = str(file), "population.spec"
            raise
        if population.setting != trial.setting:
            raise DataError(
                f'population "{spec}" is {population.setting}, the trial {trial.setting}.',
                file=file,
                key="population.spec",
                expected="a population of the same setting",
            )
        if trial.population.line is not None:
            population = population.at_line(trial.population.line)
        induction = trial.design.induction
        return cls(
            trial=trial,
            file=file,
            population=population,
            regimens=tuple(treatment_of(arm, arm.label or arm.name, known) for arm in trial.arm),
            induction=treatment_of(induction, "induction", known) if induction else None,
        )
