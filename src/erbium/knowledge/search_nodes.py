"""The druggable nodes and the stand-ins of the combination search, read from TOML."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import explain
from erbium.knowledge.schema.number import Record
from erbium.knowledge.schema.search_node import SearchNode, StandIn

RecordT = TypeVar("RecordT", bound=Record)


@functools.cache
def load_search_nodes() -> Mapping[str, SearchNode]:
    """Return the nodes by id, in the order of the file.

    Raises
    ------
    DataErrors
        What is wrong in the file, with its key.
    """
    return _read(SearchNode, "nodes", "node", "id")


@functools.cache
def load_stand_ins() -> Mapping[str, StandIn]:
    """Return the stand-ins by the name of the compound.

    Raises
    ------
    DataErrors
        What is wrong in the file, with its key.
    """
    return _read(StandIn, "compounds", "compound", "name")


def _read(record: type[RecordT], stem: str, key: str, named: str) -> Mapping[str, RecordT]:
    path = data_folder() / "search" / f"{stem}.toml"
    errors: list[DataError] = []
    found: dict[str, RecordT] = {}
    for number, table in enumerate(read_toml(path)[key]):
        try:
            item = record.model_validate(table)
        except ValidationError as error:
            errors += [explain(path, record, issue, f"{key}[{number}]") for issue in error.errors()]
            continue
        name = str(table[named])
        if name in found:
            errors.append(DataError(f'"{name}" stands twice.', file=path, key=f"{key}[{number}].{named}"))
        found[name] = item
    if errors:
        raise DataErrors(errors)
    return MappingProxyType(found)
