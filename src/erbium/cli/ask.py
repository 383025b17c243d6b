"""What the commands that simulate have in common: their inputs, checked before any work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from erbium.cli.console import progress_bar, warn
from erbium.cli.options import BACKENDS, number_of_twins
from erbium.core.errors import Contraindicated, DataError, ErbiumError, MissingExtra, UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable

    from erbium.knowledge import Knowledge
    from erbium.knowledge.schema.regimen import Regimen

_COMBINED = "a file that erbium combine PROFILE --out FILE.json wrote"
TWINS_WITH_C = 200
TWINS_WITHOUT_C = 20
EXPLAINED_WITH_C = 8
EXPLAINED_WITHOUT_C = 2


def backend_of(name: str) -> Literal["auto", "c", "numpy"]:
    """Return the kernel asked for; DataError when it cannot be had."""
    from erbium.engine.build import find_compiler

    if name not in BACKENDS:
        raise UnknownName.among("backend", name, BACKENDS, key="--backend")
    if name == "c" and find_compiler() is None:
        raise DataError(
            "no C compiler was found.", key="--backend", expected="cc, gcc or clang, or the one named in CC"
        )
    return cast('Literal["auto", "c", "numpy"]', name)


def twins_and_warnings(text: str, backend: str, most: int = TWINS_WITH_C) -> tuple[int, list[str]]:
    """Return how many twins to simulate, and what has to be said about it.

    Parameters
    ----------
    text
        A number, or "auto".
    backend
        The kernel asked for.
    most
        What "auto" means where C compiles.
    """
    wanted = number_of_twins(text)
    why = _slow(backend)
    if wanted is not None or why is None:
        return wanted or most, []
    count = min(most, TWINS_WITHOUT_C)
    return count, [_said(f"{why}: {count} twins instead of {most}, so that the answer is coarser")]


def explained_and_warnings(wanted: int | None, backend: str) -> tuple[int, list[str]]:
    """Return how many options to explain, and what has to be said about it."""
    why = _slow(backend)
    if wanted is not None or why is None:
        return EXPLAINED_WITH_C if wanted is None else wanted, []
    return EXPLAINED_WITHOUT_C, [
        _said(f"{why}: {EXPLAINED_WITHOUT_C} options are explained instead of {EXPLAINED_WITH_C}")
    ]


def _slow(backend: str) -> str | None:
    """Return why the slow kernel is used, or None if it is not."""
    from erbium.engine.build import find_compiler

    if backend == "numpy":
        return "the NumPy kernel was asked for"
    return "no C compiler was found" if find_compiler() is None else None


def _said(text: str) -> str:
    warn(text)
    return text


def horizon_of(text: str, key: str = "--horizon") -> str:
    """Return the horizon after checking that it is a time that can be simulated."""
    from erbium.core import units

    months = units.to(text, "month", key=key)
    if not 1.0 <= months <= 120.0:
        raise DataError(f'"{text}" is out of reach.', key=key, expected="a time from 1 month to 10 years")
    return text


def regimens_of(
    names: Sequence[str], key: str = "--regimen", knowledge: Knowledge | None = None
) -> list[Regimen]:
    """Return the regimens called `names`, of which one may be a TOML file of a regimen.

    Raises
    ------
    ErbiumError
        No such regimen, with the nearest match; or what is wrong in a file, with its key.
    """
    from erbium.knowledge import load_knowledge
    from erbium.knowledge.catalogue import resolve_regimen

    known = knowledge or load_knowledge()
    found = []
    for name in names:
        if name.casefold().endswith(".toml"):
            found.append(_regimen_in(Path(name), key, known))
            continue
        try:
            found.append(resolve_regimen(name, known.regimens, known.drugs))
        except (UnknownName, DataError) as error:
            error.key = key
            raise
    return found


@contextmanager
def in_profile(file: Path) -> Iterator[None]:
    """Name the profile's file in errors at a key of the profile that name no file of their own."""
    from erbium.profile import Profile

    try:
        yield
    except ErbiumError as error:
        head = re.split(r"[.\[]", error.key or "")[0]
        if error.file is None and head in Profile.model_fields:
            error.file = str(file)
        raise


@contextmanager
def ruling(key: str = "--regimen") -> Iterator[None]:
    """Name the option in an error that a regimen is ruled out."""
    try:
        yield
    except Contraindicated as error:
        error.key = key
        raise


def _regimen_in(file: Path, key: str, knowledge: Knowledge) -> Regimen:
    """Return the regimen a user wrote into `file`."""
    from erbium.knowledge.catalogue import with_drug_ids
    from erbium.knowledge.record_files import read_record
    from erbium.knowledge.schema.regimen import Regimen

    if not file.is_file():
        reason = "is no file" if file.exists() else "does not exist"
        raise DataError(f"{file} {reason}.", key=key, expected="a regimen file; see erbium schema regimen")
    regimen = with_drug_ids(read_record(Regimen, file), knowledge.drugs, file)
    if regimen.id in knowledge.regimens:
        raise DataError(
            f'"{regimen.id}" is the id of another regimen.',
            file=file,
            key="id",
            expected="an id of its own",
            hint="--overlay FOLDER puts a file of yours in place of a shipped one",
        )
    return regimen


def combination_of(file: Path, case: str, key: str = "--combine") -> dict[str, Any]:
    """Return the answer of a search for combinations, after checking that it is of the same case.

    Raises
    ------
    DataError
        The file cannot be read, is no such answer, or is one of another case.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = "does not exist" if not file.exists() else "is no JSON file that can be read"
        raise DataError(f"{file} {reason}.", key=key, expected=_COMBINED) from error
    if not isinstance(found, dict) or found.get("schema") != "erbium.combine/1":
        raise DataError("is no answer of erbium combine.", file=file, key=key, expected=_COMBINED)
    if found.get("case") != case:
        raise DataError(
            f'the search is of another case ("{found.get("case")}").',
            file=file,
            key=key,
            expected=f'one of "{case}"',
        )
    return found


def need_parquet() -> None:
    """Raise MissingExtra unless Parquet can be written."""
    try:
        import pyarrow as pa  # noqa: F401
    except ImportError as error:
        raise MissingExtra.named("scale", "pyarrow", "a Parquet file") from error


@contextmanager
def following(label: str) -> Iterator[Callable[[float, str], None]]:
    """Yield a callback that moves a progress bar: called with the share that is done, and what goes on."""
    with progress_bar(label) as bar:
        task = bar.task_ids[0]

        def move(share: float, doing: str = label) -> None:
            bar.update(task, completed=share, description=doing)

        yield move
