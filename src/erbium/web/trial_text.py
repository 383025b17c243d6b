"""A trial as a client writes it: the text of a shipped one changed, checked as the command line does."""

from __future__ import annotations

import contextlib
import re
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError, DataErrors, ErbiumError
from erbium.core.result import version
from erbium.knowledge.trials import load_trials, trial_file
from erbium.trial import Study
from erbium.trial.statistics.subgroup import label
from erbium.web import lookup

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_UNNAMED = "trial.toml"


def trial_text(name: str) -> str:
    """Return the text of a shipped trial; Refusal (404) where there is none."""
    return trial_file(lookup.trial(name).id).read_text(encoding="utf-8")


@contextlib.contextmanager
def study_of(text: str) -> Iterator[Study]:
    """Give the study in a text, in a folder of its own that is gone afterwards.

    Nothing that the text names is opened: neither a population of its own nor curves that are not shipped.

    Raises
    ------
    ErbiumError
        Everything that is wrong with it, with file and key.
    """
    name = _name_of(text)
    with tempfile.TemporaryDirectory(prefix="erbium-") as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        try:
            _check_reach(text, name)
            study = Study.read(file, None)
        except ErbiumError as error:
            raise _renamed(error, file) from None
        yield study


def checked(text: str) -> dict[str, Any]:
    """Return what a trial's text says, or all that is wrong with it, schema ``erbium.web-trial-check/1``."""
    head: dict[str, Any] = {"schema": "erbium.web-trial-check/1", "version": version()}
    try:
        with study_of(text) as study:
            trial = study.trial
            found = {
                "id": trial.id,
                "name": trial.name,
                "setting": trial.setting,
                "arms": [
                    {"name": arm.name, "share": arm.share, "treatment": regimen.name}
                    for arm, regimen in zip(trial.arm, study.regimens, strict=True)
                ],
                "population": study.population.id,
                "eligibility": [label(one) for one in trial.population.eligibility],
                "patients": trial.design.patients,
                "primary": trial.design.primary,
                "subgroups": len(trial.subgroup),
                "published": len(trial.published) + len(trial.published_ratio),
            }
    except ErbiumError as error:
        faults = error.each
        return head | {"valid": False, "errors": [fault.json() for fault in faults], "trial": None}
    return head | {"valid": True, "errors": [], "trial": found}


def _name_of(text: str) -> str:
    """Return the name of the file that a text would stand in: that of its id."""
    data = _parsed(text)
    given = data.get("id")
    if not isinstance(given, str) or _ID.fullmatch(given) is None:
        raise DataError(
            "the id is missing or is none.", file=_UNNAMED, key="id", expected="small letters, digits and _"
        )
    return f"{given}.toml"


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"not a TOML file ({error}).", file=_UNNAMED, expected="valid TOML") from error


def _check_reach(text: str, name: str) -> None:
    data = _parsed(text)
    block = data.get("population")
    spec = block.get("spec") if isinstance(block, dict) else None
    if isinstance(spec, str) and spec.casefold().endswith(".toml"):
        raise DataError(
            "no file is opened from here.",
            file=name,
            key="population.spec",
            expected="the name of a shipped population",
            hint="erbium trial run reads files",
        )
    shipped = {file for trial in load_trials().values() for file in trial.km_files}
    files = data.get("km_files") or []
    if not isinstance(files, list) or not all(isinstance(file, str) and file in shipped for file in files):
        raise DataError(
            "no curve is opened that is not shipped.",
            file=name,
            key="km_files",
            expected="none, or as shipped",
        )


def _renamed(error: ErbiumError, file: Path) -> ErbiumError:
    """Return an error that names the file without the folder it lay in for a moment."""
    several = error.each
    for one in several:
        if one.file is not None:
            one.file = Path(one.file).name
        one.message = one.message.replace(f"{file.parent}/", "")
    return DataErrors(several) if isinstance(error, DataErrors) else error
