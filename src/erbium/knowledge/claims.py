"""The claims of the reviews and the specificity checks, one TOML file per system.

``python -m erbium.knowledge.claims FILE...`` checks files that are being written.
"""

from __future__ import annotations

import functools
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors, ErbiumError, nearest
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import explain
from erbium.knowledge.schema.arms import Arms
from erbium.knowledge.schema.claim import Claim, SpecificityCheck

CheckT = TypeVar("CheckT", bound=Arms)


@dataclass(frozen=True, slots=True)
class Filed:
    """A check and where it stands.

    Attributes
    ----------
    system
        The biological system, as in the file's first line.
    file
        Name of the file.
    """

    system: str
    file: str


@dataclass(frozen=True, slots=True)
class FiledClaim(Filed):
    """A claim of a system."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class FiledSpecificity(Filed):
    """A specificity check of a topic."""

    check: SpecificityCheck


def load_claims(folder: Path | None = None) -> dict[str, FiledClaim]:
    """Return the claims by id, in the order of the files.

    Raises
    ------
    DataErrors
        Every mistake in the files, with file, claim and key.
    """
    return dict(_shipped_claims()) if folder is None else read_claims(sorted(folder.glob("*.toml")))


def load_specificity(folder: Path | None = None) -> dict[str, FiledSpecificity]:
    """Return the specificity checks by id; errors as in :func:`load_claims`."""
    if folder is None:
        return dict(_shipped_specificity())
    return read_specificity(sorted(folder.glob("*.toml")))


def read_claims(files: Sequence[Path]) -> dict[str, FiledClaim]:
    """Return the claims of `files` by id; a claim that another file has too is an error."""
    found: dict[str, FiledClaim] = {}
    errors: list[ErbiumError] = []
    for file in files:
        try:
            for system, claim in read_blocks(Claim, file, "claims"):
                if claim.id in found:
                    errors.append(_twice(file, claim.id, found[claim.id].file))
                found[claim.id] = FiledClaim(system, file.name, claim)
        except DataErrors as several:
            errors.extend(several.errors)
    for item in found.values():
        original = item.claim.duplicate_of
        # Files checked one at a time do not hold every original.
        if original in found and found[original].claim.duplicate_of is not None:
            errors.append(
                DataError(
                    f'"{original}" is itself a duplicate.',
                    file=item.file,
                    key=f"{item.claim.id}.duplicate_of",
                )
            )
    if errors:
        raise DataErrors(errors)
    return found


def read_specificity(files: Sequence[Path]) -> dict[str, FiledSpecificity]:
    """Return the specificity checks of `files` by id."""
    found: dict[str, FiledSpecificity] = {}
    errors: list[ErbiumError] = []
    for file in files:
        try:
            for system, check in read_blocks(SpecificityCheck, file, "checks"):
                if check.id in found:
                    errors.append(_twice(file, check.id, found[check.id].file))
                found[check.id] = FiledSpecificity(system, file.name, check)
        except DataErrors as several:
            errors.extend(several.errors)
    if errors:
        raise DataErrors(errors)
    return found


def _twice(file: Path, name: str, first: str) -> DataError:
    return DataError(f"{name} stands twice.", file=file.name, key=name, hint=f"first in {first}")


def read_blocks(record: type[CheckT], file: Path, table: str) -> list[tuple[str, CheckT]]:
    """Return the system of a file with each record of its tables ``[[table]]``.

    Raises
    ------
    DataErrors
        Every mistake in the file, with file, record and key.
    """
    try:
        data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataErrors([DataError(f"not a TOML file ({error}).", file=file.name)]) from error
    errors: list[ErbiumError] = [
        DataError(f'unknown key "{key}".', file=file.name, key=key, nearest=nearest(key, ("system", table)))
        for key in data
        if key not in ("system", table)
    ]
    system = data.get("system")
    if not isinstance(system, str):
        errors.append(DataError("this key is missing.", file=file.name, key="system"))
    elif system.replace("-", "_") != file.stem:
        errors.append(
            DataError(
                f'system "{system}" differs from the file name.',
                file=file.name,
                key="system",
                expected=f'"{file.stem.replace("_", "-")}"',
            )
        )
    rows = data.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataErrors([DataError(f"expected tables [[{table}]].", file=file.name, key=table)])
    found = []
    for number, row in enumerate(rows):
        try:
            found.append((str(system), _one(record, row, file.name, f"{table}[{number}]")))
        except DataErrors as several:
            errors.extend(several.errors)
    if errors:
        raise DataErrors(errors)
    return found


def _one(record: type[CheckT], row: Mapping[str, Any], file: str, place: str) -> CheckT:
    where = str(row.get("id") or place)
    try:
        item = record.model_validate(row)
    except ValidationError as error:
        raise DataErrors([explain(file, record, issue, where) for issue in error.errors()]) from error
    errors: list[ErbiumError] = []
    for name, arm in item.arms.items():
        try:
            arm.over(item.base)
        except ValueError as error:
            errors.append(DataError(f"{error}.", file=file, key=f"{where}.arms.{name}"))
    if errors:
        raise DataErrors(errors)
    return item


@functools.cache
def _shipped_claims() -> dict[str, FiledClaim]:
    return read_claims(sorted((data_folder() / "claims").glob("*.toml")))


@functools.cache
def _shipped_specificity() -> dict[str, FiledSpecificity]:
    return read_specificity(sorted((data_folder() / "specificity").glob("*.toml")))


def main(names: Sequence[str]) -> int:
    """Check the files called `names`; return 0 if their shape is right, else 2."""
    from erbium.knowledge.claim_names import name_errors

    failed = 0
    for name in names:
        file = Path(name)
        try:
            keys = tomllib.loads(file.read_text(encoding="utf-8")).keys()
            if "checks" in keys:
                items: Mapping[str, FiledClaim | FiledSpecificity] = read_specificity([file])
            else:
                items = read_claims([file])
        except ErbiumError as error:
            sys.stdout.write(f"{error}\n")
            failed += 1
            continue
        except (OSError, ValueError) as error:
            sys.stdout.write(f"{name}: not a TOML file ({error}).\n")
            failed += 1
            continue
        for issue in name_errors(items.values()):
            sys.stdout.write(f"warning {issue}\n")
        sys.stdout.write(f"{name}: {len(items)} checks, shape is right\n")
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
