"""The trials: what is shipped, by id, and a user's own from a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from erbium.core.errors import DataError, DataErrors, ErbiumError, UnknownName
from erbium.knowledge.catalogue import dose_fault, resolve_drug, resolve_regimen
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import Folders, read_folders, read_record
from erbium.knowledge.schema.criterion import ATTRIBUTES, COUNTS, is_open
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.trial import Treatment, Trial

if TYPE_CHECKING:
    from erbium.knowledge.base import Knowledge


def load_trials(folder: Folders = None) -> dict[str, Trial]:
    """Return the trials by id; `folder` is one folder or several, of which a later overrides."""
    return read_folders(Trial, "trials", folder)


def trial_file(name: str) -> Path:
    """Return the file of a trial: that of a shipped one by its id, acronym or label, or the path given.

    Raises
    ------
    UnknownName
        No trial has that name; names the nearest.
    DataError
        There is no such file.
    """
    if name.casefold().endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            reason = "is no file" if path.exists() else "does not exist"
            raise DataError(f"{name} {reason}.", key="trial", expected="a trial file; see erbium trial new")
        return path
    named = data_folder() / "trials" / f"{name.strip().casefold()}.toml"
    if re.fullmatch(r"[a-z0-9_]+", named.stem) and named.is_file():
        return named
    shipped = load_trials()
    index = {
        word.casefold(): trial.id
        for trial in shipped.values()
        for word in (*trial.names, trial.name, trial.id)
    }
    found = index.get(name.strip().casefold())
    if found is None:
        raise UnknownName.among("trial", name, index, hint="erbium trial list")
    return data_folder() / "trials" / f"{found}.toml"


def read_trial(file: Path, knowledge: Knowledge) -> Trial:
    """Return the trial in a file after checking what it refers to.

    Raises
    ------
    DataError
        What is wrong, all of a reading at once, each with file, key and the nearest name.
    """
    trial = read_record(Trial, file)
    errors = list(check_references(trial, file, knowledge))
    if errors:
        raise errors[0] if len(errors) == 1 else DataErrors(errors)
    return trial


def treatment_of(treatment: Treatment, name: str, knowledge: Knowledge) -> Regimen:
    """Return the regimen of an arm or an induction.

    Parameters
    ----------
    name
        Name of the regimen if it is given drug by drug.
    """
    if treatment.regimen is not None:
        return resolve_regimen(treatment.regimen, knowledge.regimens, knowledge.drugs)
    drugs = tuple(
        item.model_copy(update={"drug": resolve_drug(item.drug, knowledge.drugs).id})
        for item in treatment.drugs
    )
    word = "".join(letter if letter.isalnum() else "_" for letter in name.lower()).strip("_")
    return Regimen(id=f"arm_{word}", name=name, drugs=drugs, ad_hoc=True)


def earlier_regimens(trial: Trial, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the regimens of the earlier lines that the file of a trial states, by id."""
    return tuple(
        resolve_regimen(name, knowledge.regimens, knowledge.drugs).id for name in trial.population.before
    )


def check_references(trial: Trial, file: Path, knowledge: Knowledge) -> Iterator[ErbiumError]:
    """Yield one error for each regimen, drug or attribute that is not known."""
    named: list[tuple[Treatment, str]] = [(arm, f"arm[{place}]") for place, arm in enumerate(trial.arm)]
    named += [(arm.adjuvant, f"arm[{place}].adjuvant") for place, arm in enumerate(trial.arm) if arm.adjuvant]
    if trial.design.induction is not None:
        named.append((trial.design.induction, "design.induction"))
    for treatment, key in named:
        yield from _check_treatment(treatment, file, key, knowledge)
    for place, name in enumerate(trial.population.before):
        try:
            resolve_regimen(name, knowledge.regimens, knowledge.drugs)
        except (DataError, UnknownName) as error:
            error.file, error.key = str(file), f"population.before[{place}]"
            yield error
    for place, attribute in enumerate(trial.design.stratify_by):
        if ATTRIBUTES.get(attribute) is float and attribute not in COUNTS:
            yield DataError(
                f"{attribute} has no groups to stratify by.",
                file=file,
                key=f"design.stratify_by[{place}]",
                expected="an attribute with few values, such as er or lines_before",
            )
    told = [
        (item.attribute, f"population.eligibility[{place}].attribute")
        for place, item in enumerate(trial.population.eligibility)
    ]
    told += [(item, f"design.stratify_by[{place}]") for place, item in enumerate(trial.design.stratify_by)]
    told += [(item.attribute, f"subgroup[{place}].attribute") for place, item in enumerate(trial.subgroup)]
    for kind, items in (("published", trial.published), ("published_ratio", trial.published_ratio)):
        told += [
            (one.subgroup.attribute, f"{kind}[{place}].subgroup.attribute")
            for place, one in enumerate(items)
            if one.subgroup
        ]
    for attribute, key in told:
        if attribute not in ATTRIBUTES and not is_open(attribute):
            yield UnknownName.among(
                "attribute",
                attribute,
                ATTRIBUTES,
                file=file,
                key=key,
                hint=f"one of {', '.join(ATTRIBUTES)}, mechanism.<id>, or a gene such as PIK3CA_mutated",
            )
        elif (
            attribute.startswith("mechanism.")
            and attribute.removeprefix("mechanism.") not in knowledge.mechanisms
        ):
            yield UnknownName.among(
                "mechanism", attribute.removeprefix("mechanism."), knowledge.mechanisms, file=file, key=key
            )


def _check_treatment(
    treatment: Treatment, file: Path, key: str, knowledge: Knowledge
) -> Iterator[ErbiumError]:
    if treatment.regimen is not None:
        try:
            resolve_regimen(treatment.regimen, knowledge.regimens, knowledge.drugs)
        except (UnknownName, DataError) as error:
            error.file, error.key = str(file), f"{key}.regimen"
            yield error
        return
    for place, item in enumerate(treatment.drugs):
        where = f"{key}.drugs[{place}]"
        try:
            drug = resolve_drug(item.drug, knowledge.drugs)
        except UnknownName as error:
            error.file, error.key = str(file), f"{where}.drug"
            yield error
            continue
        if (wrong := dose_fault(item, drug, file, where)) is not None:
            yield wrong
