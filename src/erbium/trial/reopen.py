"""Reading a folder of results again: the trial as it was run, its patients, and what they depend on."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from erbium.core.errors import DataError
from erbium.knowledge.schema.trial import Trial
from erbium.trial.statistics import Summary, summarise
from erbium.trial.store import SCHEMA, Folder

if TYPE_CHECKING:
    import pandas as pd

_KEYS = ("trial", "seed", "patients", "draws", "blocks", "knowledge_hash")


@dataclass(frozen=True)
class Reopened:
    """A finished run.

    Attributes
    ----------
    trial
        The trial as it was when it was run: the copy in the folder.
    identity
        What the results depend on: hashes, seed, patients, draws.
    patients
        One row a patient.
    summary
        What they showed.
    warnings
        What was said of doses and engine when they were run.
    """

    trial: Trial
    identity: Mapping[str, Any]
    patients: pd.DataFrame
    summary: Summary
    warnings: tuple[str, ...] = ()


def reopen(path: Path) -> Reopened:
    """Return the run in a folder that `erbium trial run --out` wrote.

    Raises
    ------
    DataError
        The folder is none, is damaged, or the run in it was not finished.
    """
    if not path.exists():
        raise DataError("there is no such folder.", file=path, expected="a folder of erbium trial run --out")
    if not path.is_dir():
        raise DataError("is a file.", file=path, expected="a folder of erbium trial run --out, or a trial")
    run = path / "run.json"
    if not run.is_file():
        raise DataError(
            "is no folder of results: it holds no run.json.", file=path,
            expected="a folder of erbium trial run --out",
        )  # fmt: skip
    identity = _identity(run)
    trial = _trial(path / "trial.toml")
    store = Folder(path, {key: value for key, value in identity.items() if key != "schema"}, "")
    done = store.done()
    if len(done) < identity["blocks"]:
        lines = " --earlier-lines simulated" if "earlier_lines" in identity else ""
        raise DataError(
            f"the run is not finished: {len(done)} of {identity['blocks']} blocks are there.", file=path,
            expected="a finished run",
            hint=f"erbium trial run {identity['trial']} --patients {identity['patients']} --seed "
            f"{identity['seed']} --draws {identity['draws']} --out {path}{lines} goes on with it",
        )  # fmt: skip
    patients = store.patients()
    return Reopened(trial, identity, patients, summarise(trial, patients), tuple(store.warnings()))


def _trial(file: Path) -> Trial:
    """Return the trial in the copy of its file, which does not have the file's name."""
    try:
        return Trial.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        why = f"{error}".splitlines()[0]
        raise DataError(f"is damaged ({why}).", file=file, expected="the file as it was written") from error


def _identity(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"is damaged ({error}).", file=file, expected="the file as it was written") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise DataError("is no run of a trial.", file=file, key="schema", expected=f'"{SCHEMA}"')
    for key in _KEYS:
        if key not in data:
            raise DataError("is missing.", file=file, key=key, expected="the file as it was written")
    return data


def is_folder(name: str) -> bool:
    """Return whether a word means a folder of results: one that is there, or a path to one."""
    path = Path(name)
    return path.is_dir() or (len(path.parts) > 1 and path.suffix != ".toml")
