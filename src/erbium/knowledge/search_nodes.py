"""The druggable nodes of the combination search, read from TOML."""

from __future__ import annotations

import functools
import tomllib
from types import MappingProxyType

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import explain
from erbium.knowledge.schema.search_node import SearchNode


@functools.cache
def load_search_nodes() -> MappingProxyType[str, SearchNode]:
    """Return the nodes by id, in the order of the file.

    Raises
    ------
    DataErrors
        What is wrong in the file, with its key.
    """
    path = data_folder() / "search" / "nodes.toml"
    errors: list[DataError] = []
    found: dict[str, SearchNode] = {}
    for number, table in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["node"]):
        try:
            node = SearchNode.model_validate(table)
        except ValidationError as error:
            errors += [explain(path, SearchNode, issue, f"node[{number}]") for issue in error.errors()]
            continue
        if node.id in found:
            errors.append(DataError(f'"{node.id}" stands twice.', file=path, key=f"node[{number}].id"))
        found[node.id] = node
    if errors:
        raise DataErrors(errors)
    return MappingProxyType(found)
