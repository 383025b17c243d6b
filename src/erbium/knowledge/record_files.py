"""Reads a folder of TOML files, one record each, named by its id; later folders override earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors, ErbiumError, nearest
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.number import Record

RecordT = TypeVar("RecordT", bound=Record)
Folders = Path | str | Sequence[Path | str] | None


def read_folders(record: type[RecordT], kind: str, folder: Folders = None) -> dict[str, RecordT]:
    """Return the records by id.

    Parameters
    ----------
    record
        Class of the record; it has an ``id``.
    kind
        Name of the shipped folder, used when `folder` is None.
    folder
        One folder, or several of which a later one overrides by id.

    Raises
    ------
    DataError
        Everything that is wrong in the files (several as DataErrors), each with file and key.
    """
    if folder is None:
        places = [data_folder() / kind]
    elif isinstance(folder, str | Path):
        places = [Path(folder)]
    else:
        places = [Path(item) for item in folder]
    found: dict[str, RecordT] = {}
    errors: list[ErbiumError] = []
    for place in places:
        if not place.is_dir():
            errors.append(DataError("no such folder.", file=place, expected=f"a folder with {kind} in TOML"))
            continue
        for file in sorted(place.glob("*.toml")):
            try:
                item = read_record(record, file)
                found[item.model_dump(include={"id"})["id"]] = item
            except DataErrors as several:
                errors.extend(several.errors)
            except DataError as error:
                errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else DataErrors(errors)
    return found


def read_record(record: type[RecordT], file: Path) -> RecordT:
    """Return the record in one file; its id, if it has one, is the file's stem."""
    data = read_toml(file)
    item = record_from(record, data, file)
    if "id" in data and data["id"] != file.stem:
        raise DataError(
            f'id "{data["id"]}" differs from the file name.', file=file, key="id", expected=f'"{file.stem}"'
        )
    return item


def record_from(record: type[RecordT], data: Any, file: Path | str) -> RecordT:
    """Return the record held by plain data; `file` is named in errors."""
    try:
        return record.model_validate(data)
    except ValidationError as error:
        issues = error.errors()
        # A list whose items are wrong is also reported as too short: the items say enough.
        wrong = {issue["loc"][:1] for issue in issues if len(issue["loc"]) > 1}
        telling = [issue for issue in issues if issue["type"] != "too_short" or issue["loc"] not in wrong]
        raise DataErrors([explain(file, record, issue) for issue in telling]) from error


def explain(file: Path | str, record: type[Record], issue: Any, where: str = "") -> DataError:
    """Return what pydantic found wrong as an error with file and key.

    Parameters
    ----------
    where
        Place of the record in the file, put before the key.
    """
    path, known = _place(record, issue["loc"])
    key = ".".join(part for part in (where, path) if part)
    message = str(issue["msg"]).removeprefix("Value error, ")
    if issue["type"] == "extra_forbidden":
        name = str(issue["loc"][-1])
        return DataError(f'unknown key "{name}".', file=file, key=key, nearest=nearest(name, known))
    if issue["type"] == "missing":
        return DataError("this key is missing.", file=file, key=key)
    if issue["type"] == "fault":
        told = issue["ctx"]
        place = ".".join(part for part in (key, told["key"]) if part)
        return DataError(told["message"], file=file, key=place or None, expected=told["expected"] or None)
    given = issue.get("input")
    told_already = isinstance(given, str) and f'"{given}"' in message
    shown = f" (found {given!r})" if isinstance(given, str | int | float | bool) and not told_already else ""
    return DataError(f"{message}{shown}.", file=file, key=key or None)


def _place(record: type[Record], location: Sequence[int | str]) -> tuple[str, list[str]]:
    """Return pydantic's location as a dotted path without the tags of unions, and the keys known there."""
    path = ""
    here = inside = [record]
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
            continue
        here = inside
        if tagged := [model for model in here if _tag(model) == part]:
            inside = tagged
            continue
        path += f".{part}" if path else part
        fields = [model.model_fields[part].annotation for model in here if part in model.model_fields]
        inside = [inner for field in fields for inner in _records(field)] or here
    return path, sorted({field.alias or name for model in here for name, field in model.model_fields.items()})


def _tag(model: type[Record]) -> str | None:
    """Return the one value of the model's `kind`, by which a union tells it from its neighbours."""
    field = model.model_fields.get("kind")
    options: tuple[Any, ...] = get_args(field.annotation) if field else ()
    return str(options[0]) if len(options) == 1 else None


def _records(annotation: Any) -> list[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [inner for part in getattr(annotation, "__args__", ()) for inner in _records(part)]
