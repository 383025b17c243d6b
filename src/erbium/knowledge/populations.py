"""The populations; and for all of them, links between attributes and what marker columns stand for."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BeforeValidator, Field

from erbium.core.errors import UnknownName
from erbium.core.toml_files import read_toml
from erbium.knowledge.molecules import name_key
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_folders, read_record
from erbium.knowledge.schema.number import Number, Record, tuple_of
from erbium.knowledge.schema.population import Population

FOLDER = "populations"


class AttributeLink(Record):
    """Two attributes that go together between patients.

    Attributes
    ----------
    of, beside
        Attributes, by the name of their column (or ``mechanism.<id>``); `beside` stands as ``with``.
    r
        Correlation of their normal scores.
    """

    of: str
    beside: str = Field(alias="with")
    r: Number


class _Links(Record):
    links: Annotated[tuple[AttributeLink, ...], BeforeValidator(tuple_of)] = ()


@functools.cache
def load_links() -> tuple[AttributeLink, ...]:
    """Return the attributes that go together.

    Raises
    ------
    DataErrors
        What is wrong in ``patients/links.toml``.
    """
    return read_record(_Links, data_folder() / "patients" / "links.toml").links


@functools.cache
def load_marker_columns() -> Mapping[str, tuple[str, ...]]:
    """Return the mechanisms that each marker column stands for."""
    read = read_toml(data_folder() / "patients" / "marker_columns.toml")
    return MappingProxyType({name: tuple(ids) for name, ids in read.items()})


@functools.cache
def load_populations(overlay: Path | None = None) -> Mapping[str, Population]:
    """Return the populations by id; those of the overlay's folder take the place of shipped ones.

    Raises
    ------
    DataErrors
        What is wrong in the files, with file and key.
    """
    places = [data_folder() / FOLDER]
    if overlay is not None and (overlay / FOLDER).is_dir():
        places.append(overlay / FOLDER)
    return MappingProxyType(read_folders(Population, FOLDER, places))


def resolve_population(name: str, overlay: Path | None = None) -> Population:
    """Return the population called `name`: its id or its name, in any case.

    Raises
    ------
    UnknownName
        No population has that name; the nearest one is suggested.
    """
    known = load_populations(overlay)
    if name in known:
        return known[name]
    index = {name_key(word): item for item in known.values() for word in (item.id, item.name)}
    if (found := index.get(name_key(name))) is None:
        raise UnknownName.among("population", name, known, hint="erbium population list")
    return found
