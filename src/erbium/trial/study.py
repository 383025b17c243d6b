"""A trial ready to run: its population and its treatments found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.schema.population import Population
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import earlier_regimens, read_trial, treatment_of
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import choose_slot
from erbium.population import load_population
from erbium.population.attributes import known_attributes
from erbium.trial.earlier_lines import regimens_before


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
    adjuvants
        What follows surgery in each arm, in order; None for nothing.
    lines
        Earlier lines that are simulated, oldest first; empty where they are counted.
    induction
        What everyone gets before randomisation; None without.
    overlay
        Folder of the user's own knowledge; None without.
    """

    trial: Trial
    file: Path
    population: Population
    regimens: tuple[Regimen, ...]
    induction: Regimen | None
    overlay: Path | None = None
    adjuvants: tuple[Regimen | None, ...] = ()
    lines: tuple[Regimen, ...] = ()

    def with_lines_simulated(self) -> Study:
        """Return the study with every earlier line given until it fails, in place of counted.

        Raises
        ------
        DataError
            The trial has no earlier line of metastatic disease.
        """
        lines = regimens_before(self.population, self.knowledge)
        if not lines:
            raise DataError(
                f"{self.trial.id} has no earlier lines of metastatic disease to simulate.",
                file=self.file,
                key="population.line",
                expected="2 or more",
            )
        return replace(self, lines=lines)

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge that the study works with."""
        return load_knowledge(self.overlay)

    @property
    def population_hash(self) -> str:
        """SHA-256 of what the population's file says."""
        return hashlib.sha256(self.population.model_dump_json(by_alias=True).encode()).hexdigest()

    @classmethod
    def read(cls, file: Path, overlay: Path | None = None) -> Study:
        """Return the study in a file.

        Raises
        ------
        ErbiumError
            What is wrong with the file or with what it refers to.
        """
        known = load_knowledge(overlay)
        trial = read_trial(file, known)
        spec = trial.population.spec
        place = file.parent / spec if spec.casefold().endswith(".toml") else None
        try:
            population = load_population(spec if place is None else str(place), known)
        except (DataError, UnknownName) as error:
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
            population = population.at_line(trial.population.line, earlier_regimens(trial, known))
        _check_attributes(trial, file, known)
        induction = trial.design.induction
        return cls(
            trial=trial,
            file=file,
            population=population,
            regimens=tuple(
                _placed(treatment_of(arm, arm.label or arm.name, known), known, file, f"arm[{place}]")
                for place, arm in enumerate(trial.arm)
            ),
            induction=None
            if induction is None
            else _placed(treatment_of(induction, "induction", known), known, file, "design.induction"),
            overlay=overlay,
            adjuvants=tuple(
                None
                if arm.adjuvant is None
                else _placed(
                    treatment_of(arm.adjuvant, f"{arm.name} after surgery", known),
                    known, file, f"arm[{place}].adjuvant",
                )
                for place, arm in enumerate(trial.arm)
            ),
        )  # fmt: skip


def _check_attributes(trial: Trial, file: Path, knowledge: Knowledge) -> None:
    """Raise for an attribute that patients do not have."""
    columns = known_attributes(knowledge.mechanisms)
    asked = [(name, f"design.stratify_by[{place}]") for place, name in enumerate(trial.design.stratify_by)]
    for kind, items in (
        ("population.eligibility", trial.population.eligibility),
        ("subgroup", trial.subgroup),
    ):
        asked += [(item.attribute, f"{kind}[{place}].attribute") for place, item in enumerate(items)]
    for name, key in asked:
        if name not in columns:
            raise UnknownName.among("attribute", name, columns, file=file, key=key)


def _placed(regimen: Regimen, knowledge: Knowledge, file: Path, key: str) -> Regimen:
    """Return a regimen after trying whether its drugs can be simulated together."""
    taken: dict[str, str] = {}
    for item in regimen.drugs:
        drug = knowledge.drugs[item.drug]
        try:
            slot = choose_slot(drug, kind_of(drug.drug_class), taken, f"regimen {regimen.name}")
        except DataError as error:
            error.file, error.key = str(file), key
            raise
        taken[slot] = drug.name
    return regimen
