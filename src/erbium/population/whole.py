"""A check of `erbium check`: the populations can be read, and what they name exists."""

from __future__ import annotations

from collections.abc import Iterator

from erbium.core.errors import DataError, ErbiumError, UnknownName
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.populations import load_links, load_marker_columns, load_populations
from erbium.knowledge.schema.number import Number
from erbium.knowledge.tables import load_numbers
from erbium.model.check import Check, Issue
from erbium.population.check import faults
from erbium.population.draws import links


class PopulationsAreWhole(Check):
    """Populations, links and marker columns name what exists, and cite what is known."""

    name = "populations"

    def issues(self) -> Iterator[Issue]:
        """Yield everything that is wrong."""
        knowledge = load_knowledge()
        for population in load_populations().values():
            file = f"populations/{population.id}.toml"
            for error in faults(population, knowledge, file):
                yield self.of(error)
            for number, share in enumerate(population.shares):
                for error in _cited(share.share, knowledge, file, f"shares[{number}].share"):
                    yield self.of(error)
        for error in _shared(knowledge):
            yield self.of(error)


def _shared(knowledge: Knowledge) -> Iterator[ErbiumError]:
    """Yield what is wrong with the tables that all populations use."""
    known = knowledge.mechanisms
    for column, ids in load_marker_columns().items():
        for name in ids:
            if name not in known:
                yield UnknownName.among(
                    "mechanism", name, known, file="patients/marker_columns.toml", key=column
                )
    for key, number in load_numbers("patients/markers").items():
        yield from _cited(number, knowledge, "patients/markers.toml", key)
    for index, link in enumerate(load_links()):
        yield from _cited(link.r, knowledge, "patients/links.toml", f"links[{index}].r")
        for part in (link.of, link.beside):
            name = part.removeprefix("mechanism.")
            if name != part and name not in known:
                yield UnknownName.among(
                    "mechanism", name, known, file="patients/links.toml", key=f"links[{index}]"
                )
    try:
        links()
    except DataError as error:
        yield error


def _cited(number: Number, knowledge: Knowledge, file: str, key: str) -> Iterator[ErbiumError]:
    if number.source_id is not None and number.source_id not in knowledge.sources:
        yield UnknownName.among("source", number.source_id, knowledge.sources, file=file, key=f"{key}.source")
